"""What the kit tells: on a terminal, as JUnit XML, as one HTML file."""

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import quoteattr

from adapters.base import AdapterBase
from adapters.hall.driving import Message
from adapters.kit import VERSION
from adapters.kit.check import LEVELS, TITLES, Finding, Verdict, reached
from adapters.kit.reporting.badge import badge
from adapters.kit.rig.proxy import Seen
from adapters.kit.rig.site import Target

SIGNS = {
    Verdict.PASSED: "✓",
    Verdict.FAILED: "✗",
    Verdict.NOT_APPLICABLE: "–",
    Verdict.NOT_PROVABLE: "…",
    Verdict.EXEMPT: "○",
}
WORDS = {
    Verdict.PASSED: "通过",
    Verdict.FAILED: "未通过",
    Verdict.NOT_APPLICABLE: "不适用",
    Verdict.NOT_PROVABLE: "此处无法证明",
    Verdict.EXEMPT: "豁免",
}
LONGEST_BODY = 2000
SHORTEST_SECRET = 8
STYLE = """
body{font:16px/1.6 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#0b0c0c}
table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #b1b4b6;padding:.4rem;text-align:left;vertical-align:top}
.failed{background:#f6d7d2}.exempt,.provable{background:#fff7bf}pre{white-space:pre-wrap;word-break:break-all;background:#f3f2f1;padding:.6rem}
"""


@dataclass(frozen=True)
class Report:
    """All findings of one run; secrets among the settings never appear in it."""

    adapter_class: type[AdapterBase]
    target: Target
    findings: Sequence[Finding]
    secrets: Sequence[str] = ()

    @property
    def level(self) -> str:
        """The computed level in words; most checks cannot be asked of paper, so it has none."""
        if self.adapter_class.manifest.by_hand:
            return "人工窗口，不评级"
        found = reached(self.findings)
        return f"{TITLES[found]} {found}" if found else "未达铜级 none"

    def failed(self) -> list[Finding]:
        """What must be mended."""
        return [each for each in self.findings if each.verdict is Verdict.FAILED]

    # --- terminal ---------------------------------------------------------------------------------

    def lines(self) -> Iterable[str]:
        """Lines for a terminal, a check each; what failed with its last exchange."""
        manifest = self.adapter_class.manifest
        yield f"{manifest.name} {manifest.version} → {self.target.name}（kit {VERSION}）"
        for each in self.findings:
            where = f"[{each.step}] " if each.step not in ("", "-") else ""
            yield f"{SIGNS[each.verdict]} {each.check.id}  {each.check.title}"
            if each.reason and each.verdict is not Verdict.PASSED:
                yield f"       {WORDS[each.verdict]}：{where}{self.masked(each.reason)}"
            if each.verdict is Verdict.FAILED:
                yield f"       docs/checks/{each.check.id}.md"
                for seen in each.exchanges[-1:]:
                    yield from (f"       {line}" for line in self._exchange(seen))
        yield f"{self._counts()}；等级：{self.level}"

    # --- JUnit --------------------------------------------------------------------------------------

    def junit(self) -> str:
        """JUnit XML, as build servers read it."""
        name = self.adapter_class.manifest.name
        failures = len(self.failed())
        cases = "".join(self._case(each) for each in self.findings)
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<testsuite name={quoteattr(name)} tests="{len(self.findings)}" failures="{failures}">'
            f"{cases}</testsuite>\n"
        )

    # --- HTML ---------------------------------------------------------------------------------------

    def html(self) -> str:
        """One file, nothing else needed to read it."""
        manifest = self.adapter_class.manifest
        rows = "".join(self._row(each) for each in self.findings)
        head = html.escape(f"{manifest.title}（{manifest.name} {manifest.version}）")
        return (
            f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{head}</title>'
            f"<style>{STYLE}</style></head><body><h1>{head}</h1>"
            f"<p>等级：<strong>{html.escape(self.level)}</strong>；对象：{html.escape(self.target.name)}；"
            f"kit {VERSION}；负责人：{html.escape(manifest.owner)}</p><p>{self._counts()}</p>"
            f"<table><thead><tr><th>检查</th><th>内容</th><th>结果</th></tr></thead><tbody>{rows}</tbody></table>"
            "</body></html>\n"
        )

    # --- badge --------------------------------------------------------------------------------------

    def badge(self) -> str:
        """The computed level as a small SVG."""
        return badge(self.adapter_class.manifest.title, reached(self.findings))

    # --- private --------------------------------------------------------------------------------------

    def masked(self, text: str) -> str:
        """Return the text without the secrets we know."""
        for secret in self.secrets:
            if len(secret) >= SHORTEST_SECRET:
                text = text.replace(secret, "***")
        return "".join(char if char.isprintable() or char == "\n" else "�" for char in text)

    def _counts(self) -> str:
        counted = [(WORDS[v], sum(f.verdict is v for f in self.findings)) for v in Verdict]
        levels = "".join(
            f"{TITLES[level]}{sum(f.verdict is Verdict.PASSED for f in self.findings if f.check.level == level)}"
            for level in LEVELS
        )
        return "，".join(f"{word} {count}" for word, count in counted if count) + f"（{levels}）"

    def _exchange(self, seen: Seen) -> list[str]:
        lines = [f"> {line}" for line in self._message(seen.asked)]
        if seen.answer is not None:
            lines += [f"< {line}" for line in self._message(seen.answer)]
        return [*lines, f"! {seen.fault}"] if seen.fault else lines

    def _message(self, message: Message) -> list[str]:
        encoding = self.adapter_class.manifest.encoding
        text = message.body[:LONGEST_BODY].decode(encoding, "backslashreplace")
        hexed = message.body[:32].hex(" ")
        return [self.masked(each) for each in (message.line, f"[{hexed}]", *text.splitlines())]

    def _case(self, finding: Finding) -> str:
        name = quoteattr(f"{finding.check.id} {finding.check.title}")
        suite = quoteattr(self.adapter_class.manifest.name)
        start = f'<testcase classname={suite} name={name} time="{finding.seconds:.3f}"'
        if finding.verdict is Verdict.PASSED:
            return start + "/>"
        kind = "failure" if finding.verdict is Verdict.FAILED else "skipped"
        reason = f"{WORDS[finding.verdict]}: {self.masked(finding.reason)}"
        return f"{start}><{kind} message={quoteattr(_xml(reason))}/></testcase>"

    def _row(self, finding: Finding) -> str:
        style = (
            finding.verdict.value.split(" ")[-1] if finding.verdict is not Verdict.PASSED else ""
        )
        if finding.verdict in (Verdict.FAILED, Verdict.EXEMPT):
            style = finding.verdict.value
        cells: list[Any] = [finding.check.id, finding.check.title]
        told = html.escape(f"{SIGNS[finding.verdict]} {WORDS[finding.verdict]}")
        if finding.verdict is not Verdict.PASSED and finding.reason:
            told += f"<br>{html.escape(self.masked(finding.reason))}"
        for seen in finding.exchanges:
            told += f"<pre>{html.escape(chr(10).join(self._exchange(seen)))}</pre>"
        start = "".join(f"<td>{html.escape(str(cell))}</td>" for cell in cells)
        return f'<tr class="{style}">{start}<td>{told}</td></tr>'


def _xml(text: str) -> str:
    return "".join(char for char in text if char >= " " or char in "\t\n")
