"""What every type of applicant must have, whichever it is."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms import applicants
from forms.applicants import APPLICANT, USUAL
from forms.locality import Locality
from forms.materials import needed
from forms.opening import ALWAYS, check
from forms.sample import SAMPLE_DAY, sample, trade_name
from forms.sections import SECTIONS
from forms.structure.pages import blocks, pages
from forms.structure.paths import inner_schema, questions, schema_of
from forms.structure.schema import describe
from forms.subject import subject_of
from tests.forms.applicants.anybody import TYPES, broken, entries, put

HANZI = re.compile(r"[\u4e00-\u9fff]")
OTHERS = [key for key in TYPES if key != USUAL]
EVERY = pytest.mark.parametrize("applicant", TYPES)
EVERY_OTHER = pytest.mark.parametrize("applicant", OTHERS)


def asked(applicant):
    return applicants.asked({APPLICANT: applicant})


def leaves(schema, path):
    for key, field in questions(schema).items():
        inner = inner_schema(field)
        if inner is None:
            yield f"{path}.{key}", field
        else:
            yield from leaves(inner, f"{path}.{key}")


def branches(schema, path):
    """Every question with a place, those that hold others included."""
    for key, field in questions(schema).items():
        yield f"{path}.{key}", field
        inner = inner_schema(field)
        if inner is not None:
            yield from branches(inner, f"{path}.{key}")


@EVERY
def test_a_sample_passes_and_names_its_applicant(applicant):
    form = sample(7, SAMPLE_DAY, applicant)
    found = check(form, today=SAMPLE_DAY, wanted=set(form) - {APPLICANT})
    assert found.defects == ()
    assert applicants.of(found.form).key == applicant
    assert found.form["company"]["entity_type"]
    assert found.form["company"]["name"]["full"]
    assert found.form["people"]["tax_agent"]["name"]
    assert subject_of(found.form)


@pytest.mark.parametrize("seed", [0, 1, 7, 5007, 26_999])
def test_samples_of_one_seed_have_another_trade_name_for_each_type(seed):
    names = [sample(seed, SAMPLE_DAY, each)["company"]["name"] for each in applicants.applicants()]
    asked_for = [name for each in names for name in (each["trade_name"], *each.get("alternatives", ()))]  # fmt: skip
    assert len(set(asked_for)) == len(asked_for)
    assert sample(seed)["company"]["name"]["trade_name"] == trade_name(seed), "as ever"


@EVERY
def test_every_question_has_words_and_an_example_that_would_pass(applicant):
    for name, schema in asked(applicant).items():
        for path, field in leaves(schema_of(schema), name):
            words = field.metadata
            assert HANZI.search(words["label"]), path
            assert words["help"].endswith("。"), path
            if not words["derived"]:
                assert field.deserialize(words["example"]) is not None, path


@EVERY
def test_every_question_stands_on_one_page_and_every_page_asks_something(applicant):
    found = pages(asked(applicant), None, applicants.applicants()[applicant].pages)
    assert all(page.paths for page in found)
    for name, schema in asked(applicant).items():
        for path, field in leaves(schema_of(schema), name):
            if not field.metadata["derived"]:
                pointer = "/" + path.replace(".", "/")
                assert sum(page.holds(pointer) for page in found) == 1, path


#: What only the other types have, by the type that has none of it.
FOREIGN = {
    "cooperative": re.compile("公司|股东|注册资本|董事|经营者|投资人|合伙人|股权|企业名称"),
    "individual": re.compile(
        "公司|股东|注册资本|章程|董事|监事|财务负责人|法定代表人(?!（负责人）)|企业名称"
    ),
    "partnership": re.compile(
        "(?<!国有独资)(?<!上市)公司|股东|注册资本|章程|董事|监事|法定代表人(?!（负责人）)|经营者|投资人|股权"
    ),
    "sole": re.compile("公司|股东|注册资本|章程|董事|监事|法定代表人(?!（负责人）)|经营者"),
}
#: And of any other type nobody has thought of here.
OF_COMPANIES = re.compile("股东|注册资本|董事|股权")
#: What may not be in a name is said in the words themselves.
QUOTED = re.compile("“[^”]*”")


@EVERY_OTHER
def test_no_question_or_page_speaks_of_what_only_other_types_have(applicant):
    own = applicants.applicants()[applicant]
    shown = pages(asked(applicant), None, own.pages)
    said = [(page.name, page.title + page.hint + page.group) for page in (*shown, *blocks(shown))]
    for name, schema in asked(applicant).items():
        words = schema_of(schema)
        said += [(name, words.title)]
        said += [
            (path, each.metadata["label"] + each.metadata["help"])
            for path, each in branches(words, name)
        ]
    assert [
        (where, text)
        for where, text in said
        if FOREIGN.get(applicant, OF_COMPANIES).search(QUOTED.sub("", text))
    ] == []


@EVERY_OTHER
def test_what_only_companies_are_asked_is_refused_and_nothing_else_is_said(applicant):
    form = sample(7, SAMPLE_DAY, applicant)
    places = {".".join(each) for each in applicants.unasked(form)}
    for path in sorted(places):
        section, _, key = path.partition(".")
        if "." in key:
            continue
        entry = {**form, section: {**form[section], key: []}}
        found = check(entry, today=SAMPLE_DAY, wanted=set(form) - {APPLICANT}).defects
        assert [(each.pointer, each.code) for each in found] == [(f"/{section}/{key}", "unknown")]


@EVERY
def test_an_empty_form_lacks_what_its_own_type_is_asked(applicant):
    found = check({APPLICANT: applicant}, today=SAMPLE_DAY).defects
    places = applicants.catalogue({APPLICANT: applicant}).places
    assert found
    for each in found:
        parts = tuple(part for part in each.pointer.split("/")[1:] if not part.isdecimal())
        assert parts in places, each


@pytest.mark.parametrize("named", ["firm", "", 7, [], {}])
def test_an_applicant_nobody_knows_is_a_defect_and_never_an_error(named):
    found = check(sample() | {APPLICANT: named}, today=SAMPLE_DAY).defects
    assert [(each.pointer, each.code) for each in found] == [("/applicant", "code.unknown")]


def test_a_city_takes_the_types_it_registers():
    city = Locality(applicants=(USUAL,))
    found = check(sample(7, SAMPLE_DAY, OTHERS[0]), today=SAMPLE_DAY, locality=city).defects
    assert "/applicant" in [each.pointer for each in found]
    assert list(applicants.offered(city)) == [USUAL]


def test_a_city_that_registers_no_companies_takes_no_form_that_says_nothing():
    city = Locality(applicants=tuple(OTHERS))
    for named in ({}, {APPLICANT: None}, {APPLICANT: USUAL}):
        found = check(sample() | named, today=SAMPLE_DAY, locality=city).defects
        assert [(each.pointer, each.code) for each in found] == [("/applicant", "code.unknown")]


@pytest.mark.parametrize(
    ("registered", "named", "begun"),
    [
        ((), "", {}),
        ((), USUAL, {}),
        ((), OTHERS[0], {APPLICANT: OTHERS[0]}),
        ((), "firm", {}),
        ((OTHERS[1],), "", {APPLICANT: OTHERS[1]}),
        ((OTHERS[1],), USUAL, {APPLICANT: OTHERS[1]}),
    ],
)
def test_a_form_begins_as_the_chosen_type_or_the_first_the_city_registers(
    registered, named, begun
):
    assert applicants.begun_for(named, Locality(applicants=registered)) == begun


@EVERY_OTHER
def test_a_city_may_let_a_link_apply_that_elsewhere_does_not(applicant):
    form = {APPLICANT: applicant}
    for link in applicants.not_applying(form, Locality()):
        city = Locality(also_for={applicant: (link,)})
        assert link not in applicants.not_applying(form, city)


@EVERY
def test_papers_of_a_type_are_called_what_it_calls_them(applicant):
    form = sample(7, SAMPLE_DAY, applicant)
    names = applicants.applicants()[applicant].materials
    found = {each.key: each.name for each in needed(form, ("registration", "seal", "tax", "bank"))}
    for key, name in names.items():
        assert found.get(key, "") in ("", name)
        assert name or key not in found


@EVERY
def test_the_form_is_described_as_its_type_is_asked_it(applicant):
    told = describe(asked(applicant), applicant)
    assert told["properties"]["applicant"] == {"type": "string", "const": applicant}
    assert set(told["properties"]) == {*SECTIONS, "applicant", "confirm"}


@EVERY
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_whatever_stands_in_a_form_the_check_answers(applicant, data):
    entry, _ = data.draw(broken(applicant))
    found = check(entry, today=SAMPLE_DAY)
    assert all(each.message and each.code for each in found.defects)


@EVERY
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_a_drawn_form_passes_and_all_that_is_spoilt_in_it_is_named_at_once(applicant, data):
    form = data.draw(entries(applicant))
    wanted = (set(form) | ALWAYS) - {APPLICANT}
    assert check(form, today=SAMPLE_DAY, wanted=wanted).defects == ()
    spoilt = data.draw(st.lists(st.sampled_from(SPOILT), min_size=1, unique=True))
    for pointer in spoilt:
        put(form, pointer, "✗")
    told = {each.pointer for each in check(form, today=SAMPLE_DAY, wanted=wanted).defects}
    assert set(spoilt) <= told


#: Answers every type gives, each wrong by itself.
SPOILT = (
    "/company/name/region", "/company/name/trade_name", "/company/contact_phone", "/company/email",
    "/people/legal_rep/mobile", "/people/legal_rep/cert/no", "/people/liaison/name",
    "/premises/region_code", "/premises/tenure", "/seal/engraver", "/tax/taxpayer_kind",
    "/bank/branch_cnaps", "/delivery/mode", "/consents/truthful",
)  # fmt: skip
