"""The pages at the ``type`` of a problem, for whoever writes a program: what it means and what to do, in both languages."""

import re
from html import escape

from flask import Response

from kaiban.api.problem_texts import EXPLAINED
from kaiban.api.problems import TYPES, Problem
from kaiban.api.routes import PUBLIC, Routes

root_routes = Routes([], "public")

_PAGE = """<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
</head>
<body>
<main>
{content}
</main>
</body>
</html>
"""
_ENTRY = """<h{level}>{chinese_title}</h{level}>
<p><code>/problems/{kind}</code> · HTTP {status}</p>
<p>{chinese}</p>
<section lang="en">
<h{below}>{english_title}</h{below}>
<p>{english}</p>
</section>
"""


@root_routes.route(
    "GET", "/problems", PUBLIC, "问题类型一览", media_type="text/html", asks=None
)  # fmt: skip
def list_problems() -> Response:
    """Every type of problem, as a page for people."""
    entries = "".join(_entry(kind, 2) for kind in TYPES)
    heading = '<h1>问题类型</h1>\n<p lang="en">Types of problems</p>\n'
    return _page("问题类型 · Types of problems", heading + entries)


@root_routes.route(
    "GET", "/problems/<kind>", PUBLIC, "某一问题类型的说明", media_type="text/html", asks=None,
    answers=(200, 404),
)  # fmt: skip
def show_problem(kind: str) -> Response:
    """What a type of problem means and what to do about it, as a page for people."""
    if kind not in TYPES:
        raise Problem("not-found")
    title = f"{TYPES[kind][1]} · {EXPLAINED[kind].title}"
    return _page(
        title, _entry(kind, 1) + '<p><a href="/problems">全部问题类型 · All types</a></p>\n'
    )


def _entry(kind: str, level: int) -> str:
    status, title = TYPES[kind]
    told = EXPLAINED[kind]
    return _ENTRY.format(
        level=level, below=level + 1, kind=kind, status=status, chinese_title=_marked(title),
        chinese=_marked(told.chinese), english_title=_marked(told.title),
        english=_marked(told.english),
    )  # fmt: skip


def _marked(text: str) -> str:
    """The text with what stands between backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def _page(title: str, content: str) -> Response:
    text = _PAGE.format(title=escape(title), content=content)
    return Response(text, content_type="text/html; charset=utf-8")
