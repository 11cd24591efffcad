"""Marks of ended cases as rows, counted by what they say."""

from collections.abc import Mapping, Sequence

from sqlalchemy import distinct, func, select

from kaiban.domain.statistics.marks import MarkKind
from kaiban.ports.statistics import Marked, Scope
from kaiban.storage.database import Database
from kaiban.storage.schema import UNMARKED
from kaiban.storage.schema import case_facts as facts
from kaiban.storage.schema import case_marks as marks
from kaiban.storage.statistics.conditions import ended


class SqlMarks:
    """What is counted of marks (kaiban.ports.statistics.Marks)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def counted(
        self, scope: Scope, kind: MarkKind, by: Sequence[str] = ()
    ) -> Mapping[tuple[str, ...], tuple[int, int]]:
        """How many marks, and in how many cases, by those columns of them; what there is none of is not there."""
        columns = [marks.c[name] for name in by]
        asked = (
            select(func.count(), func.count(distinct(marks.c.case_no)), *columns)
            .where(*ended(scope, marks), marks.c.kind == kind.value)
            .group_by(*columns)
        )
        with self._database.reading() as connection:
            found = connection.execute(asked).all()
        return {tuple(key): (count, cases) for count, cases, *key in found if count}

    def unmarked(self, scope: Scope) -> int:
        """How many ended cases nobody has looked at for marks: they ended before there were any."""
        asked = select(func.count()).select_from(facts).where(*ended(scope), UNMARKED)
        with self._database.reading() as connection:
            return int(connection.scalar(asked) or 0)

    def cases(
        self, scope: Scope, marked: Marked, offset: int, limit: int
    ) -> Sequence[tuple[str, int, int]]:
        """The number, marks and used minutes of so many cases with such a mark, those with most marks first."""
        told = {name: text for name, text in vars(marked).items() if text is not None}
        asked = (
            select(marks.c.case_no, func.count().label("marks"), facts.c.used)
            .join_from(marks, facts, facts.c.case_no == marks.c.case_no)
            .where(
                *ended(scope, marks), *(marks.c[name] == str(text) for name, text in told.items())
            )
            .group_by(marks.c.case_no, facts.c.used)
            .order_by(func.count().desc(), marks.c.case_no)
            .offset(offset)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [(no, count, used) for no, count, used in connection.execute(asked)]
