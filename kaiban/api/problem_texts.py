"""What each type of problem means and what to do about it, in both languages: the pages at its ``type``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Explained:
    """A type of problem: its title in English, and what to do, in Chinese and in English."""

    title: str
    chinese: str
    english: str


EXPLAINED: Final[Mapping[str, Explained]] = {
    "bad-request": Explained(
        "The request is not well formed",
        "detail 写明了哪一项不对：地址、查询参数、请求头或正文。改正后重发，原样重发不会成功。",
        "`detail` names what is wrong: address, query, header or body. Put it right; the same request never succeeds.",
    ),
    "bad-json": Explained(
        "The body is not acceptable JSON",
        "正文须是严格的 UTF-8 JSON：不能有重复的键、NaN、空字符、过深的嵌套或过长的数字。detail 写明原因。",
        "The body has to be strict JSON in UTF-8: no duplicate keys, NaN, NUL, deep nesting or endless numbers. `detail` says why.",
    ),
    "key-missing": Explained(
        "The header Idempotency-Key is missing or empty",
        "为每个请求生成一个唯一值（如 UUID）放入 Idempotency-Key；重试时使用同一个值。",
        "Send a unique value (a UUID) for each request in Idempotency-Key, and the same one when you repeat it.",
    ),
    "unauthorized": Explained(
        "A valid token is needed",
        "在 Authorization 请求头中写 Bearer 加令牌。令牌可能已到期或被撤销，请向运维人员申请。",
        "Send `Authorization: Bearer …`. The token may have expired or been removed: ask the operator for another.",
    ),
    "forbidden": Explained(
        "The token has not that scope",
        "令牌有效，但没有此操作所需的权限（接口描述中的 x-scope）。请向运维人员申请。",
        "The token is valid, but lacks the scope of this operation (`x-scope` in the description). Ask the operator.",
    ),
    "forged": Explained(
        "Nobody vouches for this call",
        "部门回调的签名未通过验证。请核对密钥、时间和签名所覆盖的内容。",
        "The signature of a department's call is wrong. Look at key, clock and at what is signed.",
    ),
    "not-found": Explained(
        "There is no such thing",
        "没有这一地址或编号，或者它不属于您的令牌：两种情况答复相同。",
        "There is no such address or number, or it is not your token's: both are answered alike.",
    ),
    "method-not-allowed": Explained(
        "This address does not take that method",
        "请求头 Allow 列出了可用的方法。",
        "The header Allow lists the methods there are.",
    ),
    "not-acceptable": Explained(
        "The answer does not exist in that format",
        "请改用接口描述中列出的格式。",
        "Ask for a format the description lists.",
    ),
    "in-progress": Explained(
        "The same request is being answered",
        "同一 Idempotency-Key 的请求还没有答复完。按 Retry-After 等待后，以同一个键重试。",
        "The first request with this Idempotency-Key still runs. Wait for Retry-After and repeat it with the same key.",
    ),
    "conflict": Explained(
        "The case does not allow this now",
        "办件目前的状态不允许此操作。重新查询办件，再决定怎么办。",
        "As the case stands this cannot be done. Ask for the case again, and decide anew.",
    ),
    "changed": Explained(
        "What it was based on was changed elsewhere",
        "读取之后内容已被修改，没有写入任何内容。yours 是您的内容，current 是现在的内容；合并后以新的 version 重发。",
        "It was changed after you read it, and nothing was written. `yours` is what you sent, `current` what stands there: merge, and send it with the new `version`.",
    ),
    "twice": Explained(
        "This application is a case already",
        "同一家企业、同样的出资人的申请已经受理，errors[0].case_no 是它的办件编号。",
        "The same company with the same holders is a case already: `errors[0].case_no`.",
    ),
    "feed-restarted": Explained(
        "The feed of changes has begun anew",
        "数据库曾从备份恢复。请不带 updated_since 从头读取。",
        "The database was brought back from a copy. Read from the beginning, without `updated_since`.",
    ),
    "too-large": Explained(
        "The body is too large",
        "正文超过上限，请减小后重发。",
        "The body is over the limit. Send less.",
    ),
    "unsupported-media-type": Explained(
        "Send application/json",
        "请以 Content-Type: application/json 提交。",
        "Send the body with `Content-Type: application/json`.",
    ),
    "precondition-required": Explained(
        "Say which version it is based on",
        "为免覆盖没有看到的修改，须写明所依据的版本（detail 写明是哪一项）。先查询，再提交。",
        "So that nothing unseen is overwritten, say which version you read (`detail` names the member). Ask first, then send.",
    ),
    "too-many": Explained(
        "Too many requests",
        "按 Retry-After 等待后再试。RateLimit 和 RateLimit-Policy 写明这一分钟还剩多少次；带文件的请求另按小时计次数和大小（detail 写明是哪一项）。",
        "Wait for Retry-After. RateLimit and RateLimit-Policy say how many are left this minute; requests with files are counted by the hour besides, by number and by size (`detail` says which).",
    ),
    "defects": Explained(
        "There is something to put right",
        "errors 一次列出全部问题：pointer 指向正文中的位置，message 写明怎么改。全部改齐后重新提交。",
        "`errors` lists everything at once: `pointer` into your body, `message` says what to do. Mend it all, and send it again.",
    ),
    "key-reused": Explained(
        "The Idempotency-Key belongs to another request",
        "这个键已用于另一地址或另一份内容。新的请求请用新的键。",
        "The key was used at another address or with another body. A new request needs a new key.",
    ),
    "unavailable": Explained(
        "The service cannot take it at the moment",
        "没有受理。按 Retry-After 等待后，以同一个 Idempotency-Key 重试，不会重复受理。",
        "Nothing was done. Wait for Retry-After and repeat it with the same Idempotency-Key: it has one effect.",
    ),
    "internal": Explained(
        "Something went wrong on our side",
        "请以同一个 Idempotency-Key 重试；仍然不行的，把 X-Request-Id 告诉运维人员。",
        "Repeat it with the same Idempotency-Key. If it goes on, tell the operator the X-Request-Id.",
    ),
}
