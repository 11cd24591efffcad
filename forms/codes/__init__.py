"""Code lists: data files with version and source, and typed access to them.

A list is a JSON file `{title, version, source, items: [{code, label, ...}]}`; further keys of an
item are its attributes. The core keeps its own codes; each adapter maps them to its department's.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class Item:
    """One code, its Chinese label, and whatever else the list says about it."""

    code: str
    label: str
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class CodeList:
    """A code list, equal to itself alone; `items` in the order in which users see them."""

    name: str
    title: str
    version: str
    source: str
    items: tuple[Item, ...]
    by_code: Mapping[str, Item]

    def __contains__(self, code: object) -> bool:
        return code in self.by_code

    def __getitem__(self, code: str) -> Item:
        return self.by_code[code]

    @cached_property
    def answers(self) -> Mapping[str, Item]:
        """The entries that are answers, by code: a province is none where its districts are listed too."""
        opened = {item.more.get("parent") for item in self.items}
        return {item.code: item for item in self.items if item.code not in opened}

    def label(self, code: str) -> str:
        """Return the label of `code`, or the code itself where the list does not know it."""
        item = self.by_code.get(code)
        return item.label if item else code

    def more(self, code: str, key: str, default: Any = None) -> Any:
        """Return attribute `key` of `code`, `default` where either is unknown."""
        item = self.by_code.get(code)
        return item.more.get(key, default) if item else default


def _item(row: Mapping[str, Any]) -> Item:
    more = {key: value for key, value in row.items() if key not in {"code", "label"}}
    return Item(row["code"], row["label"], more)


def load(name: str) -> CodeList:
    """Read the list `name`; a repeated code is an error of the file."""
    raw = json.loads(files(__package__).joinpath(f"{name}.json").read_text("utf-8"))
    items = tuple(map(_item, raw["items"]))
    by_code = {item.code: item for item in items}
    if len(by_code) != len(items):
        raise ValueError(f"code list {name} repeats a code")
    return CodeList(name, raw["title"], raw["version"], raw["source"], items, by_code)


def listed(name: str, title: str, source: str, *items: Item, version: str = "2026-11") -> CodeList:
    """Return a short list of codes that stands beside what it is for, instead of in a file of its own."""
    return CodeList(name, title, version, source, items, {item.code: item for item in items})


ACCOUNT_KINDS = load("account_kinds")
ACCOUNTING_METHODS = load("accounting_methods")
ACCOUNTING_STANDARDS = load("accounting_standards")
AFFILIATIONS = load("affiliations")
APPOINTMENT_MODES = load("appointment_modes")
BANK_BRANCHES = load("bank_branches")
BANK_PRODUCTS = load("bank_products")
CERT_TYPES = load("cert_types")
CONTRIBUTION_MODES = load("contribution_modes")
CONTROL_BASES = load("control_bases")
CONTROL_MANNERS = load("control_manners")
COUNTRIES = load("countries")
CURRENCIES = load("currencies")
DAY_PARTS = load("day_parts")
DELIVERY_MODES = load("delivery_modes")
DEPOSITOR_KINDS = load("depositor_kinds")
ENGRAVERS = load("engravers")
ENTITY_TYPES = load("entity_types")
FORBIDDEN_WORDS = load("forbidden_words")
HOLDER_KINDS = load("holder_kinds")
HOUSEHOLD_KINDS = load("household_kinds")
INDUSTRIES = load("industries")
INSURANCES = load("insurances")
INVOICE_KINDS = load("invoice_kinds")
NAME_FORMS = load("name_forms")
PAYERS = load("payers")
POSITIONS = load("positions")
REGIONS = load("regions")
SCOPE = load("scope")
SEAL_KINDS = load("seal_kinds")
SEAL_MATERIALS = load("seal_materials")
SEXES = load("sexes")
SUPERVISION = load("supervision")
TAXPAYER_KINDS = load("taxpayer_kinds")
TENURES = load("tenures")
TRADE_WORDS = load("trade_words")
UNIT_KINDS = load("unit_kinds")
USAGES = load("usages")

ALL: tuple[CodeList, ...] = tuple(v for v in list(globals().values()) if isinstance(v, CodeList))
