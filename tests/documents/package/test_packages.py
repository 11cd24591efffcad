"""Certificate packages, really printed and read back by poppler."""

import hashlib
import io
import json
import logging
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from kaiban.documents.package.packages import ALPHABET, verify_code
from kaiban.documents.package.verify import verify_file
from kaiban.domain.assisted import Actor, Authority, FiledBy, Filer, Identity, Way
from kaiban.domain.cases.link import LinkState
from tests.documents import samples
from tests.documents.paper import attachment_of, fonts_of, pages_of, text_of
from tests.documents.samples import NOW, at
from tests.prose import faults

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def case():
    return samples.whole_case()


@pytest.fixture(scope="module")
def package(case):
    return samples.packages().make(case, 1, NOW)


@pytest.fixture(scope="module")
def text(package):
    return text_of(package.pdf)


@pytest.fixture(scope="module")
def partial():
    """Tax refused, the fund still at work, the seal waiting for the applicant, the bank cancelled."""
    case = samples.work(samples.new_case(), [samples.REGISTRATION, samples.SOCIAL])
    ends = {
        "seal": (LinkState.NEEDS_CORRECTION, "印章样式与名称不符"),
        "tax": (LinkState.REFUSED, "经办人 990101199003070030 未实名。"),
        "bank": (LinkState.CANCELLED, "申请人已撤回"),
        "housing_fund": (LinkState.IN_REVIEW, ""),
    }
    for name, (state, reason) in ends.items():
        link = case.link(name)
        link.steps[0].submitted_at = at("20T10:15")
        for move in (LinkState.READY, LinkState.SENDING, LinkState.SUBMITTED):
            case.move(link, link.steps[0], move, at("20T10:15"))
        case.move(link, link.steps[0], state, at("20T10:40"), reason=reason)
    case.note("stale", at("20T11:00"), "system", link="social_insurance", text="地址已变更")
    return samples.packages(signing=samples.signing()).make(case, 2, NOW)


def test_a_whole_package_has_a_cover_a_page_for_each_link_two_sheets_and_an_appendix(package):
    assert pages_of(package.pdf) == 1 + 6 + 2 + 1


@pytest.mark.parametrize(
    "value",
    [
        samples.COMPANY,
        samples.CASE_NO,
        samples.CREDIT_CODE,
        "4小时10分",
        "5小时40分",
        "6/6",
        "承诺时限线11-2015:32",
        "示市监登〔2026〕第01024号",
        "990101202611200017",
        "9901010012346",
        "小规模纳税人",
        "增值税、企业所得税、城市维护建设税",
        "缴存比例·单位缴存比例8%",
        "买买提·艾力",
        "陈𠮷",
        "䶮红",
        "面签时间：2026-11-2410:00至10:30",
        "2026年12月10日前",
        "每年1月1日至6月30日",
        "首次纳税申报",
        "https://kaiban.example/v/",
        "平台签发标记",
    ],
)
def test_every_value_can_be_read(text, value):
    assert value in text


@pytest.mark.parametrize("made", ["package", "partial"])
def test_no_sentence_has_two_ends_or_an_unfilled_place(made, request):
    assert faults(text_of(request.getfixturevalue(made).pdf)) == []


def test_every_part_of_the_hours_is_printed_and_they_sum_to_the_whole(package, text):
    hours = json.loads(package.summary)["hours"]
    assert hours["parts"]["department:registration"] == 67
    assert hours["parts"]["department:housing_fund"] == 78
    assert "住房公积金缴存登记1小时18分7822.9%" in text
    assert "合计=自然用时5小时40分340每分钟只归一方" in text


def test_the_appendix_has_path_media_type_and_hash_of_every_original(package):
    sheet = text_of(package.pdf, first=10, last=10)
    named = json.loads(package.summary)["documents"]
    assert len(named) > 1
    for original in named:
        for said in (original["path"], original["media_type"], f"SHA-256{original['sha256']}"):
            assert "".join(said.split()) in sheet, original["path"]
    with zipfile.ZipFile(io.BytesIO(package.archive)) as archive:
        for original in named:
            content = archive.read(original["path"])
            assert hashlib.sha256(content).hexdigest() == original["sha256"]


def test_every_font_is_embedded_and_maps_to_unicode(package, tmp_path):
    fonts = fonts_of(package.pdf, tmp_path)
    assert len(fonts) == 4
    assert {(embedded, mapped) for _, embedded, mapped in fonts} == {("yes", "yes")}
    assert all("Noto" in name for name, _, _ in fonts)


def test_the_pdf_carries_the_summary(package, tmp_path):
    assert attachment_of(package.pdf, tmp_path) == package.summary


def test_the_verify_code_is_printed_and_easily_copied(package, text):
    assert re.fullmatch(f"[{ALPHABET}]{{12}}", package.verify_code)
    assert package.verify_code in text
    assert not set("01IO") & set(ALPHABET)


def test_the_secret_is_not_shown():
    assert "sample secret" not in repr(samples.packages())


def test_a_verify_code_cannot_be_known_without_the_secret():
    codes = {
        verify_code(secret, number, version)
        for secret in (b"one", b"two")
        for number in ("KB1", "KB2")
        for version in (1, 2)
    }
    assert len(codes) == 8


def test_every_page_says_that_it_is_a_sample(package):
    for page in range(1, pages_of(package.pdf) + 1):
        found = text_of(package.pdf, first=page, last=page)
        assert found.count("样例·模拟数据·无法律效力") == 2


def test_the_same_case_gives_the_same_bytes_in_any_process():
    program = (
        "import hashlib; from tests.documents import samples as s;"
        "p = s.packages().make(s.whole_case(), 1, s.NOW);"
        "print(hashlib.sha256(p.pdf + p.archive + p.summary).hexdigest())"
    )
    first, second = (
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed, "PATH": "/usr/bin:/bin", "TZ": zone},
            capture_output=True,
            check=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "America/New_York"))
    )
    assert len(first) == 65
    assert first == second


def test_no_identity_number_leaves_the_house(package, text):
    everything = text + package.summary.decode()
    assert samples.IDENTITY not in everything
    assert "990101********0030" in everything
    assert not re.search(r"9901011988\d{7}X", everything)
    assert "138****5678" in everything
    assert "13800005678" not in everything


def test_the_summary_lets_anyone_compute_the_hours_again(package):
    """An independent count, minute by minute, from nothing but the summary."""
    told = json.loads(package.summary)
    spans = [[datetime.fromisoformat(end) for end in span] for span in told["hours"]["open_spans"]]
    minute = datetime.fromisoformat(told["hours"]["from"])
    end = datetime.fromisoformat(told["hours"]["to"])
    held = {"fund": 0, "open": 0, "wall": 0}
    moves = {
        (event["link"], event["after"]): datetime.fromisoformat(event["at"])
        for event in told["events"]
        if event["kind"] == "step"
    }
    plan = [link["name"] for link in told["links"]]
    end = end.replace(second=0)
    while minute < end:
        is_open = any(first <= minute < last for first, last in spans)
        held["wall"] += 1
        held["open"] += is_open
        at_work = [
            name for name in plan if moves[name, "submitted"] <= minute < moves[name, "done"]
        ]
        held["fund"] += is_open and at_work[:1] == ["housing_fund"]
        minute += timedelta(minutes=1)
    hours = told["hours"]
    assert held["wall"] == hours["wall_minutes"]
    assert held["open"] == hours["working_minutes"]
    assert held["fund"] == hours["parts"]["department:housing_fund"]


def test_the_events_tell_no_reasons_and_no_persons(partial):
    events = json.loads(partial.summary)["events"]
    assert {key for event in events for key in event} == {
        "kind",
        "at",
        "link",
        "step",
        "before",
        "after",
    }


def test_what_a_department_leaves_to_do_is_in_the_summary_too(package):
    told = [
        item for item in json.loads(package.summary)["follow_up"] if item["kind"] == "department"
    ]
    assert [item["text"] for item in told] == ["面签时间：2026-11-24 10:00 至 10:30"]


def test_the_documents_are_listed_with_their_hashes(package, case, text):
    listed = json.loads(package.summary)["documents"]
    original = case.documents["seal"][0]
    found = next(each for each in listed if each["link"] == "seal")
    assert found["sha256"] == hashlib.sha256(original.content).hexdigest()
    assert found["size"] == len(original.content)
    assert all(each["sha256"] in text and each["path"] in text for each in listed)


def test_a_seventh_department_appears_without_a_changed_line():
    offices = (*samples.SIX, samples.MEDICAL)
    package = samples.packages(offices).make(samples.whole_case(offices), 1, NOW)
    text = text_of(package.pdf)
    assert pages_of(package.pdf) == 1 + 7 + 2 + 1
    assert "医疗保险登记·办理结果" in text
    assert "医保单位编号YB99010077" in text
    assert "参保职工（1项）" in text
    assert "7/7" in text


def test_a_department_no_longer_installed_is_printed_under_its_own_names(case):
    text = text_of(samples.packages(samples.SIX[:1]).make(case, 1, NOW).pdf)
    assert "税务信息确认与发票·办理结果" in text
    assert "taxpayersmall" in text


def test_a_partial_package_shows_each_gap(partial):
    text = text_of(partial.pdf)
    told = json.loads(partial.summary)
    assert [gap["state"] for gap in told["gaps"]] == [
        "needs_correction",
        "refused",
        "cancelled",
        "in_review",
    ]
    assert told["complete"] is False
    assert text.count("本环节没有办理结果，本证照包不完整") == 4
    assert "2/6" in text
    assert "印章样式与名称不符" in text
    assert "税务信息确认与发票：不予办理" in text
    assert "依法申请行政复议" in text
    assert "员工参保登记：内容已变更，部门结果未更新地址已变更" in text
    assert "办理住房公积金缴存登记" in text
    assert "990101********0030未实名" in text
    assert verify_file(partial.archive).ok


def test_what_is_still_owed_is_printed_where_else_nothing_were_open(text):
    assert "没有未办结事项" in text
    case = samples.whole_case()
    facts = {"due": "2026-12-04", "commitment": "2026-11", "words": "承诺"}
    words = "房屋租赁合同，2026-12-04前补交"
    case.note("deferred", at("20T09:00"), "applicant", code="lease", text=words, facts=facts)
    owing = text_of(samples.packages().make(case, 1, NOW).pdf)
    assert "补交房屋租赁合同" in owing
    assert "没有未办结事项" not in owing


def test_a_company_that_does_not_exist_yet_has_no_duties():
    text = text_of(samples.packages().make(samples.new_case(), 1, NOW).pdf)
    assert "（尚未取得）" in text
    assert "0/6" in text
    assert "报送年度报告" not in text


def test_long_names_and_many_staff_are_printed_whole():
    company = "示范市青禾区" + "云启智造数字经济产业融合发展" * 3 + "股份有限公司长名称"
    case = samples.whole_case(company=company)
    case.link("social_insurance").result["people"] = samples.staff(20)
    text = text_of(samples.packages().make(case, 1, NOW).pdf)
    assert company in text
    assert "参保人员名单（20项）" in text
    assert all(f"****************{i:03d}X"[-8:] in text for i in range(20))


HOSTILE = "</td><script>alert(1)</script><img src=file:///etc/passwd>{{7*7}}"


def test_hostile_values_are_only_text():
    case = samples.whole_case(company=HOSTILE)
    case.link("registration").result["address"] = HOSTILE
    case.link("registration").result["scope"] = "经营" * 100_000
    case.link("seal").receipt = HOSTILE
    case.link("tax").result = {HOSTILE: "\x00\ud800\u202e坏"}
    case.documents["bank"] = (samples.paper(HOSTILE, "../../../etc/pass\x00wd"),)
    package = samples.packages(signing=samples.signing()).make(case, 1, NOW)
    text = text_of(package.pdf)
    assert text.count("<imgsrc=file:///etc/passwd>{{7*7}}") >= 4
    assert "root:" not in text
    assert pages_of(package.pdf) < 15
    assert "全文见package.json" in text
    assert "originals/bank/passwd" in package.archive.decode("latin-1")
    assert verify_file(package.archive).ok


def test_a_character_no_font_has_is_told_and_never_a_blank_box():
    case = samples.whole_case(company="示范市\U0002fffd\ue000云软件有限公司")
    package = samples.packages(signing=samples.signing()).make(case, 1, NOW)
    told, text = json.loads(package.summary), text_of(package.pdf)
    assert told["company"]["name"] == "示范市\U0002fffd\ue000云软件有限公司"
    assert "示范市〓〓云软件有限公司" in text
    assert verify_file(package.pdf).ok
    assert [remark.partition("：")[0] for remark in told["remarks"]] == [
        "字体缺字 U+E000",
        "字体缺字 U+2FFFD",
    ]
    assert "字体缺字U+E000" in text
    assert "字体缺字U+2FFFD" in text


def test_a_name_in_a_script_no_font_knows_does_not_fill_the_sheet_with_remarks():
    case = samples.whole_case(samples.SIX[:1], company="".join(map(chr, range(0xE000, 0xE400))))
    told = json.loads(samples.packages().make(case, 1, NOW).summary)
    assert len(told["remarks"]) == 41
    assert told["remarks"][-1] == "字体缺字：另有 984 个字符。"


def test_a_real_package_carries_no_sample_mark():
    package = samples.packages(sample="").make(samples.whole_case(), 1, NOW)
    assert "样例" not in text_of(package.pdf)


def test_hours_in_a_year_without_a_calendar_are_provisional():
    case = samples.new_case()
    case.accepted_at = datetime(2031, 3, 3, 9, tzinfo=samples.CHINA)
    package = samples.packages().make(case, 1, case.accepted_at + timedelta(days=3))
    text = text_of(package.pdf)
    assert json.loads(package.summary)["hours"]["provisional"] is True
    assert "暂计：所涉年份的节假日安排尚未公布" in text
    assert "已超时" in text


def test_the_layout_understands_every_line_of_its_style_sheet(caplog, case):
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        samples.packages().make(case, 1, NOW)
    assert [record.getMessage() for record in caplog.records] == []


def test_who_filed_at_the_window_is_told_and_their_number_is_not(case):
    filer = Filer(
        Actor.AGENT, "赵代理", samples.IDENTITY, "钱老板", Authority.POWER_OF_ATTORNEY, "委 7",
        Identity.ORIGINAL,
    )  # fmt: skip
    helped = replace(case, filed_by=FiledBy("412073", filer, ("ck1",), Way.PAPER, 9))
    package = samples.packages().make(helped, 1, NOW)
    told = json.loads(package.summary)["filed"]
    assert (told["channel"], told["actor"], told["identity"]) == ("window", "agent", "original")
    assert (told["name"], told["represents"]) == ("赵代理", "钱老板")
    assert told["authority"] == {"kind": "power_of_attorney", "number": "委 7"}
    printed = text_of(package.pdf)
    for words in ("谁申报的", "代理人到场代办", "赵代理", "钱老板", "授权委托书"):
        assert words in printed.replace("\n", "")
    assert samples.IDENTITY not in printed + package.summary.decode()


@pytest.mark.parametrize(
    ("owner", "told"),
    [
        ("filing:ab", {"channel": "online", "actor": "applicant"}),
        ("portal", {"channel": "program", "actor": "unknown"}),
    ],
)
def test_a_package_nobody_helped_with_says_so_and_takes_no_program_for_a_person(case, owner, told):
    made = samples.packages().make(replace(case, owner=owner), 1, NOW)
    assert json.loads(made.summary)["filed"] == told


def test_what_was_declared_stands_in_the_summary_without_the_reason():
    case = samples.whole_case()
    facts = {"commitment": "2", "words": "住所真实。", "due": "2026-12-18", "follows": "notice"}
    case.note("committed", at("20T11:00"), "applicant", code="commitment-premises", text="住所承诺", facts=facts)  # fmt: skip
    case.note(
        "commitment_false", at("20T11:10"), "w1", code="commitment-premises", text="无此门牌"
    )
    summary = samples.packages().make(case, 3, NOW).summary
    [told] = json.loads(summary)["commitments"]
    assert (told["key"], told["title"], told["version"], told["words"], told["due"], told["check"]) == (
        "commitment-premises", "住所承诺", "2", "住所真实。", "2026-12-18", "false",
    )  # fmt: skip
    assert "无此门牌" not in summary.decode()
