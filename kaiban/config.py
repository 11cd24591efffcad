"""Settings: read once at start from the environment and the city profile; wrong values stop the start."""

import math
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from importlib import resources
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from kaiban.domain.cases.cross_region_profile import read_intake_rules
from kaiban.domain.city import City, DeskRules, Hall, NoticeRules, Rates
from kaiban.domain.complaint import ComplaintRules
from kaiban.domain.hours.clock import (
    EveryDay,
    HallHours,
    Promise,
    Season,
    Shift,
    StateCouncilDays,
)
from kaiban.domain.notices.catalogue import CATALOGUE, Entry
from kaiban.domain.papers.commitment_profile import read_commitments
from kaiban.domain.papers.material import MaterialRules, UploadLimits
from kaiban.domain.papers.obligation import Deferral, Lapse
from kaiban.domain.tickets.profile import read_queue

#: Addresses that begin alike.
Network = IPv4Network | IPv6Network


class ConfigError(Exception):
    """A setting is wrong; the message names it and says what is expected."""


@dataclass(frozen=True)
class Setting:
    """One environment variable: its name, its usual value, how it is read, what it is for."""

    name: str
    usual: str
    read: Callable[[str], Any]
    meaning: str


def _choice(*allowed: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in allowed:
            raise ValueError("one of " + ", ".join(allowed))
        return text

    return read


def _positive(text: str) -> float:
    number = float(text)
    if not 0 < number < math.inf:
        raise ValueError("a number above 0")
    return number


def _whole(least: int, most: int, what: str = "a whole number") -> Callable[[str], int]:
    def read(text: str) -> int:
        number = int(text)
        if not least <= number <= most:
            raise ValueError(f"{what} from {least} to {most}")
        return number

    return read


#: More processes, or threads of one, than any machine here has cores for.
_count = _whole(1, 64)
#: A century is for ever.
_days = _whole(1, 36500, "a whole number of days")
_port = _whole(1, 65535, "a port")
_port_or_any = _whole(0, 65535, "a port (0: any free one)")


def _origin(text: str) -> str:
    """Scheme, host and port, as browsers name where a page is from."""
    found = urlsplit(text.rstrip("/"))
    if found.scheme not in ("http", "https") or not found.hostname:
        raise ValueError("an address with http or https and a host")
    if found.path or found.query or found.fragment or "@" in found.netloc:
        raise ValueError(
            "scheme, host and port only: the service has an address of its own, not a part of one"
        )
    _ = found.port  # ValueError if it is none
    return found.geturl()


def _networks(text: str, whose: str = "of proxies") -> tuple[Network, ...]:
    """Addresses and networks, between commas."""
    found = tuple(ip_network(each.strip()) for each in text.split(",") if each.strip())
    if any(network.prefixlen == 0 for network in found):
        raise ValueError(f"addresses {whose}: not everybody is one")
    return found


def _reference(text: str) -> str:
    if text and text.partition(":")[0] not in ("env", "file"):
        raise ValueError("a reference, `env:NAME` or `file:PATH`")
    return text


#: Every setting there is; docs/settings.md is checked against it.
SETTINGS: Mapping[str, Setting] = {
    "env": Setting(
        "KAIBAN_ENV", "development", _choice("development", "production"),
        "production refuses stubs and the demonstration clock",
    ),
    "var": Setting("KAIBAN_VAR", "var", str, "folder for the database, secrets and packages"),
    "database": Setting(
        "KAIBAN_DATABASE", "sqlite:///{var}/kaiban.db", str, "SQLAlchemy address of the database"
    ),
    "city": Setting("KAIBAN_CITY", "shifan", str, "a shipped city profile, or the path of one"),
    "hall": Setting("KAIBAN_HALL", "", str, "the hall served here; empty: the profile's first"),
    "links": Setting("KAIBAN_LINKS", "", str,
        "a TOML file with the settings of each link; in development usually the stub hall's"),
    "keys": Setting(
        "KAIBAN_KEYS", "file:{var}/secrets/field.keys", str,
        "reference to the keys that encrypt personal data, one `id:base64` a line, newest first",
    ),
    "witness": Setting(
        "KAIBAN_WITNESS", "{var}/secrets/witness.json", str,
        "file by which this machine notices that the database was set back; not where that is restored",
    ),
    "kiosk_key": Setting(
        "KAIBAN_KIOSK_KEY", "", _reference,
        "reference to the key that makes a browser a kiosk and ends that; empty: no kiosks here",
    ),
    "host": Setting("KAIBAN_HOST", "127.0.0.1", str, "address the web service listens on"),
    "port": Setting("KAIBAN_PORT", "8000", _port, "port the web service listens on"),
    "base_url": Setting(
        "KAIBAN_BASE_URL", "http://127.0.0.1:{port}", _origin,
        "how people and departments reach the service: every address we tell begins with it",
    ),
    "trusted_proxies": Setting(
        "KAIBAN_TRUSTED_PROXIES", "", _networks,
        "addresses or networks of our own proxies, between commas: they say whose request it is",
    ),
    "connections_per_address": Setting(
        "KAIBAN_CONNECTIONS_PER_ADDRESS", "200", _whole(1, 1000),
        "connections of one address in one web process; one more ends the one that waited longest",
    ),
    "head_seconds": Setting(
        "KAIBAN_HEAD_SECONDS", "15", _positive, "what a request's head may take to come in"
    ),
    "body_seconds": Setting(
        "KAIBAN_BODY_SECONDS", "600", _positive, "what a request's body may take to come in"
    ),
    "stubs_port": Setting(
        "KAIBAN_STUBS_PORT", "7100", _port_or_any,
        "port of the stub hall's page; the departments listen on the next ones; 0: on any free ones",
    ),
    "poll_seconds": Setting(
        "KAIBAN_POLL_SECONDS", "1", _positive, "how often a worker looks for what has waited long enough"
    ),
    "workers": Setting("KAIBAN_WORKERS", "1", _count, "worker processes `kaiban serve` keeps"),
    "web_processes": Setting(
        "KAIBAN_WEB_PROCESSES", "2", _count, "web processes `kaiban serve` keeps"
    ),
    "threads": Setting("KAIBAN_THREADS", "8", _count, "threads of each web process"),
    "document_workers": Setting(
        "KAIBAN_DOCUMENT_WORKERS", "2", _count,
        "child processes in which each web process reads and makes documents, started when needed",
    ),
    "slot": Setting("KAIBAN_SLOT", "0", str, "name of a worker's place; unique among live workers"),
    "exchange_days": Setting(
        "KAIBAN_EXCHANGE_DAYS", "180", _days, "how long exchanges with departments are kept"
    ),
    "webhook_networks": Setting(
        "KAIBAN_WEBHOOK_NETWORKS", "", partial(_networks, whose="of receivers"),
        "private addresses or networks webhooks may be sent to in production, between commas",
    ),
    "clock": Setting(
        "KAIBAN_DEMO_CLOCK", "", str,
        "`<business instant>@<file>x<speed>`: runs so fast from when the file says it begins",
    ),
    "log": Setting("KAIBAN_LOG", "json", _choice("json", "console"), "form of the log on stderr"),
}  # fmt: skip


@dataclass(frozen=True)
class Settings:
    """The settings of one process; see SETTINGS for each one's meaning."""

    env: str
    var: str
    database: str
    city: str
    hall: str
    links: str
    keys: str
    witness: str
    kiosk_key: str
    host: str
    port: int
    base_url: str
    trusted_proxies: tuple[Network, ...]
    connections_per_address: int
    head_seconds: float
    body_seconds: float
    stubs_port: int
    poll_seconds: float
    workers: int
    web_processes: int
    threads: int
    document_workers: int
    slot: str
    exchange_days: int
    webhook_networks: tuple[Network, ...]
    clock: str
    log: str

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> "Settings":
        """All settings, or ConfigError naming every wrong one; unknown KAIBAN_* names are wrong."""
        known = {setting.name for setting in SETTINGS.values()}
        wrong = [
            f"{name}: no such setting"
            for name in sorted(environ)
            if name.startswith("KAIBAN_") and name not in known
        ]
        values: dict[str, Any] = {}
        for field, setting in SETTINGS.items():
            try:
                text = environ.get(setting.name) or setting.usual
                for told in ("var", "port"):
                    text = text.replace(f"{{{told}}}", str(values.get(told)))
                values[field] = setting.read(text)
            except ValueError as error:
                wrong.append(f"{setting.name}: {error}")
        if environ.get("KAIBAN_ENV") == "production" and environ.get("KAIBAN_DEMO_CLOCK"):
            wrong.append("KAIBAN_DEMO_CLOCK: not in production")
        if wrong:
            raise ConfigError("; ".join(wrong))
        return cls(**values)


@dataclass(frozen=True)
class Profile:
    """A city profile: what the domain needs, the form's local rules, the links' settings.

    ``texts`` is the gateway for short messages and its settings, ``mail`` the mail server and ours, ``openid`` where staff
    may sign in beside here; empty without one.
    ``drafts`` is how long a form may lie unsubmitted. ``pretended``: the links' settings come from the stub hall.
    """

    city: City
    hall_title: str
    locality: Mapping[str, Any]
    order: tuple[str, ...]
    links: Mapping[str, Mapping[str, Any]]
    texts: Mapping[str, Any]
    mail: Mapping[str, Any]
    openid: Mapping[str, Any]
    drafts: timedelta
    pretended: bool = False


def read_profile(settings: Settings) -> Profile:
    """The city profile the settings name; ConfigError if it is missing or wrong."""
    try:
        raw = tomllib.loads(_profile_text(settings.city))
        links = raw.get("links", {})
        order = tuple(links.pop("order", ()))
        told = _link_settings(settings)
        texts, mail, openid = (
            {**raw.get(name, {}), **told.pop(name, {})} for name in ("texts", "mail", "openid")
        )
        pretended = bool(told.pop("stubs", {}))
        city, locality = _city(raw, settings.hall), raw.get("locality", {})
        # The file with the settings adds to what the profile says of a link.
        links = {name: {**links.get(name, {}), **told.get(name, {})} for name in {**links, **told}}
        return Profile(
            city, raw["hall_title"], locality, order, links, texts, mail, openid, _drafts(raw),
            pretended,
        )  # fmt: skip
    except KeyError as error:
        raise ConfigError(f"KAIBAN_CITY {settings.city}: {error} is missing") from error
    except (ValueError, TypeError) as error:
        raise ConfigError(f"KAIBAN_CITY {settings.city}: {error}") from error


def resolve(value: Any, environ: Mapping[str, str]) -> Any:
    """A setting with every ``env:`` and ``file:`` reference replaced by what it names."""
    if isinstance(value, Mapping):
        return {name: resolve(each, environ) for name, each in value.items()}
    if not isinstance(value, str):
        return value
    scheme, _, rest = value.partition(":")
    if scheme == "env":
        if rest not in environ:
            raise ConfigError(f"{value}: no such environment variable")
        return environ[rest]
    return _file(rest) if scheme == "file" else value


def _file(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ConfigError(f"file:{path}: {error.strerror}") from error


def _profile_text(name: str) -> str:
    if name.endswith(".toml"):
        return _file(name)
    shipped = resources.files("kaiban") / "cities" / f"{name}.toml"
    if not shipped.is_file():
        raise ConfigError(f"KAIBAN_CITY {name}: no such profile")
    return shipped.read_text(encoding="utf-8")


def _link_settings(settings: Settings) -> dict[str, Any]:
    """What KAIBAN_LINKS says; in development, else what the stub hall wrote at its last start."""
    hall = Path(settings.var) / "hall" / "links.toml"
    if not settings.links and settings.env == "development" and hall.exists():
        return tomllib.loads(_file(str(hall)))
    return tomllib.loads(_file(settings.links)) if settings.links else {}


def _city(raw: Mapping[str, Any], hall: str) -> City:
    halls = {name: _hall(name, each) for name, each in raw["halls"].items()}
    if hall:
        if hall not in halls:
            raise ConfigError(f"KAIBAN_HALL {hall}: the profile has {', '.join(halls)}")
        halls = {hall: halls[hall], **halls}
    if not (halls and raw["promises"]):
        raise ValueError("at least one hall and one promise")
    usual = next(iter(halls.values())).hours
    promises = {name: _promise(name, each, usual) for name, each in raw["promises"].items()}
    return City(
        raw["name"],
        raw["title"],
        raw["region"],
        halls,
        promises,
        _materials(raw),
        _fees(raw),
        _rates(raw),
        _notices(raw),
        _complaints(raw),
        _desk(raw),
        read_intake_rules(raw.get("cross_region", ()), halls),
        read_commitments(raw.get("commitments", {})),
    )


def _fees(raw: Mapping[str, Any]) -> dict[str, str]:
    fees = raw.get("fees", {})
    for name, words in fees.items():
        if not isinstance(words, str) or not 0 < len(words.strip()) <= 60:  # noqa: PLR2004 - a line on a phone or two
            raise ValueError(f"fees.{name}: words, at most 60 characters")
    return dict(fees)


def _materials(raw: Mapping[str, Any]) -> MaterialRules:
    asked = dict(raw.get("materials", {}))
    required = asked.pop("required", False)
    if not isinstance(required, bool):
        raise ValueError("materials.required: true or false")  # noqa: TRY004 - as every wrong value here
    limits = UploadLimits(**{name: _size(name, each) for name, each in asked.items()})
    return MaterialRules(required, limits, _deferral(raw.get("deferral", {})))


def _rates(raw: Mapping[str, Any]) -> Rates:
    asked = raw.get("rate_limits", {})
    for name, value in asked.items():
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 1_000_000:  # noqa: PLR2004 - more than one address can do
            raise ValueError(f"rate_limits.{name}: a whole number from 1 to 1000000")
    return Rates(**asked)


def _notices(raw: Mapping[str, Any]) -> NoticeRules:
    asked = raw.get("notices", {})
    if unknown := sorted(asked.keys() - {"wait_minutes", "hold_minutes", "word", "catalogue"}):
        raise ValueError(f"notices: no such setting: {', '.join(unknown)}")
    own = [Entry(**each) for each in asked.get("catalogue", ())]
    word = asked.get("word", NoticeRules.word)
    if not isinstance(word, str) or not 0 < len(word.strip()) <= 20:  # noqa: PLR2004 - it stands in one line
        raise ValueError("notices.word: words, at most 20 characters")
    return NoticeRules(
        _minutes("notices.wait_minutes", asked.get("wait_minutes", 0)),
        _minutes("notices.hold_minutes", asked.get("hold_minutes", 60)),
        word,
        {**CATALOGUE, **{entry.code: entry for entry in own}},
    )


def _complaints(raw: Mapping[str, Any]) -> ComplaintRules:
    asked = raw.get("complaints", {})
    if unknown := sorted(asked.keys() - {"answer_days", "revisit_days", "basis"}):
        raise ValueError(f"complaints: no such setting: {', '.join(unknown)}")
    for name in ("answer_days", "revisit_days"):
        days = asked.get(name, 1)
        if isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= 60:  # noqa: PLR2004 - a quarter
            raise ValueError(f"complaints.{name}: a whole number from 1 to 60")
    if not isinstance(asked.get("basis", ""), str):
        raise ValueError("complaints.basis: words")  # noqa: TRY004 - as every wrong value here
    return ComplaintRules(**asked)


def _desk(raw: Mapping[str, Any]) -> DeskRules:
    asked = raw.get("desk", {})
    if unknown := sorted(asked.keys() - {"agent_cases"}):
        raise ValueError(f"desk: no such setting: {', '.join(unknown)}")
    many = asked.get("agent_cases", DeskRules.agent_cases)
    if isinstance(many, bool) or not isinstance(many, int) or not 2 <= many <= 1000:  # noqa: PLR2004 - two are many already
        raise ValueError("desk.agent_cases: a whole number from 2 to 1000")
    return DeskRules(many)


def _minutes(name: str, value: Any) -> timedelta:
    # A day of the hall is the most: the law's five days are for everything together.
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 480:  # noqa: PLR2004 - eight hours
        raise ValueError(f"{name}: a whole number from 0 to 480")
    return timedelta(minutes=value)


def _size(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 1000:  # noqa: PLR2004 - a gigabyte
        raise ValueError(f"materials.{name}: a whole number from 1 to 1000")
    return value


_DEFERRAL = frozenset(
    {"keys", "working_days", "version", "commitment", "earlier", "lapse", "lapses", "reminders"}
)


def _deferral(raw: Mapping[str, Any]) -> Deferral:
    """Without an entry nothing may follow later; with one, every word of it is needed."""
    if not raw:
        return Deferral()
    days = raw["working_days"]
    if isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= 60:  # noqa: PLR2004 - a quarter
        raise ValueError("deferral.working_days: a whole number from 1 to 60")
    version, keys = str(raw["version"]), frozenset(raw["keys"])
    if strange := sorted(raw.keys() - _DEFERRAL):
        raise ValueError(f"deferral: no such setting: {', '.join(strange)}")
    if unknown := sorted(raw.get("lapses", {}).keys() - keys):
        raise ValueError(f"deferral.lapses: may not follow later: {', '.join(unknown)}")
    earlier = {str(each["version"]): str(each["commitment"]) for each in raw.get("earlier", ())}
    if version in earlier:
        raise ValueError(
            f"deferral.earlier: {version} is the version of now; other words are a new one"
        )
    return Deferral(
        keys, days, version, str(raw["commitment"]), earlier,
        _lapse("deferral.lapse", raw.get("lapse", Lapse.WINDOW)),
        {key: _lapse(f"deferral.lapses.{key}", each) for key, each in raw.get("lapses", {}).items()},
        _reminders(raw.get("reminders", Deferral.reminders)),
    )  # fmt: skip


def _lapse(name: str, value: Any) -> Lapse:
    if value not in list(Lapse):
        raise ValueError(f"{name}: one of {', '.join(Lapse)}")
    return Lapse(value)


def _reminders(value: Any) -> tuple[int, ...]:
    whole = [type(each) is int and 0 <= each <= 60 for each in value]  # noqa: PLR2004 - as long as any promise
    if not all(whole) or len(set(value)) != len(value):
        raise ValueError("deferral.reminders: different whole numbers of days from 0 to 60")
    return tuple(value)


def _hall(name: str, raw: Mapping[str, Any]) -> Hall:
    shifts = tuple(Shift.read(text) for text in raw["shifts"])
    days = (
        EveryDay()
        if raw.get("every_day")
        else StateCouncilDays(_overrides(raw), tuple(raw.get("loaded_years", ())))
    )
    queue = read_queue(raw["queue"], f"halls.{name}.queue") if "queue" in raw else None
    return Hall(name, raw["title"], HallHours((Season(date.min, shifts),), days), queue)


def _drafts(raw: Mapping[str, Any]) -> timedelta:
    days = raw.get("drafts", {}).get("days", 30)
    if not isinstance(days, int) or not 1 <= days <= 366:  # noqa: PLR2004 - a year's days
        raise ValueError("drafts.days: a whole number from 1 to 366")
    return timedelta(days=days)


def _overrides(raw: Mapping[str, Any]) -> dict[date, bool]:
    """Days a city knows better than the calendar library: ``days_off`` and ``working_days``."""
    off = dict.fromkeys(raw.get("days_off", ()), False)
    return off | dict.fromkeys(raw.get("working_days", ()), True)


def _promise(name: str, raw: Mapping[str, Any], hall: HallHours) -> Promise:
    if "hall_days" in raw:
        length = raw["hall_days"] * hall.hall_day(date(2026, 3, 4))  # an ordinary Wednesday
    else:
        length = timedelta(minutes=raw["working_minutes"])
    return Promise(name, raw["title"], length)


class StartFile:
    """The real instant at which a demonstration begins: written into a file by whoever begins it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._found: datetime | None = None

    def __call__(self) -> datetime | None:
        """The instant; None as long as there is no such file."""
        if self._found is None and self._path.exists():
            self._found = datetime.fromisoformat(self._path.read_text(encoding="ascii"))
        return self._found


@dataclass(frozen=True)
class RunningClock:
    """Business time: real time, or a demonstration clock that starts elsewhere and runs faster.

    A demonstration clock stands still at its epoch until the demonstration begins.
    """

    epoch: datetime
    began: Callable[[], datetime | None]
    speed: float
    wall: Callable[[], datetime]

    @classmethod
    def read(cls, text: str, wall: Callable[[], datetime]) -> "RunningClock":
        """The clock the setting describes; ConfigError if it cannot be read."""
        if not text:
            start = wall()
            return cls(start, lambda: start, 1.0, wall)
        try:
            epoch, rest = text.split("@")
            path, speed = rest.rsplit("x", 1)
            return cls(_instant(epoch), StartFile(Path(path)), _positive(speed), wall)
        except ValueError as error:
            raise ConfigError(f"KAIBAN_DEMO_CLOCK {text}: {error}") from error

    def now(self) -> datetime:
        """The instant of business, UTC."""
        began = self.began()
        return self.epoch if began is None else self.epoch + (self.wall() - began) * self.speed

    def real(self, business: timedelta) -> timedelta:
        """How long a span of business time lasts for machines."""
        return business / self.speed

    def business(self, real: timedelta) -> timedelta:
        """The opposite of ``real``."""
        return real * self.speed


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"{text} has no offset from UTC")
    return at.astimezone(UTC)
