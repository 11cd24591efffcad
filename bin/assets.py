"""Second half of bin/assets: of the toolkit what our pages use and may use, and the compiled translations."""

import json
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

import tinycss2
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "node_modules" / "govuk-frontend"
STYLE = SOURCE / "dist" / "govuk" / "govuk-frontend.min.css"
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

#: The parts our macros are made of. The others are two thirds of the style sheet, and a slow phone shows nothing
#: before it has come whole. A test tells when a macro uses a part that is not here.
PARTS = frozenset({
    "back-link", "button", "button-group", "checkboxes", "date-input", "details", "error-message",
    "error-summary", "fieldset", "file-upload", "form-group", "hint", "input", "inset-text", "label", "link", "list",
    "radios", "select", "skip-link", "summary-list", "task-list", "textarea", "visually-hidden",
})  # fmt: skip
CLASS = re.compile(r"\.govuk-([\\!\w-]+)")


def without_branding(css: str) -> str:
    """The style sheet with our typeface, and without anything to fetch."""
    for pattern, ours in NOT_OURS:
        css = pattern.sub(ours, css)
    return css


def of_parts(css: str) -> str:
    """The style sheet without the rules for other parts than ours."""
    return _rules(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True))


def _rules(rules: Iterable[tinycss2.ast.Node]) -> str:
    return "".join(map(_rule, rules))


def _rule(rule: tinycss2.ast.Node) -> str:
    if rule.type == "qualified-rule":
        ours = filter(_is_ours, _selectors(rule.prelude))
        head, body = ",".join(map(tinycss2.serialize, ours)), tinycss2.serialize(rule.content)
    elif rule.type == "at-rule" and rule.at_keyword in ("media", "supports"):
        head = f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}"
        inside = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
        body = _rules(inside)
    else:
        return str(rule.serialize())
    return f"{head}{{{body}}}" if head and body else ""


def _selectors(prelude: Iterable[tinycss2.ast.Node]) -> list[list[tinycss2.ast.Node]]:
    found: list[list[tinycss2.ast.Node]] = [[]]
    for part in prelude:
        if part == ",":
            found.append([])
        else:
            found[-1].append(part)
    return found


def _is_ours(selector: list[tinycss2.ast.Node]) -> bool:
    wanted = (each for each in selector if getattr(each, "lower_name", "") != "not")
    classes = CLASS.findall(tinycss2.serialize(wanted))
    return all(re.split("__|--", each)[0] in PARTS for each in classes)


def install_toolkit() -> None:
    package = json.loads((SOURCE / "package.json").read_text("utf-8"))
    css = STYLE.read_text("utf-8")
    origin = "{name} {version}, {license} licence, {author[name]}".format_map(package)
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(parents=True)
    (TARGET / "toolkit.css").write_text(
        f"{of_parts(without_branding(css))}\n/*! From {origin}; shortened. */\n", "utf-8"
    )


def compile_translations() -> None:
    for path in TRANSLATIONS.glob("*/LC_MESSAGES/*.po"):
        with path.open("rb") as text, path.with_suffix(".mo").open("wb") as compiled:
            write_mo(compiled, read_po(text, locale=path.parts[-3]))


if __name__ == "__main__":
    install_toolkit()
    compile_translations()
