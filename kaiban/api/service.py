"""What the API works with; the composition root puts it together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from flask import current_app
from marshmallow import Schema

from kaiban.domain.notices.notice import Defect
from kaiban.domain.papers.material import Upload, UploadLimits
from kaiban.orchestrator.applicant.quotas import Quotas
from kaiban.orchestrator.complaint_office import ComplaintOffice
from kaiban.orchestrator.office import Office
from kaiban.orchestrator.queueing import Queue
from kaiban.orchestrator.subscribing import Subscriptions
from kaiban.ports import Accounts, Cases, Filings, IdempotencyKeys, RateLimits
from kaiban.ports.statistics import Figures


class Paperwork(Protocol):
    """What the API asks of documents; raises PoolFull."""

    def take_in(self, content: bytes, name: str, limits: UploadLimits) -> Upload | Defect:
        """A file as it is kept, or what is wrong with it."""


@dataclass(frozen=True)
class Service:
    """Everything a view may use.

    ``wall`` is real time (tokens, keys), in contrast to the office's business clock. ``ready``
    names everything that keeps the service from doing its work. ``base_url`` is where people's pages are.
    """

    office: Office
    cases: Cases
    accounts: Accounts
    idempotency: IdempotencyKeys
    form: Callable[[str], Mapping[str, Any]]
    sections: Mapping[str, type[Schema]]
    wall: Callable[[], datetime]
    ready: Callable[[], Sequence[str]]
    subscriptions: Subscriptions
    queue: Queue
    complaints: ComplaintOffice
    limits: RateLimits
    quotas: Quotas
    figures: Figures
    filings: Filings
    paperwork: Paperwork
    base_url: str


def service() -> Service:
    """The service of the running app."""
    found: Service = current_app.extensions["kaiban"]
    return found


def office() -> Office:
    """The city's office."""
    return service().office
