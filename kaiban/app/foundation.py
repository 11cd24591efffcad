"""What everything stands on: settings, the city's profile, keys, the database and what is kept in it."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import forms.materials
import forms.structure.paths
from kaiban.app.auditing import stop_after
from kaiban.app.clock import WallClock
from kaiban.app.installation.keys import read_keyring
from kaiban.config import ConfigError, Profile, RunningClock, Settings, read_profile, resolve
from kaiban.domain.papers.commitment import Commitment
from kaiban.storage.access.accounts import Accounts
from kaiban.storage.access.idempotency import IdempotencyKeys
from kaiban.storage.access.sessions import SqlSessions
from kaiban.storage.assisted_filings import SqlAssistedFilings
from kaiban.storage.audit.writing import SqlAudit
from kaiban.storage.cases.records.materials import SqlMaterials
from kaiban.storage.database import Database
from kaiban.storage.encryption.crypto import Keyring
from kaiban.storage.encryption.keys import WrongKeysError, settle_keys
from kaiban.storage.filings import SqlFilings
from kaiban.storage.upkeep.epochs import Epochs
from kaiban.storage.upkeep.witness import Witness

#: Every link the form is for.
_LINKS = {name for one in forms.materials.MATERIALS for name in one.departments}


def _know(commitment: Commitment) -> None:
    """ConfigError if it is of links, or asks for places of the form, that are not there."""
    place = f"KAIBAN_CITY: commitments.{commitment.name}"
    if strange := sorted(set(commitment.departments) - _LINKS):
        raise ConfigError(
            f"{place}.departments: {', '.join(strange)}: only {', '.join(sorted(_LINKS))}"
        )
    if strange := [
        path for path in commitment.when if not forms.structure.paths.path_exists(path)
    ]:
        raise ConfigError(f"{place}.when: the form has no {', '.join(strange)}")


class Foundation:
    """What one process stands on, each part made when first asked for."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.settings = Settings.read(environ)
        self.wall = WallClock()
        self.clock = RunningClock.read(self.settings.clock, self.wall.now)

    @cached_property
    def profile(self) -> Profile:
        """The city profile; ConfigError if it lets follow later, or has declared, what the form does not have."""
        profile = read_profile(self.settings)
        may = {one.key for one in forms.materials.MATERIALS if one.deferrable and not one.produced}
        if strange := profile.city.materials.deferral.keys - may:
            raise ConfigError(
                f"KAIBAN_CITY: deferral.keys: {', '.join(sorted(strange))}: only {', '.join(sorted(may))}"
            )
        for each in profile.city.commitments:
            _know(each)
        return profile

    @cached_property
    def database(self) -> Database:
        """The one database."""
        return Database(self.settings.database)

    @cached_property
    def keyring(self) -> Keyring:
        """The keys that encrypt personal data."""
        return read_keyring(str(resolve(self.settings.keys, self.environ)))

    def settle_keys(self) -> None:
        """Keep how to know keys that are new here; ConfigError if they are not those of the data."""
        try:
            settle_keys(self.database, self.keyring, self.wall.now())
        except WrongKeysError as error:
            raise ConfigError(f"KAIBAN_KEYS: {error}") from error

    @cached_property
    def epochs(self) -> Epochs:
        """Who notices that the database was set back."""
        return self.epochs_of(self.database)

    def epochs_of(self, database: Database) -> Epochs:
        """The same for a database that is only becoming ours."""
        return Epochs.of(database, Witness(Path(self.settings.witness)), self.wall.now)

    @cached_property
    def audit(self) -> SqlAudit:
        """Who records what happens and what is shown."""
        return SqlAudit(self.database, self.wall.now, stop_after(self.settings))

    @cached_property
    def filings(self) -> SqlFilings:
        """Where forms are kept while somebody fills them in."""
        return SqlFilings(self.database, self.keyring)

    @cached_property
    def assisted(self) -> SqlAssistedFilings:
        """What the desk knows of the forms staff fill in for somebody."""
        return SqlAssistedFilings(self.database, self.keyring)

    @cached_property
    def sessions(self) -> SqlSessions:
        """What browsers may open."""
        return SqlSessions(self.database, self.keyring)

    @cached_property
    def idempotency(self) -> IdempotencyKeys:
        """Which requests were answered already."""
        return IdempotencyKeys(self.database, self.keyring)

    @cached_property
    def accounts(self) -> Accounts:
        """Who may call."""
        return Accounts(self.database)

    @cached_property
    def materials(self) -> SqlMaterials:
        """Where the files applicants bring are kept."""
        return SqlMaterials(self.database, self.keyring)
