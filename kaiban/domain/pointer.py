"""Addresses inside a form: dotted paths (``people.holders.0.name``) and JSON pointers (RFC 6901)."""

from collections.abc import Mapping
from typing import Any


def to_pointer(path: str) -> str:
    """``people.holders.0.name`` -> ``/people/holders/0/name``."""
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in path.split("."))


def to_path(pointer: str) -> str:
    """``/people/holders/0/name`` -> ``people.holders.0.name``."""
    parts = pointer.removeprefix("/").split("/")
    return ".".join(part.replace("~1", "/").replace("~0", "~") for part in parts)


def value_at(form: Any, path: str) -> Any:
    """Return the value at a dotted path, or None; list items are addressed by number.

    A name after a list stands for that of each item: ``people.holders.name`` is a list.
    """
    for part in path.split("."):
        form = _child(form, part)
    return form


def replaced(form: Any, pointer: str, value: Any) -> Any:
    """A copy of the form with the value at the pointer replaced.

    A list may grow by one item at its end (index ``-`` or its length); anything else that
    does not exist raises KeyError.
    """
    return _replaced(form, to_path(pointer).split("."), value)


def _child(node: Any, part: str) -> Any:
    if isinstance(node, Mapping):
        return node.get(part)
    if isinstance(node, list) and part.isdecimal() and int(part) < len(node):
        return node[int(part)]
    if isinstance(node, list) and not part.isdecimal():
        return [_child(item, part) for item in node]
    return None


def _replaced(node: Any, parts: list[str], value: Any) -> Any:
    if not parts:
        return value
    head, rest = parts[0], parts[1:]
    if isinstance(node, Mapping):
        return {**node, head: _replaced(node.get(head, {}), rest, value)}
    if not isinstance(node, list):
        raise KeyError(head)
    return _with_item(node, head, rest, value)


def _with_item(items: list[Any], head: str, rest: list[str], value: Any) -> list[Any]:
    index = len(items) if head == "-" else int(head) if head.isdecimal() else -1
    if not 0 <= index <= len(items):
        raise KeyError(head)
    old = items[index] if index < len(items) else {}
    return [*items[:index], _replaced(old, rest, value), *items[index + 1 :]]
