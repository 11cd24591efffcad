"""``kaiban adapter keep``: what a released version has prepared, for later versions to finish (check G09)."""

import json
from pathlib import Path

from adapters.base import AdapterBase
from adapters.kit.demanding import stored
from adapters.kit.rig.site import STUB, driving_of
from adapters.kit.rig.stand import Stand


def keep(kind: type[AdapterBase]) -> Path:
    """Write down what each step's sample needs are prepared to, and return where.

    FileExistsError if that version is kept already; LookupError without a kit.py; Failed if the sample cannot be prepared.
    """
    path = Path(str(driving_of(kind).golden())) / f"prepared-{kind.manifest.version}.json"
    if path.exists():
        raise FileExistsError(path)
    kept = {step.name: _prepared(kind, step.name) for step in kind.manifest.steps}
    path.write_text(json.dumps(kept, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return path


def _prepared(kind: type[AdapterBase], step: str) -> dict[str, object]:
    with Stand(kind, STUB, step) as stand:
        return stored(stand.prepared())
