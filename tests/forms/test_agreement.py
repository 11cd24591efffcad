"""What must agree inside the form: words, tables, lists."""

import ast
import re
from pathlib import Path

import pytest

import forms
from forms import codes
from forms.defects import TABLE
from forms.fields import Group, Rows, Several
from forms.rules.people import MANY, SINGLE
from forms.sections import ALWAYS, SECTIONS
from forms.structure.paths import Catalogue, inner_schema, questions

ROOT = Path(forms.__file__).parent
HANZI = re.compile(r"[\u4e00-\u9fff]")


def every_question():
    def inside(schema, path):
        for key, field in questions(schema).items():
            yield f"{path}.{key}", field
            inner = inner_schema(field)
            if inner:
                yield from inside(inner, f"{path}.{key}")

    for name, schema in SECTIONS.items():
        yield from inside(schema(), name)


QUESTIONS = dict(every_question())


@pytest.mark.parametrize("path", QUESTIONS)
def test_every_question_has_words_and_an_example(path):
    words = QUESTIONS[path].metadata
    assert HANZI.search(words["label"])
    assert HANZI.search(words["help"])
    assert words["help"].endswith("。")
    assert words["width"] in {"s", "m", "l", "full"}
    if not isinstance(QUESTIONS[path], Group | Rows):
        assert words["example"] not in ("", None)


@pytest.mark.parametrize("path", [p for p, f in QUESTIONS.items() if not inner_schema(f)])
def test_every_example_would_pass(path):
    field = QUESTIONS[path]
    if not field.metadata["derived"]:
        assert field.deserialize(field.metadata["example"]) is not None


SENSITIVE = re.compile(r"\.(no|mobile|residence|birth_date|monthly_wage|address)$")


def test_sensitive_questions_are_marked():
    marked = {p for p, f in QUESTIONS.items() if f.metadata["sensitive"]}
    assert {p for p in QUESTIONS if SENSITIVE.search(p)} <= marked


def test_every_section_has_a_title_and_the_needed_ones_exist():
    assert all(HANZI.search(s.title) for s in SECTIONS.values())
    assert set(SECTIONS) >= ALWAYS


@pytest.mark.parametrize("listed", codes.ALL, ids=lambda one: one.name)
def test_every_code_list_says_where_it_is_from(listed):
    assert listed.title
    assert listed.version
    assert HANZI.search(listed.source) or listed.source.startswith("GB/T")
    assert listed.items
    assert all(item.code and item.label for item in listed.items)


def test_every_data_file_is_loaded():
    assert {p.stem for p in (ROOT / "codes").glob("*.json")} == {one.name for one in codes.ALL}


def test_every_list_is_used_by_a_question_or_a_rule():
    asked = [
        getattr(f.inner if isinstance(f, Several) else f, "listed", None)
        for f in QUESTIONS.values()
    ]
    used = {one.name for one in asked if one}
    assert {one.name for one in codes.ALL} - used == {
        "bank_branches",
        "forbidden_words",
        "trade_words",
    }


@pytest.mark.parametrize("code", TABLE)
def test_every_defect_says_what_to_do(code):
    message = TABLE[code].message
    assert re.fullmatch(r"[a-z_]+(\.[a-z_]+)?", code)
    assert HANZI.search(message)
    assert message[-1] in "。}"
    assert re.search("请|须|不能|最多|至少|不超过|不用|不得", message)


def test_every_code_of_the_table_is_raised_somewhere_and_none_twice():
    declared = [ROOT / "defect_table.py", *sorted((ROOT / "applicants" / "kinds").rglob("*.py"))]
    sources = [each.read_text("utf-8") for each in declared]
    keys = [
        key
        for text in sources
        for key in re.findall(r'^ +"([a-z_.]+)": Entry', text, re.MULTILINE)
    ]
    assert len(keys) == len(set(keys)) == len(TABLE)
    # What a type of applicant declares it raises itself: the code stands there twice.
    for text in sources[1:]:
        for key in re.findall(r'^ +"([a-z_.]+)": Entry', text, re.MULTILINE):
            assert text.count(f'"{key}"') > 1, key
    others = set()
    for file in ROOT.rglob("*.py"):
        if file.name != "defect_table.py":
            others |= {
                node.value
                for node in ast.walk(ast.parse(file.read_text("utf-8")))
                if isinstance(node, ast.Constant) and isinstance(node.value, str)
            }
    assert set(TABLE) <= others


def test_every_code_in_the_source_is_in_the_table():
    calls = re.compile(r'(?:refuse|Flaw)\(\s*"([a-z_.]+)"|\.found\([^"]*f?"[^"]*",\s*"([a-z_.]+)"')
    used = set()
    for file in ROOT.rglob("*.py"):
        used |= {a or b for a, b in calls.findall(file.read_text("utf-8"))}
    assert len(used) > 80
    assert used <= set(TABLE)


def test_every_person_of_the_form_is_known_to_the_rules_of_persons():
    persons = {p.rsplit(".", 1)[0] for p in QUESTIONS if p.endswith(".cert")}
    assert persons == {*SINGLE, *MANY}


def test_regions_and_scope_point_to_codes_that_exist():
    for item in codes.REGIONS.items:
        assert not item.more["parent"] or item.more["parent"] in codes.REGIONS
    for item in codes.SCOPE.items:
        assert item.more["industry"] in codes.INDUSTRIES
        assert item.more["class"] in {"general", "licensed", "pre_approval"}
    assert all(1 <= item.more["risk"] <= 8 for item in codes.INDUSTRIES.items)
    assert len(codes.SCOPE.items) >= 40


def test_no_two_questions_share_a_path():
    assert len(QUESTIONS) + len(SECTIONS) == len(Catalogue().places)
