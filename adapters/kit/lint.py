"""Looks for what an adapter must not contain: sleep, threads, clocks, dice, guesses at text.

The base waits, retries, and tells the time; an adapter that does so itself breaks what is promised
about lost answers. A line may end in ``# kit: <reason>`` where the reason has been weighed.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from adapters.base import AdapterBase
from adapters.hall.driving import room
from adapters.kit.rig.site import driving_of

#: Whole modules an adapter has no use for, and what to do instead.
MODULES = {
    "_thread": "the engine runs adapters on threads",
    "threading": "the engine runs adapters on threads; share a session by self.session",
    "multiprocessing": "the engine owns processes",
    "concurrent": "the engine owns threads",
    "asyncio": "adapters are synchronous",
    "sched": "an adapter never waits: raise Retryable, or answer Pending(poll_after=...)",
    "random": "prepare is pure; for nonces at send time use secrets",
    "time": "the base waits and times out; on the wire use self.clock.now()",
    "tenacity": "the base retries whole methods, and only what surely was not taken",
    "backoff": "the base retries whole methods, and only what surely was not taken",
    "retrying": "the base retries whole methods, and only what surely was not taken",
    "stamina": "the base retries whole methods, and only what surely was not taken",
    "requests": "use self.http.exchange: it knows what may have happened",
    "httpx": "use self.http.exchange",
    "urllib3": "use self.http.exchange",
    "socket": "use self.http.exchange",
    "http": "use self.http.exchange",
    "pickle": "Prepared and Ref are plain text and bytes",
    "os": "settings come in through Settings, never from the environment",
}
#: ``urllib.parse`` is fine, ``urllib.request`` is not.
SUBMODULES = {"urllib.request": "use self.http.exchange"}
#: Calls by their last names.
CALLS = {
    "sleep": "an adapter never waits: raise Retryable, or answer Pending(poll_after=...)",
    "utcnow": "use self.clock.now()",
    "today": "prepare must not know the day; on the wire use self.clock.now()",
    "uuid1": "prepare is pure: derive numbers from the key",
    "uuid4": "prepare is pure: derive numbers from the key",
    "getenv": "settings come in through Settings",
}
#: Attributes that guess a charset or parse with one guessed.
GUESSES = {
    "text": "answers are bytes: decode them strictly, in the protocol's encoding",
    "json": "answers are bytes: json.loads(body.decode(...)) strictly",
    "apparent_encoding": "the protocol names its encoding",
}
ANSWERS = re.compile(r"^(r|resp|response|answer|got)$")
UNVERIFIED = "trust the department's authority: setting ca_file"
RETRIED = "the base retries, and only what surely was not taken"
#: What an exchange is called by; a failed one is not to be begun again here.
EXCHANGES = frozenset(
    {
        "exchange",
        "_exchange",
        "_call",
        "_ask",
        "send",
        "submit",
        "query",
        "look",
        "talk",
        "request",
    }
)
LENIENT = frozenset({"ignore", "replace"})
EXEMPT = re.compile(r"#\s*kit:\s*\S.{7,}")
#: The other side, and what drives it, may wait and listen.
OTHER_SIDE = re.compile(r"^(stub|rules|kit)(_.*)?(\.py)?$")


@dataclass(frozen=True)
class Remark:
    """One thing to mend."""

    path: Path
    line: int
    what: str
    instead: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}: {self.instead}"


def of_adapter(kind: type[AdapterBase]) -> list[Remark]:
    """Return what is wrong with the files of an adapter's package; the stub's are left out."""
    folder = Path(str(room(type(driving_of(kind)))))
    return [
        remark
        for path in sorted(folder.rglob("*.py"))
        if not any(map(OTHER_SIDE.match, path.relative_to(folder).parts))
        for remark in of_file(path)
    ]


def of_file(path: Path) -> list[Remark]:
    """Return what is wrong with one file."""
    source = path.read_text(encoding="utf-8")
    lines = source.splitlines()
    remarks = [
        Remark(path, line, what, instead)
        for node in ast.walk(ast.parse(source))
        for line, what, instead in _wrong(node)
        if not EXEMPT.search(lines[line - 1])
    ]
    return sorted(set(remarks), key=lambda each: (each.line, each.what))


def _wrong(node: ast.AST) -> Iterator[tuple[int, str, str]]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield from _imports(node)
    elif isinstance(node, ast.Call):
        yield from _calls(node)
    elif isinstance(node, ast.For | ast.While):
        yield from _loops(node)
    elif isinstance(node, ast.ExceptHandler):
        yield from _handlers(node)
    elif isinstance(node, ast.Assign):
        yield from _assignments(node)
    elif isinstance(node, ast.Attribute):
        yield from _attributes(node)


def _imports(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[int, str, str]]:
    if isinstance(node, ast.Import):
        names = [each.name for each in node.names]
    elif node.level:
        return  # a module of the department's own
    else:
        names = [f"{node.module}.{each.name}" for each in node.names]
    for name in names:
        whole, sub = name.partition(".")[0], ".".join(name.split(".")[:2])
        instead = SUBMODULES.get(sub) or MODULES.get(whole)
        if instead:
            yield node.lineno, f"import of {sub if sub in SUBMODULES else whole}", instead


def _calls(node: ast.Call) -> Iterator[tuple[int, str, str]]:
    name = _called(node)
    if name in CALLS:
        yield node.lineno, f"{name}()", CALLS[name]
    if name == "now" and not _is_clock(node.func):
        yield node.lineno, "now()", "use self.clock.now()"
    for word in node.keywords:
        value = word.value.value if isinstance(word.value, ast.Constant) else None
        if word.arg == "verify" and value is False:
            yield node.lineno, "verify=False", UNVERIFIED
        if word.arg == "allow_redirects" and value is True:
            yield node.lineno, "allow_redirects=True", "a redirect is no answer"
    if name == "json" and isinstance(node.func, ast.Attribute) and not node.args:
        yield node.lineno, ".json()", GUESSES["json"]
    if name in ("decode", "encode") and _is_lenient(node):
        yield (
            node.lineno,
            f"lenient {name}()",
            "strictly: what does not fit is corrected or Unknown",
        )


def _loops(node: ast.For | ast.While) -> Iterator[tuple[int, str, str]]:
    """A loop in which a failed exchange does not end it."""
    inside = list(ast.walk(node))
    tries = [each for each in inside if isinstance(each, ast.Try) and _exchanges(each.body)]
    goes_on = any(not _ends(handler.body) for found in tries for handler in found.handlers)
    silent = any(isinstance(each, ast.With) and _suppresses(each) for each in inside)
    if goes_on or silent:
        yield node.lineno, "a retry loop", RETRIED


def _handlers(node: ast.ExceptHandler) -> Iterator[tuple[int, str, str]]:
    """A second exchange because the first has failed."""
    if _exchanges(node.body):
        yield node.lineno, "a retry", RETRIED


def _assignments(node: ast.Assign) -> Iterator[tuple[int, str, str]]:
    value = node.value.value if isinstance(node.value, ast.Constant) else None
    names = [each.attr for each in node.targets if isinstance(each, ast.Attribute)]
    if value is False and "verify" in names:
        yield node.lineno, "verify=False", UNVERIFIED


def _attributes(node: ast.Attribute) -> Iterator[tuple[int, str, str]]:
    owner = node.value.id if isinstance(node.value, ast.Name) else ""
    answer = ANSWERS.match(owner) or _called(node.value) == "exchange"
    # ``.json`` is reported where it is called.
    if node.attr in GUESSES.keys() - {"json"} and answer and isinstance(node.ctx, ast.Load):
        yield node.lineno, f"{owner}.{node.attr}", GUESSES[node.attr]
    if node.attr == "environ":
        yield node.lineno, "environ", "settings come in through Settings"


def _is_clock(function: ast.expr) -> bool:
    if not isinstance(function, ast.Attribute):
        return False
    owner = function.value
    name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
    return name in ("clock", "_clock")


def _is_lenient(node: ast.Call) -> bool:
    values = [*node.args, *(word.value for word in node.keywords)]
    return any(isinstance(each, ast.Constant) and each.value in LENIENT for each in values)


def _exchanges(nodes: Iterable[ast.AST]) -> bool:
    return any(_called(each) in EXCHANGES for node in nodes for each in ast.walk(node))


def _called(node: ast.AST) -> str:
    """Return the last name of what is called there, if anything is."""
    if not isinstance(node, ast.Call):
        return ""
    return str(getattr(node.func, "attr", getattr(node.func, "id", "")))


def _ends(body: list[ast.stmt]) -> bool:
    return isinstance(body[-1], ast.Raise | ast.Return | ast.Break)


def _suppresses(node: ast.With) -> bool:
    suppressed = any(_called(each.context_expr) == "suppress" for each in node.items)
    return suppressed and _exchanges(node.body)
