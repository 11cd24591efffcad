"""Running numbers, each given once: of a day's cases, of a hall's tickets."""

from sqlalchemy import Connection, text


def next_number(connection: Connection, counter: str) -> int:
    """The next number of the counter, from 1; counters count apart from one another."""
    taken = text(
        "INSERT INTO numbers (day, last) VALUES (:counter, 1)"
        " ON CONFLICT (day) DO UPDATE SET last = numbers.last + 1 RETURNING last"
    )
    return int(connection.execute(taken, {"counter": counter}).scalar_one())
