"""Come in: three things at once, one answer, and nobody is locked out by somebody else."""

import shutil
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from argon2 import PasswordHasher
from sqlalchemy import event
from structlog.testing import capture_logs

from kaiban.domain.city import Hall
from kaiban.domain.roles import Act, Role
from kaiban.orchestrator.staff import managing
from kaiban.orchestrator.staff.managing import CHANGES, ONE_TIME, Superior
from kaiban.orchestrator.staff.office import StaffOffice
from kaiban.orchestrator.staff.own_account import NewPassword, choose_password, enrol
from kaiban.orchestrator.staff.passwords import weakness
from kaiban.orchestrator.staff.second_factor import new_secret
from kaiban.orchestrator.staff.signing_in import (
    CONFIRMING,
    TRIES,
    Attempt,
    confirm,
    sign_in,
    stage_of,
)
from kaiban.ports import Account, Lifetime, Place, Session
from kaiban.storage.access.rate_limits import SqlRateLimits
from kaiban.storage.access.sessions import SqlSessions
from kaiban.storage.access.staff import SqlStaff
from kaiban.storage.audit.writing import SqlAudit
from kaiban.storage.database import Database
from kaiban.storage.encryption.crypto import Keyring
from tests.domain.halls import HALL

NOON = datetime(2026, 3, 4, 4, 0, tzinfo=UTC)
HERE, NEXT_DESK, FAR = (
    Place("own-browser", "203.0.113.7"),
    Place("other-browser", "203.0.113.7"),
    Place("", "198.51.100.9"),
)
PASSWORD = "zao fan jiu bei cha"
ROOT = Superior(None, "command-line")


class Counting(PasswordHasher):
    """A cheap hash, and how often one was checked."""

    checks = 0

    def verify(self, hashed, password):
        self.checks += 1
        return super().verify(hashed, password)


class House:
    """Accounts on an empty database, and a clock set by hand."""

    def __init__(self, path):
        self.at = NOON
        self.database = Database(f"sqlite:///{path}")
        keyring = Keyring({"k1": bytes(range(32))}, "k1", bytes(32))
        self.hasher = Counting(time_cost=1, memory_cost=64)
        self.sessions = SqlSessions(self.database, keyring)
        self.office = StaffOffice(
            SqlStaff(self.database, keyring, self.hasher), self.sessions,
            SqlRateLimits(self.database, keyring),
            {name: Hall(name, name, HALL) for name in ("main", "north")}, lambda: self.at, "示范市",
            SqlAudit(self.database, lambda: self.at),
        )  # fmt: skip
        self.secrets = {}

    def hire(self, login, role=Role.WINDOW, hall="main"):
        """Somebody who has been through the first sign-in, here."""
        given = managing.make(self.office, Account(login, "王敏", role, hall), ROOT)
        account = self.office.accounts.get(login)
        if role is Role.EMERGENCY:
            self.secrets[login] = ""
            return given
        assert (
            choose_password(self.office, account, NewPassword(given, PASSWORD, PASSWORD), HERE, "")
            == []
        )
        self.secrets[login] = new_secret()
        enrol(self.office, account, self.secrets[login], self.code(login), HERE)
        self.at += timedelta(minutes=1)
        return given

    def code(self, login):
        return pyotp.TOTP(self.secrets[login]).at(self.at)

    def try_in(self, login, password=PASSWORD, code=None, place=HERE):
        self.at += timedelta(seconds=31)
        typed = self.code(login) if code is None else code
        return sign_in(self.office, Attempt.read(login, password, typed, place))

    def account(self, login):
        return self.office.accounts.get(login)


@pytest.fixture
def house(template, tmp_path):
    shutil.copy(template, tmp_path / "staff.db")
    house = House(tmp_path / "staff.db")
    yield house
    house.database.close()


@pytest.fixture
def wang(house):
    house.hire("ck01")
    return house


def came_in(found):
    return isinstance(found, Account)


# --- what is right and what is wrong --------------------------------------------------------------


def test_account_password_and_code_together_let_somebody_in(wang):
    assert came_in(wang.try_in(" CK01 ", code=wang.code("ck01")))
    assert wang.account("ck01").signed_in_at == wang.at


@pytest.mark.parametrize(
    "wrong",
    [{"login": "nobody", "code": "123456"}, {"password": "wrong"}, {"code": "000000"}, {"code": ""},
     {"code": "一二三四五六"}, {"code": "x" * 16}, {"password": ""}],
)  # fmt: skip
def test_whatever_is_wrong_the_answer_is_the_same(wang, wrong):
    [defect] = wang.try_in(**{"login": "ck01", **wrong})
    assert defect.code == "sign_in.wrong"


def test_a_code_works_once(wang):
    code = wang.code("ck01")
    assert came_in(sign_in(wang.office, Attempt("ck01", PASSWORD, code, HERE)))
    assert not came_in(sign_in(wang.office, Attempt("ck01", PASSWORD, code, HERE)))


def test_a_right_code_is_not_used_up_by_a_wrong_password(wang):
    code = wang.code("ck01")
    assert not came_in(sign_in(wang.office, Attempt("ck01", "wrong", code, HERE)))
    assert came_in(sign_in(wang.office, Attempt("ck01", PASSWORD, code, HERE)))


def test_a_code_of_two_minutes_ago_is_none_any_more(wang):
    code = wang.code("ck01")
    wang.at += timedelta(minutes=2)
    assert not came_in(wang.try_in("ck01", code=code))


def test_a_clock_that_was_a_day_ahead_keeps_nobody_out(wang):
    wang.at += timedelta(days=1)
    assert came_in(wang.try_in("ck01"))
    wang.at -= timedelta(days=1)
    assert came_in(wang.try_in("ck01"))
    replayed = sign_in(wang.office, Attempt("ck01", PASSWORD, wang.code("ck01"), HERE))
    assert not came_in(replayed)


def test_a_recovery_code_takes_the_place_of_a_code_once(wang):
    account = wang.account("ck01")
    codes = enrol(wang.office, account, wang.secrets["ck01"], wang.code("ck01"), HERE)
    assert len(set(codes)) == 10
    typed = codes[3].upper().replace("-", " ")
    assert not came_in(wang.try_in("ck01", "wrong", typed))
    assert came_in(wang.try_in("ck01", code=typed))
    assert not came_in(wang.try_in("ck01", code=typed))
    assert wang.office.accounts.recovery_codes_left("ck01") == 9


@pytest.mark.parametrize("closed", ["disable", "remove"])
def test_a_closed_account_lets_nobody_in_and_answers_like_a_missing_one(wang, closed):
    CHANGES[closed](wang.office, wang.account("ck01"), ROOT)
    assert [each.code for each in wang.try_in("ck01")] == ["sign_in.wrong"]


def test_the_same_work_is_done_for_an_account_that_does_not_exist(wang):
    """Statements of the same kinds in the same number; and the hash, which takes longest, is checked."""
    seen, work = [], []
    event.listen(
        wang.database.engine, "before_cursor_execute",
        lambda _c, _u, statement, *_: seen.append(statement.split("WHERE")[0]),
    )  # fmt: skip
    for login in ("ck01", "nobody"):
        before = wang.hasher.checks
        wang.try_in(login, "wrong", "123456", FAR)
        said = [each for each in seen if not each.startswith("PRAGMA")]
        work.append((said, wang.hasher.checks - before))
        seen.clear()
    assert work[0] == work[1]
    assert work[0][1] == 1


# --- nobody can lock somebody else out ------------------------------------------------------------


def exhaust(house, login, place, kind):
    for _ in range(TRIES[kind][0].most + 1):
        house.at += timedelta(seconds=1)
        house.try_in(login, "wrong", "123456", place)


def test_who_tries_out_passwords_elsewhere_locks_out_strangers_alone(wang):
    exhaust(wang, "ck01", FAR, "")
    assert not came_in(wang.try_in("ck01", place=FAR)), "right, but too often tried from there"
    assert came_in(wang.try_in("ck01", place=HERE))
    assert came_in(wang.try_in("ck01", place=NEXT_DESK)), "the hall's address is known"


def test_who_tries_out_passwords_at_the_next_desk_does_not_lock_out_the_owners_browser(wang):
    exhaust(wang, "ck01", NEXT_DESK, "address")
    assert not came_in(wang.try_in("ck01", place=NEXT_DESK))
    assert came_in(wang.try_in("ck01", place=HERE))


def test_the_owners_browser_has_a_limit_of_its_own_and_it_ends(wang):
    exhaust(wang, "ck01", HERE, "device")
    assert not came_in(wang.try_in("ck01"))
    wang.at += timedelta(hours=1)
    assert came_in(wang.try_in("ck01"))


def test_tries_at_names_that_do_not_exist_count_for_nobody(wang):
    for n in range(12):
        wang.try_in(f"nobody{n}", "wrong", "123456", FAR)
    assert came_in(wang.try_in("ck01", place=FAR))


# --- the first sign-in ----------------------------------------------------------------------------


def test_a_one_time_password_lets_in_only_to_choose_another_and_ends_by_itself(house):
    given = managing.make(house.office, Account("ck09", "李静", Role.WINDOW, "main"), ROOT)
    found = sign_in(house.office, Attempt("ck09", given, "", HERE))
    assert stage_of(found) == "password"
    house.at += ONE_TIME
    assert not came_in(sign_in(house.office, Attempt("ck09", given, "", HERE)))


def test_then_an_authenticator_is_enrolled_and_then_nothing_is_asked(house):
    given = managing.make(house.office, Account("ck09", "李静", Role.WINDOW, "main"), ROOT)
    chosen = NewPassword(given, PASSWORD, PASSWORD)
    assert choose_password(house.office, house.account("ck09"), chosen, HERE, "") == []
    assert stage_of(house.account("ck09")) == "enrol"
    secret = new_secret()
    assert [
        each.code for each in enrol(house.office, house.account("ck09"), secret, "000000", HERE)
    ] == ["enrol.code"]
    code = pyotp.TOTP(secret).at(house.at)
    enrol(house.office, house.account("ck09"), secret, code, HERE)
    assert stage_of(house.account("ck09")) == ""
    again = sign_in(house.office, Attempt("ck09", PASSWORD, code, HERE))
    assert not came_in(again), "the code that enrolled it is used up"


@pytest.mark.parametrize(
    ("new", "again", "codes"),
    [("short", "short", ["password.short"]), ("1234567890", "1234567890", ["password.common"]),
     ("woaini1314", "woaini1314", ["password.common"]), ("P@ssw0rd2026", "x", ["password.common", "password.different"]),
     ("ck01ck01ck01", "ck01ck01ck01", ["password.common"]), (PASSWORD, PASSWORD, ["password.same"]),
     ("x" * 129, "x" * 129, ["password.long"])],
)  # fmt: skip
def test_short_well_known_and_obvious_passwords_are_refused(wang, new, again, codes):
    found = choose_password(
        wang.office, wang.account("ck01"), NewPassword(PASSWORD, new, again), HERE, ""
    )
    assert [each.code for each in found] == codes
    assert came_in(wang.try_in("ck01"))


def test_a_password_is_changed_by_who_knows_the_one_before_and_ends_the_other_sessions(wang):
    life = Lifetime(timedelta(hours=1), timedelta(hours=9))
    for sid in ("here", "there"):
        wang.sessions.add(sid, Session.begin({}, wang.at, life, "ck01"))
    new = "yi lu shun feng nan xia"
    account = wang.account("ck01")
    assert choose_password(wang.office, account, NewPassword("wrong", new, new), HERE, "here")
    assert (
        choose_password(wang.office, account, NewPassword(PASSWORD, new, new), HERE, "here") == []
    )
    assert wang.sessions.get("here", wang.at)
    assert wang.sessions.get("there", wang.at) is None


def test_words_that_belong_to_nobody_make_a_good_password():
    assert weakness("qing wa tiao jin jing", "ck01", "王敏") == []
    assert weakness("豆浆油条配咸菜最好吃", "ck01") == []


def test_a_session_is_confirmed_with_the_password_a_few_times(wang):
    account = wang.account("ck01")
    told = [confirm(wang.office, account, "wrong", "s") for _ in range(CONFIRMING.most)]
    assert told == [False] * CONFIRMING.most
    assert confirm(wang.office, account, PASSWORD, "s") is None, "and then the session ends"
    assert confirm(wang.office, account, PASSWORD, "another session") is True


# --- accounts of others ---------------------------------------------------------------------------


def test_who_manages_a_hall_makes_and_closes_its_window_accounts_and_no_other(house):
    house.hire("boss", Role.HALL_MANAGER)
    boss = Superior(house.account("boss").position, "203.0.113.7")

    def refused(login, role, hall):
        made = managing.make(house.office, Account(login, "李静", role, hall), boss)
        return [] if isinstance(made, str) else [each.code for each in made]

    assert refused("ck02", Role.WINDOW, "main") == []
    assert refused("ck02", Role.WINDOW, "main") == ["account.taken"]
    assert refused("ck03", Role.WINDOW, "north") == ["account.hall"]
    assert refused("ck04", Role.SUPERVISOR, "main") == ["account.role"]
    assert refused("CK 5", Role.WINDOW, "nowhere") == ["account.login", "account.hall"]
    house.hire("far", hall="north")
    assert managing.find(house.office, "far", boss) is None
    assert managing.find(house.office, "boss", boss) is None
    assert [each.login for each in managing.managed(house.office, boss)] == ["ck02"]


@pytest.mark.parametrize("what", ["reset_password", "reset_authenticator", "disable", "remove"])
def test_whatever_takes_rights_away_ends_the_sessions_at_once_and_is_written_down(wang, what):
    wang.sessions.add(
        "s", Session.begin({}, wang.at, Lifetime(timedelta(hours=1), timedelta(hours=9)), "ck01")
    )
    with capture_logs() as logs:
        CHANGES[what](wang.office, wang.account("ck01"), ROOT)
    assert wang.sessions.get("s", wang.at) is None
    assert [(each["event"], each["what"], each["by"]) for each in logs][-1] == (
        "account_changed",
        what,
        "command-line",
    )
    assert not came_in(wang.try_in("ck01"))


def test_after_a_lost_phone_everything_begins_anew(wang):
    given = managing.reset_authenticator(wang.office, wang.account("ck01"), ROOT)
    found = sign_in(wang.office, Attempt("ck01", given, "", FAR))
    assert stage_of(found) == "password"
    assert not found.enrolled


def test_an_emergency_account_comes_in_with_its_password_alone_and_rings_every_time(house):
    given = house.hire("envelope", Role.EMERGENCY)
    with capture_logs() as logs:
        found = sign_in(house.office, Attempt("envelope", given, "", FAR))
    assert stage_of(found) == ""
    alarm = next(each for each in logs if each["event"] == "emergency_used")
    assert alarm["log_level"] == "warning"


def test_the_log_names_accounts_that_exist_and_never_what_was_typed_instead_of_one(wang):
    with capture_logs() as logs:
        wang.try_in("ck01", "wrong", "123456")
        wang.try_in("my-secret-password", "wrong", "123456")
    assert [each.get("account") for each in logs] == ["ck01", None]
    assert "secret" not in repr(logs)


# --- who answers for an act -----------------------------------------------------------------------


def test_who_is_named_as_having_done_something_exists_and_may_do_it(wang):
    wang.hire("far", hall="north")
    wang.hire("eye", Role.SUPERVISOR)

    def refused(login, beside=""):
        act = Act.APPROVE if beside else Act.RESEND
        found = managing.answers(wang.office, login, act, "main", beside=beside)
        return [each.code for each in found]

    assert refused("CK01") == []
    assert [refused(login) for login in ("王敏", "far", "eye", "")] == [["staff.unknown"]] * 4
    assert refused("ck01", beside="ck01") == ["staff.same_person"]
    managing.disable(wang.office, wang.account("ck01"), ROOT)
    assert refused("ck01") == ["staff.unknown"]
