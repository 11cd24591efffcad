"""The composition root: the only module that knows every part, and where the wall clock is read."""

import base64
import logging
import os
import secrets
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
from flask import Flask
from marshmallow import Schema

import forms.derive
import forms.opening
import forms.schema
from forms.locality import Locality
from kaiban.api.app import create_api
from kaiban.api.service import Service
from kaiban.config import ConfigError, Profile, RunningClock, Settings, read_profile, resolve
from kaiban.domain.clock import HALL_TIME
from kaiban.domain.notice import Defect
from kaiban.orchestrator.departments import Departments
from kaiban.orchestrator.issuing import issue
from kaiban.orchestrator.needs import paths_read
from kaiban.orchestrator.office import Office
from kaiban.orchestrator.reconciling import reconcile
from kaiban.orchestrator.working import work
from kaiban.ports import Adapter, Job, Misconfigured
from kaiban.storage.accounts import Accounts
from kaiban.storage.cases import SqlCases
from kaiban.storage.crypto import KEY_BYTES, Keyring
from kaiban.storage.database import Database
from kaiban.storage.idempotency import IdempotencyKeys
from kaiban.storage.migrations import current, newest

if TYPE_CHECKING:
    from kaiban.engine.dbos import DbosEngine, Worker

log = structlog.get_logger()

ADAPTERS = "kaiban.adapters"
SECTIONS = "kaiban.sections"


class WallClock:
    """Real time; signatures on the wire and access tokens live by it."""

    def now(self) -> datetime:
        """The instant, UTC."""
        return datetime.now(UTC)  # noqa: TID251 - the one door through which real time enters


@dataclass(frozen=True)
class FormRules:
    """The one form with this city's rules (kaiban.ports.Form)."""

    sections: Mapping[str, type[Schema]]
    locality: Locality

    def check(
        self, entry: Any, wanted: frozenset[str], at: datetime
    ) -> tuple[dict[str, Any], list[Defect]]:
        """Check an entry: the completed form, and every defect at once."""
        checked = forms.opening.check(
            entry, today=at.astimezone(HALL_TIME).date(), sections=self.sections, wanted=wanted,
            locality=self.locality,
        )  # fmt: skip
        defects = [
            Defect(d.pointer, d.code, d.message, rule=d.rule, example=d.example)
            for d in checked.defects
        ]
        return dict(checked.form), defects

    def asked_for(self, path: str) -> str:
        """Where the form asks for what a derived field is made of."""
        return forms.derive.asked_for(path)


class Kaiban:
    """One process's parts, each made when first asked for."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.settings = Settings.read(environ)
        self.wall = WallClock()
        self.clock = RunningClock.read(self.settings.clock, self.wall.now)

    @cached_property
    def profile(self) -> Profile:
        """The city profile."""
        return read_profile(self.settings)

    @cached_property
    def database(self) -> Database:
        """The one database."""
        return Database(self.settings.database)

    @cached_property
    def keyring(self) -> Keyring:
        """The keys that encrypt personal data."""
        return read_keyring(str(resolve(self.settings.keys, self.environ)))

    @cached_property
    def cases(self) -> SqlCases:
        """Where cases are kept."""
        return SqlCases(self.database, self.keyring)

    @cached_property
    def accounts(self) -> Accounts:
        """Who may call."""
        return Accounts(self.database)

    @cached_property
    def sections(self) -> dict[str, type[Schema]]:
        """The form's sections: ours, and those that come with further departments."""
        joined = {point.name: point.load() for point in entry_points(group=SECTIONS)}
        return {**forms.opening.SECTIONS, **joined}

    @cached_property
    def adapters(self) -> dict[str, type[Adapter]]:
        """The adapter of every department of this city; needs no settings of theirs."""
        return find_departments(self.profile)

    @cached_property
    def departments(self) -> Departments:
        """Every department of this city, ready to be talked to."""
        found = {
            name: _ready(name, kind, self.profile, self.environ, self.wall)
            for name, kind in self.adapters.items()
        }
        missing = [
            f"{name} reads {path}, which the form does not ask"
            for name, adapter in found.items()
            for path in paths_read(adapter.Needs)
            if not path.startswith("facts.") and not forms.opening.path_exists(path, self.sections)
        ]
        if missing:
            raise ConfigError("; ".join(missing))
        return Departments(found)

    @cached_property
    def engine(self) -> "DbosEngine":
        """Promises jobs; does not run them."""
        from kaiban.engine.dbos import DbosEngine

        return DbosEngine(self.database.engine)

    @cached_property
    def form(self) -> FormRules:
        """The one form's rules."""
        return FormRules(self.sections, Locality(**_tuples(self.profile.locality)))

    @cached_property
    def office(self) -> Office:
        """What every use case works with."""
        from kaiban.documents.packages import SAMPLE, DocumentPackages

        packages = DocumentPackages(
            self.profile.city,
            self.departments,
            self.settings.base_url,
            self.keyring.blind("verify code", "packages", "secret").encode(),
            "" if self.settings.env == "production" else SAMPLE,
        )
        return Office(
            self.profile.city, self.departments, self.form, self.cases,
            self.engine, self.clock, packages,
        )  # fmt: skip

    def web(self) -> Flask:
        """The web process."""
        return create_api(
            Service(
                office=self.office,
                cases=self.cases,
                accounts=self.accounts,
                idempotency=IdempotencyKeys(self.database, self.keyring),
                form=forms.schema.describe(self.sections),
                sections=self.sections,
                wall=self.wall.now,
                ready=self.what_is_missing,
            )
        )

    def prepare_engine(self) -> None:
        """Bring the engine's own tables up to date."""
        from kaiban.engine.dbos import migrate as migrate_engine

        migrate_engine(self.database.engine)

    def worker(self, slot: str) -> "Worker":
        """The worker process of that slot: its name is stable over restarts and unique."""
        from kaiban.engine.dbos import Worker

        queues = {
            name: self.departments[name].manifest.concurrency for name in self.departments.names
        }
        return Worker(
            self.database.engine,
            executor=f"{socket.gethostname()}-{slot}",
            queues={**queues, "platform": 2},
            run=self.run,
            reconcile=lambda: reconcile(self.office),
            prune=self.prune,
            poll_seconds=self.settings.poll_seconds,
        )

    def run(self, job: Job) -> None:
        """Do one job."""
        {"work": work, "issue": issue}[job.kind](self.office, job)

    def prune(self) -> int:
        """Forget exchanges that have been kept long enough; return how many."""
        kept = timedelta(days=self.settings.exchange_days)
        return self.cases.forget_exchanges(self.clock.now() - kept)

    def what_is_missing(self) -> list[str]:
        """Everything that keeps the service from doing its work."""
        try:
            found = current(self.database)
        except Exception as error:  # noqa: BLE001 - whatever it is, the answer is "not ready"
            log.error("database_unavailable", error=type(error).__name__)
            return ["database"]
        return [] if found == newest() else ["migration"]


def find_departments(profile: Profile) -> dict[str, type[Adapter]]:
    """The adapter of every installed department, in the city's order.

    A broken one is reported and left out. Raises ConfigError when two serve one department and the profile does not choose.
    """
    kinds: dict[str, list[tuple[str, Any]]] = {}
    for point in sorted(entry_points(group=ADAPTERS), key=lambda each: each.name):
        kind = _loaded(point)
        if kind is not None:
            kinds.setdefault(kind.manifest.department, []).append((point.name, kind))
    known = [name for name in profile.order if name in kinds]
    names = known + [name for name in kinds if name not in known]
    enabled = [name for name in names if profile.links.get(name, {}).get("enabled", True)]
    return {name: _chosen(name, kinds[name], profile) for name in enabled}


def _loaded(point: EntryPoint) -> Any:
    try:
        return point.load()
    except Exception as error:  # noqa: BLE001 - one bad plug-in must not take the city down
        log.error("adapter_broken", adapter=point.name, error=f"{type(error).__name__}: {error}")
        return None


def _chosen(name: str, kinds: list[tuple[str, Any]], profile: Profile) -> type[Adapter]:
    wanted = profile.links.get(name, {}).get("adapter")
    fitting = [kind for label, kind in kinds if wanted in (None, label)]
    if len(fitting) != 1:
        labels = ", ".join(label for label, _ in kinds)
        raise ConfigError(f"links.{name}.adapter: choose one of {labels}")
    kind: type[Adapter] = fitting[0]
    return kind


def _ready(
    name: str, kind: Any, profile: Profile, environ: Mapping[str, str], clock: WallClock
) -> Adapter:
    settings = profile.links.get(name, {}).get("settings", {})
    try:
        adapter: Adapter = kind(resolve(settings, environ), clock=clock)
    except Misconfigured as error:
        raise ConfigError(
            f"links.{name}.settings: {error}"
            + (
                ""
                if settings
                else " (KAIBAN_LINKS names a file with them; `kaiban stubs up` writes one)"
            )
        ) from error
    return adapter


def read_keyring(text: str) -> Keyring:
    """Keys from lines ``id:base64``: the first is used for new cells, ``index`` finds rows.

    Raises ConfigError, without saying what was read.
    """
    try:
        pairs = [line.split(":", 1) for line in text.split()]
        keys = {name: base64.b64decode(value, validate=True) for name, value in pairs}
        index = keys.pop("index")
        return Keyring(keys, next(iter(keys)), index)
    except (ValueError, KeyError, StopIteration) as error:
        raise ConfigError(
            "KAIBAN_KEYS: expected lines `id:base64` and one `index:base64`"
        ) from error


def make_keys(settings: Settings) -> bool:
    """In development, write fresh keys where the settings expect them; never over existing ones."""
    path = Path(settings.keys.removeprefix("file:"))
    if settings.env == "production" or not settings.keys.startswith("file:") or path.exists():
        return False
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    lines = (
        f"{name}:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}"
        for name in ("k1", "index")
    )
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write("\n".join(lines) + "\n")
    return True


def set_up_log(form: str) -> None:
    """Log to stderr: constant events with keys, one JSON object a line or coloured for people."""
    renderer = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.dev.ConsoleRenderer()
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _tuples(values: Mapping[str, Any]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
