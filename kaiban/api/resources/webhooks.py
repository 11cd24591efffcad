"""Webhooks over HTTP: a token subscribes for the cases it may see; and what people are told of a case."""

from datetime import timedelta
from typing import Any

from flask import Response, g

from kaiban.api.problems import Problem
from kaiban.api.request.exchange import as_json, members, own
from kaiban.api.routes import Routes
from kaiban.api.schemas.cases import CaseReport
from kaiban.api.schemas.records import (
    DeliveryLog,
    NewSecret,
    NewWebhook,
    Removed,
    Replayed,
    WebhookList,
)
from kaiban.api.schemas.sent import Messages, Replaying, Rotating, Subscription
from kaiban.api.service import office, service
from kaiban.domain.messages.webhook import OVERLAP, Webhook
from kaiban.orchestrator.applicant.aftercare.muting import choose_messages
from kaiban.orchestrator.reporting.case import report
from kaiban.orchestrator.subscribing import LONGEST_OVERLAP, shown

routes = Routes([], "webhooks")

_HOUR = timedelta(hours=1)


@routes.route("GET", "/webhooks", "webhooks", "列出本令牌的订阅", gives=WebhookList)
def list_webhooks() -> Response:
    """The token's subscriptions, without their secrets."""
    found = service().subscriptions.webhooks.listed(g.token.name)
    return as_json({"webhooks": [shown(each) for each in found]})


@routes.route(
    "POST",
    "/webhooks",
    "webhooks",
    "订阅事件推送；签名密钥只在本次答复中给出",
    takes=Subscription,
    gives=NewWebhook,
    answers=(201, 422),
)
def add_webhook() -> Response:
    """Subscribe; the secret is in this answer and in no other."""
    body = members("url", "events")
    url, events = body.get("url"), _texts(body, "events")
    if not isinstance(url, str):
        raise Problem("bad-request", "url 应为文字。")
    outcome = service().subscriptions.add(g.token.name, url, events)
    if not isinstance(outcome, Webhook):
        raise Problem("defects", errors=outcome)
    return as_json({**shown(outcome), "secret": outcome.secrets[0].value}, 201)


@routes.route(
    "DELETE",
    "/webhooks/<hook>",
    "webhooks",
    "取消订阅，未送出的不再送",
    gives=Removed,
    answers=(200, 404),
)
def remove_webhook(hook: str) -> Response:
    """Unsubscribe; what was not sent yet is dropped."""
    found = _own(hook)
    service().subscriptions.webhooks.remove(found.id)
    return as_json({"removed": found.id})


@routes.route(
    "POST",
    "/webhooks/<hook>/rotate",
    "webhooks",
    "更换签名密钥；旧密钥在 hours 小时内同时签名",
    takes=Rotating,
    gives=NewSecret,
    answers=(200, 404),
)
def rotate_webhook(hook: str) -> Response:
    """A new secret; the one before signs beside it for a while."""
    found, most = _own(hook), LONGEST_OVERLAP // _HOUR
    hours = members("hours").get("hours", OVERLAP // _HOUR)
    if type(hours) is not int or not 0 <= hours <= most:  # true is no number
        raise Problem("bad-request", f"hours 应为 0 至 {most} 的整数。")
    secret = service().subscriptions.rotate(found, hours * _HOUR)
    return as_json({"id": found.id, "secret": secret})


@routes.route(
    "GET",
    "/webhooks/<hook>/deliveries",
    "webhooks",
    "最近的推送及每次尝试的结果",
    gives=DeliveryLog,
    answers=(200, 404),
)
def show_deliveries(hook: str) -> Response:
    """What it was told, the latest first, with every try."""
    return as_json({"messages": service().subscriptions.told(_own(hook))})


@routes.route(
    "POST",
    "/webhooks/<hook>/replay",
    "webhooks",
    "以原编号重新推送",
    takes=Replaying,
    gives=Replayed,
    answers=(200, 404),
)
def replay_webhook(hook: str) -> Response:
    """Send messages again under their ids: those named, or all that failed."""
    found = _own(hook)
    ids = _texts(members("messages"), "messages")
    return as_json({"replayed": service().subscriptions.replay(found, ids)})


@routes.route(
    "PUT",
    "/cases/<no>/notifications",
    "cases:write",
    "是否接收可以不收的通知（补正和不予办理的通知依法送达，不能关闭）",
    takes=Messages,
    gives=CaseReport,
    tag="aftercare",
    answers=(200, 404),
)
def choose_notifications(no: str) -> Response:
    """Switch what need not be served off, or on again."""
    own(no)
    optional = members("optional").get("optional")
    if not isinstance(optional, bool):
        raise Problem("bad-request", "optional 应为 true 或 false。")
    return as_json(
        report(office(), choose_messages(office(), no, g.token.name, optional=optional))
    )


def _own(webhook_id: str) -> Webhook:
    found = service().subscriptions.find(g.token.name, webhook_id)
    if found is None:
        raise Problem("not-found")
    return found


def _texts(body: dict[str, Any], name: str) -> list[str]:
    value = body.get(name, [])
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise Problem("bad-request", f"{name} 应为文字的列表。")
    return value
