"""Accounts of staff on the command line, and who answers for what is done there."""

import json
import os

import pyotp
import pytest
import structlog
from click.testing import CliRunner

from kaiban.app import Kaiban
from kaiban.cli import kaiban as program
from kaiban.cli.demo_city.demo_staff import demo_staff
from kaiban.orchestrator.staff.second_factor import new_secret
from kaiban.orchestrator.staff.signing_in import Attempt, sign_in
from kaiban.ports import Account, Job, Place, Unknown
from tests.cli.test_commands import kaiban, sample, written

PASSWORD = "zao fan jiu bei cha"
CHECKED = ("--checked", "key", "--checked", "company", "--checked", "paper", "--told-by", "张科长")


@pytest.fixture
def service(home):
    app = Kaiban({"KAIBAN_VAR": str(home)})
    yield app
    app.database.close()


def add(home, login, role="window", **more):
    options = [part for name, value in more.items() for part in (f"--{name}", value)]
    return kaiban(home, "user", "add", login, "--name", "王敏", "--role", role, *options)


def test_an_account_is_made_listed_closed_and_its_name_stays_taken(home):
    assert add(home, "li1").returncode == 0
    assert "li1  窗口人员  main" in kaiban(home, "user", "list").stdout
    for what in ("disable", "enable"):
        assert kaiban(home, "user", what, "LI1").returncode == 0
    given = [
        kaiban(home, "user", what, "li1").stdout.strip() for what in ("password", "authenticator")
    ]
    assert len({*given}) == 2
    assert kaiban(home, "user", "remove", "li1").returncode == 0
    assert "li1" not in kaiban(home, "user", "list").stdout
    assert kaiban(home, "user", "password", "li1").returncode == 2
    assert add(home, "li1").returncode == 2


def test_an_account_is_told_where_its_owner_said_and_that_is_recorded(home, service):
    def mail():
        return service.staff.accounts.get("li4").mail

    assert add(home, "li4", mail="no address").returncode == 2
    assert service.staff.accounts.get("li4") is None, "no account whose password nobody has seen"
    assert add(home, "li4", mail="li4@example.com").returncode == 0
    assert mail() == "li4@example.com"
    assert kaiban(home, "user", "mail", "LI4", "li.4@example.com").returncode == 0
    assert kaiban(home, "user", "mail", "li4", "li.4").returncode == 2
    assert kaiban(home, "user", "mail", "nobody", "li4@example.com").returncode == 2
    assert mail() == "li.4@example.com"
    assert kaiban(home, "user", "mail", "li4").returncode == 0
    assert mail() == ""
    while service.sealing.chain.advance(service.wall.now()):
        continue
    told = [json.loads(each.line) for each in service.audit_reader.records()]
    changed = [each for each in told if each.get("what") == "mail_changed"]
    assert [(each["account"], each["by"]) for each in changed] == [("li4", "command-line")] * 3
    assert all("example.com" not in json.dumps(each) for each in told)


def test_no_password_is_taken_from_the_command_line(home):
    assert (
        kaiban(
            home, "user", "add", "li2", "--name", "x", "--role", "window", "--password", "x"
        ).returncode
        == 2
    )
    assert add(home, "li3", hall="nowhere").returncode == 2
    assert add(home, "李").returncode == 2


def test_an_emergency_account_needs_no_second_factor_and_its_password_lasts(home, service):
    given = add(home, "envelope", "emergency").stdout.strip()
    found = sign_in(service.staff, Attempt("envelope", given, "", Place("", "127.0.0.1")))
    assert isinstance(found, Account)
    assert found.one_time_until is None


@pytest.fixture
def stuck(home, service, tmp_path):
    """A case whose registration may have arrived; the number."""
    form = written(tmp_path / "form.json", sample(home))
    no = json.loads(kaiban(home, "case", "submit", form, "--json").stdout)["case_no"]
    registration = service.departments["registration"]
    registration.send = lost
    service.run(Job("work", no, "registration", "main", 1))
    yield no
    registration.http.close()


def lost(_prepared):
    raise Unknown("lost")


def own(service, login, secret):
    """Let the account have a password of its own and an authenticator."""
    service.staff.accounts.set_password(login, PASSWORD, None)
    service.staff.accounts.enrol(login, secret, [])


def approved(home, no, by, changes, typed):
    """Send something else than the applicant said, with what the second person types."""
    arguments = ["case", "resend", no, "registration", "--by", "wang1", "--approved-by", by]
    kept = {name: None for name in os.environ if name.startswith("KAIBAN_")}
    runner = CliRunner(env={**kept, "KAIBAN_VAR": str(home)})
    told = runner.invoke(program, [*arguments, *CHECKED, "--changes", str(changes)], input=typed)
    structlog.reset_defaults()
    return told


def test_a_change_is_approved_by_a_second_account_that_proves_to_be_there(
    home, service, stuck, tmp_path
):
    secret = new_secret()
    for login, role in (("wang1", "window"), ("wang2", "window"), ("wang3", "supervisor")):
        add(home, login, role)
    own(service, "wang2", secret)
    code = pyotp.TOTP(secret).at(service.wall.now())
    changes = written(tmp_path / "c.json", {"/company/capital/amount": "51"})
    assert "不能是经办人本人" in approved(home, stuck, "wang1", changes, "").output
    for nobody in ("李静", "wang3", "nobody"):
        assert "不是本大厅" in approved(home, stuck, nobody, changes, "").output
    wrong = approved(home, stuck, "wang2", changes, f"wrong\n{code}\n")
    assert wrong.exit_code == 2
    assert "不正确" in wrong.output
    assert not edited(service, stuck)
    right = approved(home, stuck, "wang2", changes, f"{PASSWORD}\n{code}\n")
    assert "不正确" not in right.output
    assert PASSWORD not in right.output
    replayed = approved(home, stuck, "wang2", changes, f"{PASSWORD}\n{code}\n")
    assert "不正确" in replayed.output


def edited(service, no):
    return [each for each in service.cases.read(no).events if each.kind == "edited"]


def test_the_demonstrations_logins_work_and_are_other_ones_at_every_start(service):
    for _ in range(2):
        told = list(demo_staff(service.staff, "main"))
        login, password, codes = (told[0].split("  ")[n] for n in (1, 2, 3))
        code = codes.removeprefix("动态口令 ").split("、")[0]
        attempt = Attempt(login, password.removeprefix("口令 "), code, Place("", "127.0.0.1"))
        assert isinstance(sign_in(service.staff, attempt), Account)
    assert len(told) == 5
    [elsewhere] = [each for each in told if "demo.window-allday" in each]
    assert elsewhere.startswith("示范市网上大厅（演示：全天开放）的窗口人员")
    assert service.staff.accounts.get("demo.window-allday").hall == "allday"
