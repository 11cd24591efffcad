"""What goes wrong while staff type: the database away, the clock put back, a hall gone from the profile; nothing is lost or done twice."""

import sqlite3
import threading
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import func, select

from kaiban.app import Kaiban
from kaiban.domain.roles import Role
from kaiban.storage.schema import cases
from tests.journeys.city import playing
from tests.serving import serve
from tests.web.desk.assisted.conftest import seated
from tests.web.desk.people import OTHER, at_desk, hire, move
from tests.web.house import house

PHONES = (f"0999-88001{each:02}" for each in range(99))


@contextmanager
def locked(path):
    """Let somebody else hold SQLite's write lock, longer than anybody here waits for it."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def count(city):
    with city.kaiban.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(cases)).scalar()


def test_the_database_gone_while_somebody_types_saves_and_hands_in(away):
    city, gone = away
    clerk = seated(city, hire(city.kaiban))
    clerk.begin().go("company")
    form, button = clerk.button("先保存")
    for phone in (next(PHONES), next(PHONES)):
        with gone():
            clerk.send(form, button, {"company.contact_phone": phone})
            assert clerk.status == 503
            assert "没有丢" in clerk.text
            clerk.press("再发送一次")
            assert clerk.status == 503, "still gone: it stays on the page"
        clerk.press("再发送一次")
        assert clerk.status == 200, clerk.text
        assert clerk.filing(city).entry["company"]["contact_phone"] == phone
        clerk.go("company")
        form, button = clerk.button("先保存")
    clerk.fill_in(city.form("断库禾")).read_back()
    before, (form, button) = count(city), clerk.button("提交申请")
    with gone():
        clerk.send(form, button, {})
        assert clerk.status == 503
    clerk.press("再发送一次")
    assert clerk.heading == "受理回执"
    clerk.send(form, button, {})
    assert clerk.heading == "受理回执"
    assert count(city) == before + 1
    clerk.close()


def test_a_save_waits_for_whoever_holds_sqlites_lock_and_is_kept_once(tmp_path):
    """It is waited for half a minute: ten seconds only make a save slower."""
    path = tmp_path / "kaiban.db"
    with playing(tmp_path, f"sqlite:///{path}", pace=20) as city:
        clerk = seated(city, hire(city.kaiban))
        clerk.begin().go("company")
        version, phone = clerk.filing(city).version, next(PHONES)
        done, held = threading.Event(), threading.Event()

        def hold():
            with locked(path):
                held.set()
                done.wait(1)

        holder = threading.Thread(target=hold)
        holder.start()
        held.wait()
        clerk.press("先保存", **{"company.contact_phone": phone})
        done.set()
        holder.join()
        assert clerk.status == 200
        assert clerk.filing(city).entry["company"]["contact_phone"] == phone
        assert clerk.filing(city).version == version + 1
        clerk.close()


def test_a_clock_that_is_put_back_and_forward_keeps_what_is_typed(clerk, city):
    with house(city) as there:
        clerk.address = there.address
        clerk.begin().go("company")
        there.wall.pass_by(hours=-3)
        back, ahead = next(PHONES), next(PHONES)
        clerk.press("先保存", **{"company.contact_phone": back})
        assert clerk.filing(city).entry["company"]["contact_phone"] == back
        clerk.go("company")
        form, button = clerk.button("先保存")
        there.wall.pass_by(days=2)
        clerk.send(form, button, {"company.contact_phone": ahead})
        assert clerk.path.startswith("/desk/sign-in"), (
            "by that clock nobody has been there for two days"
        )
        clerk.person.come_in(clerk, clerk.path)
        clerk.press("接着办理")
        assert clerk.filing(city).entry["company"]["contact_phone"] == ahead


def test_a_hall_and_a_promise_that_the_profile_has_no_more_stop_no_open_case(city):
    no = city.submit(city.form("撤厅禾"))
    move(city.kaiban, no, OTHER)
    kaiban = Kaiban(city.environ)
    kaiban.clock, kaiban.engine, kaiban.hasher = (
        city.kaiban.clock, city.kaiban.engine, city.kaiban.hasher,
    )  # fmt: skip
    old = kaiban.profile.city
    halls = {name: hall for name, hall in old.halls.items() if name != OTHER}
    promises = dict(list(old.promises.items())[1:])
    changed = replace(old, halls=halls, promises=promises)
    kaiban.__dict__["profile"] = replace(kaiban.profile, city=changed)
    with serve(kaiban.web()) as address:
        boss = at_desk(address, hire(city.kaiban, Role.SUPERVISOR))
        for path in (
            "",
            "?view=open",
            f"/cases/{no}",
            f"/cases/{no}/complaints",
            "/notices",
            "/obligations",
        ):
            assert boss.open(f"/desk{path}").status == 200, path
        assert "没有这件的大厅或者办理时限" in boss.open(f"/desk/cases/{no}").text
        own = at_desk(address, hire(city.kaiban, hall=OTHER))
        for path in ("notice", "departments", "exit", "obligations", "complaints"):
            assert own.open(f"/desk/cases/{no}/{path}").status == 200, path
        boss.close()
        own.close()
    kaiban.database.close()
