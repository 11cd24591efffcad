"""Whatever people and departments write is printed as they wrote it: nothing it names is fetched, read or opened.

A server on this machine counts who comes; a file holds a word that must not turn up.
"""

import io
import threading
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pikepdf
import pytest

from forms.applicants import applicants
from forms.materials import of_type
from forms.opening import check
from forms.sample import SAMPLE_DAY, sample
from forms.sections import SECTIONS
from kaiban.documents.notices import notice_pdf
from kaiban.documents.papers.making import Papers
from kaiban.documents.sheets import sheet_pdf
from tests.documents import samples
from tests.documents.paper import text_of
from tests.documents.papers.test_addresses import ALL
from tests.documents.test_notices import HOME, NOTICE, refusal
from tests.documents.test_sheets import sheet

AT = datetime(2026, 12, 1, 2, tzinfo=UTC)
SECRET = "wordofthefile"
WAYS = (
    '<img src="{url}/1">', '<img src="{file}">', '<link rel="attachment" href="{file}">',
    '<link rel="stylesheet" href="{url}/4">', "<style>@import url({url}/5);</style>",
    "</style><style>p{{background:url({url}/6)}}</style>", '<p style="background:url({file})">',
    '<object data="{url}/8"></object>', '<embed src="{file}">', '<iframe src="{url}/10"></iframe>',
    '<svg><image href="{url}/11"/></svg>', '"><img src="{url}/12">', "'><img src={url}/13>",
    '<base href="{url}/">', '<meta http-equiv="refresh" content="0;url={url}/15">',
    '<!DOCTYPE a [<!ENTITY b SYSTEM "{file}">]>&b;', "{{{{ cycler.__init__ }}}}{{% include '{file}' %}}",
    "<script>fetch('{url}/18')</script>", '<a href="{url}/19">', '&lt;img src="{url}/20"&gt;',
)  # fmt: skip


class Canary:
    """Who came, and the ways that lead to it and to the file."""

    def __init__(self, url, file):
        self.came = []
        self.ways = [way.format(url=url, file=file.as_uri()) for way in WAYS]
        self._turn = 0

    def put(self, value):
        """The same with a way in every text: each text another one, and in long ones all of them."""
        if isinstance(value, str):
            self._turn += 1
            return f"{value}{self.ways[self._turn % len(self.ways)]}"
        if isinstance(value, dict):
            return {key: self.put(each) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(self.put(each) for each in value)
        if is_dataclass(value):
            return replace(
                value, **{each.name: self.put(getattr(value, each.name)) for each in fields(value)}
            )
        return value

    def everything(self):
        """All of them in one text."""
        return " ".join(self.ways)


@pytest.fixture
def canary(tmp_path):
    file = tmp_path / "secret.txt"
    file.write_text(SECRET)
    came = []

    class Counting(BaseHTTPRequestHandler):
        def do_GET(self):
            came.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Counting) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        canary = Canary(f"http://127.0.0.1:{server.server_port}", file)
        canary.came = came
        yield canary
        server.shutdown()


def assert_harmless(canary, pdf, attached=0):
    text = text_of(pdf)
    assert canary.came == []
    assert SECRET not in text
    assert "<imgsrc=" in text, "it is there as it was typed"
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert len(document.attachments) == attached
        for page in document.pages:
            actions = [each["/A"] for each in page.get("/Annots", []) if "/A" in each]
            assert [each for each in actions if "127.0.0.1" in str(each.get("/URI", ""))] == []
            assert [each for each in actions if each.get("/S") in ("/Launch", "/JavaScript", "/GoToR")] == []  # fmt: skip
        assert "/OpenAction" not in document.Root
        assert "/JavaScript" not in document.Root.get("/Names", {})


def test_the_canary_would_be_heard(canary):
    """The harness must catch what it is for: a page that does name it fetches it."""
    from weasyprint import HTML

    HTML(string=canary.ways[0]).write_pdf()
    assert canary.came == ["/1"]


def test_a_package_prints_what_departments_wrote_and_fetches_nothing(canary):
    case = samples.whole_case()
    case.form = canary.put(case.form)
    for link in case.links:
        texts = {key: each for key, each in link.result.items() if isinstance(each, str | list)}
        link.result = {**link.result, **canary.put(texts)}
        link.receipt = canary.put(link.receipt)
    case.facts = canary.put(case.facts)
    registration = case.link("registration")
    registration.result = {**registration.result, "scope": canary.everything(), "established": "2026-11-20"}  # fmt: skip
    made = samples.packages().make(case, 1, samples.NOW)
    assert_harmless(canary, made.pdf, attached=1)


#: One law makes them all; the longest of each type stand for the rest.
KEYS = ("application", "articles", "tax_confirmation")


@pytest.mark.parametrize("applicant", applicants())
def test_papers_print_what_applicants_wrote_and_fetch_nothing(canary, applicant):
    form = dict(check(sample(7, SAMPLE_DAY, applicant), today=SAMPLE_DAY).form)
    for path in (("company", "name", "trade_name"), ("company", "name", "full"), ("premises", "detail"), ("people", "legal_rep", "name"), ("people", "agent", "name"), ("bank", "branch")):  # fmt: skip
        *ways, last = path
        place = form
        for way in ways:
            place[way] = dict(place.get(way) or {})
            place = place[way]
        if isinstance(place.get(last), str):
            place[last] = canary.everything() if last == "detail" else canary.put(place[last])
    papers = Papers("")
    for key in {each.key for each in of_type(applicant)}.intersection(KEYS):
        assert_harmless(canary, papers.one(key, form, ALL, AT).pdf)


def test_notices_and_refusals_print_what_staff_wrote_and_fetch_nothing(canary):
    row = canary.put(NOTICE.rows[0])
    notice = replace(NOTICE, rows=(replace(row, message=canary.everything()),), addressee=canary.put("张晓燕"))  # fmt: skip
    assert_harmless(canary, notice_pdf(notice, "示范市", HOME, ""))
    refused = refusal("registration", reason=canary.everything(), remedy=canary.put("申请复议"))
    assert_harmless(canary, notice_pdf(refused, "示范市", HOME, ""))


def test_the_sheet_for_a_department_by_hand_fetches_nothing(canary):
    answers = canary.put(sheet().answers)
    enclosed = (canary.everything(),)
    found = replace(sheet(), answers=answers, enclosed=enclosed, company=canary.put("青禾云"))
    assert_harmless(canary, sheet_pdf(found, SECTIONS, "示范市", ""))
