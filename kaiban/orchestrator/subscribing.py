"""Programs subscribe: where they want to be told, of what; new secrets; what they missed once more."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from kaiban.domain.messages.notification import Kind, Message
from kaiban.domain.messages.webhook import EVENTS, MOST, OVERLAP, Secret, Webhook, event_of
from kaiban.domain.notices.notice import Defect
from kaiban.orchestrator.reporting.instants import instant
from kaiban.ports import Outbox, Webhooks

#: The longest the secret before may go on signing.
LONGEST_OVERLAP: Final = timedelta(days=7)
#: So many messages are listed.
LISTED: Final = 100

#: Why nothing may be sent to an address, by the word of whoever judges addresses.
_WRONG_ADDRESS: Final[Mapping[str, str]] = {
    "form": "请填写完整的网址，如 https://example.com/hook；不含用户名和 # 部分，不超过 500 个 ASCII 字符。",
    "scheme": "请使用 https 网址。",
    "private": "不能推送到内网或本机地址；确需推送的，由管理员列入 KAIBAN_WEBHOOK_NETWORKS。",
}
_TOO_MANY: Final = "每个令牌最多 {most} 个订阅，请先删除不用的。"
TOO_MANY: Final = Defect("/url", "webhooks.too_many", _TOO_MANY.format(most=MOST))


@dataclass(frozen=True)
class Subscriptions:
    """What programs may do with their subscriptions. ``owner`` is a token's name, "" for an operator.

    ``why_not`` says in a word why nothing may be sent to an address, "" if something may. ``wall`` is real time.
    """

    webhooks: Webhooks
    outbox: Outbox
    why_not: Callable[[str], str]
    new_secret: Callable[[], str]
    wall: Callable[[], datetime]

    def add(self, owner: str, url: str, events: Sequence[str]) -> Webhook | list[Defect]:
        """Subscribe; its secret is told this once."""
        defects = [*self._wrong(url), *_unknown(events)]
        if len(self.webhooks.listed(owner)) >= MOST:
            defects.append(TOO_MANY)
        if defects:
            return defects
        secret = Secret(self.new_secret())
        hook = Webhook(
            "wh_" + secrets.token_hex(12), owner, url, _kinds(events), (secret,), self.wall()
        )
        self.webhooks.add(hook)
        return hook

    def find(self, owner: str | None, webhook_id: str) -> Webhook | None:
        """The owner's subscription of that id; without an owner, anybody's."""
        found = self.webhooks.get(webhook_id)
        return found if found and owner in (None, found.owner) else None

    def rotate(self, hook: Webhook, overlap: timedelta = OVERLAP) -> str:
        """A new secret, told this once; the one before signs beside it for so long."""
        secret = self.new_secret()
        self.webhooks.save(hook.rotated(secret, self.wall(), min(overlap, LONGEST_OVERLAP)))
        return secret

    def replay(self, hook: Webhook, ids: Sequence[str] = ()) -> int:
        """Send messages again under their ids, without any all that failed; one that was given up is tried anew."""
        self.webhooks.save(replace(hook, disabled="", failing_since=None))
        return self.outbox.replay(hook.id, ids, self.wall())

    def told(self, hook: Webhook) -> list[dict[str, Any]]:
        """What it was told, the latest first, with every try."""
        found = self.outbox.of_webhook(hook.id, LISTED)
        return [self._message(each) for each in found]

    def _message(self, message: Message) -> dict[str, Any]:
        tries = self.outbox.deliveries(message.id)
        return {
            "id": message.id,
            "type": event_of(message.kind),
            "case_no": message.case_no,
            "at": instant(message.at),
            "status": message.state.value,
            "code": message.code,
            "tries": [{**asdict(each), "at": instant(each.at)} for each in tries],
        }

    def _wrong(self, url: str) -> list[Defect]:
        why = self.why_not(url)
        return [Defect("/url", f"webhooks.{why}", _WRONG_ADDRESS[why])] if why else []


def shown(hook: Webhook) -> dict[str, Any]:
    """A subscription as programs and people see it, without its secrets."""
    return {
        "id": hook.id,
        "owner": hook.owner,
        "url": hook.url,
        "events": [event_of(kind) for kind in hook.kinds or Kind],
        "created_at": instant(hook.created_at),
        "failing_since": instant(hook.failing_since),
        "disabled": hook.disabled,
    }


def _kinds(events: Sequence[str]) -> tuple[Kind, ...]:
    return tuple(kind for name, kind in EVENTS.items() if name in events)


def _unknown(events: Sequence[str]) -> list[Defect]:
    strange = sorted(set(events) - EVENTS.keys())
    if not strange:
        return []
    message = "没有这类事件：{strange}。可以订阅：{known}。".format(
        strange="、".join(strange), known="、".join(sorted(EVENTS))
    )
    return [Defect("/events", "webhooks.event", message)]
