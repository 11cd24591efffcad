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
    if question.kind in ("derived", "same", "roster"):
        return
    _ADDERS.get(question.kind, _one)(found, question)


def _one(found, question):
    found.add(question.name, question.value)


def _group(found, question):
    if question.optional and question.present:
        found.add(f"{question.name}:present", "yes")
    _add_all(found, question.inside)


def _row(found, question):
    _add_all(found, question.inside)


def _rows(found, question):
    found.add(f"{question.name}:rows", str(len(question.rows)))
    _add_all(found, question.rows)


def _several(found, question):
    for one in question.value:
        found.add(question.name, one)


def _yes_or_no(found, question):
    if question.value is not None:
        found.add(question.name, _YES_NO[question.value])


def _parts(found, question):
    for part, text in zip(_PARTS[question.kind], (question.value or "").split("-"), strict=False):
        found.add(f"{question.name}.{part}", text)


_ADDERS = {
    "group": _group,
    "row": _row,
    "rows": _rows,
    "several": _several,
    "flag": _yes_or_no,
    "consent": _yes_or_no,
    "date": _parts,
    "month": _parts,
}


def _add_all(found, questions):
    for question in questions:
        _add(found, question)
