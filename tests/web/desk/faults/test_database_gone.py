"""The database gone while somebody at a window presses: 503, what was typed stays on the page, and it is done once when it is back."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from kaiban.domain.cases.link import LinkState
from kaiban.domain.roles import Role
from kaiban.orchestrator.window.by_hand.resending import CHECKLIST
from kaiban.storage.schema import tickets
from tests.web.desk.people import at_desk, hire

POSTED = {
    "mode": "post",
    "recipient": "张三",
    "phone": "13800000000",
    "address": "示范市开元区 1 号",
}


def fresh(city):
    return city.submit(city.form())


def in_doubt(city):
    """A case of which nobody knows whether its first department has it."""
    no = city.submit(city.form(), "registration")
    city.until(no, lambda case: case.link("registration").current.sent)
    with city.kaiban.cases.transaction() as tx:
        case = tx.get(no)
        link = case.link("registration")
        case.move(link, link.current, LinkState.MANUAL, city.kaiban.clock.now())
        tx.save(case)
    return no


def parcel(city):
    """A case whose package is to be posted."""
    no = city.submit(city.form() | {"delivery": POSTED}, "registration")
    city.follow(no)
    return no


def events(*kinds):
    """How often it happened to the case."""

    def count(city, no):
        return sum(each.kind in kinds for each in city.kaiban.cases.read(no).events)

    return count


def refusals(city, no):
    return sum(each.after == "refused" for each in city.kaiban.cases.read(no).events)


def complaints(city, no):
    return len(city.kaiban.complaints.complaints.of_case(no))


def numbers(city, _):
    with city.kaiban.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(tickets)).scalar()


def accounts(city, _):
    return len(city.kaiban.staff.accounts.listed(""))


CASE = "/desk/cases/{no}"
#: Each kind of write of the desk: what it is about, its page, its button, what is typed, and how often it was done.
WRITES = {
    "taken": (fresh, CASE, "认领", {}, events("taken")),
    "found": (fresh, f"{CASE}/notice", "加进告知书", {"code": "window.lease"}, events("finding")),
    "said": (in_doubt, f"{CASE}/departments/registration?outcome=refused", "登记为", {"reason": "材料不符"}, refusals),
    "sent again": (in_doubt, f"{CASE}/departments/registration", "按原来的内容重新发送",
                   {"checked": list(CHECKLIST), "told_by": "张科长 8800"}, events("resent")),
    "asked for": (in_doubt, f"{CASE}/departments/registration/edit?at=/company/contact_phone", "送第二人复核",
                  {"company.contact_phone": "0999-8800009", "why": "打错了", "checked": list(CHECKLIST), "told_by": "张科长 8800"},
                  events("edit_asked")),
    "posted": (parcel, f"{CASE}/exit", "登记寄出", {"tracking": "1234567890123"}, events("posted")),
    "complained": (fresh, f"{CASE}/complaints", "登记", {"text": "等了一天没有人答复", "source": "window"}, complaints),
    "numbered": (fresh, "/desk/tickets", "取号", {"business": "opening"}, numbers),
    "hired": (fresh, "/desk/accounts/new", "开设账号",
              {"login": "new77", "name": "钱二", "role": "window", "hall": "main"}, accounts),
}  # fmt: skip


#: Several share an outage, as its time is what they take. A case in doubt does not stay so for long, as its department answers in the
#: end: there is one in each, asked about last before the outage and first after it.
IN_DOUBT = [what for what, (prepare, *_) in WRITES.items() if prepare is in_doubt]
OTHERS = [what for what in WRITES if what not in IN_DOUBT]
OUTAGES = [(*OTHERS[at :: len(IN_DOUBT)], what) for at, what in enumerate(IN_DOUBT)]


class Press:
    """Somebody of staff about to press a button, and how often what it does was done before."""

    def __init__(self, city, what):
        prepare, page, words, self.typed, self._done = WRITES[what]
        self.what, self._city, self._no = what, city, prepare(city)
        role = Role.HALL_MANAGER if what == "hired" else Role.WINDOW
        self.desk = at_desk(city.address, hire(city.kaiban, role))
        self.desk.open(page.format(no=self._no))
        self._form, self._button = self.desk.button(words)

    def send(self):
        self.desk.send(self._form, self._button, self.typed)

    def done(self):
        return self._done(self._city, self._no)


def refused(press):
    """Press while the database is gone, and once more: it is said, and what was typed stays."""
    desk = press.desk
    press.send()
    assert desk.status == 503, press.what
    assert int(desk.answer.headers["Retry-After"]) > 0, press.what
    assert "没有丢" in desk.text, press.what
    for name, value in press.typed.items():
        several = value if isinstance(value, list) else [value]
        kept = desk.page.xpath(f"//main//input[@name='{name}']/@value")
        assert kept[-len(several) :] == several, (press.what, name)
    desk.press("再发送一次")
    assert desk.status == 503, (press.what, "still gone")


def done_once(press, before):
    """Press now that it is back; and a second time, which does nothing more."""
    press.desk.press("再发送一次")
    assert press.desk.status == 200, (press.what, press.desk.text[:300])
    assert press.done() == before + 1, press.what
    press.send()
    assert press.done() == before + 1, (press.what, "a second click")
    press.desk.close()


@pytest.mark.parametrize("kinds", OUTAGES, ids="-".join)
def test_what_was_pressed_while_the_database_was_gone_stays_and_is_done_once(away, kinds):
    city, gone = away
    presses = [Press(city, what) for what in kinds]
    before = [press.done() for press in presses]
    # Side by side, as people do: each waits for a connection as long as one alone.
    with ThreadPoolExecutor(len(presses)) as windows, gone():
        list(windows.map(refused, presses))
    for press, times in reversed(list(zip(presses, before, strict=True))):
        done_once(press, times)
