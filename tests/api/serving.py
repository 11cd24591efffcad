"""The API over real rows and the real form, with departments that answer as told."""

import json
from dataclasses import replace
from datetime import timedelta
from functools import cache, partial
from types import SimpleNamespace

from flask.testing import FlaskClient

import forms.structure.schema
from forms.locality import Locality
from forms.sample import sample
from forms.sections import SECTIONS
from kaiban.api.app import create_api, openapi_text
from kaiban.api.service import Service
from kaiban.app import FormRules
from kaiban.app.papers.paperwork import ANSWERS, Paperwork
from kaiban.domain.papers.material import MaterialRules
from kaiban.notifying.addresses import AddressPolicy, ForbiddenAddressError
from kaiban.notifying.complaint_wording import ComplaintWording
from kaiban.notifying.signatures import new_secret
from kaiban.notifying.ticket_wording import TicketWording
from kaiban.orchestrator.applicant.quotas import Quotas
from kaiban.orchestrator.complaint_office import ComplaintOffice
from kaiban.orchestrator.queueing import Queue
from kaiban.orchestrator.subscribing import Subscriptions
from kaiban.ports import Correction, Done, NeedsCorrection, Ref
from kaiban.processes.pool import Pool
from kaiban.storage.access.accounts import Accounts
from kaiban.storage.access.idempotency import IdempotencyKeys
from kaiban.storage.access.rate_limits import SqlRateLimits
from kaiban.storage.cases.records.complaints import SqlComplaints
from kaiban.storage.encryption.crypto import Keyring
from kaiban.storage.filings import SqlFilings
from kaiban.storage.messages.outbox import SqlOutbox
from kaiban.storage.messages.webhooks import SqlWebhooks
from kaiban.storage.statistics.figures import SqlFigures
from kaiban.storage.tickets import SqlTickets
from tests.api.declared import declared
from tests.orchestrator.departments import REGISTRATION, Scripted
from tests.orchestrator.driver import START, Driver

REF = Ref("key", "N-1")
GRANTED = Done(REF, {"credit_code": "91X"})
NAME = NeedsCorrection((Correction("company.name.trade_name", "E1", "字号有误"),), REF)
FORM = sample(today=START.date())


def rules(served, **more):
    """Let the city have these rules; the office is shared by what is served and the driver."""
    served.driver.office = replace(
        served.driver.office, city=replace(served.driver.office.city, materials=MaterialRules(**more))
    )  # fmt: skip
    service = served.app.extensions["kaiban"]
    served.app.extensions["kaiban"] = replace(service, office=served.driver.office)


def subscriptions(database, keyring):
    policy = AddressPolicy(strict=True)

    def why_not(url):
        try:
            policy.check(url)
        except ForbiddenAddressError as error:
            return str(error)
        return ""

    outbox = SqlOutbox(database, keyring)
    webhooks = SqlWebhooks(database, keyring)
    return Subscriptions(webhooks, outbox, why_not, new_secret, lambda: START)


@cache
def described(title):
    """Return the description of the API of the city of that name; of all that a city is, only that stands in it."""
    return openapi_text(SECTIONS, SimpleNamespace(title=title))


class Checking(FlaskClient):
    """A client that lets no answer pass which the description does not declare."""

    def __init__(self, *arguments, declared, **more):
        super().__init__(*arguments, **more)
        self.declared = declared

    def open(self, *arguments, **more):
        """Ask, and compare the answer with the description."""
        answer = super().open(*arguments, **more)
        asked = answer.request
        # The API's own address is described without its last stroke, and answers with it, too.
        path = "/api/v1" if asked.path == "/api/v1/" else asked.path
        wrong = self.declared.undeclared(
            asked.method, path, answer.status_code, answer.content_type or "",
            answer.get_data(), answer.headers.keys(),
        )  # fmt: skip
        assert not wrong, wrong
        return answer


@cache
def a_pool():
    """The children that look at files, shared by all tests of a process."""
    return Pool(1, 2, classes=ANSWERS)


class Served:
    """The app, a client of it, and the hand that turns the office behind it."""

    def __init__(self, path, pool=None):
        self.pool = pool
        reads = ("company.name.trade_name",)
        self.driver = Driver(
            path,
            Scripted("registration", GRANTED, steps=REGISTRATION, reads=reads),
            Scripted("seal", GRANTED, reads=("seal.seals",)),
        )
        base = self.driver.office
        office = replace(base, form=FormRules(SECTIONS, Locality()))
        self.driver.office = office
        self.accounts = Accounts(self.driver.database)
        keyring = Keyring({"k1": bytes(range(32))}, "k1", bytes(32))
        self.missing = []
        self.now, self.patience = START, timedelta(minutes=1)
        self.limits = SqlRateLimits(self.driver.database, keyring)
        self.keys = IdempotencyKeys(self.driver.database, keyring, self.patience)
        self.filings = SqlFilings(self.driver.database, keyring)
        self.app = create_api(
            Service(
                office=office,
                cases=office.cases,
                accounts=self.accounts,
                idempotency=self.keys,
                form=lambda _applicant: forms.structure.schema.describe(SECTIONS),
                sections=SECTIONS,
                wall=lambda: self.now,
                ready=lambda: self.missing,
                subscriptions=subscriptions(self.driver.database, keyring),
                queue=Queue(
                    base.city,
                    base.clock,
                    SqlTickets(self.driver.database, keyring),
                    TicketWording(base.city.title, "http://hall"),
                    lambda: START,
                    told=False,
                ),
                limits=self.limits,
                quotas=Quotas(self.limits, base.city.rates, lambda: self.now),
                figures=SqlFigures(self.driver.database),
                filings=self.filings,
                paperwork=Paperwork(self.pool or a_pool(), sample=True),
                base_url="http://hall",
                complaints=ComplaintOffice(
                    office,
                    SqlComplaints(self.driver.database, keyring),
                    SqlRateLimits(self.driver.database, keyring),
                    ComplaintWording(base.city.title, "http://hall"),
                    lambda: START,
                    told=False,
                ),
            )
        )
        self.app.test_client_class = partial(
            Checking, declared=declared(described(base.city.title))
        )
        self.client = self.app.test_client()
        self.alice = self.token("alice", "cases:write", "cases:read")

    def token(self, name, *scopes, days=1):
        return self.accounts.add_token(name, scopes, START, START + timedelta(days=days))

    def call(self, method, path, body=None, *, token=None, key=None, **more):
        headers = dict(more.pop("headers", {}))
        headers["Authorization"] = f"Bearer {token or self.alice}"
        if key:
            headers["Idempotency-Key"] = key
        if body is not None:
            more["data"] = body if isinstance(body, bytes) else json.dumps(body)
            more.setdefault("content_type", "application/json")
        return self.client.open(f"/api/v1{path}", method=method, headers=headers, **more)

    def hand_in(self, key="K-1", form=FORM, **more):
        return self.call("POST", "/cases", form, key=key, **more)

    def open(self, key="K-1", **more):
        answer = self.hand_in(key, **more)
        assert answer.status_code == 201, answer.get_json()
        return answer.get_json()["case_no"]

    def close(self):
        self.driver.close()
