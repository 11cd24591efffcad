"""What a form is about: two about the same are the same application, whatever else is said in them."""

from collections.abc import Mapping
from typing import Any

from forms.applicants import unasked
from forms.derive import full_name


def subject_of(form: Mapping[str, Any]) -> str:
    """Return the name and its holders' numbers as one text, "" as long as the form lacks either.

    Whoever founds it knows both; in which order the holders stand says nothing. What is not of the form's shape is lacking.
    Of an applicant that is not asked for holders its head stands for them.
    """
    name = _inside(form, "company", "name")
    people = _inside(form, "people")
    has_holders = ("people", "holders") not in unasked(form)
    holders = people.get("holders", ()) if has_holders else [people.get("legal_rep")]
    rows = holders if isinstance(holders, list) else []
    numbers = [_inside({"row": row}, "row", "cert").get("no", "") for row in rows]
    texts = sorted(each for each in numbers if isinstance(each, str) and each)
    if (
        not texts
        or len(texts) < len(numbers)
        or not all(isinstance(name.get(part), str) for part in _PARTS)
    ):
        return ""
    return " ".join((full_name(dict(name)), *texts))


def _inside(form: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    found: Any = form
    for name in names:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}


_PARTS = frozenset({"region", "trade_name", "industry", "form"})
