"""The layout gets its files from memory only."""

import pytest

from kaiban.documents.layout.printing import PrintError, Resource, print_pdf
from tests.documents.paper import pages_of
from tests.documents.samples import NOW

STYLE = {"a.css": Resource(b"p { color: red }", "text/css")}


def printed(body, resources=None):
    html = f'<!doctype html><html lang="zh-CN"><title>t</title><body>{body}</body></html>'
    return print_pdf(html, STYLE if resources is None else resources, b"{}", NOW)


@pytest.mark.parametrize(
    "body",
    [
        "<img alt='x' src='file:///etc/passwd'>",
        "<img alt='x' src='http://127.0.0.1:9/x.png'>",
        "<img alt='x' src='data:image/png;base64,AAAA'>",
        "<img alt='x' src='kb:nothing.png'>",
        "<img alt='x' src='relative.png'>",
        "<link rel=stylesheet href='file:///etc/passwd'>",
        "<link rel=attachment href='file:///etc/passwd'>",
        "<style>@import url(https://example.org/x.css);</style>",
        "<style>@font-face { font-family: x; src: url(file:///etc/passwd) } p { font: 1em x }</style><p>x",
        "<p style='background: url(file:///etc/passwd)'>x",
        "<base href='http://127.0.0.1:9/'><img alt='x' src='x.png'>",
        "<object data='file:///etc/passwd'></object>",
    ],
)
def test_whatever_else_a_page_asks_for_ends_the_print(body):
    with pytest.raises(PrintError):
        printed(body)


def test_its_own_files_are_served():
    assert pages_of(printed("<link rel=stylesheet href='kb:a.css'><p>x")) == 1
