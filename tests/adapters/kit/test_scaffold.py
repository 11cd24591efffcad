import importlib
import sys

import pytest

from adapters.kit import lint, scaffold
from adapters.kit.check import Verdict, carry_out, reached
from adapters.kit.checks import CHECKS, find


@pytest.fixture(params=scaffold.STYLES)
def made(request, tmp_path, monkeypatch):
    """Yield the adapter of a new department."""
    name = f"new_{request.param.replace('-', '_')}"
    folder = scaffold.make("医保登记", name, request.param, tmp_path)
    monkeypatch.syspath_prepend(str(folder))
    module = importlib.import_module(f"kaiban_{name}")
    yield getattr(module, "".join(part.capitalize() for part in name.split("_")) + "Adapter")
    for each in [each for each in sys.modules if each.startswith(f"kaiban_{name}")]:
        del sys.modules[each]


def test_a_new_department_is_silver_from_the_first_day(made):
    checks = [check for check in CHECKS if check.level in ("bronze", "silver")]
    findings = [carry_out(check, made) for check in checks]
    assert [each for each in findings if each.verdict is Verdict.FAILED] == []
    assert reached(findings) == "silver"
    assert lint.of_adapter(made) == []


def test_it_is_not_gold_before_its_todos_are_done(made):
    finding = carry_out(find("G11")[0], made)
    assert finding.verdict is Verdict.FAILED
    assert "TODO" in finding.reason


def test_nothing_of_the_templates_is_left_in_it(tmp_path):
    for style in scaffold.STYLES:
        folder = scaffold.make("医保登记", "x1", style, tmp_path / style)
        texts = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
        assert len(texts) == 12
        assert not [text for text in texts if b"__TITLE__" in text or b"__NAME__" in text]
        assert not [text for text in texts if b"__CLASS__" in text or b"__PACKAGE__" in text]


@pytest.mark.parametrize(
    ("title", "name", "style"),
    [
        ("医保登记", "medical", "telex"),
        ("医保登记", "medical", ""),
        ("医保登记", "Medical", "rest-json"),
        ("医保登记", "../evil", "rest-json"),
        ("医保登记", "a__b", "rest-json"),
        ("医保登记", "", "rest-json"),
        ("医保登记", "a" * 33, "rest-json"),
        ("medical", "medical", "rest-json"),
        ("", "medical", "rest-json"),
        ('医保"""登记', "medical", "rest-json"),
        ("医保\n登记", "medical", "rest-json"),
    ],
)
def test_what_cannot_be_made_is_refused_and_nothing_is_written(tmp_path, title, name, style):
    with pytest.raises(scaffold.ScaffoldError):
        scaffold.make(title, name, style, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_is_not_overwritten(tmp_path):
    folder = scaffold.make("医保登记", "medical", "rest-json", tmp_path)
    (folder / "setup.cfg").write_text("mine")
    with pytest.raises(scaffold.ScaffoldError, match="there already"):
        scaffold.make("医保登记", "medical", "fixed-gbk", tmp_path)
    assert (folder / "setup.cfg").read_text() == "mine"
