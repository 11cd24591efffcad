"""What no page of ours sends, at the pages of a case: told in words, and never an error of ours."""

from functools import reduce
from itertools import product

import pytest

from kaiban.domain.notices.notice import Defect, Item, Notice
from kaiban.domain.pointer import replaced
from tests.web.following.cases import case_of

#: Larger than any database counts.
HUGE = "9" * 30
#: Text a database or a file may choke on, as bytes of a form: a zero, half a character, half a pair of surrogates.
ODD = (b"a\0b", b"\xff\xfe", b"\xed\xa0\x80", "ﷺ\u202e<script>".encode() * 400, b"%00", b"")
PAGES = (
    "complaints",
    "rate",
    "withdraw",
    "delivery",
    "messages",
    "more",
    "more/materials",
    "materials",
    "fix",
)
CONTROLS = ("text", "phone", "level", "link", "remark", "sure", "do", "key", "whose", "links", "version", "seen", "promise", "confirmed", "way", "quiet")  # fmt: skip
NUMBERED = ("complaints/{}", "notices/{}.pdf")


@pytest.fixture
def visitor(submitted):
    return submitted()


def token(visitor):
    return visitor.page.xpath("//input[@name='csrf_token']")[0].get("value")


def post(visitor, path, pairs):
    body = b"&".join(
        name.encode() + b"=" + "".join(f"%{each:02x}" for each in value).encode()
        for name, value in pairs
    )
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return visitor.http.post(visitor.address + path, data=body, headers=kind, timeout=120)


def test_odd_answers_are_told_in_words(visitor, city):
    filing, no = visitor.filing_id, case_of(visitor, city).no
    csrf = token(visitor.open(f"/t/{filing}/complaints")).encode()
    failed = []
    for page in PAGES:
        for odd in ODD:
            pairs = [("csrf_token", csrf), *((name, odd) for name in CONTROLS), ("text", odd)]
            found = post(visitor, f"/t/{filing}/{page}", pairs)
            if found.status_code >= 500:
                failed.append((page, odd[:10], found.status_code))
    assert failed == []
    assert not case_of(visitor, city).withdrawing, no
    for page in PAGES:
        assert visitor.open(f"/t/{filing}/{page}").status < 500, page


@pytest.mark.parametrize("number", [HUGE, "0", "-1", "1e5", "%00", "٣"])
def test_a_number_nobody_has_is_not_there(visitor, number):
    filing = visitor.filing_id
    csrf = token(visitor.open(f"/t/{filing}/complaints")).encode()
    for path in NUMBERED:
        address = f"/t/{filing}/{path.format(number)}"
        assert visitor.http.get(visitor.address + address, timeout=60).status_code in {
            400,
            404,
            405,
        }
        found = post(
            visitor, address, [("csrf_token", csrf), ("do", b"satisfied"), ("version", b"1")]
        )
        assert found.status_code in {400, 404, 405, 409, 422}, path


@pytest.mark.parametrize(
    "query",
    [f"links={HUGE}", "links=%00", "links=%ff", "also=%00&links=bank", f"kept={HUGE}", "kept=%00"],
)
def test_odd_addresses_are_pages_or_not_there(visitor, query):
    for page in PAGES:
        assert visitor.open(f"/t/{visitor.filing_id}/{page}?{query}").status < 500, page


#: What has not the shape of the question it answers.
SHAPES = ("字", 5, True, [], ["字"], [5], {"a": 1}, [{"a": 1}], [[]])
#: Questions and groups beside one another, and what holds some of them.
INNER = ("/people/holders/0", "/people/legal_rep/cert", "/company/entity_type", "/premises/detail")
OUTER = ("/people/holders", "/people/legal_rep", "/company/capital", "/seal/seals", "/company/scope", "/social_insurance/insurances")  # fmt: skip


def test_a_notice_about_answers_of_any_shape_is_shown(visitor, city):
    no = case_of(visitor, city).no
    with city.kaiban.cases.transaction() as tx:
        case = tx.get(no)
        defects = [Defect(each, "E1", "请修改", "registration") for each in (*INNER, *OUTER)]
        case.notices.append(Notice(1, city.kaiban.clock.now(), tuple(map(Item.of, defects))))
        tx.save(case)
    sound, failed = case.form, []
    for shape, places in product(SHAPES, (INNER, OUTER)):
        with city.kaiban.cases.transaction() as tx:
            case = tx.get(no)
            case.form = reduce(lambda form, place: replaced(form, place, shape), places, sound)
            tx.save(case)
        failed += [
            (shape, page)
            for page in ("", "fix", "more", "delivery", "materials")
            if visitor.open(f"/t/{visitor.filing_id}/{page}").status >= 500
        ]
    assert failed == []
