"""A clerk who types: every key is pressed in a real browser, and counted.

What a practised person needs follows from the count alone, by the keystroke-level model (Card, Moran and Newell
1980): so long a key, so long to think before each page, so long for the page to come.
"""

from dataclasses import dataclass, field

from forms.sections import SECTIONS
from kaiban.web.form.lists import listing, spoken
from kaiban.web.form.places import field_at
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


@dataclass
class Typist:
    """A page, and what was done on it so far."""

    page: object
    keys: int = 0
    pages: int = 0
    bursts: int = 0
    rows: int = 0
    reader: bool = False
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

    def fill(self, wanted):
        """Go through the controls with Tab, and answer each that is wanted; then save with Enter."""
        self.wanted = {name: list(values) for name, values in wanted.items()}
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
            if not moved:
                self.press("Tab")
        else:
            raise AssertionError(
                f"at {now['tag']} {now['name']} {now['value'][:20]}, never reached: {sorted(left)[:8]}"
            )
        while self.focus()["tag"] == "SELECT":  # Enter there opens the list
            self.press("Tab")
        self.go_on()

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
        self.page.wait_for_timeout(60)
        self.press("Enter")
        self.page.wait_for_function(
            "([name, rows]) => document.getElementsByName(name)[0].value === rows && document.activeElement.tagName !== 'BUTTON'",
            arg=[f"{path}:rows", str(rows + 1)],
        )
        self.rows += 1
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
            """keys => { const e = document.activeElement; for (const key of keys) {
                const told = new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true});
                if (e.dispatchEvent(told) && key.length === 1) { e.value += key; }
            } }""",
            [*" ".join(told), "Enter"],
        )
        self.bursts += 1


def _plain(text):
    """A card has no spaces in its address."""
    return str(text).replace(" ", "")


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


def type_sample(page, address, form, *, reader):
    """Type the whole form at the desk, from who is there to the receipt; whoever typed it, with the counts."""
    page.goto(f"{address}/desk/new")
    typist = Typist(page, pages=1, reader=reader)
    first = form["people"]["holders"][0]
    typist.fill(
        {"name": [first["name"]], "cert_no": [first["cert"]["no"]], "phone": [first["mobile"]]}
    )
    for block in BLOCKS:
        for index in range(len(form["staff"]["members"]) if block.name == "employment" else 0):
            typist.reach("添加一位")
            typist.fill(member_controls(form, index))
        typist.fill(controls_of(form, block))
    typist.reach("打开核对单")
    typist.press("Space")  # signed
    typist.go_on()
    typist.reach("提交申请")
    return typist
