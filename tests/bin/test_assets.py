"""What bin/assets installs, and when it has nothing to do."""

import json
import re
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

from kaiban.web.presentation import static_assets
from tests.bin.loading import load

ROOT = Path(__file__).parents[2]
USED = re.compile(r"govuk-([a-z]+(?:-[a-z]+)*)")
FOREIGN = re.compile(r"@font-face|GDS Transport|url\(|sourceMappingURL")


@pytest.fixture(scope="module")
def assets() -> ModuleType:
    return load("assets")


def test_the_installed_style_sheet_fetches_nothing():
    css = (static_assets.STATIC / static_assets.TOOLKIT).read_text("utf-8")
    assert "MIT licence" in css
    assert ".govuk-error-summary" in css
    assert FOREIGN.findall(css) == []


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("@font-face{font-family:GDS Transport;src:url(/assets/a.woff2)}a{b:c}", "a{b:c}"),
        ("a{font-family:GDS Transport,arial,sans-serif}", "a{font-family:var(--kb-font)}"),
        ("a{color:red;background-image:url(/assets/crest.svg);b:c}", "a{color:red;b:c}"),
        ('a{src:url("/assets/x.svg")}', "a{}"),
        ("a{b:c}/*# sourceMappingURL=x.map */", "a{b:c}"),
    ],
)
def test_what_belongs_to_others_is_left_out(assets, theirs, ours):
    assert assets.without_branding(theirs) == ours


@pytest.mark.parametrize(
    ("whole", "kept"),
    [
        (".govuk-button--warning:hover{a:b}", ".govuk-button--warning:hover{a:b}"),
        (".govuk-button-menu{a:b}", ""),
        (r".govuk-\!-margin-0{a:b}", ""),
        (".govuk-table,.govuk-hint{a:b}", ".govuk-hint{a:b}"),
        (".govuk-fieldset .govuk-tag{a:b}", ""),
        (".govuk-hint:not(.govuk-tag,.govuk-label){a:b}", ".govuk-hint:not(.govuk-tag,.govuk-label){a:b}"),
        ("@media print{.govuk-tag{a:b}.govuk-hint{a:b}}", "@media print{.govuk-hint{a:b}}"),
        ("@supports (a:b){@media print{.govuk-tag{a:b}}}", ""),
        (":root{--govuk-text-colour:#000}", ":root{--govuk-text-colour:#000}"),
        ('@charset "UTF-8";', '@charset "UTF-8";'),
    ],
)  # fmt: skip
def test_rules_for_parts_nobody_uses_are_left_out(assets, whole, kept):
    assert assets.of_parts(whole) == kept


def test_every_part_a_macro_uses_is_installed_and_every_part_installed_is_used(assets):
    texts = [
        *(static_assets.STATIC.parent / "templates").rglob("*.html"),
        static_assets.STATIC / "kaiban.js",
    ]
    used = set(USED.findall("".join(path.read_text("utf-8") for path in texts)))
    # The kind of a choice is put together in its macro.
    assert used | {"radios", "checkboxes"} == assets.PARTS


def test_translations_are_compiled(assets, tmp_path, monkeypatch):
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "返回"\nmsgstr "Back"\n',
        "utf-8",
    )
    monkeypatch.setattr(assets, "TRANSLATIONS", tmp_path)
    assets.compile_translations()
    assert b"Back" in (folder / "messages.mo").read_bytes()


def test_what_is_installed_is_left_alone():
    run = subprocess.run(
        [ROOT / "bin" / "assets", "dev"], check=False, capture_output=True, text=True
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_the_lock_fixes_every_package_by_hash_and_names_no_registry():
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))
    packages = {path: each for path, each in lock["packages"].items() if path}
    assert "node_modules/govuk-frontend" in packages
    assert all(each["integrity"].startswith("sha512-") for each in packages.values())
    assert not [path for path, each in packages.items() if "resolved" in each]
