"""What was sent and not done: told on a page of its own, so that neither a reload nor the way back sends it again."""

from collections.abc import Mapping
from typing import Any

from flask import render_template, request, url_for

from kaiban.web.access.sessions import from_elsewhere
from kaiban.web.presentation.texts import say
from kaiban.web.responses.kept import Pairs, again, kept, told
from kaiban.web.routes import PUBLIC, Routes

routes = Routes("undone")

NAME = "undone"
LOST = "刚才的操作没有进行"
LOST_TEXT = "请返回上一页再试一次。总是看到这一页的，请让浏览器允许本网站使用 Cookie。"


def tell(
    template: str, status: int, *, typed: Pairs = (), headers: Mapping[str, str] | None = None,
    **said: Any,
) -> Any:  # fmt: skip
    """Have it told by that template: after a redirect where a page's form was sent, at once to anybody else.

    For another site nothing is kept: it comes without our cookie.

    ``typed`` stays on the page, ``said`` is what else its template asks for.
    """
    if request.method != "POST" or is_by_script() or from_elsewhere():
        return render_template(template, typed=list(typed), **said), status, dict(headers or {})
    # Staff have sessions of their own, which pages elsewhere do not see.
    to = url_for("undone.desk" if request.path.startswith("/desk/") else "undone.show")
    return again(show, status, to=to, typed=typed, headers=headers, undone=[template, said])


def is_by_script() -> bool:
    """Whether a script of ours sent it: nobody sees the answer, and no browser sends it again."""
    return request.headers.get("X-Requested-With") == "fetch"


@routes.page("/undone", PUBLIC)
def show() -> Any:
    """What was not done, and what can be done now; of what this browser was not given, only that."""
    found = told(NAME)
    if found is None:
        page = render_template("error.html", title=say(LOST), text=say(LOST_TEXT))
        return page, 403
    template, said = found
    return render_template(template, typed=list(kept().typed.items(multi=True)), **said)


@routes.page("/desk/undone", PUBLIC)
def desk() -> Any:
    """The same for staff."""
    return show()
