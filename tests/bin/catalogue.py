"""Lend bin/texts.py to tests: it is a script, not a module of the house."""

import importlib.util
from pathlib import Path

_SPEC = importlib.util.spec_from_file_location(
    "catalogue_texts", Path(__file__).parents[2] / "bin" / "texts.py"
)
assert _SPEC
assert _SPEC.loader
texts = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(texts)
