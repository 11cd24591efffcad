"""Silver, second part: answers that are not what they seem."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count

from adapters.hall.driving import Driving, Message
from adapters.kit.check import Check
from adapters.kit.demanding import NotApplicable, demand, raised, told
from adapters.kit.rig import faults
from adapters.kit.rig.proxy import Fault
from adapters.kit.rig.stand import Stand
from kaiban.ports import Closed, Done, Foreign, Manifest, NotFound, Pending, Ref, Unknown

MEGABYTES_OF_PATIENCE = 20
Change = Callable[[bytes], bytes]
#: Which company it is, by form path: two of each, so that one is not the sample's.
OTHERS = {
    "company.name.full": ("示范市另一家软件有限公司", "示范市又一家软件有限公司"),
    "facts.credit_code": ("91990102MA00000015", "91990102MA4KB0010T"),
}
TRAP = "/kaiban-kit-trap"
#: Garblings that no answer to a submission survives.
OUTRIGHT = ("a web page", "all bytes there are", "utf-16")
MISLABELLED = faults.altered(
    "wrong content type",
    lambda _, a: Message(a.line, {**a.headers, "content-type": "image/gif; charset=big5"}, a.body),
)
HOSTILE = (
    b"""<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a SYSTEM "file:///etc/passwd">]><b>&a;</b>"""
)


def only_signed_answers(stand: Stand) -> None:
    """S10."""
    _demand_own(stand, "forged", "nothing in this protocol is signed")
    forged = faults.altered("forged", lambda _, answer: stand.driving.forged(answer))
    if stand.driving.signed:
        ready = stand.ready()
        stand.proxy.plan(forged, stand.driving.commits_at)
        outcome = raised(stand.submit, ready)
        demand(isinstance(outcome, Unknown), f"an unsigned answer was told as {told(outcome)}")
    else:
        ready = stand.ready()
        stand.submit(ready)
    _demand_unknown_query(stand, _granted(stand, ready.ref), forged)


def only_answers_to_us(stand: Stand) -> None:
    """S11."""
    first = stand.ready()
    outcome = stand.submit(first)
    stale = stand.proxy.seen[-1].answer
    assert stale is not None
    second = stand.prepared(key=stand.key(case=stand.another_case))
    if stand.driving.numbered:
        stand.proxy.always(faults.instead("stale", lambda _: stale))
        mixed = raised(stand.adapter.submit, second)
        stand.proxy.always(None)
        demand(isinstance(mixed, Unknown), f"an answer to somebody else was told as {told(mixed)}")
    done = stand.finish(first.ref, outcome)
    before = len(stand.proxy.seen)
    stand.adapter.query(done.ref if isinstance(done, Done) else first.ref)
    answers = [each.answer for each in stand.proxy.seen[before:] if each.answer]
    turn = count()
    replay = faults.instead("stale", lambda _: answers[next(turn) % len(answers)])
    _demand_unknown_query(stand, second.ref, replay)


def only_answers_about_our_company(stand: Stand) -> None:
    """S27."""
    theirs = stand.ready()
    done = stand.finish(theirs.ref, stand.submit(theirs))
    demand(isinstance(done, Done), f"the sample application ended as {told(done)}")
    assert isinstance(done, Done)
    ours = stand.prepared(_another_company(stand))
    demand(ours.key == theirs.key, "the key is made of more than what names the application")
    for ref in (ours.ref, replace(ours.ref, number=done.ref.number)):
        found = raised(stand.adapter.query, ref)
        nothing = isinstance(found, Foreign | NotFound)
        demand(nothing, f"another company's was told as {told(found)}")
    demand(stand.commits() == 1, f"{stand.commits()} applications are effective")


def unlisted_codes_are_unknown(stand: Stand) -> None:
    """S12."""
    stand.says("unlisted")
    unlisted = faults.altered("unlisted code", lambda *both: stand.saying("unlisted", *both))
    ready = stand.ready()
    with_code = _carries_a_code(stand)
    if with_code:
        stand.proxy.plan(unlisted, stand.driving.commits_at)
    outcome = raised(stand.submit, ready)
    if with_code:
        demand(isinstance(outcome, Unknown), f"a code nobody listed was told as {told(outcome)}")
        demand(stand.applied() == 1, "after a code nobody listed it was sent again")
    ref = _granted(stand, ready.ref)
    _demand_unknown_query(stand, ref, unlisted)


def broken_results_are_unknown(stand: Stand) -> None:
    """S13."""
    _demand_own(stand, "spoiled", "kit.py spoils nothing")
    ready = stand.ready()
    stand.submit(ready)
    ref = _granted(stand, ready.ref)
    spoiled = faults.altered(
        "spoiled", lambda asked, answer: stand.driving.spoiled(stand.stub, asked, answer)
    )
    _demand_unknown_query(stand, ref, spoiled)


def garbled_text_is_not_kept(stand: Stand) -> None:
    """S14."""
    ready = stand.ready()
    stand.submit(ready)
    ref = _granted(stand, ready.ref)
    granted = stand.adapter.query(ref)
    demand(isinstance(granted, Done), f"granted, but {told(granted)}")
    garbled = [faults.recoded(*each) for each in _garblings(stand.manifest.encoding).items()]
    for fault in (*garbled, faults.GARBAGE, _elsewhere(stand), MISLABELLED):
        before = len(stand.proxy.seen)
        stand.proxy.always(fault)
        outcome = raised(stand.adapter.query, ref)
        stand.proxy.always(None)
        _demand_readable(fault.name, outcome)
        right = isinstance(outcome, Unknown | Closed) or outcome == granted
        demand(right, f"{fault.name}: told as {told(outcome)}")
        asked = stand.proxy.seen[before:]
        demand(not [each for each in asked if TRAP in each.asked.line], "it followed a redirect")
    for fault in (faults.recoded(name, _garblings("utf-8")[name]) for name in OUTRIGHT):
        _demand_unknown_submission(stand, fault)


def monsters_are_refused(stand: Stand) -> None:
    """S26."""
    ready = stand.ready()
    stand.submit(ready)
    ref = _granted(stand, ready.ref)
    huge = faults.Huge()
    with stand.hurried(ready) as (hurried, limit):
        stand.proxy.plan(huge.fault)
        raised(hurried.query, ref, limit=limit)
    demand(huge.sent <= MEGABYTES_OF_PATIENCE, f"it swallowed {huge.sent} of 50 MB")
    for fault in (faults.ZIPPED, faults.ZIP_BOMB):
        _demand_unknown_query(stand, ref, fault)
        _demand_unknown_submission(stand, fault)
    _demand_unknown_query(stand, ref, faults.recoded("a document type", lambda _: HOSTILE))
    for name, make in _own_monsters(stand.driving).items():
        own = faults.altered(name, lambda *both, make=make: make(stand.stub, *both))
        _demand_unknown_query(stand, ref, own)


def _names_company(manifest: Manifest) -> bool:
    return manifest.names == "company"


CHECKS = (
    Check("S10", "应答签名或 MAC 不对：Unknown", "silver", only_signed_answers),
    Check("S11", "应答属于别的申请：Unknown", "silver", only_answers_to_us),
    Check("S12", "协议未列的代码：Unknown", "silver", unlisted_codes_are_unknown),
    Check("S13", "办结内容不合规：Unknown", "silver", broken_results_are_unknown),
    Check("S14", "乱码、网页、重定向、内容类型不对：不存乱码", "silver", garbled_text_is_not_kept),
    Check(
        "S27",
        "同号而属于别的企业：不采信",
        "silver",
        only_answers_about_our_company,
        _names_company,
    ),
    Check("S26", "超大、压缩炸弹、文档类型：在限度内拒绝", "silver", monsters_are_refused),
)


# --- private ------------------------------------------------------------------------------------


def _another_company(stand: Stand) -> dict[str, str]:
    """What in the sample needs says which company it is, changed."""
    needs = stand.driving.needs(stand.step)
    others = {
        name: next(each for each in OTHERS[path] if each != needs.get(name))
        for name, declared in stand.adapter.Needs().fields.items()
        if (path := declared.metadata.get("path")) in OTHERS and needs.get(name)
    }
    demand(others, f"no need says which company it is: {', '.join(OTHERS)}")
    return others


def _garblings(encoding: str) -> dict[str, Change]:
    other = "utf-8" if encoding.startswith("gb") else "gb18030"
    return {
        "a web page": lambda _: faults.LOGIN,
        "nothing": lambda _: b"",
        "another encoding": lambda body: body.decode(encoding, "ignore").encode(other, "ignore"),
        "utf-16": lambda body: body.decode(encoding, "ignore").encode("utf-16"),
        "a byte that is no text": _with_a_bad_byte,
        "all bytes there are": lambda _: bytes(range(256)),
        "half of it": lambda body: body[: len(body) // 2],
    }


def _with_a_bad_byte(body: bytes) -> bytes:
    """Break the last character that is not ASCII; nothing to break gives nothing."""
    places = [at for at, byte in enumerate(body) if byte > 0x7F]  # noqa: PLR2004 - the last of ASCII
    return body[: places[-1]] + b"\xff" + body[places[-1] + 1 :] if places else b""


def _elsewhere(stand: Stand) -> Fault:
    page = {"location": stand.proxy.url + TRAP}
    return faults.instead("a redirect", lambda _: Message("HTTP/1.1 302 Found", page, b""))


def _demand_readable(trouble: str, outcome: object) -> None:
    """Whatever is told may be stored and shown: it must be text."""
    text = str(outcome) if isinstance(outcome, Exception) else ""
    good = text.isprintable() and "\ufffd" not in text
    demand(good, f"{trouble}: what is told is no text: {text!r}")


def _demand_unknown_submission(stand: Stand, fault: Fault) -> None:
    """Unknown, unless what the answer says is of no account: then it is as without the fault."""
    with Stand(stand.adapter_class, stand.target, stand.step, stand.keys) as own:
        ready = own.ready()
        own.proxy.plan(fault, own.driving.commits_at)
        outcome = raised(own.submit, ready)
        _demand_readable(fault.name, outcome)
        right = isinstance(outcome, Unknown) or (
            isinstance(outcome, Pending) and outcome == raised(own.submit, ready)
        )
        demand(right, f"{fault.name} after a submission: told as {told(outcome)}")


def _own_monsters(driving: Driving) -> dict[str, Callable[..., Message]]:
    monsters = {"a document type inside": driving.hostile, "a bomb inside": driving.bomb}
    return monsters if driving.xml else {}


def _demand_own(stand: Stand, name: str, reason: str) -> None:
    if getattr(type(stand.driving), name) is getattr(Driving, name):
        raise NotApplicable(reason)


def _granted(stand: Stand, ref: Ref) -> Ref:
    done = stand.finish(ref)
    demand(isinstance(done, Done), f"the sample application ended as {told(done)}")
    assert isinstance(done, Done)
    return done.ref


def _demand_unknown_query(stand: Stand, ref: Ref, fault: Fault) -> None:
    stand.proxy.always(fault)
    outcome = raised(stand.adapter.query, ref)
    stand.proxy.always(None)
    demand(isinstance(outcome, Unknown), f"{fault.name}: asked, and told {told(outcome)}")
    demand(stand.commits() <= 1, f"{stand.commits()} applications are effective")


def _carries_a_code(stand: Stand) -> bool:
    """Whether answers to submissions have a code at all: those of files have none."""
    return "duplicate" in stand.driving.codes or "busy" in stand.driving.codes
