"""Post a page as a browser would: every control it shows, with the value it shows."""

from werkzeug.datastructures import MultiDict

_YES_NO = {True: "yes", False: "no"}
_PARTS = {"date": ("year", "month", "day"), "month": ("year", "month")}


def posted(questions):
    """Return what a browser sends for these questions when nothing is touched."""
    found = MultiDict()
    for question in questions:
        _add(found, question)
    return found


def _add(found, question):
    kind, name, value = question.kind, question.name, question.value
    if kind == "group":
        if question.optional and question.present:
            found.add(f"{name}:present", "yes")
        _add_all(found, question.inside)
    elif kind == "row":
        _add_all(found, question.inside)
    elif kind == "rows":
        found.add(f"{name}:rows", str(len(question.rows)))
        _add_all(found, question.rows)
    elif kind == "several":
        for one in value:
            found.add(name, one)
    elif kind in ("flag", "consent"):
        if value is not None:
            found.add(name, _YES_NO[value])
    elif kind in _PARTS:
        for part, text in zip(_PARTS[kind], (value or "").split("-"), strict=False):
            found.add(f"{name}.{part}", text)
    elif kind not in ("derived", "same", "roster"):
        found.add(name, value)


def _add_all(found, questions):
    for question in questions:
        _add(found, question)
