"""Everything the processes of the service need, loaded before there are any."""

from contextlib import suppress
from importlib import import_module
from importlib.metadata import entry_points
from typing import Final

#: What web processes and workers otherwise load when they first need it: each names whatever else it needs.
MODULES: Final = (
    "kaiban.api.app",
    "kaiban.app.front",
    "kaiban.documents.package.packages",
    "kaiban.documents.papers.answers",
    "kaiban.documents.results",
    "kaiban.engine.dbos",
    "kaiban.serving.address",
    "kaiban.serving.server",
    "kaiban.web.app",
)
#: What is installed beside us and belongs to processes of the service.
GROUPS: Final = ("kaiban.adapters", "kaiban.counters", "kaiban.sections", "kaiban.texts")


def load() -> None:
    """Load it into this process; nothing of it opens anything."""
    for name in MODULES:
        import_module(name)
    for group in GROUPS:
        for point in entry_points(group=group):
            with suppress(Exception):  # a broken one is told where it is needed
                point.load()
