"""A page in another language: what stands in Chinese all the same is marked as Chinese, signs are put right.

Names, official phrases and what departments write are shown as they are; a screen reader has to know in
which language to read them (WCAG 3.1.2).
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

_HANZI = r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
#: From the first Chinese character of a text to its last, with what closes it.
_CHINESE = re.compile(rf"{_HANZI}(?:[^<>&]*{_HANZI})?[）》」』”]?[。！？]?")
#: What joins texts that are not Chinese is written as they are.
_SIGNS = str.maketrans({
    "、": ", ", "，": ", ", "；": "; ", "：": ": ", "。": ". ", "（": " (", "）": ")", "　": " ",
})  # fmt: skip
#: Nothing stands inside these but text: the mark goes on the element.
_PLAIN = frozenset({"option", "title", "textarea"})
_SILENT = frozenset({"script", "style"})
_VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "path", "rect", "use", "wbr"})


def marked(html: str) -> str:
    """The page with `lang="zh-CN"` around every run of Chinese that does not stand in it already."""
    marker = _Marker()
    marker.feed(html)
    marker.close()
    return "".join(marker.out)


def _pieces(text: str) -> Iterator[str]:
    at = 0
    for found in _CHINESE.finditer(text):
        yield _signed(text[at : found.start()])
        yield f'<span lang="zh-CN">{found[0]}</span>'
        at = found.end()
    yield _signed(text[at:])


def _signed(text: str) -> str:
    """Chinese puts nothing between things quoted one after the other."""
    return text.translate(_SIGNS).replace("”“", "”, “")


class _Marker(HTMLParser):
    """Writes everything out as it came, but for the marks."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.out: list[str] = []
        self._open: list[tuple[str, bool, int]] = []  # element, in Chinese, where its tag stands

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        lang = dict(attrs).get("lang") or ""
        inherits = self._open[-1][1] if self._open else False
        if tag not in _VOID:
            self._open.append(
                (tag, lang.startswith("zh") or (inherits and not lang), len(self.out))
            )
        self.out.append(self.get_starttag_text() or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - as it came
        self.out.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass
        self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        tag, chinese, at = self._open[-1] if self._open else ("", False, 0)
        if chinese or tag in _SILENT:
            self.out.append(data)
        elif tag in _PLAIN and _CHINESE.search(data):
            self._open[-1] = (tag, True, at)
            begin = len(tag) + 1
            self.out[at] = f'{self.out[at][:begin]} lang="zh-CN"{self.out[at][begin:]}'
            self.out.append(data)
        else:
            self.out.extend(_pieces(data))

    def handle_entityref(self, name: str) -> None:
        self.out.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.out.append(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        self.out.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.out.append(f"<!{decl}>")
