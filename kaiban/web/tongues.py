"""A page in another language: what stands in Chinese all the same is marked as Chinese.

Names, official phrases and what departments write are shown as they are; a screen reader has to know in
which language to read them (WCAG 3.1.2).
"""

import re
from html.parser import HTMLParser

_CHINESE = re.compile(
    r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef\U00020000-\U0003ffff]"
    r"(?:[^<>&]*[\u3000-\u303f\u3400-\u9fff\uff00-\uffef\U00020000-\U0003ffff])?"
)
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
            self._open.append((tag, lang.startswith("zh") or (inherits and not lang), len(self.out)))
        self.out.append(self.get_starttag_text() or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - as it came
        self.out.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass
        self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        tag, chinese, at = self._open[-1] if self._open else ("", False, 0)
        if chinese or tag in _SILENT or not _CHINESE.search(data):
            self.out.append(data)
        elif tag in _PLAIN:
            self._open[-1] = (tag, True, at)
            self.out[at] = self.out[at][: len(tag) + 1] + ' lang="zh-CN"' + self.out[at][len(tag) + 1 :]
            self.out.append(data)
        else:
            self.out.append(_CHINESE.sub(r'<span lang="zh-CN">\g<0></span>', data))

    def handle_entityref(self, name: str) -> None:
        self.out.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.out.append(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        self.out.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.out.append(f"<!{decl}>")
