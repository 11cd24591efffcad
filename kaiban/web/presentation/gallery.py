"""`/dev/gallery`: every macro in every state, for people who build pages and for the browser tests. Never in production."""

from typing import Any

import segno
from flask import Blueprint, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape

from kaiban.web.presentation.static_assets import refuse_unstyled

gallery = Blueprint("gallery", __name__, url_prefix="/dev/gallery")
gallery.before_request(refuse_unstyled)

WAIT, WORK, DONE, HOLD = "wait", "work", "done", "hold"


def _spans(*parts: tuple[str, int, int]) -> list[dict[str, Any]]:
    return [{"kind": kind, "start": start, "end": end} for kind, start, end in parts]


def _lane(
    title: str, department: str, kind: str, sentence: str, *parts: tuple[str, int, int]
) -> Any:
    status = {DONE: "已办结", WORK: "办理中", HOLD: "待补正", WAIT: "排队"}[kind]
    return {
        "title": title, "department": department, "status": status, "kind": kind,
        "sentence": sentence, "spans": _spans(*parts), "running": kind != DONE,
    }  # fmt: skip


LANES = [
    _lane("设立登记", "市场监管", DONE, "10:20 办结，用时 1 小时 08 分", (WAIT, 0, 14), (DONE, 14, 68)),
    _lane("公章刻制", "公安", WORK, "10:22 起办理，已 50 分", (WAIT, 0, 70), (WORK, 70, 120)),
    _lane("税务登记 / 申领发票", "税务", HOLD, "10:48 发出一次性告知书，等您补正",
          (WAIT, 0, 22), (WORK, 22, 96), (HOLD, 96, 120)),
    _lane("预约开户", "银行", WORK, "10:23 起办理，已 49 分", (WAIT, 0, 71), (WORK, 71, 120)),
    _lane("员工参保登记", "人社", DONE, "10:36 办结，用时 1 小时 24 分", (WAIT, 0, 30), (DONE, 30, 84)),
    _lane("缴存登记", "公积金", WORK, "09:42 起办理，已 1 小时 30 分", (WAIT, 0, 30), (WORK, 30, 120)),
]  # fmt: skip

PHRASES = ["软件开发", "软件销售", "软件外包服务", "信息系统集成服务", "信息技术咨询服务"]


@gallery.get("/")
def show() -> str:
    """One page; `?errors=1` with every question answered wrongly, `?wide=1` as staff see it."""
    wrong = bool(request.args.get("errors"))
    return render_template(
        "dev/gallery.html",
        lanes=LANES,
        wide=bool(request.args.get("wide")),
        error="请对照证件核对每一位" if wrong else "",
        errors=[
            ("#name", "请填写名称"),
            ("#day", "请填写成立日期"),
            ("", "各股东出资之和应等于注册资本"),
        ]
        if wrong
        else [],
        qr=Markup(segno.make("7K4M-2QXD", error="m").svg_inline(border=0, omitsize=True)),  # noqa: S704 - drawn here, from a constant
        evil='<script>alert("1")</script> & \'引号\' "双"',
    )


@gallery.get("/suggest")
def suggest() -> ResponseReturnValue:
    """What the search-as-you-type field asks."""
    wanted = request.args.get("q", "")
    return jsonify([{"value": p, "text": p, "hint": "规范表述"} for p in PHRASES if wanted in p])


@gallery.post("/check")
def check() -> str:
    """What the live check asks: a sentence."""
    return "字号可以使用" if request.form.get("name") else ""


@gallery.post("/draft")
def draft() -> ResponseReturnValue:
    """What autosaving posts to; version 409 stands for a draft changed elsewhere, 503 for trouble."""
    version = request.form.get("version", "")
    if version in {"409", "503"}:
        return "这份草稿刚在别处修改过。", int(version)
    return "", 204, {"X-Version": str(int(version or 0) + 1)}


@gallery.post("/")
def sent() -> ResponseReturnValue:
    """What was pressed, for the tests of Enter and of sending once."""
    return (
        f"<!doctype html><title>ok</title><p id=pressed>{escape(request.form.get('do', ''))}",
        200,
    )


@gallery.get("/lanes")
def moving() -> ResponseReturnValue:
    """A part that keeps itself up to date."""
    answer = Response(f"<p>更新于 {escape(request.args.get('at', ''))}</p>")
    answer.add_etag()
    return answer.make_conditional(request)
