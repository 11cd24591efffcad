"""Nothing is typed twice (二次录入 = 0), counted over whole forms, as somebody would who takes every way the pages offer."""

from collections import Counter

import pytest

from forms.sample import handmade, names
from forms.structure.pages import pages
from tests.web.filling import controls_of, member_controls

#: What is somebody's own, so that the same text a second time is the same thing typed again.
OWN = ("cert.no", "mobile", "residence")


class Typist:
    """Takes over whoever was named before, types the rest, and counts what was typed."""

    def __init__(self, visitor, *, takes_over=True):
        self.visitor, self.takes_over = visitor, takes_over
        self.typed = Counter()
        self.places = {}

    def fill(self, wanted):
        """Answer the page from the top: rows are added, who was named before is chosen, the rest is typed."""
        self._press(
            "later", {n: v for n, v in wanted.items() if n.endswith((":rows", ":present"))}
        )
        on_page = {}
        for place, number in self._persons(wanted):
            if number in self.places and self.takes_over:
                self._press(f"same:{place}", on_page | self._chosen(place, self.places[number]))
            else:
                self.places[number] = "/" + place.replace(".", "/")
                on_page |= {n: v for n, v in wanted.items() if n.startswith(f"{place}.")}
        self.typed.update(
            (name, text) for name, [text] in self._missing(wanted).items() if name.endswith(OWN)
        )
        self._press("save", wanted)
        assert self.visitor.status != 422, self.visitor.mistakes

    def _chosen(self, place, pointer):
        name = f"{place}.:same"
        offered = self.visitor.page.xpath(f"//select[@name='{name}']/option/@value")
        assert pointer in offered, f"{name} offers {offered}"
        return {name: pointer}

    def _press(self, do, answers):
        """Press a button of the page; then the page as it comes back."""
        here = self.visitor.answer.url
        form, button = self.visitor.button("保存并继续")
        button.set("value", do)
        self.visitor.send(form, button, answers)
        if do != "save":
            self.visitor.open(here.removeprefix(self.visitor.address))

    def _persons(self, wanted):
        """Where the page asks for a person, and the number of the one who belongs there."""
        return [
            (name.removesuffix(".cert.no"), values[0])
            for name, values in wanted.items()
            if name.endswith(".cert.no") and values[0]
        ]

    def _missing(self, wanted):
        """The controls that do not show yet what they ought to; a masked value is there."""
        shown = {
            each.get("name"): each.get("value") or "" for each in self.visitor.page.iter("input")
        }
        return {
            name: values
            for name, values in wanted.items()
            if len(values) == 1
            and values[0]
            and values[0] != shown.get(name)
            and "*" not in shown.get(name, "")
        }


def dated(form):
    """A form made for another year, as it would be in the city's."""
    for place in (form["company"]["capital"], *form["people"]["holders"]):
        key = "paid_by" if "paid_by" in place else "due_date"
        place[key] = "2031-01-31"
    return form


def typed(visitor, form):
    """How often each text was typed that is somebody's own."""
    typist = Typist(visitor)
    for page in pages():
        visitor.go(page.name)
        typist.fill(controls_of(form, page))
    for index in range(len(form["staff"]["members"])):
        visitor.go(f"staff/{index}")
        typist.fill(member_controls(form, index))
    return typist.typed


@pytest.mark.parametrize("name", ["usual", *names()])
def test_nobodys_details_are_typed_twice(filing, city, name):
    form = city.form() if name == "usual" else dated(handmade(name))
    counted = Counter(text for _, text in typed(filing, form).elements())
    assert sum(counted.values()) > 5, "it counts"
    assert {text: often for text, often in counted.items() if often > 1} == {}
    entry = city.kaiban.filings.get(filing.filing_id).entry
    for typed_in, wanted in zip(
        entry["people"]["directors"], form["people"]["directors"], strict=True
    ):
        assert typed_in | wanted == typed_in, "what was taken over is what was typed elsewhere"


def test_somebody_who_takes_nobody_over_types_twice(filing, city):
    """The count would tell."""
    form = city.form()
    typist = Typist(filing, takes_over=False)
    for page in pages()[:4]:
        filing.go(page.name)
        typist.fill(controls_of(form, page))
    assert max(Counter(text for _, text in typist.typed.elements()).values()) > 1


def test_a_holder_pays_when_the_capital_is_due_unless_said_otherwise(filing, city):
    form = city.form()
    for holder in form["people"]["holders"]:
        del holder["due_date"]
    typed(filing, form)
    assert filing.go("check").mistakes == []
    day = form["company"]["capital"]["paid_by"]
    shown = f"{int(day[:4])}年{int(day[5:7])}月{int(day[8:])}日"
    assert filing.text.count(shown) >= 1 + len(form["people"]["holders"])
