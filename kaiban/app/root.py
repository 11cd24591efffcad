"""The one module that knows every part."""

import socket
from collections.abc import Mapping
from datetime import timedelta
from functools import cache, cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import forms.applicants
import forms.structure.schema
from kaiban.app.installation.readiness import SENTENCES, Readiness, folders
from kaiban.app.offices import Offices
from kaiban.app.papers.paperwork import ANSWERS, MODULES, Paperwork
from kaiban.app.papers.printing import AT_ONCE
from kaiban.app.papers.signing import published
from kaiban.config import ConfigError
from kaiban.orchestrator.window.by_hand.handing import Sheet
from kaiban.orchestrator.window.notices.notice_papers import NoticeSheet, RefusalSheet
from kaiban.orchestrator.worker.forwarding import Forwarding
from kaiban.orchestrator.worker.steps.case_run import run, run_alone
from kaiban.orchestrator.worker.upkeep.queue_upkeep import upkeep
from kaiban.orchestrator.worker.upkeep.reconciling import reconcile
from kaiban.orchestrator.worker.upkeep.reminding import remind
from kaiban.orchestrator.worker.upkeep.reminding_applicants import remind_applicants
from kaiban.orchestrator.worker.upkeep.retention import prune
from kaiban.ports import PLATFORM, Job, Lifetime
from kaiban.processes.places import Places, spare_cores
from kaiban.processes.pool import Pool
from kaiban.processes.temporary import choose_temporary_folder
from kaiban.serving.proxies import TrustedProxies, is_trusted
from kaiban.serving.sightings import Sightings
from kaiban.storage.access.rate_limits import SqlRateLimits
from kaiban.storage.alarm import alarm
from kaiban.storage.desk.presence import SqlPresence
from kaiban.storage.encryption.keys import wrong_keys
from kaiban.storage.places import MachineWide, PostgresqlPlaces, places
from kaiban.storage.revisions import misfit_behind

if TYPE_CHECKING:
    from flask import Flask

    from kaiban.documents.papers.making import Papers
    from kaiban.engine.dbos import Worker
    from kaiban.serving.server import Server


#: How long a browser knows its filings without a click, and at most; then the resume code opens them again.
LIFETIME = Lifetime(idle=timedelta(hours=8), absolute=timedelta(hours=24))
#: So many cases a worker keeps between their transactions, of 50 to 100 KB each.
KEPT = 200


class Kaiban(Offices):
    """One process's parts, each made when first asked for."""

    @cached_property
    def papers(self) -> "Papers":
        """Writes the documents the form is the source of."""
        from kaiban.documents.papers.making import papers

        return papers(self.sample)

    @cached_property
    def document_workers(self) -> Pool:
        """The child processes in which the pages' documents are read and made; none before a server or a job."""
        # Half of the threads is left for pages, whatever comes in.
        places = self.settings.threads // 2
        machine = Places(Path(self.settings.var) / "places", spare_cores())
        children = self.settings.document_workers
        return Pool(children, places, classes=ANSWERS, machine=machine, modules=MODULES)

    @cached_property
    def paperwork(self) -> Paperwork:
        """What pages and API ask of them."""
        city = self.profile.city.title
        return Paperwork(
            self.document_workers, self.sample, city, self.settings.base_url, self.sections
        )

    @cached_property
    def openapi(self) -> str:
        """The API's description, as it is served."""
        from kaiban.api.app import openapi_text

        return openapi_text(self.sections, self.profile.city)

    def printed(self, sheet: Sheet) -> bytes:
        """A department's sheet as PDF."""
        from kaiban.documents.sheets import sheet_pdf

        return sheet_pdf(sheet, self.sections, self.profile.city.title, self.sample)

    def printed_notice(self, sheet: NoticeSheet | RefusalSheet) -> bytes:
        """A notice or refusal as PDF."""
        from kaiban.documents.notices import notice_pdf

        return notice_pdf(sheet, self.profile.city.title, self.settings.base_url, self.sample)

    def web(self) -> "Flask":
        """What a web process answers with: the pages, and behind the same door the API."""
        from kaiban.app.front import TwoDoors
        from kaiban.serving.address import OwnAddress

        choose_temporary_folder()
        pages, api = self.pages(), self.api()
        ours = OwnAddress(TwoDoors(pages.wsgi_app, api.wsgi_app), self.settings.base_url)
        front = TrustedProxies(ours, self.settings.trusted_proxies, self.sightings.note)
        # Flask's own way of wrapping; a method is what mypy will not see replaced.
        setattr(pages, "wsgi_app", front)  # noqa: B010
        return pages

    def server(self, door: socket.socket) -> "Server":
        """The web process that serves whoever comes in at that listening socket."""
        from kaiban.api.app import most_taken as most_of_programs
        from kaiban.serving.limits import Limits
        from kaiban.serving.server import Server
        from kaiban.web.request_sizes import MOST_DRAINED, most_taken

        files = self.profile.city.materials.limits
        limits = Limits(
            head=self.settings.head_seconds,
            body=self.settings.body_seconds,
            from_one=self.settings.connections_per_address,
            kept=max(most_taken(files), most_of_programs(files)),
            drained=MOST_DRAINED,
        )
        self.document_workers.keep_ready()
        trusted = partial(is_trusted, self.settings.trusted_proxies)
        return Server(self.web(), door, self.settings.threads, limits, trusted)

    @cached_property
    def sightings(self) -> Sightings:
        """What web processes saw and `kaiban doctor` tells."""
        return Sightings(Path(self.settings.var))

    def pages(self) -> "Flask":
        """The pages alone."""
        from kaiban.web.app import create_pages
        from kaiban.web.service import Service

        return create_pages(
            Service(
                office=self.office,
                cases=self.cases,
                filings=self.filings,
                assisted=self.assisted,
                resuming=self.resuming,
                filing_announcer=self.filing_announcer,
                names=self.names,
                kiosk_key=self.kiosk_key,
                sections=self.sections,
                wall=self.wall.now,
                secret=self.keyring.secret("session"),
                sessions=self.sessions,
                lifetime=LIFETIME,
                drafts=self.profile.drafts,
                draft_messages=self.draft_messages,
                secure=self.settings.base_url.startswith("https:"),
                sample=self.settings.env != "production",
                paperwork=self.paperwork,
                quotas=self.quotas,
                staff=self.staff,
                openid=self.openid,
                worklist=self.worklist,
                figures=self.figures,
                presence=SqlPresence(self.database),
                queue=self.queue,
                phone_codes=self.phone_codes,
                limits=SqlRateLimits(self.database, self.keyring),
                complaints=self.complaints,
                card_desk=self.card_desk,
                problem_desk=self.problem_desk,
                handovers=self.handovers,
                supervising={each.name: each.title for each in self.profile.supervising},
                obligations=self.obligations,
                case_files=self.case_files,
                certificates=partial(published, self.settings),
            )
        )

    def _described(self, applicant: str) -> Mapping[str, Any]:
        asked = forms.applicants.asked({forms.applicants.APPLICANT: applicant}, self.sections)
        return forms.structure.schema.describe(asked, applicant)

    def api(self) -> "Flask":
        """The API alone."""
        from kaiban.api.app import create_api
        from kaiban.api.service import Service

        return create_api(
            Service(
                office=self.office,
                cases=self.cases,
                accounts=self.accounts,
                idempotency=self.idempotency,
                form=cache(self._described),
                sections=self.sections,
                wall=self.wall.now,
                ready=self.what_is_missing,
                subscriptions=self.subscriptions,
                queue=self.queue,
                complaints=self.complaints,
                limits=SqlRateLimits(self.database, self.keyring),
                quotas=self.quotas,
                figures=self.figures,
                filings=self.filings,
                paperwork=self.paperwork,
                base_url=self.settings.base_url,
            )
        )

    def prepare_engine(self) -> None:
        """Bring the engine's own tables up to date."""
        from kaiban.engine.dbos import migrate as migrate_engine

        migrate_engine(self.database.engine)

    def worker(self, slot: str) -> "Worker":
        """The worker process of that slot: its name is stable over restarts and unique."""
        from kaiban.engine.dbos import Worker

        self.cases.keep(KEPT)

        queues = {
            name: self.departments[name].manifest.concurrency for name in self.departments.names
        }
        return Worker(
            self.database.engine,
            executor=f"{socket.gethostname()}-{slot}",
            queues={**queues, PLATFORM: AT_ONCE},
            places=dict.fromkeys(queues, self._places(queues)),
            run=partial(run, self.office),
            due=lambda queues, most: self.cases.due(self.clock.now(), queues, most),
            alarm=alarm(self.database),
            reconcile=lambda: reconcile(self.office),
            prune=lambda: (
                remind(self.office, self.obligations),
                remind_applicants(self.office, self.worklist),
                self.draft_reminding.remind() if self.text_gateway else 0,
                prune(self.office, self.keeping),
                upkeep(self.queue),
            ),
            wall=self.wall.now,
            relays={
                **self.relays,
                "late_materials": Forwarding(self.office, self.obligations).turn,
                "worklist": self.worklist_upkeep.turn,
                "cards": self.card_giving.turn,
                **({"digest": self.digesting.turn} if self.profile.mail else {}),
                "audit": self.sealing.turn,
                "case_files": self.case_filing.turn,
            },
            poll_seconds=self.settings.poll_seconds,
        )

    def _places(self, limits: Mapping[str, int]) -> "MachineWide | PostgresqlPlaces":
        return places(self.database, Path(self.settings.var) / "places" / "departments", limits)

    def run(self, job: Job) -> None:
        """Do one job, and leave what follows to the workers."""
        run_alone(self.office, job)

    def unfit(self, error: Exception) -> str:
        """What is wrong with the tables, in a sentence, where a database's error may come of that; "" for nothing."""
        wrong = misfit_behind(self.database, error)
        return SENTENCES[wrong] if wrong else ""

    @cached_property
    def readiness(self) -> Readiness:
        """Whether this process can do its work."""
        return Readiness(self.database, folders(self.settings.var), self.wrong_keys)

    def what_is_missing(self) -> list[str]:
        """Everything that keeps the service from doing its work, by the names of ``readiness.SENTENCES``."""
        return self.readiness.missing()

    def wrong_keys(self) -> list[str]:
        """What is wrong with the keys, in sentences."""
        try:
            return [f"KAIBAN_KEYS: {each}" for each in wrong_keys(self.database, self.keyring)]
        except ConfigError as error:
            return [str(error)]
