"""What a check demands, and how it asks."""

import json
import threading
from collections.abc import Mapping
from typing import Any

from kaiban.ports import Prepared, Ref

#: Deadline of an exchange on the stand, in seconds: no stub needs as long, even where the machine is busy.
DEADLINE = 30.0
#: Where a check is about the deadline itself it is shorter; how short, the machine says (``Stand.hurried``).
HURRIED, TIMES_SLOWER = 2.0, 40
#: A call that has not come back by then does not keep its deadline.
LIMIT = 4 * DEADLINE


class Failed(Exception):  # noqa: N818 - named for what it tells
    """The adapter does not do what the check demands; the text says what it did."""


class NotApplicable(Exception):  # noqa: N818 - named for what it tells
    """The adapter or its protocol does not claim what the check is about."""


class NotProvable(Exception):  # noqa: N818 - named for what it tells
    """The target cannot do what the check needs; nothing is proved."""


def demand(condition: object, text: str) -> None:
    """Raise Failed with the text unless the condition holds."""
    if not condition:
        raise Failed(text)


def told(outcome: object) -> str:
    """Say in one line what an adapter answered."""
    if isinstance(outcome, BaseException):
        return f"{type(outcome).__name__}: {outcome}"
    return repr(outcome) if outcome is not None else "nothing"


def raised(call: Any, *arguments: Any, limit: float = LIMIT) -> Any:
    """Return what a call returns, or the exception it raises; Failed if it takes longer than that.

    The call runs on a thread of its own, which is left alone when it does not come back.
    """
    found: list[Any] = []

    def run() -> None:
        try:
            found.append(call(*arguments))
        except Exception as error:  # noqa: BLE001 - what it raises is what we ask
            found.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(limit)
    demand(found, f"no answer within {limit:g} seconds, long after its deadline")
    return found[0]


def reloaded(prepared: Prepared) -> Prepared:
    """Return it as it comes back from a database: through JSON, nothing else survives."""
    return restored(json.loads(json.dumps(stored(prepared))))


def stored(prepared: Prepared) -> dict[str, Any]:
    """Return it in JSON values."""
    return {
        "key": prepared.key,
        "body": prepared.body.hex(),
        "ref": [prepared.ref.key, prepared.ref.number, dict(prepared.ref.extra)],
        "content_type": prepared.content_type,
        "meta": dict(prepared.meta),
        "files": list(prepared.files),
    }


def restored(kept: Mapping[str, Any]) -> Prepared:
    """Return what was ``stored``."""
    body = bytes.fromhex(kept["body"])
    files = tuple(kept.get("files", ()))
    return Prepared(
        kept["key"], body, Ref(*kept["ref"]), kept["content_type"], kept["meta"], files
    )
