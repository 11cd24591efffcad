"""The programs of bin/ as modules: no package holds them."""

import importlib.util
from pathlib import Path
from types import ModuleType

BIN = Path(__file__).parents[2] / "bin"


def load(name: str) -> ModuleType:
    """The module ``bin/NAME.py``, without running it as a program."""
    spec = importlib.util.spec_from_file_location(name, BIN / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
