"""Which steps and cases are to be looked at, found by their rows: what a department speaks of, what is overdue, put off or due."""

from datetime import datetime

from sqlalchemy import Connection, func, literal, or_, select, union_all

from kaiban.domain.hours.waiting import Horizon
from kaiban.ports import Hint
from kaiban.storage import schema


def named(connection: Connection, department: str, hint: Hint) -> list[tuple[str, str]]:
    """The (case number, step) of a department's applications with that key or number."""
    steps = schema.steps.c
    said = [
        column == value
        for column, value in ((steps.key, hint.key), (steps.number, hint.number))
        if value
    ]
    if not said:
        return []
    found = select(steps.case_no, steps.name).where(steps.link == department, or_(*said))
    rows = connection.execute(found.order_by(steps.case_no, steps.position))
    return [(no, step) for no, step in rows]


def overdue(connection: Connection, horizon: Horizon, limit: int) -> list[tuple[str, str, str]]:
    """Each (case number, link, step) due beyond the horizon on either side, oldest first; so many of each link."""
    steps, cases = schema.steps.c, schema.cases.c
    is_waiting = steps.next_action_at.is_distinct_from(steps.scheduled_at)
    due = union_all(
        select(
            steps.case_no.label("no"),
            steps.link,
            steps.name,
            steps.next_action_at.label("due"),
        ).where(
            or_(
                (steps.next_action_at < horizon.late) & is_waiting,
                steps.next_action_at > horizon.step,
                (steps.scheduled_at > horizon.begun) & steps.next_action_at.is_not(None),
            )
        ),
        select(cases.no, literal(""), literal(""), cases.package_due).where(
            cases.package_due > horizon.package
        ),
    ).subquery()
    turn = func.row_number().over(partition_by=due.c.link, order_by=(due.c.due, due.c.no))
    late = select(due, turn.label("turn")).subquery()
    oldest = (
        select(late.c.no, late.c.link, late.c.name)
        .where(late.c.turn <= limit)
        .order_by(late.c.due, late.c.no)
    )
    return [(no, link, step) for no, link, step in connection.execute(oldest)]


def put_off(connection: Connection, department: str, now: datetime) -> list[tuple[str, str]]:
    """Each (case number, step) of the department that is to be looked at later than now."""
    steps = schema.steps.c
    later = select(steps.case_no, steps.name).where(
        steps.link == department, steps.next_action_at > now
    )
    rows = connection.execute(later.order_by(steps.next_action_at, steps.case_no))
    return [(no, step) for no, step in rows]


def due_notices(connection: Connection, now: datetime, limit: int) -> list[str]:
    """The cases whose gathered notice is to go out by then, the most urgent first."""
    table = schema.cases.c
    due = select(table.no).where(table.notice_due <= now)
    return list(connection.scalars(due.order_by(table.notice_due, table.no).limit(limit)))
