"""A clerk who types: every key is pressed in a real browser, and counted.

What a practised person needs follows from the count alone, by the keystroke-level model (Card, Moran and Newell
1980): so long a key, so long to think before each page, so long for the page to come.
"""

import re
from dataclasses import dataclass, field

from forms.sections import SECTIONS
from kaiban.web.form.lists import listing, spoken
from kaiban.web.form.places import field_at
from tests.browser.scripts import wait_for_script
from tests.web.desk.assisted.clerk import BLOCKS
from tests.web.filling import controls_of, member_controls

#: Seconds: a key of an average skilled typist, a thought before a page, a page on a hall's network, a card on the reader.
KEY, THINK, PAGE, CARD = 0.2, 1.35, 0.5, 3.0
#: Keys for one Chinese character, typed by its sound with whole words at once.
HANZI = 3

_ON_CARD = (
    "name",
    "cert.no",
    "residence",
    "cert.valid_until.year",
    "cert.valid_until.month",
    "cert.valid_until.day",
)
_FOCUS = """() => { const e = document.activeElement; return {
  tag: e.tagName, type: e.type || '', name: e.name || '', value: e.value || '', text: e.textContent || '',
  checked: e.checked || false,
  options: e.tagName === 'SELECT' ? Array.from(e.options, o => o.value) : [],
  radios: e.type === 'radio' ? Array.from(e.form.elements[e.name].length ? e.form.elements[e.name] : [e], o => [o.value, o.checked]) : [],
}; }"""


_IS_ABOVE = """words => {
  const to = Array.from(document.querySelectorAll('main a,main button')).find(e => e.textContent.includes(words));
  return Boolean(to && document.activeElement.compareDocumentPosition(to) & Node.DOCUMENT_POSITION_PRECEDING);
}"""

#: What F2 passes by from where the focus is, by name, and buttons by what they do; None where it leads nowhere.
_PASSED = """() => {
  const from = document.activeElement, to = window.kbNext && window.kbNext(from);
  if (!to || to === from) { return null; }
  const follows = (a, b) => a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING;
  return Array.from(document.querySelectorAll('main form [name]'))
    .filter(e => e.type !== 'hidden' && e.offsetParent && follows(from, e) && follows(e, to))
    .map(e => e.tagName === 'BUTTON' ? e.value : e.name);
}"""

_ROW = re.compile(r"\.\d+\.")


@dataclass
class Typist:
    """A page, and what was done on it so far; ``knows_keys``: they use F2 and F9, which lead on and add."""

    page: object
    keys: int = 0
    pages: int = 0
    bursts: int = 0
    rows: int = 0
    reader: bool = False
    knows_keys: bool = True
    counts: dict = field(default_factory=dict)
    wanted: dict = field(default_factory=dict)

    @property
    def seconds(self):
        """How long a practised person needs for it."""
        return (
            self.keys * KEY + self.pages * (THINK + PAGE) + self.bursts * CARD + self.rows * PAGE
        )

    # --- keys ---------------------------------------------------------------------------------

    def press(self, key, times=1):
        for _ in range(times):
            self.page.keyboard.press(key)
        self.keys += times
        self.counts[key] = self.counts.get(key, 0) + times

    def type(self, text):
        for letter in text:
            if ord(letter) > 0x2E7F:
                self.page.keyboard.insert_text(letter)
                self.keys += HANZI
            else:
                self.page.keyboard.press("Space" if letter == " " else letter)
                self.keys += 1

    def go_on(self, key="Enter"):
        """Press a key that leads to another page, no faster than a hand does: what comes faster is a card reader's."""
        self.page.wait_for_timeout(60)
        with self.page.expect_navigation():
            self.press(key)
        self.pages += 1

    def focus(self):
        return self.page.evaluate(_FOCUS)

    # --- a form -------------------------------------------------------------------------------

    def fill(self, wanted, *, then="Enter"):
        """Go through the controls, and answer each that is wanted; then save with Enter, or the key that also adds one."""
        self.wanted = {name: list(values) for name, values in wanted.items()}
        for name in _known(self.wanted) if self.knows_keys else ():
            del self.wanted[name]
        asked = left = self._asked()
        now = self.focus()
        if now["tag"] == "BODY":
            self.press("Tab")
        for _ in range(600):
            now = self.focus()
            if now["tag"] == "BUTTON" and now["value"] in ("save", "submit"):
                break
            moved = self._answer(now)
            left = self._left(asked)
            if not left:
                break
            if not moved and not self._one_more(now, left):
                self._move(left)
        else:
            raise AssertionError(
                f"at {now['tag']} {now['name']} {now['value'][:20]}, never reached: {sorted(left)[:8]}"
            )
        # Enter on a list opens it, on a button it does what that says.
        while then == "Enter" and self._keeps_enter(self.focus()):
            self.press("Tab")
        self.go_on(then)
        assert "do=mend" not in self.page.url, self.page.locator("[data-errors]").inner_text()

    @staticmethod
    def _keeps_enter(now):
        return now["tag"] == "SELECT" or (
            now["tag"] == "BUTTON" and now["value"] not in ("save", "submit")
        )

    def _move(self, left):
        """To the next control, or past those that need no answer, as far as none that is wanted lies between."""
        passed = self.page.evaluate(_PASSED) if self.knows_keys else None
        lists = {f"add:{name[: found.start()]}" for name in left for found in _ROW.finditer(name)}
        self.press("Tab" if passed is None or {*left, *lists} & set(passed) else "F2")

    def _one_more(self, now, left):
        """Add the next row of the list the focus is in, if this one is done and more are wanted."""
        found = re.fullmatch(r"(.+)\.(\d+)\..+", now["name"])
        if not (self.knows_keys and found):
            return False
        path, row = found[1], int(found[2])
        wanted = int((self.wanted.get(f"{path}:rows") or ["0"])[0])
        there = self.page.locator(f'[name^="{path}.{row + 1}."]').count()
        if row + 1 >= wanted or there or any(each.startswith(f"{path}.{row}.") for each in left):
            return False
        self._added(path, row + 1, "F9")
        return True

    def _added(self, path, rows, key):
        self.page.wait_for_timeout(60)
        self.press(key)
        wait_for_script(
            self.page,
            "([name, rows, at]) => document.getElementsByName(name)[0].value === rows && (document.activeElement.name || '').startsWith(at)",
            arg=[f"{path}:rows", str(rows + 1), f"{path}.{rows}."],
        )
        self.rows += 1

    def reach(self, words):
        """Go with Tab to the link or button with these words, and press it."""
        key = "Shift+Tab" if self.page.evaluate(_IS_ABOVE, words) else "Tab"
        for _ in range(200):
            if self.focus()["tag"] in ("A", "BUTTON") and words in self.focus()["text"]:
                return self.go_on()
            self.press(key)
        raise AssertionError(f"no {words!r} is reached")

    def _asked(self):
        return {
            name
            for name, values in self.wanted.items()
            if any(values) and not name.endswith(":rows")
        }

    def _left(self, names):
        """Those that do not stand there as wanted yet, and are asked."""
        return self.page.evaluate(
            """wanted => {
                const all = Array.from(document.querySelectorAll('main form [name]'));
                return wanted.filter(([name, values]) => {
                    const these = all.filter(e => e.name === name);
                    const shown = these.filter(e => e.type !== 'hidden' && e.offsetParent);
                    if (!these.length && /[.][0-9]+[.]/.test(name)) { return true; }
                    if (!shown.length) { return false; }
                    if (/^(radio|checkbox)$/.test(shown[0].type)) {
                        return !values.every(v => these.some(e => e.value === v && e.checked));
                    }
                    return !shown.some(e => e.value !== '');
                }).map(([name]) => name);
            }""",
            [[name, [str(each) for each in self.wanted[name]]] for name in names],
        )

    def _answer(self, now):
        """Answer the control in focus; whether the focus is elsewhere by then."""
        name, values = now["name"], self.wanted.get(now["name"])
        if now["tag"] == "BUTTON":
            return self._add(now)
        if name.endswith(":same"):
            return self._take_over(now)
        if not values:
            return False
        kind = now["type"] if now["type"] in ("radio", "checkbox") else now["tag"]
        answer = {"radio": self._choose, "checkbox": self._tick, "SELECT": self._select}
        return bool(answer.get(kind, self._write)(now, values))

    def _tick(self, now, values):
        if (now["value"] in values) != now["checked"]:
            self.press("Space")

    def _write(self, now, values):
        if self._read(now):
            return True
        if values[0] and _plain(now["value"]) != _plain(values[0]) and "*" not in now["value"]:
            if now["value"]:
                self.press("Control+a")
            self.type(_shortest(now["name"], str(values[0])))
        return False

    def _choose(self, now, values):
        value = values[0]
        names = [each for each, _ in now["radios"]]
        chosen = [place for place, (_, checked) in enumerate(now["radios"]) if checked]
        if value not in names:
            return
        if not chosen:
            self.press("Space")
        at, to = (chosen or [0])[0], names.index(value)
        self.press("ArrowDown" if to > at else "ArrowUp", abs(to - at))

    def _select(self, now, values):
        at, to = now["options"].index(now["value"]), now["options"].index(str(values[0]))
        self.press("ArrowDown" if to > at else "ArrowUp", abs(to - at))

    def _add(self, now):
        verb, _, path = now["value"].partition(":")
        if verb != "add":
            return False
        rows = int(self.page.locator(f'input[name="{path}:rows"]').input_value())
        if rows >= int((self.wanted.get(f"{path}:rows") or ["0"])[0]):
            return False
        self._added(path, rows, "Enter")
        return True

    def _take_over(self, now):
        """Choose a person who stands on the page already, if it is they."""
        there = now["name"].removesuffix(".:same")
        number = (self.wanted.get(f"{there}.cert.no") or [""])[0]
        source = next(
            (
                each
                for each in now["options"]
                if each and (self.wanted.get(_dotted(each) + ".cert.no") or [""])[0] == number
            ),
            "",
        )
        if not (number and source) or "*" in self._typed(f"{there}.cert.no"):
            return False
        self._select(now, [source])
        if self._typed(f"{there}.cert.no"):
            self.press("Enter")
            return True
        self.press("Tab")
        self.go_on()
        self.press("Tab")
        return True

    def _typed(self, name):
        return self.page.locator(f'[name="{name}"]').input_value()

    def _read(self, now):
        """Put the card of whoever is asked for on the reader, if there is one and nobody has typed them yet."""
        there = now["name"].removesuffix(".name")
        told = {key: (self.wanted.get(f"{there}.{key}") or [""])[0] for key in _ON_CARD}
        if not (
            self.reader and now["name"].endswith(".name") and told["cert.no"] and not now["value"]
        ):
            return False
        until = "".join(told[f"cert.valid_until.{part}"] for part in ("year", "month", "day"))
        self.read_card(
            told["name"], told["cert.no"], told["residence"].replace(" ", ""), f"20160501-{until}"
        )
        return True

    def read_card(self, *told):
        """Let a card reader type: faster than any hand, with Enter at the end."""
        self.page.evaluate(
            """keys => { const e = document.activeElement; let at = performance.now(); for (const key of keys) {
                const told = new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true});
                Object.defineProperty(told, 'timeStamp', {value: at++});
                if (e.dispatchEvent(told) && key.length === 1) { e.value += key; }
            } }""",
            [*" ".join(told), "Enter"],
        )
        self.bursts += 1


def _plain(text):
    """A card has no spaces in its address."""
    return str(text).replace(" ", "")


def _known(wanted):
    """What whoever knows the form leaves to it: a card's kind, told by its number, and the last day of a share where it is that of all."""
    cards = [
        name
        for name, values in wanted.items()
        if name.endswith(".cert.type") and values == ["id_card"]
    ]
    days = {
        part: wanted.get(f"company.capital.paid_by.{part}") for part in ("year", "month", "day")
    }
    shares = {name.rpartition(".")[0] for name in wanted if ".due_date." in name}
    same = [
        each
        for each in shares
        if all(wanted[f"{each}.{part}"] == told for part, told in days.items())
    ]
    return [*cards, *(f"{each}.{part}" for each in same for part in days)]


def _dotted(pointer):
    return pointer[1:].replace("/", ".")


def _shortest(name, words):
    """What somebody who knows the lists types: the code, where that is shorter."""
    try:
        listed = listing(field_at(SECTIONS, name))
    except KeyError:
        listed = None
    found = [each.code for each in listed.items if spoken(each) == words] if listed else []
    return min(
        [words, *found], key=lambda text: sum(HANZI if ord(c) > 0x2E7F else 1 for c in text)
    )


def _type_members(typist, form):
    last = len(form["staff"]["members"]) - 1
    for index in range(last + 1):
        if not typist.knows_keys:
            typist.reach("添加一位")
        elif not index:
            typist.go_on("F9")
        typist.fill(
            member_controls(form, index),
            then="F9" if typist.knows_keys and index < last else "Enter",
        )


def type_sample(page, address, form, *, reader, knows_keys=True):
    """Type the whole form at the desk, from who is there to the receipt; whoever typed it, with the counts."""
    page.goto(f"{address}/desk/new")
    typist = Typist(page, pages=1, reader=reader, knows_keys=knows_keys)
    first = form["people"]["holders"][0]
    typist.fill(
        {"name": [first["name"]], "cert_no": [first["cert"]["no"]], "phone": [first["mobile"]]}
    )
    for block in BLOCKS:
        if block.name == "employment":
            _type_members(typist, form)
        typist.fill(controls_of(form, block))
    typist.reach("打开核对单")
    typist.press("Space")  # signed
    typist.go_on()
    typist.reach("提交申请")
    return typist
