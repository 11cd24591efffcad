"""A visitor with an old browser: reads pages, fills in their forms, presses their buttons; no script."""

import lxml.html
import requests

from kaiban.web.responses.cut_off import BEGINS, FIELD, WHOLE
from tests.prose import english_faults, faults

#: What stands on lines of its own, wherever a page is read.
BLOCKS = (
    "p", "li", "dt", "dd", "td", "th", "caption", "legend", "label", "button", "option",
    "h1", "h2", "h3", "h4", "summary", "div",
)  # fmt: skip


class Visitor:
    """Remembers cookies and the page it is on."""

    def __init__(self, address):
        self.address = address
        self.http = requests.Session()
        self.http.trust_env = False
        self.answer = None
        self.page = None

    def close(self):
        self.http.close()

    # --- looking ------------------------------------------------------------------------------

    @property
    def path(self):
        return self.answer.url.removeprefix(self.address)

    @property
    def status(self):
        return self.answer.status_code

    @property
    def text(self):
        """The words of the page, without blanks between them."""
        return " ".join(self.page.find(".//main").text_content().split())

    @property
    def heading(self):
        return " ".join(self.page.find(".//h1").text_content().split())

    @property
    def mistakes(self):
        """The sentences of the error summary."""
        found = self.page.xpath("//*[@data-errors]//li")
        return [" ".join(each.text_content().split()) for each in found]

    def control(self, name):
        """The control of that name, or None."""
        found = self.page.xpath(f"//main//*[@name='{name}']")
        return found[0] if found else None

    # --- moving -------------------------------------------------------------------------------

    def open(self, path):
        return self._arrived(self.http.get(self.address + path, timeout=250))

    def follow(self, words):
        """Click the first link with these words."""
        links = [a for a in self.page.iter("a") if words in a.text_content()]
        assert links, f"no link {words!r} on {self.path}"
        return self.open(links[0].get("href"))

    def pages(self, path):
        """Open a list and turn its pages; it is on each of them once."""
        yield self.open(path)
        while self.page.xpath("//main//a[normalize-space()='下一页']"):
            yield self.follow("下一页")

    def listed(self, path):
        """All that stands in a list, on whatever page of it."""
        return " ".join(each.text for each in self.pages(path))

    def numbers(self, path):
        """The cases a list opens, on all of its pages."""
        return [
            way.rpartition("/")[2]
            for each in self.pages(path)
            for way in each.page.xpath("//main//table//a/@href")
        ]

    def find(self, path, words):
        """Turn the pages of a list until these words stand there."""
        found = next((page for page in self.pages(path) if words in page.text), None)
        assert found, f"no {words!r} on any page of {path}"
        return self

    def bring(self, key, *files, **answers):
        """Choose files (name, content) for a material and press its button."""
        form = next(
            one for one in self.page.forms
            if one.get("enctype") and dict(one.form_values()).get("key", key) == key
        )  # fmt: skip
        button = form.xpath(".//button[not(@aria-hidden)]")[0]
        parts = [("file", (name, content, "application/octet-stream")) for name, content in files]
        values = [(n, v) for n, v in form.form_values() if n not in answers and n != "file"]
        values += [*answers.items(), (button.get("name"), button.get("value"))]
        # Without files a browser sends an empty part.
        parts = parts or [("file", ("", b"", "application/octet-stream"))]
        url = form.get("action") or self.answer.url
        url = url if "://" in url else self.address + url
        return self._arrived(self.http.post(url, data=values, files=parts, timeout=250))

    def take_away(self):
        """Drop the first file in the list, and say so once more when asked."""
        return self.follow("删除").press("确认删除")

    def everybody(self):
        """Answers that tick everybody whose document is asked for."""
        boxes = self.page.xpath("//form[@enctype]//input[@name='whose']")
        return {"whose": [box.get("value") for box in boxes]}

    def press_value(self, value):
        """Press the button that sends this value."""
        for form in self.page.forms:
            for button in form.xpath(".//button"):
                if (button.get("value") or "").startswith(value) and not button.get("aria-hidden"):
                    return self.send(form, button, {})
        raise AssertionError(f"no button {value!r} on {self.path}")

    def remove(self, place):
        """Take a row out of a list, and say so when asked."""
        self.press_value(f"remove:{place}")
        return self.press_value("removed:")

    def press(self, words, **answers):
        """Fill in what is named (`people.holders.0.name` as people__holders__0__name), press the button."""
        form, button = self.button(words)
        typed = {name.replace("__", "."): value for name, value in answers.items()}
        return self.send(form, button, typed)

    def send(self, form, button, typed):
        values = [(n, v) for n, v in form.form_values() if n not in typed]
        for name, value in typed.items():
            several = value if isinstance(value, list) else [value]
            values += [(name, each) for each in several]
        if button.get("name"):
            values.append((button.get("name"), button.get("value", "")))
        target = form.get("action") or self.answer.url
        url = target if "://" in target else self.address + target
        return self._arrived(self.http.post(url, data=values, timeout=250))

    def press_get(self, words, **answers):
        """Press the button of a form that only asks for another page."""
        form, button = self.button(words)
        values = [(n, v) for n, v in form.form_values() if n not in answers]
        values += [*answers.items(), (button.get("name"), button.get("value", ""))]
        return self._arrived(
            self.http.get(self.address + form.get("action"), params=values, timeout=250)
        )

    def button(self, words):
        for form in self.page.forms:
            for button in form.iter("button"):
                if words in button.text_content() and button.get("type", "submit") == "submit":
                    return form, button
        raise AssertionError(f"no button {words!r} on {self.path}: {self.text[:300]}")

    def _arrived(self, answer):
        self.answer = answer
        self.page = lxml.html.fromstring(answer.text)
        main = self.page.find(".//main")
        if main is not None:
            assert (self.path, self._faults(main)) == (self.path, [])
        for form in self.page.forms:
            # What begins must end, or nothing of it would ever be taken.
            arrived = [value for name, value in form.form_values() if name == FIELD]
            assert arrived in ([], [BEGINS, WHOLE]), (self.path, arrived)
        return self

    def _faults(self, main):
        """Broken sentences of the page, read in its language."""
        if self.page.get("lang") == "zh-CN":
            return faults(" ".join(self._shown(main)))
        return [each for text in self._lines(main) for each in english_faults(text)]

    def _lines(self, main):
        """The words of each block that holds no other: blanks between words are the page's own."""
        for block in main.iter(*BLOCKS):
            if not any(inner is not block for inner in block.iter(*BLOCKS)):
                yield "".join(self._shown(block))

    def _shown(self, main):
        """The words of the page itself: what somebody typed into a field is theirs."""
        outside = "not(ancestor::textarea or ancestor::script or ancestor::code or ancestor::pre)"
        return main.xpath(f".//text()[{outside}]")

    # --- filings ------------------------------------------------------------------------------

    @property
    def filing_id(self):
        return self.path.split("/")[2].partition("?")[0].partition("#")[0]

    def go(self, page, **query):
        """Open a page of the filing."""
        asked = "&".join(f"{key}={value}" for key, value in query.items())
        return self.open(f"/a/{self.filing_id}/{page}" + (f"?{asked}" if asked else ""))
