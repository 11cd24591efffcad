"""How print templates are read: everything escaped, everything printable, nothing undefined."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from kaiban.documents.layout.glyphs import Fonts


def environment(folder: Path, fonts: Fonts) -> Environment:
    """The templates of a folder; a value no font can draw is printed as its stand-in."""
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=fonts.printable,
        trim_blocks=True,
        lstrip_blocks=True,
    )
