"""What is wrong, in English: every sentence a rule says, and none put together where nobody can look it up."""

import ast
import re
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel

from forms import codes, roster
from forms.defect_table import TABLE
from forms.defects import Defect, merged
from forms.opening import check
from forms.sample import SAMPLE_DAY
from forms.structure.paths import Catalogue
from forms.values.regions import name_regions
from kaiban.documents import table_refusals
from kaiban.web.presentation import preferences
from kaiban.web.presentation.texts import say
from tests.bin.catalogue import texts
from tests.forms.conftest import change
from tests.forms.test_rules import BROKEN

ROOT = Path(__file__).parents[3]
HANZI = re.compile(r"[\u3400-\u9fff]+")
PLACE = re.compile(r"\{\w+\}")
#: Typed in the form as they are, and named in the sentence for that.
WORDS = {"长期", "中国", "国家"} | {"有限", "有限公司", "有限责任公司", "龍"}  # as they were typed
#: Not read by applicants: papers, the window's sentences, the event of a case, days as they are written in Chinese.
ELSEWHERE = {
    "forms/defect_table.py": "names of laws, put together when the module is read",
    "forms/values/capitals.py": "sums in Chinese numerals, shown beside the figure in Chinese alone",
    "forms/derive.py": "what the form says",
    "forms/sample.py": "a form that is typed",
    "forms/structure/tour.py": "days in Chinese",
    "kaiban/domain/cases/case.py": "events of a case",
    "kaiban/domain/cases/replay.py": "the command line",
    "kaiban/orchestrator/window/by_hand/resending.py": "events of a case",
    "kaiban/web/presentation/gallery.py": "for developers",
    "kaiban/web/presentation/texts.py": "days in Chinese",
}


def official():
    """Return every run of Chinese that stands in a list which is shown in Chinese."""
    lists = (each for each in codes.ALL if each.name in texts.LISTS_IN_CHINESE)
    labels = [item.label for each in lists for item in each.items]
    for item in codes.REGIONS.items:
        labels += name_regions(item.code)  # as a region is written in a company's name
    return WORDS | {run for label in labels for run in HANZI.findall(label)}


OFFICIAL = official()


@pytest.fixture(scope="module", autouse=True)
def _in_english():
    app = Flask("sentences", root_path=str(ROOT / "kaiban"))
    Babel(app, locale_selector=preferences.locale)
    with app.test_request_context(headers={"Cookie": "kaiban_lang=en"}):
        yield


def chinese(text):
    """Return what is Chinese in the English of a sentence and does not come from a list or the form."""
    return [run for run in HANZI.findall(say(text)) if run not in OFFICIAL]


@pytest.mark.parametrize(("changes", "expected"), BROKEN)
def test_what_a_rule_says_is_said_in_english(changes, expected):
    found = check(change(changes), today=SAMPLE_DAY).defects
    assert len(found) >= len(expected)
    assert [(each.message, left) for each in found if (left := chinese(each.message))] == []


@pytest.mark.parametrize("code", TABLE)
def test_every_sentence_of_the_table_is_said_in_english(code):
    for template in (TABLE[code].message, *TABLE[code].others.values()):
        assert chinese(PLACE.sub("7", template)) == [], template


@pytest.mark.parametrize("place", sorted(Catalogue().places, key=str))
def test_every_label_is_said_in_english(place):
    assert chinese(Catalogue().places[place].label) == []


@pytest.mark.parametrize("sentence", [*roster.SENTENCES, *table_refusals.SENTENCES.values()])
def test_what_is_wrong_with_a_table_is_said_in_english(sentence):
    assert chinese(PLACE.sub("7", sentence)) == []


def test_a_row_of_a_table_is_told_with_its_label_and_its_defect():
    told = roster.IN_COLUMN.format(line=3, label="证件号码", what=TABLE["id.invalid"].message)
    assert say(told).startswith("Row 3, “Document number”: The identity number is wrong.")


def test_sentences_on_end_are_all_said_in_english():
    one, two = (
        Defect(
            "/company/name/trade_name",
            "name.forbidden",
            TABLE["name.forbidden"].message.format(word=word, reason=reason),
        )
        for word, reason in (("中国", "使用国际组织名称"), ("国家", "可能使公众受骗或者产生误解"))
    )
    (both,) = merged((one, two))
    assert chinese(both.message) == []
    assert say(both.message).count("Choose another name.") == 2


def joined_chinese(path):
    """Return the lines of f-strings with Chinese words of their own."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.JoinedStr)
        for piece in node.values
        if isinstance(piece, ast.Constant) and HANZI.search(str(piece.value))
    ]


def test_no_sentence_is_put_together_where_nobody_can_look_it_up():
    speaking = [*(ROOT / "forms").rglob("*.py")]
    for part in ("web", "domain", "orchestrator", "documents/uploads"):
        speaking += (ROOT / "kaiban" / part).rglob("*.py")
    speaking += [ROOT / "kaiban/documents/tables.py", ROOT / "kaiban/documents/table_refusals.py"]
    found = {str(path.relative_to(ROOT)): joined_chinese(path) for path in speaking}
    assert {name: lines for name, lines in found.items() if lines and name not in ELSEWHERE} == {}
    assert [name for name in ELSEWHERE if not found.get(name)] == []
