"""What a form is about: two about the same are the same application, whatever else is said in them."""

from collections.abc import Mapping
from typing import Any

from forms.derive import full_name


def subject_of(form: Mapping[str, Any]) -> str:
    """Return the company's name and its holders' numbers as one text, "" as long as the form lacks either.

    Whoever founds it knows both; in which order the holders stand says nothing.
    """
    name = form.get("company", {}).get("name", {})
    holders = form.get("people", {}).get("holders", ())
    numbers = sorted(holder.get("cert", {}).get("no", "") for holder in holders)
    if not (numbers and all(numbers) and name.keys() >= _PARTS):
        return ""
    return " ".join((full_name(name), *numbers))


_PARTS = frozenset({"region", "trade_name", "industry", "form"})
