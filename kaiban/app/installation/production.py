"""What must not be in service: settings, keys and accounts of a demonstration (docs/operating.md, "Production")."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from kaiban.app.installation.keys import key_file, secrets_of
from kaiban.app.papers.signing import authorities, current, kept, read_signer, read_sm2_signer
from kaiban.config import ConfigError, resolve
from kaiban.orchestrator.window.kiosk import SAFE

if TYPE_CHECKING:
    from kaiban.app.root import Kaiban

#: A random key has more different bytes than this, as surely as anything.
FEWEST_BYTES: Final = 12
#: A key that people type, likewise.
FEWEST_CHARACTERS: Final = 5
#: Nothing shorter is a secret: samples hold numbers and names, too.
SECRET_LENGTH: Final = 16
DEMO: Final = "demo"
LOOPBACK: Final = ("127.", "localhost", "[::1]", "::1")


@dataclass(frozen=True)
class Rule:
    """What is looked for; ``stops`` the start, or is only named by ``kaiban doctor``."""

    find: Callable[["Kaiban"], Iterator[str]]
    stops: bool


def refusals(kaiban: "Kaiban") -> list[str]:
    """Why this must not be started, in sentences; nothing outside production."""
    return _found(kaiban, stops=True)


def remarks(kaiban: "Kaiban") -> list[str]:
    """What should not be so in service, in sentences; nothing outside production."""
    return _found(kaiban, stops=False)


def _found(kaiban: "Kaiban", *, stops: bool) -> list[str]:
    if kaiban.settings.env != "production":
        return []
    return [line for rule in RULES if rule.stops is stops for line in rule.find(kaiban)]


def _plain_address(kaiban: "Kaiban") -> Iterator[str]:
    if not kaiban.settings.base_url.startswith("https://"):
        yield "KAIBAN_BASE_URL: an https address; sessions must not travel in plain"


def _open_key_file(kaiban: "Kaiban") -> Iterator[str]:
    path = key_file(kaiban.settings)
    if path and path.exists() and path.stat().st_mode & 0o007:
        yield f"KAIBAN_KEYS: {path} can be read by everybody on this machine: chmod 600"


def _weak_keys(kaiban: "Kaiban") -> Iterator[str]:
    known: dict[bytes, str] = {}
    for name, secret in secrets_of(str(resolve(kaiban.settings.keys, kaiban.environ))):
        if len(set(secret)) < FEWEST_BYTES:
            yield f"KAIBAN_KEYS: {name} is not random (see `kaiban keys add`)"
        if secret in known:
            yield f"KAIBAN_KEYS: {name} is the same key as {known[secret]}"
        known.setdefault(secret, name)


def _weak_kiosk_key(kaiban: "Kaiban") -> Iterator[str]:
    key = kaiban.kiosk_key.key
    if not key:
        return
    steps = {ord(after) - ord(before) for before, after in pairwise(key)}
    if len(key) < SAFE or len(set(key)) < FEWEST_CHARACTERS or len(steps) == 1:
        yield "KAIBAN_KIOSK_KEY: too easily guessed"


def _signing(kaiban: "Kaiban") -> Iterator[str]:
    """What keeps packages from being signed in the platform's name."""
    now = kaiban.wall.now()
    try:
        signers = {
            "KAIBAN_SIGNING_CERTIFICATES": read_signer(kaiban.settings, kaiban.environ, now),
            "KAIBAN_SM2_CERTIFICATES": read_sm2_signer(kaiban.settings, kaiban.environ),
        }
    except ConfigError as error:
        yield f"packages cannot be signed: {error} (see docs/operating.md, Signatures)"
        return
    ends = {name: each.chain[0].not_valid_after_utc for name, each in signers.items() if each}
    for name, end in ends.items():
        if now > end:
            yield f"{name}: the certificate ended on {end:%Y-%m-%d}"


def _sample_certificate(kaiban: "Kaiban") -> Iterator[str]:
    from kaiban.documents.signing.sample import is_sample

    if any(map(is_sample, current(kaiban.settings))):
        yield "KAIBAN_SIGNING_CERTIFICATES: the sample made for development; packages need the platform's own certificate"


def _certificate_not_kept(kaiban: "Kaiban") -> Iterator[str]:
    if set(current(kaiban.settings)) - set(kept(kaiban.settings)):
        yield "KAIBAN_TRUST: the certificate of now is not kept there; `kaiban db upgrade` puts it there, so that packages stay verifiable after the next"


def _nobody_anchors(kaiban: "Kaiban") -> Iterator[str]:
    if not kaiban.settings.timestamp_url:
        yield "KAIBAN_TIMESTAMP_URL: none, so nobody outside vouches for the audit (docs/operating.md, Audit)"
    elif not authorities(kaiban.settings):
        yield "KAIBAN_TIMESTAMP_CERTIFICATES: no certificate of the authority of time, so the audit's anchors cannot be checked"


def _demo_token(kaiban: "Kaiban") -> Iterator[str]:
    if DEMO in {token.name for token in kaiban.accounts.tokens()}:
        yield "the demonstration's token is valid here: kaiban token remove demo"
    file = Path(kaiban.settings.var, "secrets", "demo.token")
    if file.exists() and kaiban.accounts.find_token(file.read_text(), kaiban.wall.now()):
        yield f"the token in {file} is valid here: remove the token, then the file"


def _demo_accounts(kaiban: "Kaiban") -> Iterator[str]:
    for account in kaiban.staff.accounts.listed():
        if account.login.startswith(f"{DEMO}.") and account.open:
            yield f"the demonstration's account {account.login} is open here: kaiban user remove {account.login}"


def _stub_settings(kaiban: "Kaiban") -> Iterator[str]:
    if kaiban.profile.pretended:
        yield "KAIBAN_LINKS: written by the stub hall; name a file with the departments' own settings"


def _samples(kaiban: "Kaiban") -> Iterator[str]:
    for link, settings in _link_settings(kaiban):
        known = set(_texts(_golden(kaiban.adapters[link])))
        for name, value in settings.items():
            if isinstance(value, str) and value.strip() in known:
                yield f"links.{link}.settings.{name}: a sample that comes with the program"


def _plain_departments(kaiban: "Kaiban") -> Iterator[str]:
    for link, settings in _link_settings(kaiban):
        address = urlsplit(str(settings.get("url", "")))
        if (address.hostname or "").startswith(LOOPBACK):
            yield f"links.{link}.settings.url: an address of this machine; is there a department behind it?"
        elif address.scheme == "http":
            yield f"links.{link}.settings.url: not https; only a closed line to the department excuses that"


def _open_files(kaiban: "Kaiban") -> Iterator[str]:
    for path in (Path(kaiban.settings.var), *_named_files(kaiban), *_database_files(kaiban)):
        if path.exists() and path.stat().st_mode & 0o077:
            yield f"{path}: others than its owner may read it: chmod go-rwx"


def _named_files(kaiban: "Kaiban") -> Iterator[Path]:
    """Every file a setting refers to, and the one with the links' settings."""
    links = [each.get("settings", {}) for each in kaiban.profile.links.values()]
    ours = kaiban.settings
    told = [ours.keys, ours.kiosk_key, ours.signing_key, ours.sm2_key, *_texts(links)]
    profile = kaiban.profile
    told.extend(_texts([profile.texts.get("settings", {}), profile.mail, profile.openid]))
    yield from (Path(each[5:]) for each in told if each.startswith("file:"))
    yield from (Path(each) for each in (kaiban.settings.links,) if each)


def _database_files(kaiban: "Kaiban") -> Iterator[Path]:
    if kaiban.database.is_sqlite:
        yield from (Path(f"{kaiban.database.url.database}{end}") for end in ("", "-wal", "-shm"))


def _link_settings(kaiban: "Kaiban") -> Iterator[tuple[str, Mapping[str, Any]]]:
    for link, told in kaiban.profile.links.items():
        if link in kaiban.adapters:
            yield link, resolve(told.get("settings", {}), kaiban.environ)


def _golden(kind: type) -> Iterator[Any]:
    """What an adapter's golden bytes were made with: published, so no secret of anybody."""
    folder = resources.files(kind.__module__.rpartition(".")[0]) / "golden"
    if folder.is_dir():
        for name in ("keys.json", "inputs.json"):
            file = folder / name
            if file.is_file():
                yield json.loads(file.read_text(encoding="utf-8"))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from (each for each in (value.strip(),) if len(each) >= SECRET_LENGTH)
    elif isinstance(value, Mapping):
        yield from _texts(value.values())
    elif not isinstance(value, bytes | int | float | type(None)):
        for each in value:
            yield from _texts(each)


def _refuse_quietly(
    find: Callable[["Kaiban"], Iterator[str]],
) -> Callable[["Kaiban"], Iterator[str]]:
    """A setting that cannot be read at all is told of elsewhere."""

    def told(kaiban: "Kaiban") -> Iterator[str]:
        try:
            yield from find(kaiban)
        except ConfigError:
            return

    return told


RULES: Final = (
    Rule(_plain_address, stops=True),
    Rule(_refuse_quietly(_open_key_file), stops=True),
    Rule(_refuse_quietly(_weak_keys), stops=True),
    Rule(_refuse_quietly(_weak_kiosk_key), stops=True),
    Rule(_signing, stops=True),
    Rule(_demo_token, stops=True),
    Rule(_demo_accounts, stops=True),
    Rule(_refuse_quietly(_stub_settings), stops=True),
    Rule(_refuse_quietly(_samples), stops=True),
    Rule(_refuse_quietly(_plain_departments), stops=False),
    Rule(_refuse_quietly(_open_files), stops=False),
    Rule(_refuse_quietly(_sample_certificate), stops=False),
    Rule(_refuse_quietly(_certificate_not_kept), stops=False),
    Rule(_refuse_quietly(_nobody_anchors), stops=False),
)
