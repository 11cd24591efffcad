"""The city profile: read once at start; what is missing or wrong in it stops the start."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from importlib import resources
from pathlib import Path
from typing import Any, Final

from kaiban.config.city import read_city
from kaiban.config.errors import ConfigError
from kaiban.config.references import file_text
from kaiban.config.settings import Settings
from kaiban.config.values import days_ahead, known_only, whole_number
from kaiban.domain.city import City
from kaiban.domain.lapsing import DraftTerm
from kaiban.domain.supervision.handover import SupervisingDepartment

_TABLES: Final = frozenset(
    {
        "name", "title", "region", "hall_title", "locality", "halls", "promises", "drafts", "materials",
        "rate_limits", "deferral", "commitments", "notices", "complaints", "desk", "cross_region",
        "fees", "links", "texts", "mail", "openid",
        "digest", "supervising", "fetching",
    }
)  # fmt: skip
#: It stands in a sentence.
_LONGEST_BASIS: Final = 120


@dataclass(frozen=True)
class Profile:
    """A city profile: what the domain needs, the form's local rules, the links' settings.

    ``texts`` is the gateway for short messages and its settings, ``mail`` the mail server and ours, ``openid`` where staff
    may sign in beside here; empty without one.
    ``drafts`` is how long a form may lie unsubmitted, and when its owner is told before. ``integration``: where those who own the adapters are told of problems. ``supervising``: who is handed what was granted, secrets as references. ``pretended``: the links' settings come from the stub hall.
    """

    city: City
    hall_title: str
    locality: Mapping[str, Any]
    order: tuple[str, ...]
    links: Mapping[str, Mapping[str, Any]]
    texts: Mapping[str, Any]
    mail: Mapping[str, Any]
    openid: Mapping[str, Any]
    drafts: DraftTerm
    integration: tuple[str, ...] = ()
    supervising: tuple[SupervisingDepartment, ...] = ()
    pretended: bool = False


def read_profile(settings: Settings) -> Profile:
    """The city profile the settings name; ConfigError if it is missing or wrong."""
    try:
        raw = tomllib.loads(_profile_text(settings.city))
        known_only("the profile", raw, _TABLES)
        links = raw.get("links", {})
        order = tuple(links.pop("order", ()))
        told = _link_settings(settings)
        texts, mail, openid = (
            {**raw.get(name, {}), **told.pop(name, {})} for name in ("texts", "mail", "openid")
        )
        pretended = bool(told.pop("stubs", {}))
        city, locality = read_city(raw, settings.hall), raw.get("locality", {})
        # The file with the settings adds to what the profile says of a link.
        links = {name: {**links.get(name, {}), **told.get(name, {})} for name in {**links, **told}}
        return Profile(
            city, raw["hall_title"], locality, order, links, texts, mail, openid, _drafts(raw),
            _integration(raw), _supervising(raw), pretended,
        )  # fmt: skip
    except KeyError as error:
        raise ConfigError(f"KAIBAN_CITY {settings.city}: {error} is missing") from error
    except (ValueError, TypeError) as error:
        raise ConfigError(f"KAIBAN_CITY {settings.city}: {error}") from error


def _profile_text(name: str) -> str:
    if name.endswith(".toml"):
        return file_text(name)
    shipped = resources.files("kaiban") / "cities" / f"{name}.toml"
    if not shipped.is_file():
        raise ConfigError(f"KAIBAN_CITY {name}: no such profile")
    return shipped.read_text(encoding="utf-8")


def _link_settings(settings: Settings) -> dict[str, Any]:
    """What KAIBAN_LINKS says; in development, else what the stub hall wrote at its last start."""
    hall = Path(settings.var) / "hall" / "links.toml"
    if not settings.links and settings.env == "development" and hall.exists():
        return tomllib.loads(file_text(str(hall)))
    return tomllib.loads(file_text(settings.links)) if settings.links else {}


def _integration(raw: Mapping[str, Any]) -> tuple[str, ...]:
    asked = raw.get("digest", {})
    known_only("digest", asked, {"integration"})
    found = asked.get("integration", [])
    if not (isinstance(found, list) and all(isinstance(each, str) and "@" in each for each in found)):  # fmt: skip
        raise ValueError("digest.integration: a list of mail addresses")
    return tuple(found)


def _drafts(raw: Mapping[str, Any]) -> DraftTerm:
    asked, usual = raw.get("drafts", {}), DraftTerm()
    known_only("drafts", asked, {"days", "basis", "reminders"})
    days = whole_number("drafts.days", asked.get("days", usual.kept.days), 1, 366)  # a year
    basis = asked.get("basis", "")
    if not isinstance(basis, str) or len(basis.strip()) > _LONGEST_BASIS:
        raise ValueError(f"drafts.basis: words, at most {_LONGEST_BASIS} characters")
    # On the day it is saved there is nothing to be reminded of, and on the last it may be gone already.
    ahead = asked.get("reminders", [each for each in usual.reminders if each < days])
    reminders = days_ahead("drafts.reminders", ahead, 1, days - 1)
    return DraftTerm(timedelta(days=days), basis.strip(), reminders)


def _supervising(raw: Mapping[str, Any]) -> tuple[SupervisingDepartment, ...]:
    found = raw.get("supervising", [])
    for each in found:
        known_only("supervising", each, {"name", "title", "url", "secret", "links"})
        if not str(each["secret"]).startswith(("env:", "file:")):
            raise ValueError("supervising.secret: env:NAME or file:PATH, never the secret itself")
    departments = tuple(
        SupervisingDepartment(
            each["name"], each["title"], each["url"], each["secret"], tuple(each.get("links", ()))
        )
        for each in found
    )
    if len({each.name for each in departments}) != len(departments):
        raise ValueError("supervising.name: one department is there twice")
    return departments
