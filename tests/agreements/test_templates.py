"""What templates must not do."""

import re

from tests.agreements.repository import ROOT

#: A sentence, then nothing but tags, then another: in Chinese they may stand without a blank, in English they run together.
PAIR = re.compile(
    r'_\("(?:[^"\\]|\\.)*[。！？]"[^{}]*(?:\{[^{}]*\}[^{}]*)*?\}\}(?:\{% (?!else|elif)[^%]*%\})*\{\{ ?_\("([^"])'
)
#: What is printed is in Chinese only.
SILENT = {"print", "papers", "dev"}


def run_together(text):
    return [found.group() for found in PAIR.finditer(text) if found.group(1) != "（"]


def test_sentences_that_follow_one_another_have_a_blank_between_them():
    folder = ROOT / "kaiban" / "templates"
    pages = [
        path for path in folder.rglob("*.html") if path.relative_to(folder).parts[0] not in SILENT
    ]
    assert len(pages) > 100
    assert {
        path.name: found for path in pages if (found := run_together(path.read_text("utf-8")))
    } == {}


def test_sentences_that_run_together_are_found():
    planted = '<p>{{ _("第 %(n)s 版。", n=f(x)|map("y")) }}{% if x %}{{ _("请以这一版为准。") }}{% endif %}</p>'
    assert run_together(planted)
    assert run_together('{{ _("好。") }}{{ _("再见。") }}')
    assert not run_together('{{ _("好。") }} {{ _("再见。") }}')
    assert not run_together('{% if x %}{{ _("好。") }}{% else %}{{ _("不好。") }}{% endif %}')
