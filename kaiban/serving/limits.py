"""How long a connection may take, how many there may be, and which one gives way when there are too many."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Protocol, TypeVar


@dataclass(frozen=True)
class Limits:
    """Seconds, counts and bytes.

    ``head`` and ``body`` are what a request's head and body may take from its first byte on; ``idle`` is how long a
    connection may lie between two requests, or a client may take to read anything of an answer. ``from_one`` counts
    connections of one address, ``in_all`` those of one process. A longer body than ``kept`` is read, counted and not
    kept; one longer than ``drained`` is broken off.
    """

    head: float = 15.0
    body: float = 600.0
    idle: float = 60.0
    from_one: int = 200
    in_all: int = 1000
    kept: int = 64 * 1024 * 1024
    drained: int = 128 * 1024 * 1024


class Seat(Protocol):
    """A connection as far as its place is concerned."""

    #: Whom it counts for.
    peer: str
    #: Whether that is a trusted proxy, which counts the addresses behind it itself.
    is_proxy: bool
    #: Whether it says nothing that was asked for: no request of it is complete, no answer on its way.
    waiting: bool
    #: When it last began something: its being accepted, the end of its last answer, its request.
    since: float


_S = TypeVar("_S", bound=Seat)


def network(address: str) -> str:
    """Whom connections are counted for: an IPv4 address, or the /64 a household has of IPv6."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return address
    return str(IPv6Address(int(found) >> 64 << 64))


def gives_way(seats: Sequence[_S], limits: Limits) -> _S | None:
    """Who must leave so that the last one can stay; None if there is room.

    From an address with too many it is the one of its own that has kept us waiting longest; if all are served, the
    newcomer. Trusted proxies may have any number. When there is no room at all, the address with the
    most connections gives one up.
    """
    newest = seats[-1]
    counts = Counter(seat.peer for seat in seats)
    if not newest.is_proxy and counts[newest.peer] > limits.from_one:
        crowded = newest.peer
    elif len(seats) > limits.in_all:
        crowded = counts.most_common(1)[0][0]
    else:
        return None
    waiting = [seat for seat in seats if seat.peer == crowded and seat.waiting]
    return min(waiting, key=lambda seat: seat.since, default=newest)
