"""Cards (红黄牌) as rows: what each is, how it stands, and its steps, which are only added to."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, func, insert, select, update

from kaiban.domain.hours.cards import Card, Cause, Level
from kaiban.domain.hours.clock import midnight
from kaiban.domain.supervision.given import CardState, CardStep, CardStepKind, GivenCard
from kaiban.ports.supervision import CardsWanted
from kaiban.storage.database import Database
from kaiban.storage.encryption.crypto import Keyring
from kaiban.storage.encryption.encrypted_columns import Cells
from kaiban.storage.schema import card_steps, worklist
from kaiban.storage.schema import cards as table

_OF_CARD: Final = ("subject", "after_minutes", "occasion")
_PLAIN: Final = ("case_no", "number", "hall", "due_at", "given_at", "owner")


class SqlCards:
    """Where cards are kept (kaiban.ports.supervision.Cards)."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._cells = Cells(keyring)

    def due(self, now: datetime, limit: int) -> list[str]:
        """The numbers of the cases that are to be given a card by then, the most urgent first."""
        at = worklist.c.card_at
        asked = select(worklist.c.case_no).where(at <= now).order_by(at).limit(limit)
        with self._database.reading() as connection:
            return list(connection.scalars(asked))

    def schedule(self, connection: Connection, no: str, at: datetime | None) -> None:
        """Write down when the case is to be given its next card."""
        connection.execute(update(worklist).where(worklist.c.case_no == no).values(card_at=at))

    def add(self, connection: Connection, card: GivenCard) -> None:
        """Write a new one."""
        connection.execute(insert(table).values(_row(card)))

    def save(self, connection: Connection, card: GivenCard) -> None:
        """Write how it stands and its new steps."""
        its = (table.c.case_no == card.case_no) & (table.c.number == card.number)
        connection.execute(update(table).where(its).values(state=card.state.value))
        steps = card_steps.c
        known = select(func.count()).where(
            steps.case_no == card.case_no, steps.number == card.number
        )
        count = int(connection.execute(known).scalar_one())
        for seq, step in enumerate(card.steps[count:], count):
            row = {
                "case_no": card.case_no, "number": card.number, "seq": seq,
                "kind": step.kind.value, "at": step.at, "by": step.by, "text": step.text.encode(),
            }  # fmt: skip
            self._cells.insert(connection, card_steps, row)

    def of_case(self, no: str) -> list[GivenCard]:
        """Those of a case, in order."""
        with self._database.reading() as connection:
            wanted = select(table).where(table.c.case_no == no)
            return self._found(connection, wanted.order_by(table.c.number))

    def listed(self, wanted: CardsWanted, offset: int, limit: int) -> list[GivenCard]:
        """Those wanted, the latest first."""
        latest = (table.c.given_at.desc(), table.c.case_no, table.c.number.desc())
        asked = select(table).where(*_wanted(wanted)).order_by(*latest)
        with self._database.reading() as connection:
            return self._found(connection, asked.offset(offset).limit(limit))

    def counts(self, wanted: CardsWanted) -> Mapping[tuple[Level, CardState], int]:
        """How many there are of each level in each state."""
        kinds = (table.c.level, table.c.state)
        asked = select(*kinds, func.count()).where(*_wanted(wanted)).group_by(*kinds)
        with self._database.reading() as connection:
            return {
                (Level(level), CardState(state)): count
                for level, state, count in connection.execute(asked)
            }

    def _found(self, connection: Connection, wanted: Select[Any]) -> list[GivenCard]:
        rows = connection.execute(wanted).mappings().all()
        steps = self._steps(connection, sorted({row["case_no"] for row in rows}))
        return [_card(row, steps.get((row["case_no"], row["number"]), [])) for row in rows]

    def _steps(
        self, connection: Connection, cases: Sequence[str]
    ) -> dict[tuple[str, int], list[CardStep]]:
        wanted = select(card_steps).where(card_steps.c.case_no.in_(cases))
        found: dict[tuple[str, int], list[CardStep]] = {}
        for sealed in connection.execute(wanted.order_by(card_steps.c.seq)).mappings():
            row = self._cells.opened(card_steps, sealed)
            step = CardStep(CardStepKind(row["kind"]), row["at"], row["by"], row["text"].decode())
            found.setdefault((row["case_no"], row["number"]), []).append(step)
        return found


def _wanted(wanted: CardsWanted) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = [
        column == value
        for column, value in (
            (table.c.hall, wanted.hall), (table.c.owner, wanted.owner),
            (table.c.level, wanted.level), (table.c.state, wanted.state),
        )
        if value
    ]  # fmt: skip
    if wanted.first:
        asked.append(table.c.given_at >= midnight(wanted.first))
    if wanted.last:
        asked.append(table.c.given_at < midnight(wanted.last) + timedelta(days=1))
    return asked


def _row(given: GivenCard) -> dict[str, Any]:
    card = given.card
    return {
        **{name: getattr(given, name) for name in _PLAIN},
        **{name: getattr(card, name) for name in _OF_CARD},
        "level": card.level.value, "cause": card.cause.value, "state": given.state.value,
    }  # fmt: skip


def _card(row: Mapping[str, Any] | Any, steps: Sequence[CardStep]) -> GivenCard:
    its = {name: row[name] for name in _OF_CARD}
    card = Card(level=Level(row["level"]), cause=Cause(row["cause"]), **its)
    plain = {name: row[name] for name in _PLAIN}
    return GivenCard(**plain, card=card, state=CardState(row["state"]), steps=tuple(steps))
