"""What speaks to people and programs: short messages, mail, webhooks, the codes people come back with."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property, partial
from typing import Final

from kaiban.app.foundation import Foundation
from kaiban.config import ConfigError, resolve
from kaiban.domain.messages.notification import Channel
from kaiban.domain.supervision.handover import SupervisingDepartment
from kaiban.notifying.addresses import AddressPolicy, ForbiddenAddressError
from kaiban.notifying.draft_wording import DraftWording
from kaiban.notifying.filing_wording import FilingWording
from kaiban.notifying.mail import MailCarrier, MailSettings, WrongMailSettingsError
from kaiban.notifying.profile_receivers import ProfileReceivers
from kaiban.notifying.signatures import is_secret, new_secret
from kaiban.notifying.texts import InBackground, TextCarrier, UnknownGatewayError, gateway
from kaiban.notifying.webhooks import WebhookCarrier
from kaiban.notifying.wording import Wording
from kaiban.orchestrator.announcing import Announcer, in_turn
from kaiban.orchestrator.applicant.returning.phone_codes import PhoneCodes
from kaiban.orchestrator.applicant.returning.resuming import Resuming
from kaiban.orchestrator.handing_over import HandingOver
from kaiban.orchestrator.subscribing import Subscriptions
from kaiban.orchestrator.window.assisted.announcing import FilingAnnouncer
from kaiban.orchestrator.worker.notifying import Relay
from kaiban.orchestrator.worker.upkeep.reminding_of_drafts import DraftLapsing, DraftReminding
from kaiban.ports import Announce, Carrier, Misconfigured, Texts
from kaiban.storage.access.rate_limits import SqlRateLimits
from kaiban.storage.access.return_codes import SqlReturnCodes
from kaiban.storage.cases.records.complaints import ComplaintMessages
from kaiban.storage.messages.draft_messages import DraftMessages
from kaiban.storage.messages.filing_messages import FilingMessages
from kaiban.storage.messages.message_rows import MessageRows
from kaiban.storage.messages.outbox import SqlOutbox
from kaiban.storage.messages.webhooks import SqlWebhooks
from kaiban.storage.supervision.handovers import SqlHandovers
from kaiban.storage.supervision.staff_messages import StaffMessages
from kaiban.storage.tickets import TicketMessages

#: The lines of messages beside those of cases: each has a table of its own.
LINES: Final[Mapping[str, type[MessageRows]]] = {
    "tickets": TicketMessages,
    "complaints": ComplaintMessages,
    "filings": FilingMessages,
}


class Telling(Foundation):
    """What one process tells, and by what."""

    @cached_property
    def outbox(self) -> SqlOutbox:
        """What people and programs are to be told."""
        return SqlOutbox(self.database, self.keyring)

    @cached_property
    def webhooks(self) -> SqlWebhooks:
        """Which programs are told, and where."""
        return SqlWebhooks(self.database, self.keyring)

    @cached_property
    def addresses(self) -> AddressPolicy:
        """Where programs may be told."""
        return AddressPolicy(self.settings.env == "production", self.settings.webhook_networks)

    @cached_property
    def subscriptions(self) -> Subscriptions:
        """How programs subscribe."""
        return Subscriptions(self.webhooks, self.outbox, self._why_not, new_secret, self.wall.now)

    def _why_not(self, url: str) -> str:
        try:
            self.addresses.check(url)
        except ForbiddenAddressError as error:
            return str(error)
        return ""

    @cached_property
    def announcer(self) -> Announcer:
        """Who writes down what is to be told, wherever something happens to a case."""
        there = {Channel.SMS: self.profile.texts, Channel.MAIL: self.profile.mail}
        channels = tuple(channel for channel, told in there.items() if told)
        write = Wording(self.profile.city.title, self.settings.base_url)
        return Announcer(self.outbox, self.webhooks, self.filings, channels, write, self.wall.now)

    @cached_property
    def relays(self) -> dict[str, Callable[[], bool]]:
        """Who sends what is to be told, each line for itself: the channels of cases, what tickets, complaints, forms and drafts tell."""
        limits = SqlRateLimits(self.database, self.keyring)
        cases = Relay(self.outbox, self.webhooks, limits, self.carriers, self.wall.now)
        found: dict[str, Callable[[], bool]] = {
            each.value: partial(cases.turn, each) for each in self.carriers
        }
        if Channel.SMS in self.carriers:
            lines = {name: kind(self.database, self.keyring) for name, kind in LINES.items()}
            for name, messages in {**lines, "drafts": self.draft_messages}.items():
                line = Relay(messages, self.webhooks, limits, self.carriers, self.wall.now)
                found[name] = partial(line.turn, Channel.SMS)
        if self.supervising:
            found["handovers"] = partial(self._handover_relay(limits).turn, Channel.WEBHOOK)
        line = Relay(self.staff_messages, self.webhooks, limits, self.carriers, self.wall.now)
        for channel in (Channel.MAIL, Channel.WEBHOOK):
            if channel in self.carriers:
                found[f"staff-{channel.value}"] = partial(line.turn, channel)
        return found

    @cached_property
    def supervising(self) -> tuple[SupervisingDepartment, ...]:
        """Who is handed what was granted, with their secrets; ConfigError for one that is not there or cannot sign."""
        found = tuple(
            replace(each, secret=str(resolve(each.secret, self.environ)))
            for each in self.profile.supervising
        )
        for each in found:
            if not is_secret(each.secret):
                raise ConfigError(
                    f"KAIBAN_CITY: supervising.{each.name}.secret: whsec_ and base64 of 24 to 64 bytes"
                )
        return found

    @cached_property
    def handovers(self) -> SqlHandovers:
        """What they are handed."""
        return SqlHandovers(self.database, self.keyring, self.wall.now)

    @cached_property
    def announce(self) -> Announce:
        """Everybody who writes down what is to be told when something happens to a case."""
        handing_over = HandingOver(self.profile.supervising, self.handovers, self.wall.now)
        return in_turn(self.announcer, handing_over)

    @cached_property
    def staff_messages(self) -> StaffMessages:
        """What staff are to be told, and programs of cards."""
        return StaffMessages(self.database, self.keyring)

    def _handover_relay(self, limits: SqlRateLimits) -> Relay:
        known = ProfileReceivers(self.supervising)
        carrier = WebhookCarrier(known, self.addresses, self.wall.now)
        return Relay(self.handovers, known, limits, {Channel.WEBHOOK: carrier}, self.wall.now)

    @cached_property
    def filing_messages(self) -> FilingMessages:
        """What people are to be told of their forms."""
        return FilingMessages(self.database, self.keyring)

    @cached_property
    def filing_announcer(self) -> FilingAnnouncer:
        """Who writes down what is to be told of a form that staff had in hand."""
        write = FilingWording(self.profile.city.title)
        return FilingAnnouncer(
            self.filing_messages, write, self.wall.now, told=self.text_gateway is not None
        )

    @cached_property
    def draft_messages(self) -> DraftMessages:
        """What owners are to be told of forms that will be dropped."""
        write = DraftWording(self.profile.city.title, self.settings.base_url)
        due = DraftLapsing(self.profile.drafts, write, self.clock.now)
        return DraftMessages(self.database, self.keyring, due)

    @cached_property
    def draft_reminding(self) -> DraftReminding:
        """Who writes that down when it is due."""
        times = (self.clock.now, self.wall.now)
        return DraftReminding(self.draft_messages, self.profile.drafts, *times)

    @cached_property
    def carriers(self) -> dict[Channel, Carrier]:
        """Everything messages are carried on by; ConfigError for wrong settings."""
        found: dict[Channel, Carrier] = {
            Channel.WEBHOOK: WebhookCarrier(self.webhooks, self.addresses, self.wall.now)
        }
        if self.text_gateway:
            found[Channel.SMS] = TextCarrier(self.text_gateway)
        if self.mail:
            found[Channel.MAIL] = MailCarrier(self.mail, self.wall.now)
        return found

    @cached_property
    def mail(self) -> MailSettings | None:
        """The city's mail server, if it has one."""
        if not self.profile.mail:
            return None
        try:
            told = MailSettings.read(resolve(self.profile.mail, self.environ))
        except WrongMailSettingsError as error:
            raise ConfigError(str(error)) from error
        if self.settings.env == "production" and told.security == "none" and not told.is_local:
            raise ConfigError("mail.security: starttls or tls; mails name companies")
        return told

    @cached_property
    def texts(self) -> InBackground | None:
        """The city's gateway for short messages that nobody waits for, if it has one."""
        return InBackground(self.text_gateway) if self.text_gateway else None

    @cached_property
    def text_gateway(self) -> Texts | None:
        """The city's gateway for short messages, if it has one."""
        chosen = self.profile.texts
        if not chosen:
            return None
        try:
            settings = resolve(chosen.get("settings", {}), self.environ)
            made = gateway(chosen.get("gateway", "http"), settings, self.wall)
        except (UnknownGatewayError, Misconfigured) as error:
            raise ConfigError(str(error)) from error
        if self.settings.env == "production" and hasattr(made, "refuse_stubs"):
            made.refuse_stubs()
        return made

    @cached_property
    def resuming(self) -> Resuming:
        """How somebody comes back to a form on another device."""
        return Resuming(
            self.filings,
            SqlReturnCodes(self.database, self.keyring),
            SqlRateLimits(self.database, self.keyring),
            self.texts,
            self.wall.now,
            self.profile.city.title,
        )

    @cached_property
    def phone_codes(self) -> PhoneCodes:
        """How somebody proves that a phone is theirs."""
        return PhoneCodes(
            SqlReturnCodes(self.database, self.keyring),
            SqlRateLimits(self.database, self.keyring),
            self.texts,
            self.wall.now,
            self.profile.city.title,
        )
