"""What a person gets from each command: what it prints, where, and its exit code."""

import json
import os
import re
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import timedelta
from importlib import resources
from io import StringIO
from itertools import count
from pathlib import Path
from unittest import mock

import pytest
import structlog

from adapters.hall import Hall
from kaiban.app import Kaiban
from kaiban.cli import main
from kaiban.domain.circuit_breaker import Cause, DepartmentCircuit
from kaiban.ports import Job, Unknown
from kaiban.serving.sightings import Sightings

ROOT = Path(__file__).parents[2]
#: The first is the sample that one gets without a word about it.
SEEDS = count(7)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder with migrated tables, keys, and the settings of a hall that is open."""
    folder = tmp_path_factory.mktemp("home")
    with Hall(folder=folder / "hall") as hall:
        links = "\n".join(
            f"[{name}.settings]\n"
            + "\n".join(f"{k} = {json.dumps(v)}" for k, v in hall.settings(name).items())
            for name in hall.names
        )
        (folder / "hall" / "links.toml").write_text(links, "utf-8")
        assert kaiban(folder, "db", "upgrade").returncode == 0
        yield folder


@dataclass
class Run:
    returncode: int
    stdout: str
    stderr: str


def kaiban(home, *arguments, **settings):
    """Run the command as its own process would, but in this one: starting takes a second."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KAIBAN_")}
    out, err = StringIO(), StringIO()
    with (
        mock.patch.dict(os.environ, {**kept, "KAIBAN_VAR": str(home), **settings}, clear=True),
        mock.patch.object(sys, "argv", ["kaiban", *map(str, arguments)]),
        redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended,
    ):  # fmt: skip
        main()
    structlog.reset_defaults()
    return Run(ended.value.code or 0, out.getvalue(), err.getvalue())


def kaiban_apart(home, *arguments, **settings):
    """Run the command in a process of its own: one that makes more of itself, which none with threads may."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KAIBAN_")}
    run = subprocess.run(
        [sys.executable, "-m", "kaiban.cli", *map(str, arguments)], cwd=ROOT, text=True, timeout=120,
        env={**kept, "KAIBAN_VAR": str(home), **settings}, capture_output=True, check=False,
    )  # fmt: skip
    return Run(run.returncode, run.stdout, run.stderr)


def sample(home):
    """Return the form of another company each time, as the same application is accepted once."""
    return json.loads(kaiban(home, "form", "sample", "--seed", next(SEEDS)).stdout)


def written(path, form):
    path.write_text(json.dumps(form, ensure_ascii=False), "utf-8")
    return path


def test_the_sample_passes_its_own_check_and_is_accepted(home, tmp_path):
    file = written(tmp_path / "form.json", sample(home))
    checked = kaiban(home, "form", "check", file, "--json")
    assert (checked.returncode, json.loads(checked.stdout)["ok"]) == (0, True)
    opened = kaiban(home, "case", "submit", file, "--json")
    assert opened.returncode == 0
    case = json.loads(opened.stdout)
    assert len(case["links"]) == 6
    shown = kaiban(home, "case", "show", case["case_no"])
    assert case["case_no"] in shown.stdout
    events = json.loads(kaiban(home, "case", "events", case["case_no"], "--json").stdout)
    assert events["events"][0]["kind"] == "accepted"
    listed = json.loads(kaiban(home, "case", "list", "--json").stdout)
    of_each = [
        f"{each['case_no']}  {each['status_title']}  {each['company']}" for each in listed["cases"]
    ]
    assert kaiban(home, "case", "list").stdout.splitlines() == of_each
    assert case["case_no"] in [each["case_no"] for each in listed["cases"]]


def test_the_time_line_shows_what_was_said_and_one_exchange_in_full(home, tmp_path):
    file = written(tmp_path / "form.json", sample(home))
    no = json.loads(kaiban(home, "case", "submit", file, "--json").stdout)["case_no"]
    assert "尚无" not in kaiban(home, "case", "events", no, "--exchanges").stdout
    app = Kaiban({"KAIBAN_VAR": str(home)})
    app.run(Job("work", no, "registration", "main", 1))
    app.database.close()
    app.departments["registration"].http.close()
    told = kaiban(home, "case", "events", no, "--exchanges").stdout
    assert "⇄ 1 发送  registration  main  " in told
    assert "⇄" not in kaiban(home, "case", "events", no).stdout
    full = kaiban(home, "case", "events", no, "--exchange", "1").stdout
    assert "→ POST /api/v2/establish" in full
    assert "← HTTP 200" in full
    assert json.loads(file.read_text("utf-8"))["people"]["legal_rep"]["name"] not in full
    plain = json.loads(kaiban(home, "case", "events", no, "--exchange", "1", "--json").stdout)
    assert plain["messages"][0]["status"] == 200
    both = json.loads(kaiban(home, "case", "events", no, "--exchanges", "--json").stdout)
    assert [each["number"] for each in both["exchanges"]] == [1]
    assert both["events"][0]["kind"] == "accepted"
    beyond = kaiban(home, "case", "events", no, "--exchange", "9" * 30)
    assert (beyond.returncode, "Traceback" in beyond.stderr) == (2, False)
    missing = kaiban(home, "case", "events", no, "--exchange", "2")
    assert (missing.returncode, missing.stdout) == (2, "")


def test_sending_again_tells_what_to_find_out_first(home, tmp_path):
    file = written(tmp_path / "form.json", sample(home))
    no = json.loads(kaiban(home, "case", "submit", file, "--json").stdout)["case_no"]
    kaiban(home, "user", "add", "ck01", "--name", "王敏", "--role", "window")
    again = ("case", "resend", no, "registration", "--by", "ck01")
    app = Kaiban({"KAIBAN_VAR": str(home)})
    registration = app.departments["registration"]
    registration.send = lost
    app.run(Job("work", no, "registration", "main", 1))
    told = kaiban(home, *again)
    assert told.returncode == 1
    assert "/key" in told.stderr
    checked = [f"--checked={item}" for item in ("key", "company", "paper")]
    sent = kaiban(home, *again, *checked, "--told-by", "张科长", "--json")
    app.database.close()
    registration.http.close()
    assert sent.returncode == 0, sent.stderr
    assert json.loads(sent.stdout)["links"][0]["status"] == "ready"
    for wrong in (("nobody",), ("registration", "pre")):
        assert kaiban(home, "case", "resend", no, *wrong, "--by", "x").returncode == 2
    assert kaiban(home, *again, "--checked", "sure").returncode == 2


def lost(_prepared):
    raise Unknown("lost")


def test_a_bad_form_is_refused_with_everything_that_is_wrong(home, tmp_path):
    form = sample(home)
    del form["company"]["capital"]["amount"], form["bank"]["branch_cnaps"]
    file = written(tmp_path / "bad.json", form)
    expected = ["/company/capital/amount", "/bank/branch_cnaps"]
    for command in (("form", "check"), ("case", "submit")):
        told = kaiban(home, *command, file, "--json")
        assert told.returncode == 1
        assert [each["pointer"] for each in json.loads(told.stdout)["errors"]] == expected
        said = kaiban(home, *command, file)
        assert (said.returncode, said.stdout) == (1, "")
        assert all(pointer in said.stderr for pointer in expected)


@pytest.mark.parametrize(
    "arguments",
    [
        ("form", "check", "nowhere.json"),
        ("case", "submit", "nowhere.json"),
        ("case", "show", "KB1"),
        ("verify", "nowhere.zip"),
        ("case", "dance"),
        ("token", "add", "me", "--scope", "everything"),
    ],
)
def test_what_cannot_be_meant_ends_with_two_and_a_sentence(home, arguments):
    run = kaiban(home, *arguments)
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr
    assert "Traceback" not in run.stderr


def test_a_file_that_is_no_json_object_ends_with_two(home, tmp_path):
    for text in ("[1]", "{", '{"a": 1, "a": 2}'):
        (tmp_path / "odd.json").write_text(text)
        run = kaiban(home, "form", "check", tmp_path / "odd.json")
        assert run.returncode == 2
        assert "odd.json" in run.stderr


def test_a_setting_nobody_knows_stops_every_command_and_is_named(home):
    for command in (("doctor",), ("form", "sample"), ("serve",)):
        run = kaiban(home, *command, KAIBAN_PROT="80")
        assert (run.returncode, run.stdout) == (2, "")
        assert "KAIBAN_PROT" in run.stderr


def test_the_doctor_says_when_all_visitors_count_as_one(home):
    https = {"KAIBAN_BASE_URL": "https://kaiban.example"}
    assert "none is trusted" not in kaiban(home, "doctor").stdout
    assert "none is trusted" in kaiban(home, "doctor", **https).stdout
    behind = {"KAIBAN_BASE_URL": "http://hall.example", "KAIBAN_HOST": "127.0.0.1"}
    assert "none is trusted" in kaiban(home, "doctor", **behind).stdout
    trusting = {**https, "KAIBAN_TRUSTED_PROXIES": "172.18.0.0/29"}
    assert "none is trusted" not in kaiban(home, "doctor", **trusting).stdout


def test_the_doctor_names_a_proxy_that_is_not_believed_until_it_is_trusted(home):
    Sightings(home).note("172.18.0.3")
    assert "172.18.0.3 spoke as a proxy" in kaiban(home, "doctor").stdout
    assert "spoke" not in kaiban(home, "doctor", KAIBAN_TRUSTED_PROXIES="172.18.0.3").stdout


def test_the_doctor_is_content_where_all_is_well_and_says_what_is_not(home, tmp_path):
    well = kaiban(home, "doctor")
    assert well.returncode == 0, well.stdout
    assert well.stdout.count("✓") == well.stdout.count(": answers") == 6
    assert "tax: answers (未找到申请)" in well.stdout, "asked for what nobody has made"
    ill = kaiban(tmp_path, "doctor")
    assert ill.returncode == 1
    assert "kaiban" in ill.stdout
    assert "Traceback" not in ill.stderr


def test_departments_are_listed_without_their_settings(tmp_path):
    listed = json.loads(kaiban(tmp_path, "adapter", "list", "--json").stdout)
    assert [each["link"] for each in listed] == [
        "registration", "seal", "tax", "bank", "social_insurance", "housing_fund",
    ]  # fmt: skip
    lines = kaiban(tmp_path, "adapter", "list").stdout.splitlines()
    starts = {tuple(found.start() for found in re.finditer(r"(?<=  )\S", line)) for line in lines}
    assert len(lines) == 6
    assert len(starts) == 1, "each column begins at one place"
    needs = json.loads(kaiban(tmp_path, "adapter", "needs", "--json").stdout)
    assert "registration" in needs["company.name.full"]


def test_a_department_that_is_left_alone_is_shown_and_trusted_again_by_hand(home):
    service = Kaiban({"KAIBAN_VAR": str(home)})
    failed = DepartmentCircuit("tax").failed(
        Cause.MISCONFIGURED, "HTTP 401", service.clock.now(), timedelta(minutes=5)
    )
    with service.cases.transaction() as tx:
        tx.standing("tax")
        tx.save_standing(failed)
    service.database.close()
    listed = json.loads(kaiban(home, "departments", "list", "--json").stdout)
    assert (listed["tax"]["state"], listed["bank"]["state"]) == ("open", "closed")
    [line] = [s for s in kaiban(home, "departments", "list").stdout.splitlines() if "tax" in s]
    assert "暂停" in line
    assert "HTTP 401" in line
    doctor = kaiban(home, "doctor")
    assert doctor.returncode == 0
    assert "kaiban departments close tax" in doctor.stdout
    assert "tax" in kaiban(home, "departments", "close", "tax").stdout
    assert json.loads(kaiban(home, "departments", "list", "--json").stdout)["tax"]["since"] is None
    assert "left alone" not in kaiban(home, "doctor").stdout
    unknown = kaiban(home, "departments", "close", "taxi")
    assert (unknown.returncode, "registration" in unknown.stderr) == (2, True)


def test_tokens_and_accounts_are_made_once_under_a_name(home):
    made = kaiban(home, "token", "add", "erp", "--days", "30")
    assert made.returncode == 0
    assert len(made.stdout.strip()) >= 32
    assert kaiban(home, "token", "add", "erp").returncode == 2
    assert kaiban(home, "token", "remove", "erp").returncode == 0
    assert kaiban(home, "token", "remove", "erp").returncode == 2
    wang = ("user", "add", "wang", "--role", "window", "--name", "王")
    assert len(kaiban(home, *wang).stdout.strip()) == len("abcd-efgh-jkmn-pqrs")
    assert kaiban(home, *wang).returncode == 2


def test_a_backup_brings_back_every_case_and_neither_overwrites_anything(home, tmp_path):
    form = written(tmp_path / "form.json", sample(home))
    no = json.loads(kaiban(home, "case", "submit", form, "--json").stdout)["case_no"]
    copy = tmp_path / "copy.db"
    assert kaiban(home, "db", "backup", copy).returncode == 0
    there = f"sqlite:///{tmp_path / 'restored.db'}"
    assert kaiban(home, "db", "restore", copy, KAIBAN_DATABASE=there).returncode == 0
    assert no in kaiban(home, "case", "show", no, KAIBAN_DATABASE=there).stdout
    for again in (("backup", copy), ("restore", copy)):
        run = kaiban(home, "db", *again, KAIBAN_DATABASE=there)
        assert run.returncode == 1
        assert "exists" in run.stderr
        assert "Traceback" not in run.stderr
    nothing = kaiban(tmp_path, "db", "backup", tmp_path / "nothing.db")
    assert (nothing.returncode, list(tmp_path.glob("nothing*"))) == (1, [])


TAX = {
    "taxpayer_no": "91990100MA41000025", "authority": "税务分局", "agent": "赵六",
    "tax_kinds": [{"name": "增值税", "period": "季"}], "invoice_kinds": [],
}  # fmt: skip


@pytest.fixture
def counter(home, tmp_path):
    """A city in which people carry paper to the tax bureau, and its only case, which waits for that."""
    profile = tmp_path / "city.toml"
    shipped = (resources.files("kaiban") / "cities" / "shifan.toml").read_text("utf-8")
    profile.write_text(shipped + '[links.tax]\nadapter = "counter"\n', "utf-8")
    settings = {
        "KAIBAN_CITY": str(profile), "KAIBAN_DATABASE": f"sqlite:///{tmp_path}/counter.db",
    }  # fmt: skip

    def say(*arguments):
        return kaiban(home, *arguments, **settings)

    assert say("db", "upgrade").returncode == 0
    assert say("user", "add", "ck07", "--name", "王工", "--role", "window").returncode == 0
    form = written(tmp_path / "form.json", sample(home))
    opened = say("case", "submit", form, "--links", "registration,tax", "--json")
    no = json.loads(opened.stdout)["case_no"]
    service = Kaiban({"KAIBAN_VAR": str(home), **settings})
    _lay_the_sheet_ready(service, no)
    service.database.close()
    return say, no


def _lay_the_sheet_ready(service, no):
    """Do what a worker would: what the registration grants is put there, the tax link is worked."""
    with service.cases.transaction() as tx:
        case = tx.get(no)
        case.learn(
            case.link("registration"), {"credit_code": "91990100MA41000025"}, service.clock.now()
        )
        service.office.go_on(tx, case)
    attempt = service.cases.read(no).link("tax").current.attempt
    service.run(Job("work", no, "tax", "main", attempt))


def test_a_sheet_is_printed_and_what_comes_back_is_entered(counter, tmp_path):
    say, no = counter
    out = tmp_path / "sheet.pdf"
    printed = say("case", "sheet", no, "tax", "--out", out, "--by", "ck07")
    assert (printed.returncode, printed.stdout.strip()) == (0, str(out)), printed.stderr
    assert out.read_bytes().startswith(b"%PDF")
    entered = ("case", "enter", no, "tax", "--by", "CK07")
    assert "部门已收件" in say(*entered, "--received").stdout

    result = written(tmp_path / "result.json", {**TAX, "authority": ""})
    (tmp_path / "odd.txt").write_text("x")
    wrong = say(
        *entered, "--done", "--result", result, "--document", tmp_path / "odd.txt", "--json"
    )
    assert wrong.returncode == 1
    assert {each["pointer"] for each in json.loads(wrong.stdout)["errors"]} == {
        "/result/authority", "/documents/0",
    }  # fmt: skip

    written(result, TAX)
    original = tmp_path / "登记表.pdf"
    original.write_bytes(b"%PDF-1.7 as it came")
    done = say(
        *entered, "--done", "--result", result, "--document", original, "--number", "SW1", "--json"
    )
    (tax,) = [x for x in json.loads(done.stdout)["links"] if x["name"] == "tax"]
    assert (tax["status"], tax["receipt"]) == ("done", "SW1")
    again = say(*entered, "--refuse", "材料不齐")
    assert again.returncode == 1
    assert "decision.not_manual" in again.stderr
    for output in (printed, wrong, done, again):
        assert "赵六" not in output.stderr, "a name in the log"


@pytest.mark.parametrize(
    "arguments",
    [("tax",), ("tax", "--done", "--received"), ("moon", "--received"), ("tax", "--dance")],
)
def test_an_entry_that_cannot_be_meant_ends_with_two(counter, arguments):
    say, no = counter
    assert say("case", "enter", no, "--by", "ck07", *arguments).returncode == 2


def test_there_is_no_sheet_for_what_a_system_is_told(counter):
    say, no = counter
    refused = say("case", "sheet", no, "registration", "--by", "ck07")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "sheet.none" in refused.stderr
