"""What the department says is passed on: results, reasons, every complaint, originals; nothing of it is our own."""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any, NamedTuple

from adapters.kit.check import Check
from adapters.kit.checks.bronze import CHINESE
from adapters.kit.demanding import NotApplicable, demand, told
from adapters.kit.rig import contents
from adapters.kit.rig.arrivals import answered_by, demand_legible, parts, same_value, telling
from adapters.kit.rig.stand import Stand
from adapters.wire.reading import flat
from kaiban.ports import Done, NeedsCorrection, Outcome, Partial, Rejected

CASES = 3
#: A shorter text is a word for a state; a longer one tells somebody something.
SENTENCE = 6
#: What a heading over several reasons has not.
SENTENCED = re.compile("[。，；：！]|[0-9]")
ORIGINALS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"PK\x03\x04")
SMALLEST_ORIGINAL = 100
SHORTENED = re.compile(r"([A-Za-z0-9+/]+=*)… \(([0-9]+)\)")


@dataclass
class Run:
    """One case taken to its end, what went in, and what the stub answered about it."""

    needs: Mapping[str, Any]
    outcome: Outcome
    texts: list[str] = field(default_factory=list)
    ours: list[tuple[str, str]] = field(default_factory=list)
    originals: list["Original"] = field(default_factory=list)


class Original(NamedTuple):
    """An original as it was seen in an answer: how it begins, and how long it is as base64."""

    begins: bytes
    length: int


def results_are_theirs(stand: Stand) -> None:
    """S32."""
    demand_legible(stand)
    runs = []
    for nth in range(CASES):
        # On another day each, so that a day told is not by chance today.
        stand.let_pass(timedelta(days=2 * nth))
        stand.open_up()
        runs.append(carried(stand, mild(stand, nth), nth))
    done = [run for run in runs if isinstance(run.outcome, Done)]
    demand(done, f"none of {CASES} plain applications was granted: {told(runs[0].outcome)}")
    demand_theirs(done)
    for run in done:
        _demand_originals(run, stand.driving.originals(stand.stub))


def demand_theirs(done: Sequence["Run"]) -> None:
    """Demand that whatever was granted was said by the department, about this application, or by the applicant."""
    said = [dict(_results(run)) for run in done]
    for name in sorted({each for one in said for each in one}):
        values = [(run, one[name]) for run, one in zip(done, said, strict=True) if name in one]
        heard = [_stands_in(value, run) for run, value in values]
        own_words = bool(CHINESE.search(values[0][1])) and not any(heard)
        wrong = next((value for (_, value), ok in zip(values, heard, strict=True) if not ok), "")
        demand(
            all(heard) or own_words,
            f"{name} is told as {wrong!r}, which the department has not said",
        )


def reasons_are_theirs(stand: Stand) -> None:
    """S33."""
    demand_legible(stand)
    usual = _usual(stand)
    kinds = [
        kind for kind in ("rejected", "correction", "several", "partial") if _has(stand, kind)
    ]
    if not kinds:
        raise NotApplicable("golden/needs.json has no sample that is refused for this step")
    rounds = [(kind, each.change) for kind in kinds for each in stand.rounds(kind)]
    rounds += [("correction", change) for change in _together(stand)]
    runs: list[tuple[str, Run]] = []
    for kind, change in rounds:
        with Stand(stand.adapter_class, stand.target, stand.step, stand.keys) as own:
            run = carried(own, change, 0)
        if isinstance(run.outcome, Rejected | NeedsCorrection | Partial):
            runs.append((kind, run))
    for kind, run in runs:
        _demand_reasons(run, usual, kind)


CHECKS = (
    Check("S32", "办结内容与原件都出自部门：不改、不丢、不串", "silver", results_are_theirs, seconds=90),
    Check("S33", "理由与意见出自部门：原话转达，一条不少", "silver", reasons_are_theirs, seconds=90),
)  # fmt: skip


# --- shared with other checks of contents ---------------------------------------------------------


def mild(stand: Stand, nth: int) -> dict[str, Any]:
    """Return changes that make another company of the sample and other people, which any department takes."""
    schema, sample = stand.adapter.Needs(), stand.needs(stand.steps[-1])
    own = contents.fresh(schema, sample, f"{stand.case}|{nth}")
    twins: dict[str, str] = {}
    for leaf in contents.leaves(schema, sample):
        if contents.kind_of(leaf) is contents.NAME:
            dice = Random(f"{leaf.sample}|{nth}")  # noqa: S311 - the same contents every time
            # Who stands in several places is still one person.
            name = contents.NAME.make(leaf, dice, nth % 2, "")
            own[leaf.where] = twins.setdefault(leaf.text, name)
    return own


def carried(stand: Stand, change: Mapping[str, Any], nth: int, case: str = "") -> Run:
    """Take a case of its own through all steps up to the stand's."""
    here, case = stand.step, case or f"{stand.case[:-4]}{6000 + nth:04}"
    for name in stand.steps[: stand.steps.index(here) + 1]:
        stand.step = name
        needs = stand.needs(name, {k: v for k, v in change.items() if _there(stand, name, k)})
        since = len(stand.stub.store.journal())
        ready = stand.prepare_raw(needs, stand.key(case=case))
        if isinstance(ready, NeedsCorrection):
            stand.step = here
            return Run(needs, ready)
        kept = ready
        outcome = stand.finish(ready.ref, stand.submit(ready))
        if not isinstance(outcome, Done):
            break
    stand.step = here
    names = {kept.key, kept.ref.key, *filter(None, [_number(outcome)])}
    return told_about(stand, Run(needs, outcome), since, names)


def told_about(stand: Stand, run: Run, since: int, names: set[str]) -> Run:
    """Enter what was answered; what names our application, in the question or in the answer, is about us."""
    for exchange, fields in answered_by(stand, since):
        values = [*fields.values()]
        run.texts += parts(fields)
        about = " ".join(
            [
                exchange.line,
                *stand.stub.speech.asked(stand.stub, exchange).fields.values(),
                *values,
            ]
        )
        if any(name in about for name in names):
            run.ours += fields.items()
            run.originals += _originals(exchange.answered, values)
    return run


# --- private ------------------------------------------------------------------------------------


def _there(stand: Stand, step: str, where: str) -> bool:
    """Whether there is such an answer in this step's sample: an empty one stays empty."""
    name = where.partition(".")[0]
    return stand.needs(step).get(name) not in ("", None) or (
        "." not in where and name != "credit_code"
    )


def _number(outcome: Outcome) -> str:
    ref = getattr(outcome, "ref", None)
    return str(ref.number) if ref else ""


def _originals(raw: bytes, values: Sequence[str]) -> Iterator[Original]:
    if raw.startswith(ORIGINALS):
        yield Original(raw, _coded(raw))
    for text in values:
        # Long values are shown by their beginning and their length.
        shown = SHORTENED.fullmatch(text)
        start, length = (shown[1], int(shown[2])) if shown else (text, len(text))
        try:
            content = base64.b64decode(start[: len(start) // 4 * 4], validate=True)
        except (binascii.Error, ValueError):
            continue
        if length >= SMALLEST_ORIGINAL and content.startswith(ORIGINALS):
            yield Original(content, length)


def _coded(content: bytes) -> int:
    return (len(content) + 2) // 3 * 4


def _results(run: Run) -> Iterator[tuple[str, str]]:
    assert isinstance(run.outcome, Done)
    for name, text in flat(dict(run.outcome.result)):
        if CHINESE.search(text) or telling(text):
            yield name, text


def _stands_in(value: str, run: Run) -> bool:
    return any(same_value(value, text) for _, text in run.ours) or any(
        same_value(value, text) for _, text in flat(dict(run.needs))
    )


def _demand_originals(run: Run, apart: Sequence[bytes]) -> None:
    assert isinstance(run.outcome, Done)
    given = [paper.content for paper in run.outcome.documents]
    lost = [each for each in run.originals
            if not any(one.startswith(each.begins) and _coded(one) == each.length for one in given)]  # fmt: skip
    demand(
        not lost,
        f"{len(lost)} originals of the department are not among the documents, byte for byte",
    )
    if apart:
        held = [each for each in given if each in apart]
        demand(
            len(held) >= len({*apart}) // CASES,
            "originals the department holds ready were not fetched",
        )


def _usual(stand: Stand) -> set[str]:
    """Return what is said about an application that is granted."""
    with Stand(stand.adapter_class, stand.target, stand.step, stand.keys) as own:
        return {*carried(own, {}, 0).texts}


def _has(stand: Stand, kind: str) -> bool:
    return any(each.step == stand.step for each in stand.driving.rounds(kind))


def _together(stand: Stand) -> Iterator[dict[str, Any]]:
    """Yield the changes of several samples at once: who has several complaints must tell them all."""
    rows = [each.change for each in stand.driving.rounds("correction") if each.step == stand.step]
    found: dict[str, Any] = {}
    for change in rows:
        if not {key.partition(".")[0] for key in change} & {
            key.partition(".")[0] for key in found
        }:
            found |= change
    if len(rows) > 1 and len(found) > len(rows[0]):
        yield found


def _demand_reasons(run: Run, usual: set[str], kind: str) -> None:
    outcome = run.outcome
    ours = [item.message for item in getattr(outcome, "items", ())]
    ours += [outcome.reason] if isinstance(outcome, Rejected) else []
    told_texts = " ".join(ours)
    filled = [text for _, text in flat(dict(run.needs))]
    sentences = [
        text for text in dict.fromkeys(run.texts)
        if len(CHINESE.findall(text)) >= SENTENCE and text not in usual
        and not any(text in one for one in filled)
    ]  # fmt: skip
    if not sentences:
        return
    silent = [text for text in sentences if _bare(text) not in _bare(told_texts)]
    # A heading over the reasons ("the data are not in order") is no reason.
    silent = [text for text in silent if SENTENCED.search(text) or len(sentences) == 1]
    demand(
        not silent,
        f"{kind}: the department says {silent[:2]!r}, and nobody hears of it: {told(outcome)}",
    )
    guessed = [text for text in ours if not any(_bare(said) in _bare(text) or _bare(text) in _bare(said)
                                                for said in run.texts if CHINESE.search(said))]  # fmt: skip
    demand(not guessed, f"{kind}: the department has not said {guessed[:1]!r}")


def _bare(text: str) -> str:
    return re.sub(r"[\s。，；：、.,;:]", "", text)
