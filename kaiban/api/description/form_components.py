"""The form's schema as components of the description: each group once, under the name of its class.

Words that are ours and none of JSON Schema's begin with ``x-``; short code lists are enumerated, long ones are in ``GET /form``.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import Schema

from forms.applicants import applicants
from forms.structure.schema import described

PREFIX = "Form"
#: A longer code list is looked up in the form, not written into every client.
MOST_LISTED = 40
#: Words of the form's description that are JSON Schema's under this name; any other of ours gets ``x-``.
_WORDS = {"help": "description"}
_OURS = frozenset({"width", "unit", "sensitive", "typed", "when", "usual", "codeList"})


def components(sections: Mapping[str, type[Schema]]) -> dict[str, dict[str, Any]]:
    """A component for each section, and for each group inside of them."""
    found: dict[str, dict[str, Any]] = {}
    named: dict[str, type[Schema]] = {}

    def inside(schema: Schema) -> dict[str, Any]:
        name = _name(type(schema), named)
        if name not in found:
            found[name] = {}  # a group may hold itself
            found[name] = _plain(described(schema, inside))
        return {"$ref": f"#/components/schemas/{name}"}

    for name, title, section in _variants(sections):
        named[name] = section
        found[name] = {
            "title": title,
            **_plain(described(section(), inside)),
        }
    return found


def _variants(sections: Mapping[str, type[Schema]]) -> Iterator[tuple[str, str, type[Schema]]]:
    """Every section with the name and the title of its component: a company's, and those other applicants are asked otherwise."""
    for key, section in sections.items():
        yield section_name(key), str(getattr(section, "title", "")), section
    for applicant in applicants().values():
        for key, section in applicant.sections.items():
            if key in sections:
                title = f"{getattr(section, 'title', '')}（{applicant.title}）"
                yield section_name(f"{applicant.key}_{key}"), title, section


def section_names(key: str) -> list[str]:
    """The components of the section with that key, the company's first."""
    own = [f"{one.key}_{key}" for one in applicants().values() if key in one.sections]
    return [section_name(each) for each in (key, *own)]


def section_name(key: str) -> str:
    """The component of the section with that key."""
    return PREFIX + "".join(part.capitalize() for part in key.split("_"))


def _name(schema: type[Schema], named: dict[str, type[Schema]]) -> str:
    """The class's name; a number after it where another class has it already."""
    base = name = PREFIX + schema.__name__.lstrip("_")
    count = 1
    while named.setdefault(name, schema) is not schema:
        count += 1
        name = f"{base}{count}"
    return name


def _plain(value: dict[str, Any]) -> dict[str, Any]:
    """The same in words of JSON Schema, and ours marked as such."""
    if "$ref" in value:
        return {"$ref": value["$ref"]}
    found: dict[str, Any] = {}
    for name, each in value.items():
        if name == "oneOf":
            found |= _listed(each)
        elif name == "properties":
            found[name] = {key: _plain(inner) for key, inner in each.items()}
        elif name == "items":
            found[name] = _plain(each)
        else:
            found[f"x-{name}" if name in _OURS else _WORDS.get(name, name)] = each
    return found


def _listed(choices: list[dict[str, str]]) -> dict[str, Any]:
    if len(choices) > MOST_LISTED:
        return {}
    codes = [each["const"] for each in choices]
    return {"enum": codes, "x-titles": {each["const"]: each["title"] for each in choices}}
