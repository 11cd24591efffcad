"""The departments of the city and the form they read, found and made ready."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from importlib.metadata import entry_points
from typing import Any

import structlog
from marshmallow import Schema

import forms.applicants
import forms.opening
from forms.locality import Locality
from kaiban.app.clock import WallClock
from kaiban.app.form import FormRules
from kaiban.app.telling import Telling
from kaiban.config import ConfigError, Profile, resolve
from kaiban.installed import find_departments, find_others
from kaiban.orchestrator.departments import BESIDE, Departments
from kaiban.orchestrator.needs import paths_read
from kaiban.orchestrator.office import Rules
from kaiban.ports import Adapter, Misconfigured

log = structlog.get_logger()

SECTIONS = "kaiban.sections"


class WithDepartments(Telling):
    """Every department of the city, ready to be talked to, and the form that is asked for them."""

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
            if path.split(".")[0] not in BESIDE
            and not forms.opening.path_exists(path, self.sections)
        ]
        if missing:
            raise ConfigError("; ".join(missing))
        return Departments(found, {other.manifest.name: other for other in self._others()})

    def _others(self) -> Iterator[Adapter]:
        """Who is not in charge, but may have begun something before the profile was changed."""
        for name, kind in find_others(self.profile).items():
            try:
                yield _ready(name, kind, self.profile, self.environ, self.wall)
            except ConfigError as error:
                # What it has begun goes to the window; a link by hand needs no settings.
                log.warning("other_adapter_unavailable", link=name, error=str(error))

    @cached_property
    def form(self) -> FormRules:
        """The one form's rules."""
        try:
            locality = Locality(**_tuples(self.profile.locality))
        except TypeError as error:
            raise ConfigError(f"locality: {error}") from error
        named = {*locality.applicants, *locality.also_for}
        if strange := sorted(named - forms.applicants.applicants().keys()):
            raise ConfigError(f"locality: nobody knows the type of applicant {', '.join(strange)}")
        return FormRules(self.sections, locality)

    @cached_property
    def rules(self) -> Rules:
        """What forms are checked by; needs neither a database nor what departments have told us."""
        found = {name: self._rehearsing(name, kind) for name, kind in self.adapters.items()}
        return Rules(Departments(found), self.form, self.clock)

    def _rehearsing(self, name: str, kind: type[Adapter]) -> Adapter:
        try:
            return _ready(name, kind, self.profile, self.environ, self.wall)
        except ConfigError:
            return kind.rehearsing()


def _ready(
    name: str, kind: Any, profile: Profile, environ: Mapping[str, str], clock: WallClock
) -> Adapter:
    # A counter has no settings; those of the link are its system's.
    by_hand = kind.manifest.by_hand
    settings = {} if by_hand else profile.links.get(name, {}).get("settings", {})
    try:
        adapter: Adapter = kind(resolve(settings, environ), clock=clock)
        if environ.get("KAIBAN_ENV") == "production":
            adapter.refuse_stubs()
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


def _tuples(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _tuple(each) for key, each in values.items()}


def _tuple(value: Any) -> Any:
    if isinstance(value, Mapping):
        return _tuples(value)
    return tuple(value) if isinstance(value, list) else value
