"""Addresses inside a form: dotted paths (``people.holders.0.name``) and JSON pointers (RFC 6901)."""

import re
from collections.abc import Mapping
from typing import Any

#: RFC 6901 knows no leading zeros and no other digits than ASCII; no list here is longer.
_INDEX = re.compile(r"0|[1-9][0-9]{0,5}")


def to_pointer(path: str) -> str:
    """``people.holders.0.name`` -> ``/people/holders/0/name``; the whole form is "" in both."""
    if not path:
        return ""
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in path.split("."))


def to_path(pointer: str) -> str:
    """``/people/holders/0/name`` -> ``people.holders.0.name``."""
    return ".".join(_unescaped(part) for part in pointer.removeprefix("/").split("/"))


def value_at(form: Any, path: str) -> Any:
    """The value at a dotted path, or None; list items are addressed by number."""
    for part in path.split("."):
        form = _child(form, part)
    return form


def values_at(form: Any, path: str) -> list[Any]:
    """Every value at a dotted path through lists: ``people.holders.name`` is all their names."""
    found = [form]
    for part in path.split("."):
        found = [_child(item, part) for node in found for item in _items(node)]
    return [item for node in found for item in _items(node)]


def within(pointer: str, place: str) -> bool:
    """Whether a pointer names the place itself, or something inside it."""
    return pointer == place or pointer.startswith(place + "/")


def replaced(form: Any, pointer: str, value: Any) -> Any:
    """A copy of the form with the value at the pointer replaced.

    A mapping may gain keys, a list one item at its end (index ``-`` or its length); KeyError
    for any other place that does not exist, and for the form as a whole.
    """
    if not pointer.startswith("/"):
        raise KeyError(pointer)
    return _replaced(form, [_unescaped(part) for part in pointer[1:].split("/")], value)


def without(form: Any, pointer: str) -> Any:
    """A copy of the form without the entry of a mapping the pointer names; KeyError if there is none."""
    parent, _, name = pointer.rpartition("/")
    found = value_at(form, to_path(parent)) if parent else form
    left = {key: value for key, value in found.items() if key != _unescaped(name)}
    if len(left) == len(found):
        raise KeyError(pointer)
    return replaced(form, parent, left) if parent else left


def _unescaped(part: str) -> str:
    return part.replace("~1", "/").replace("~0", "~")


def _child(node: Any, part: str) -> Any:
    if isinstance(node, Mapping):
        return node.get(part)
    if isinstance(node, list) and _INDEX.fullmatch(part) and int(part) < len(node):
        return node[int(part)]
    return None


def _items(node: Any) -> list[Any]:
    return node if isinstance(node, list) else [node]


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
    if head != "-" and not _INDEX.fullmatch(head):
        raise KeyError(head)
    index = len(items) if head == "-" else int(head)
    if index > len(items):
        raise KeyError(head)
    old = items[index] if index < len(items) else {}
    return [*items[:index], _replaced(old, rest, value), *items[index + 1 :]]
