"""Settings of a process: one environment variable each; wrong values stop the start."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any
from urllib.parse import urlsplit

from kaiban.config.errors import ConfigError

#: Addresses that begin alike.
Network = IPv4Network | IPv6Network


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


def positive(text: str) -> float:
    """A number above 0; ValueError for anything else."""
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


def _signing_key(text: str) -> str:
    return text if text.startswith("pkcs11:") else _reference(text)


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
    "signing_key": Setting(
        "KAIBAN_SIGNING_KEY", "file:{var}/signing/key.pem", _signing_key,
        "reference to the key that signs packages (EC P-256; PEM, or `pkcs11:` in a token); workers read it, web processes never",
    ),
    "signing_certificates": Setting(
        "KAIBAN_SIGNING_CERTIFICATES", "{var}/signing/certificates.pem", str,
        "file with the certificate of that key and those it was issued by, PEM; nothing secret",
    ),
    "sm2_key": Setting(
        "KAIBAN_SM2_KEY", "", _reference,
        "reference to an SM2 key that signs the manifest of each archive as well (PEM, PKCS #8); empty: none",
    ),
    "sm2_certificates": Setting(
        "KAIBAN_SM2_CERTIFICATES", "{var}/signing/sm2.pem", str,
        "file with the certificate of that key and those it was issued by, PEM; nothing secret",
    ),
    "trust": Setting(
        "KAIBAN_TRUST", "{var}/signing/trust", str,
        "folder with the certificates packages were signed with before (`*.pem`), so that they stay verifiable",
    ),
    "timestamp_url": Setting(
        "KAIBAN_TIMESTAMP_URL", "", str,
        "time-stamp authority (RFC 3161) for the signatures of packages; empty: none",
    ),
    "timestamp_certificates": Setting(
        "KAIBAN_TIMESTAMP_CERTIFICATES", "{var}/signing/timestamp.pem", str,
        "file with the certificates of the time-stamp authorities whose stamps anchor the audit and are believed on packages, PEM; nothing secret",
    ),
    "audit_anchors": Setting(
        "KAIBAN_AUDIT_ANCHORS", "{var}/audit", str,
        "folder in which anchors of the audit are kept beside the database; an operator takes copies elsewhere",
    ),
    "audit_stop_hours": Setting(
        "KAIBAN_AUDIT_STOP_HOURS", "4", _whole(0, 8760, "a whole number of hours"),
        "hours without an anchor after which no personal data is shown, where there is a time-stamp authority; 0: never",
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
        "KAIBAN_HEAD_SECONDS", "15", positive, "what a request's head may take to come in"
    ),
    "body_seconds": Setting(
        "KAIBAN_BODY_SECONDS", "600", positive, "what a request's body may take to come in"
    ),
    "stubs_port": Setting(
        "KAIBAN_STUBS_PORT", "7100", _port_or_any,
        "port of the stub hall's page; the departments listen on the next ones; 0: on any free ones",
    ),
    "poll_seconds": Setting(
        "KAIBAN_POLL_SECONDS", "1", positive, "how often a worker looks for what has waited long enough"
    ),
    "workers": Setting("KAIBAN_WORKERS", "1", _count, "worker processes `kaiban serve` keeps"),
    "web_processes": Setting(
        "KAIBAN_WEB_PROCESSES", "2", _count, "web processes `kaiban serve` keeps"
    ),
    "threads": Setting("KAIBAN_THREADS", "8", _count, "threads of each web process"),
    "document_workers": Setting(
        "KAIBAN_DOCUMENT_WORKERS", "2", _count,
        "child processes in which each web process reads and makes documents; one is always there",
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
    signing_key: str
    signing_certificates: str
    sm2_key: str
    sm2_certificates: str
    trust: str
    timestamp_url: str
    timestamp_certificates: str
    audit_anchors: str
    audit_stop_hours: int
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
