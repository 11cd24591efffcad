"""All stub departments together, each on a thread of this process."""

import secrets
import ssl
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from adapters.hall import scenarios
from adapters.hall.admin.address import Admin
from adapters.hall.clock import HallClock, RealClock
from adapters.hall.fault_injection.answers import answers as read_answers
from adapters.hall.fault_injection.faults import Fault
from adapters.hall.fault_injection.troubles import Troubles
from adapters.hall.serving.certificates import Authority, Tls
from adapters.hall.store import Commit
from adapters.hall.stub import HallContext, Stub, kept, refuse_in_production
from adapters.hall.texts import Outbox
from adapters.hall.timestamp_authority import TimestampAuthority

GROUP = "kaiban.stubs"
#: The page's port; each stub says its own distance from it.
WELL_KNOWN = 7100
#: A Wednesday, half past nine in Beijing: every department works.
MORNING = datetime(2026, 3, 4, 1, 30, tzinfo=UTC)


class Hall:
    """The stub hall; ``with Hall(only=("bank",)) as hall:``.

    ``ports`` is "free" for tests, "fixed" for the well-known ones, or a number added to by each
    stub's distance from 7100. ``folder`` keeps state and keys; without one they go with the hall.
    ``scenario`` says how the day goes; it also says when it begins, unless ``epoch`` does. With
    ``admin`` there is a page, too. ``tls``: departments speak HTTPS, "mutual" only with those who show
    a certificate of the hall's authority. ``answers`` is a file of answers of one's own; AnswersError
    from ``with`` if it cannot be used. ``broken`` names the stubs that could not be loaded, and why.
    """

    def __init__(
        self,
        *,
        seed: int = 7,
        epoch: datetime | None = None,
        speed: float = 1,
        pace: float = 1,
        manual: bool = False,
        always_open: bool = False,
        only: Iterable[str] = (),
        ports: Literal["free", "fixed"] | int = "free",
        folder: Path | None = None,
        callback_url: str = "",
        latency: float = 0,
        real: RealClock | None = None,
        scenario: str = "calm",
        admin: bool = False,
        tls: Tls = "off",
        answers: Path | None = None,
    ) -> None:
        refuse_in_production()
        chosen = scenarios.scenario(scenario)
        self._classes, self.broken = stub_classes(tuple(only))
        self.clock = HallClock(epoch or chosen.epoch(MORNING), speed, manual=manual)
        self._ports = ports
        self._kept = None if folder else tempfile.TemporaryDirectory(prefix="kaiban-hall-")
        self.folder = folder or Path(self._kept.name if self._kept else "")
        self._common: dict[str, Any] = {
            "clock": self.clock,
            "seed": seed,
            "pace": pace,
            "always_open": always_open,
            "callback_url": callback_url,
            "latency": latency,
            "real": real or RealClock(),
        }
        self._troubles = {name: Troubles(seed, name) for name in self._classes}
        self._scenarios = dict.fromkeys(self._classes, chosen)
        self._answers: dict[str, list[Fault]] = {}
        self._answers_file = answers
        self._tls, self._trust = self._certified(tls)
        self.outbox = Outbox()
        self.timestamp_authority = TimestampAuthority(self._keys, self._common["real"].now)
        self._admin = Admin(self) if admin else None
        self._stubs: dict[str, Stub] = {}
        self._left: dict[str, int] = {}

    def __enter__(self) -> Self:
        try:
            for name in self._classes:
                self._start(name, self._port(name))
                scenarios.play(self._stubs[name], self._scenarios[name])
            if self._answers_file:
                file = self._answers_file
                self.answer(file.read_text(encoding="utf-8"), file.parent)
            if self._admin:
                self._admin.start(0 if self._ports == "free" else self._base)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop every stub; without a folder of its own, state and keys are gone."""
        if self._admin:
            self._admin.stop()
        for name in list(self._stubs):
            self.stop(name)
        if self._kept:
            self._kept.cleanup()

    @property
    def names(self) -> tuple[str, ...]:
        """The departments that are up."""
        return tuple(self._stubs)

    @property
    def latest(self) -> datetime:
        """The latest business time that any stub has seen, or now."""
        seen = (stub.store.latest() for stub in self._stubs.values())
        return max([self.clock.now(), *(each for each in seen if each)])

    def stub(self, name: str) -> Any:
        """Return the running stub; KeyError if it is not up."""
        return self._stubs[name]

    def url(self, name: str) -> str:
        """Return where it listens."""
        return self._stubs[name].url

    def settings(self, name: str) -> dict[str, Any]:
        """Return what its adapter must be told."""
        return {**self._stubs[name].settings(), **self._trust}

    def stop(self, name: str) -> None:
        """Stop a stub as if it had died; its state stays in the folder."""
        self._left[name] = int(self.url(name).rpartition(":")[2])
        self._stubs.pop(name).stop()

    def start(self, name: str) -> None:
        """Bring a stopped stub back at the same address."""
        self._start(name, self._left[name])

    def restart(self, name: str) -> None:
        """Let a stub die and come back at the same address."""
        self.stop(name)
        self.start(name)

    def scenario(self, name: str) -> scenarios.Scenario:
        """Return the scenario a stub plays."""
        return self._scenarios[name]

    def play(self, name: str, scenario: str) -> None:
        """Let a stub play another scenario from now on; the clock stays.

        KeyError for an unknown stub, ScenarioError for an unknown scenario.
        """
        stub, chosen = self._stubs[name], scenarios.scenario(scenario)
        scenarios.play(stub, chosen)
        self._scenarios[name] = chosen
        stub.hall = replace(stub.hall, **chosen.mood(self._common))

    def reset(self) -> None:
        """Let every stub forget its cases and the faults set by hand; clock and scenarios stay."""
        self.outbox.clear()
        for name in self.names:
            port = int(self.url(name).rpartition(":")[2])
            self.stop(name)
            for file in self.folder.glob(f"{name}.db*"):
                file.unlink()
            self._troubles[name].clear()
            self._start(name, port)
            scenarios.play(self._stubs[name], self._scenarios[name])
            self._troubles[name].set_file(self._answers.get(name, ()))

    def answer(self, text: str, folder: Path | None = None) -> None:
        """Take a file of answers of one's own instead of the one before; AnswersError, and nothing is changed, if it is wrong.

        Those for stubs that are installed and not up are kept for nothing: they are only checked for what they are.
        """
        read = read_answers(text, self._check, folder)
        self._answers = {n: [each for name, each in read if name == n] for n in self._classes}
        for name, troubles in self._troubles.items():
            troubles.set_file(self._answers[name])

    @property
    def admin_url(self) -> str:
        """Where the hall's page is; there is one only with ``admin``."""
        assert self._admin is not None, "the hall has no page"
        return self._admin.url

    @property
    def texts_token(self) -> str:
        """The token the pretended gateway for short messages knows Kaiban by."""
        return kept(self._keys / "texts.token", lambda: secrets.token_hex(16).encode()).decode()

    def texts_settings(self) -> dict[str, str]:
        """Return what Kaiban must be told to send short messages; only with ``admin``."""
        return {"url": self.admin_url, "token": self.texts_token}

    @property
    def options(self) -> dict[str, Any]:
        """Return what a recording must say of the hall."""
        own = next((stub.hall for stub in self._stubs.values()), None)
        seed, pace = self._common["seed"], own.pace if own else self._common["pace"]
        return {"seed": seed, "pace": pace, "always_open": bool(own and own.always_open)}

    def commits(self) -> list[Commit]:
        """Return what became effective in any department that is up."""
        return [commit for stub in self._stubs.values() for commit in stub.commits()]

    def advance(self, **span: float) -> None:
        """Let business time pass: ``hall.advance(minutes=90)``."""
        self.clock.advance(timedelta(**span))

    def _start(self, name: str, port: int) -> None:
        stub = self._classes[name](
            HallContext(
                secrets=self._keys,
                state_path=self.folder / f"{name}.db",
                troubles=self._troubles[name],
                tls=self._tls,
                **self._scenarios[name].mood(self._common),
            )
        )
        try:
            stub.start(port)
        except OSError:
            stub.store.close()
            raise
        self._stubs[name] = stub

    def _check(self, name: str, fault: Fault) -> None:
        """Raise FaultError if a stub cannot commit the fault, KeyError if none is called so."""
        if name in self._stubs:
            self._stubs[name].mischief.check(fault)
        elif name not in {each.name for each in entry_points(group=GROUP)}:
            raise KeyError(name)

    def _certified(self, tls: Tls) -> tuple[ssl.SSLContext | None, dict[str, str]]:
        """What the stubs show, and what that adds to the settings of adapters."""
        if tls == "off":
            return None, {}
        authority = Authority(self.folder.absolute() / "tls")
        shown, trusted = authority.server(), {"ca_file": str(authority.file)}
        if tls == "server":
            return shown, trusted
        return authority.lets_in(shown), {**trusted, "certificate_file": str(authority.client())}

    @property
    def _keys(self) -> Path:
        keys = self.folder / "keys"
        keys.mkdir(parents=True, exist_ok=True, mode=0o700)
        return keys

    def _port(self, name: str) -> int:
        well_known = self._classes[name].port
        return 0 if self._ports == "free" else self._base + well_known - WELL_KNOWN

    @property
    def _base(self) -> int:
        return self._ports if isinstance(self._ports, int) else WELL_KNOWN


def stub_classes(only: tuple[str, ...] = ()) -> tuple[dict[str, type[Stub]], dict[str, str]]:
    """Find the stubs by entry points: (those that load, why the others do not), by name.

    Raises KeyError for a name in ``only`` that nobody declares.
    """
    declared: Mapping[str, EntryPoint] = {e.name: e for e in entry_points(group=GROUP)}
    for name in only:
        if name not in declared:
            raise KeyError(f"no stub is called {name!r}; there are {', '.join(sorted(declared))}")
    good: dict[str, type[Stub]] = {}
    broken: dict[str, str] = {}
    for name in only or sorted(declared):
        try:
            good[name] = declared[name].load()
        except Exception as error:  # noqa: BLE001 - one bad stub must not take the hall down
            broken[name] = f"{type(error).__name__}: {error}"
    return good, broken
