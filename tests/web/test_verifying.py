"""`/v`: a package verified by anybody with its code: how it stands, files compared without scripts, nothing told beyond that."""

import io
import json
import re
import zipfile

import pytest
from sqlalchemy import update

from kaiban.app.papers.signing import trusted
from kaiban.documents.package.verify import fingerprint
from kaiban.ports import RateLimit
from kaiban.storage.schema import packages
from kaiban.web import verifying
from tests.journeys.city import playing
from tests.web.visitor import Visitor


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """A city of its own, in which packages are printed."""
    folder = tmp_path_factory.mktemp("verifying")
    with playing(folder, f"sqlite:///{folder}/kaiban.db", pace=20, prints=True) as city:
        yield city


@pytest.fixture(scope="module")
def issued(town):
    """A finished case with a package; what the API tells of it."""
    no = town.submit(town.form(), "registration")
    return town.follow(no)


@pytest.fixture
def clerk(town):
    """Somebody at a bank, who has no account here."""
    visitor = Visitor(town.address)
    yield visitor
    visitor.close()


def code_of(case):
    return case["package"]["verify_code"]


def found(clerk, case):
    return clerk.open(f"/v/{code_of(case)}")


def checked(clerk, case, content, name="file.pdf"):
    """Send a file by the form, as a browser without scripts does; what is said of it."""
    found(clerk, case).bring(None, (name, content))
    return clerk.text


def test_the_address_a_package_carries_leads_to_how_it_stands(town, clerk, issued):
    summary = json.loads(town.package(issued["case_no"], "json"))
    assert summary["verify"]["url"] == f"{town.address}/v/{code_of(issued)}"
    clerk.open(summary["verify"]["url"].removeprefix(town.address))
    assert (clerk.status, clerk.heading) == (200, "核验结果")
    assert "有效" in clerk.text
    assert "样例，没有法律效力" in clerk.text
    assert "PAdES B-B" in clerk.text
    assert clerk.answer.headers["X-Robots-Tag"] == "noindex"
    assert clerk.answer.headers["Cache-Control"] == "no-store"


def test_the_home_page_leads_there_and_a_code_can_be_typed(clerk, issued):
    clerk.open("/").follow("核验真伪")
    assert clerk.path == "/v"
    code = code_of(issued)
    typed = f"{code[:4].lower()} {code[4:8]}-{code[8:]}"
    clerk.open("/v?code=" + typed)
    assert clerk.path == f"/v/{code}"
    assert clerk.heading == "核验结果"
    for missing in ("AAAA2222BBBB", "x", "..%2f..%2fetc", "1 OR 1=1"):
        clerk.open("/v?code=" + missing)
        assert clerk.heading == "没有这个核验码的证照包", missing


def test_names_are_covered_and_nobody_is_named(town, clerk, issued):
    summary = json.loads(town.package(issued["case_no"], "json"))
    page = found(clerk, issued).answer.text
    company = summary["company"]["name"]
    assert company not in page
    assert company[:2] in page
    assert summary["company"]["credit_code"] not in page
    form = town.form()
    for person in (form["people"]["legal_rep"], *form["people"]["holders"]):
        assert person["name"] not in page


def test_wrong_and_unknown_codes_are_answered_alike(clerk):
    pages = set()
    for code in (
        "AAAA2222BBBB",
        "0000",
        "x" * 300,
        "有效",
        "KB99010020261120004176",
        "%00",
        "'--",
    ):
        clerk.open(f"/v/{code}")
        assert clerk.status == 404
        clean = re.sub(
            r'name="next" value="[^"]*"|csrf_token" value="[^"]*"', "", clerk.answer.text
        )
        pages.add(clean)
    assert len(pages) == 1


@pytest.mark.parametrize(
    ("kind", "said"), [("pdf", "就是本证照包的 PDF"), ("zip", "就是本证照包的 ZIP"), ("json", "package.json")]
)  # fmt: skip
def test_a_file_is_compared_without_scripts(town, clerk, issued, kind, said):
    content = town.package(issued["case_no"], kind)
    assert said in checked(clerk, issued, content, f"x.{kind}")
    assert "请不要采信" not in clerk.text
    assert "请不要采信" in checked(clerk, issued, content + b" ", f"x.{kind}")


def test_a_department_original_is_known_too(town, clerk, issued):
    with zipfile.ZipFile(io.BytesIO(town.package(issued["case_no"], "zip"))) as bundle:
        path = next(name for name in bundle.namelist() if name.startswith("originals/"))
        original = bundle.read(path)
    assert "部门原件" in checked(clerk, issued, original)


def test_no_file_is_asked_for_again(clerk, issued):
    checked(clerk, issued, b"", "")
    assert clerk.status == 422
    assert clerk.mistakes == ["请先选择收到的文件，再点“核对文件”。"]


def test_an_older_version_says_what_replaced_it(town, clerk):
    office, of_before = town.kaiban.office, town.follow(town.submit(town.form(), "registration"))
    no, first = of_before["case_no"], code_of(of_before)
    case = town.kaiban.cases.read(no)
    made = office.packages.make(case, 2, office.clock.now())
    with town.kaiban.cases.transaction() as tx:
        case = tx.get(no)
        tx.add_package(no, made)
        case.package_version = 2
        tx.save(case)
    clerk.open(f"/v/{first}")
    assert "已被第 2 版替代" in clerk.text
    clerk.open(f"/v/{made.verify_code}")
    assert "已被第" not in clerk.text
    assert "第 2 版" in clerk.text


def test_a_package_made_before_hashes_were_kept_is_compared_all_the_same(town, clerk):
    case = town.follow(town.submit(town.form(), "registration"))
    with town.kaiban.database.transaction() as connection:
        bare = {"level": None, "pdf_sha256": None, "archive_sha256": None}
        connection.execute(
            update(packages).where(packages.c.case_no == case["case_no"]).values(bare)
        )
    assert "签名功能启用以前签发" in found(clerk, case).text
    assert "PDF，一个字节都没有改动" in checked(clerk, case, town.package(case["case_no"], "pdf"))


def test_the_certificates_are_published_with_their_fingerprints(town, clerk, issued):
    clerk.open("/v")
    [own] = trusted(town.kaiban.settings)
    assert fingerprint(own) in clerk.text
    answer = clerk.http.get(town.address + "/v/certificates.pem", timeout=60)
    assert answer.text.count("BEGIN CERTIFICATE") == 1
    assert "PRIVATE" not in answer.text
    assert answer.headers["Content-Type"] == "application/x-pem-file"


def test_it_is_in_english_too(clerk, issued):
    clerk.open("/").press_value("en")
    found(clerk, issued)
    assert clerk.heading == "Verification"
    assert "A sample without legal effect" in clerk.text


def test_somebody_who_tries_codes_out_is_stopped(town, clerk, issued, monkeypatch):
    few = RateLimit("verify:few", 3, verifying.LIMIT.within)
    monkeypatch.setattr(verifying, "LIMIT", few)
    statuses = [clerk.open(f"/v/AAAA2222BBB{number}").status for number in range(4)]
    assert statuses == [404, 404, 404, 429]
    assert found(clerk, issued).status == 429
    assert clerk.answer.headers["Retry-After"]
