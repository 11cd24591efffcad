"""Short messages (短信): the city's gateway, and how a request need not wait for it."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import entry_points
from typing import Any, Final

import structlog

from kaiban.domain.messages.notification import Answer, Message, Verdict
from kaiban.ports import AdapterError, Misconfigured, Retryable, Texts, Unprocessable

log = structlog.get_logger()

GATEWAYS: Final = "kaiban.texts"


#: What a gateway's word means for the message; whatever else it says, nobody knows whether it was taken.
MEANINGS: Final[Mapping[type[AdapterError], Verdict]] = {
    Retryable: Verdict.LATER,
    Misconfigured: Verdict.LATER,
    Unprocessable: Verdict.REFUSED,
}


class UnknownGatewayError(Exception):
    """No such gateway is installed; the message names those that are."""


def gateway(name: str, settings: Mapping[str, Any], clock: Any) -> Texts:
    """The gateway of that entry point; raises UnknownGatewayError, Misconfigured for its settings."""
    found = {point.name: point for point in entry_points(group=GATEWAYS)}
    if name not in found:
        raise UnknownGatewayError(f"texts.gateway: one of {', '.join(sorted(found))}")
    made: Texts = found[name].load()(settings, clock=clock)
    return made


class InBackground:
    """A gateway that takes every message at once and sends it when it can (kaiban.ports.Texts).

    Whoever watches how long we take learns nothing, and a slow gateway holds up nobody. A
    message is lost if the process dies or the gateway stays away: whoever misses a code asks
    for another. Neither number nor text is ever logged.
    """

    def __init__(self, texts: Texts, threads: int = 4) -> None:
        self._texts = texts
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="texts")

    def send(self, phone: str, text: str, message_id: str = "") -> None:
        """Take it."""
        self._pool.submit(self._send, phone, text, message_id)

    def close(self) -> None:
        """Wait until everything taken has been tried."""
        self._pool.shutdown()

    def _send(self, phone: str, text: str, message_id: str) -> None:
        try:
            self._texts.send(phone, text, message_id)
        except Misconfigured as error:
            log.error("texts_misconfigured", error=str(error))
        except AdapterError as error:
            log.warning("text_not_sent", family=type(error).__name__)
        except Exception as error:  # noqa: BLE001 - a gateway's defect must not vanish with its thread
            log.error("text_gateway_defect", error=type(error).__name__)


class TextCarrier:
    """Carries messages on as short messages (kaiban.ports.Carrier), each under its own id."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def deliver(self, message: Message) -> Answer:
        """Try once; whatever goes wrong is an answer."""
        try:
            self._texts.send(message.address, message.text, message.id)
        except AdapterError as error:
            return _meant(error)
        return Answer(Verdict.ACCEPTED)


def _meant(error: AdapterError) -> Answer:
    family = type(error).__name__
    if isinstance(error, Misconfigured):
        log.error("texts_misconfigured", error=str(error))
    verdict = next(
        (MEANINGS[kind] for kind in type(error).__mro__ if kind in MEANINGS), Verdict.UNKNOWN
    )
    return Answer(verdict, f"gateway.{family.lower()}", getattr(error, "after", None))
