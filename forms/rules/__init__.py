"""Rules across fields and sections, as one table; each rule stands back where it cannot read."""

from collections.abc import Iterator
from contextlib import suppress

from forms.defects import Found
from forms.rules import company, departments, officers, ownership, people, premises
from forms.rules.rule import Rule
from forms.structure.view import Setting, Unreadable, View

RULES: tuple[Rule, ...] = (
    *company.RULES,
    *ownership.RULES,
    *people.RULES,
    *officers.RULES,
    *premises.RULES,
    *departments.RULES,
)


EARLY = tuple(rule for rule in RULES if rule.early)


def findings(form: View, setting: Setting, rules: tuple[Rule, ...] = RULES) -> Iterator[Found]:
    """Apply every rule to `form` and yield what each finds."""
    for rule in rules:
        if setting.today < rule.since:
            continue
        for place in _places(rule, form):
            with suppress(Unreadable):
                yield from rule.judge(place, setting)


def _places(rule: Rule, form: View) -> list[View]:
    if not rule.each:
        return [form]
    try:
        return form.rows(rule.each)
    except Unreadable:
        return []
