"""What every adapter inherits: settings, the exchange, the guard, the code table, form paths.

A department's adapter declares ``manifest``, ``Settings``, ``Needs``, ``Result`` and ``CODES``, and
writes ``prepare``, ``send``, ``look`` and ``ping`` (and ``take_back``, ``parse_callback`` where
its protocol has them). How failures are treated is not its business.
"""

import re
import threading
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Self, TypeVar

from marshmallow import Schema, ValidationError, fields, missing
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    stop_any,
    stop_before_delay,
    wait_random_exponential,
)

from adapters.http import Answer, Http, WireClock
from adapters.needs_paths import form_path, texts
from adapters.tls import Trust
from adapters.verdicts import FAMILIES, Verdict
from adapters.wire import reading
from adapters.wire.free_text import unread
from adapters.wire.text import misfit
from kaiban.ports import (
    Acknowledgement,
    AdapterError,
    Cancelled,
    Correction,
    Foreign,
    Health,
    Hint,
    Key,
    Manifest,
    Misconfigured,
    NeedsCorrection,
    NotFound,
    Outcome,
    Pending,
    Prepared,
    RawCallback,
    Ref,
    Rejected,
    Retryable,
    Unknown,
    Unprocessable,
    in_confidence,
)

__all__ = [
    "FAMILIES",
    "AdapterBase",
    "Answer",
    "BaseSettings",
    "SessionCache",
    "Verdict",
    "WireClock",
]

TRIES = 3

Told = TypeVar("Told")


class BaseSettings(Schema):
    """What every adapter is told: where its department is, whom to trust there, and who we are (``adapters.tls.Trust``)."""

    url = fields.Url(required=True, require_tld=False, schemes={"http", "https"})
    ca_file = fields.String(load_default="")
    certificate_file = fields.String(load_default="")
    key_file = fields.String(load_default="")


class SessionCache:
    """One session with the department, shared by all threads.

    ``get`` asks for a new session once, however many threads wait for it; what is said for that is said in confidence.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._value: Any = None

    def get(self, renew: Callable[[], Any]) -> Any:
        """Return the session; made by ``renew`` if there is none. Its exceptions pass through."""
        with self._lock:
            if self._value is None:
                with in_confidence():
                    self._value = renew()
            return self._value

    def peek(self) -> Any:
        """Return the session there is, or None."""
        return self._value

    def drop(self, value: Any = None) -> None:
        """Forget the session; with ``value`` only if it is still that one, not a newer one."""
        with self._lock:
            if value is None or value == self._value:
                self._value = None


class AdapterBase(ABC):
    """One department's system; see ``kaiban.ports.Adapter`` for what each method promises."""

    manifest: ClassVar[Manifest]
    Settings: ClassVar[type[Schema]] = BaseSettings
    Needs: ClassVar[type[Schema]]
    Result: ClassVar[type[Schema]]
    CODES: ClassVar[Mapping[str, Verdict]] = {}
    ACK: ClassVar[Acknowledgement] = Acknowledgement()
    #: Fields of their messages that identify a person, besides those every department has.
    PERSONAL: ClassVar[re.Pattern[str]] = reading.PERSONAL
    #: Seconds until the second try in place, at most; until the third twice as long.
    PAUSE: ClassVar[float] = 0.1

    def __init__(self, settings: Mapping[str, Any], *, clock: WireClock) -> None:
        self.settings: dict[str, Any] = self._load_settings(settings)
        #: What is read of the form; one instance, for making one costs more than loading with it.
        self.needs = self.Needs()
        self.clock = clock
        self.session = SessionCache()
        self.http = Http(
            self.settings["url"],
            clock=clock,
            deadline=self.manifest.deadline,
            max_bytes=self.manifest.max_bytes,
            trust=Trust.of(self.settings),
        )

    @classmethod
    def rehearsing(cls) -> Self:
        """Return one that can prepare and nothing else; each setting is its usual value, or ""."""
        adapter = cls.__new__(cls)
        declared = cls.Settings().fields
        usual = {name: field.load_default for name, field in declared.items()}
        adapter.settings = defaultdict(str, {n: v for n, v in usual.items() if v is not missing})
        adapter.needs = cls.Needs()
        return adapter

    # --- what a department writes ---------------------------------------------------------------

    @abstractmethod
    def prepare(self, needs: Mapping[str, Any], key: Key, step: str) -> Prepared | NeedsCorrection:
        """Say it in their words; pure."""

    @abstractmethod
    def send(self, prepared: Prepared) -> Outcome:
        """One exchange that may commit."""

    @abstractmethod
    def look(self, ref: Ref) -> Outcome:
        """Ask how the application stands."""

    def put(self, digest: str, content: bytes) -> None:  # noqa: ARG002 - others need it
        """Hand over a file by its SHA-256; by default the department takes none."""
        raise Unprocessable(f"{self.manifest.name} takes no files")

    def append(self, ref: Ref, materials: Sequence[Mapping[str, str]]) -> None:  # noqa: ARG002 - others need it
        """Add materials to an application; by default the department takes none afterwards."""
        raise Unprocessable(f"{self.manifest.name} takes no late materials")

    def take_back(self, ref: Ref) -> Outcome:  # noqa: ARG002 - others need it
        """Withdraw the application; by default the department does not offer it."""
        return Rejected("never", f"{self.manifest.office}不受理撤回")

    @abstractmethod
    def ping(self) -> Health:
        """Ask for a sign of life; writes nothing."""

    def parse_callback(self, raw: RawCallback) -> Sequence[Hint]:
        """Which applications the call is about; by default nobody calls, and whoever does hears that there is nobody here."""
        raise NotImplementedError

    def fields(self, raw: bytes) -> Mapping[str, str]:
        """Take one of their messages or ours apart, by field name; any exception: it is none."""
        return reading.read(raw)[1]

    # --- what the engine calls ------------------------------------------------------------------

    def enclose(self, digest: str, content: bytes) -> None:
        """Put a file there; again in place whenever the answer did not come through."""
        self._guarded(lambda file: self.put(*file), (digest, content), Retryable, Unknown)

    def supply(self, ref: Ref, materials: Sequence[Mapping[str, str]]) -> None:
        """Add materials; again in place whenever the answer did not come through."""
        self._guarded(lambda late: self.append(*late), (ref, materials), Retryable, Unknown)

    def submit(self, prepared: Prepared) -> Outcome:
        """Send; again in place only if it surely was not taken."""
        return self._guarded(self.send, prepared, Retryable)

    def query(self, ref: Ref) -> Outcome:
        """Look; again in place whenever the answer did not come through."""
        return self._guarded(self.look, ref, Retryable, Unknown)

    def cancel(self, ref: Ref) -> Outcome:
        """Take back; again in place only if it surely was not heard."""
        return self._guarded(self.take_back, ref, Retryable)

    def acknowledge(self) -> Acknowledgement:
        """Return what to answer to a callback."""
        return self.ACK

    def readable(self, raw: bytes) -> Mapping[str, str]:
        """Return a message as people may read it, whatever it is."""
        try:
            found = self.fields(raw)
        except Exception:  # noqa: BLE001 - departments send anything
            return reading.strange(raw)
        shown = {
            name: reading.brief(reading.masked(name, text, self.PERSONAL))
            for name, text in found.items()
        }
        bytes_left = unread(raw, self.manifest.encoding)
        return shown | ({"unread": bytes_left} if bytes_left else {})

    def refuse_stubs(self) -> None:
        """From now on, raise Misconfigured for whatever a stub says."""
        self.http.refuse_stubs()

    def health(self) -> Health:
        """Whether it answers."""
        try:
            return self.ping()
        except AdapterError as error:
            return Health(ok=False, detail=str(error))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is not a sign of life
            return Health(ok=False, detail=f"the adapter failed: {type(error).__name__}")

    def close(self) -> None:
        """Let go of the connections."""
        self.http.close()

    # --- what a department calls ----------------------------------------------------------------

    def misfits(self, needs: Mapping[str, Any], without: str = "") -> tuple[Correction, ...]:
        """Return, by form path, every text their character set or field widths cannot hold.

        Widths in bytes are declared as ``metadata={"bytes": 60}`` of a needs field; ``without``
        are characters that mean something else on their wire (``|`` between fields).
        """
        found = []
        for where, text, width in texts(self.needs, needs):
            reason = misfit(text, self.manifest.encoding, width, without)
            if reason:
                found.append(self.correction(where, "unfit", reason))
        return tuple(found)

    def correction(self, field: str, code: str, message: str) -> Correction:
        """Return a correction of a needs field; list items as ``staff.0.cert_no``."""
        return Correction(form_path(self.needs, field), code, message)

    def verdict(self, code: str) -> Verdict:
        """Return what their code means: the exact entry, else the longest prefix (``3*``), else UNKNOWN."""
        if code in self.CODES:
            return self.CODES[code]
        starts = [k[:-1] for k in self.CODES if k.endswith("*") and code.startswith(k[:-1])]
        return self.CODES[max(starts, key=len) + "*"] if starts else Verdict.UNKNOWN

    def plain(self, code: str, text: str, ref: Ref) -> Outcome:
        """Return the outcome of a code that carries nothing but a text.

        Raises what the verdict demands: Retryable, Closed, Misconfigured, Unprocessable, Foreign; Unknown for all that
        needs the message itself (DONE, CORRECT, PARTIAL, RENEW) and for LOOK_UP.
        """
        outcomes: Mapping[Verdict, Outcome] = {
            Verdict.PENDING: Pending(ref, reason=text),
            Verdict.REJECTED: Rejected(code, text),
            Verdict.NOT_FOUND: NotFound(),
            Verdict.CANCELLED: Cancelled(),
        }
        verdict = self.verdict(code)
        if verdict not in outcomes:
            raise FAMILIES.get(verdict, Unknown)(f"code {code}")
        return outcomes[verdict]

    def ours(self, ref: Ref, **told: object) -> None:
        """Believe an answer only if whatever it names is ours; raises Foreign.

        ``told`` is what it says: ``key`` and ``number`` are compared with the ref's, every other
        name with the ref's ``extra``, where ``prepare`` has put it. What we do not know ourselves
        (their number before the first answer, a name older messages did not keep) is not compared;
        what we know and the answer leaves out is not ours.
        """
        known = {**ref.extra, "key": ref.key, "number": ref.number}
        wrong = [name for name, said in told.items() if known.get(name) and said != known[name]]
        if wrong:
            raise Foreign(f"the answer is about another application: {', '.join(sorted(wrong))}")

    def result(self, mapping: Mapping[str, Any]) -> dict[str, Any]:
        """Return what "done" contains, checked and in JSON values; Unknown if the department broke it."""
        schema = self.Result()
        try:
            plain: dict[str, Any] = schema.dump(schema.load(mapping))
        except ValidationError as error:
            wrong = ", ".join(sorted(error.messages_dict))
            raise Unknown(f"the result is not what the protocol promises: {wrong}") from error
        return plain

    # --- private --------------------------------------------------------------------------------

    def _load_settings(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        try:
            loaded: dict[str, Any] = self.Settings().load(settings)
        except ValidationError as error:
            # Names only: a wrong secret must not end up in a log.
            wrong = ", ".join(sorted(error.messages_dict))
            raise Misconfigured(
                f"{self.manifest.name}: wrong or missing setting: {wrong}"
            ) from None
        return loaded

    def _guarded(
        self, call: Callable[[Any], Told], argument: Any, *again: type[AdapterError]
    ) -> Told:
        tries = Retrying(
            retry=retry_if_exception_type(again),
            stop=stop_any(stop_after_attempt(TRIES), stop_before_delay(self.manifest.deadline)),
            wait=self._wait,
            reraise=True,
        )
        try:
            return tries(call, argument)
        except AdapterError:
            raise
        except Exception as error:
            # Our own mistake, perhaps after the bytes had left: only a query may follow.
            raise Unknown(f"the adapter failed: {type(error).__name__}") from error

    def _wait(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.after if isinstance(error, Retryable) and error.after else None
        jitter = wait_random_exponential(multiplier=self.PAUSE, max=2)(state)
        return jitter + (asked.total_seconds() if asked else 0)
