"""Second half of bin/assets: the toolkit without what belongs to GOV.UK, and the compiled translations."""

import json
import re
import shutil
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "node_modules" / "govuk-frontend"
TARGET = ROOT / "kaiban" / "static" / "toolkit"
TRANSLATIONS = ROOT / "kaiban" / "translations"

#: The typeface is licensed for GOV.UK alone, the crest is the Crown's, and both are looked for at
#: addresses we do not have. What replaces the typeface is said in kaiban.css.
NOT_OURS = (
    (re.compile(r"@font-face\s*\{[^}]*\}"), ""),
    (re.compile(r"\"?GDS Transport\"?\s*,\s*arial\s*,\s*sans-serif"), "var(--kb-font)"),
    (re.compile(r"[\w-]+\s*:\s*[^;{}]*url\([\"']?/assets/[^;{}]*;?"), ""),
    (re.compile(r"/\*# sourceMappingURL=.*?\*/"), ""),
)


def without_branding(css: str) -> str:
    """The style sheet with our typeface, and without anything to fetch."""
    for pattern, ours in NOT_OURS:
        css = pattern.sub(ours, css)
    return css


def install_toolkit() -> None:
    package = json.loads((SOURCE / "package.json").read_text("utf-8"))
    css = (SOURCE / "dist" / "govuk" / "govuk-frontend.min.css").read_text("utf-8")
    origin = "{name} {version}, {license} licence, {author[name]}".format_map(package)
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(parents=True)
    (TARGET / "toolkit.css").write_text(
        f"{without_branding(css)}\n/*! From {origin}; shortened. */\n", "utf-8"
    )


def compile_translations() -> None:
    for path in TRANSLATIONS.glob("*/LC_MESSAGES/*.po"):
        with path.open("rb") as text, path.with_suffix(".mo").open("wb") as compiled:
            write_mo(compiled, read_po(text, locale=path.parts[-3]))


if __name__ == "__main__":
    install_toolkit()
    compile_translations()
