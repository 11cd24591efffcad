"""What an installation needs before it can be served: keys, certificates, tables, the engine's tables."""

from pathlib import Path

from kaiban.app.installation.keys import make_keys
from kaiban.app.papers.signing import keep_certificate, make_sample_keys
from kaiban.app.root import Kaiban


def prepare(kaiban: Kaiban) -> bool:
    """Bring it all up to date; whether keys were made. ConfigError for keys that are not those of the data."""
    from kaiban.storage.migrations import upgrade

    Path(kaiban.settings.var).mkdir(parents=True, exist_ok=True, mode=0o700)
    made = make_keys(kaiban.settings, kaiban.database)
    make_sample_keys(kaiban.settings, kaiban.wall.now())
    keep_certificate(kaiban.settings)
    upgrade(kaiban.database)
    kaiban.settle_keys()
    kaiban.prepare_engine()
    return made
