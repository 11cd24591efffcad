"""What the pages work with; the composition root puts it together."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from marshmallow import Schema

from kaiban.orchestrator.office import Office
from kaiban.orchestrator.returning import Door
from kaiban.ports import Cases, Filings


@dataclass(frozen=True)
class Service:
    """Everything a page may use.

    ``wall`` is real time, in contrast to the office's business clock. ``secret`` signs sessions;
    ``session`` is how long one lasts without a click. ``secure`` demands https for cookies.
    """

    office: Office
    cases: Cases
    filings: Filings
    door: Door
    sections: Mapping[str, type[Schema]]
    wall: Callable[[], datetime]
    secret: bytes
    session: timedelta
    secure: bool
    sample: bool


def service() -> Service:
    """The service of the running app."""
    found: Service = current_app.extensions["kaiban-web"]
    return found


def office() -> Office:
    """The city's office."""
    return service().office
