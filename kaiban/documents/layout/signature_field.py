"""The place on a page where it will be signed: an empty signature field over the box with the id ``signature``."""

from typing import Any, Final

import pydyf

#: The field's name, and what a screen reader says of it.
FIELD: Final = "Signature"
SAID: Final = "平台数字签名"
#: The id of its box in the page.
BOX: Final = "signature"
#: Printed, and locked (ISO 32000-1, 12.5.3).
_FLAGS: Final = 4 + 128
#: There is a signature, and whoever saves the file must add to it instead of writing it anew (12.7.2).
_SIG_FLAGS: Final = 3
_POINTS_PER_PIXEL: Final = 0.75


def add_field(document: Any, pdf: Any) -> None:
    """Put the field into a document that has such a box; called as WeasyPrint finishes."""
    for number, page in enumerate(document.pages):
        if BOX in page.anchors:
            rectangle = _rectangle(page.height, page.anchors[BOX])
            _add(pdf, _object(pdf, pdf.page_references[number]), rectangle)
            return


def _rectangle(height: float, box: tuple[float, float, float, float]) -> list[float]:
    """The box in the points of its page, which count from below."""
    left, top, right, bottom = box
    sides = (left, height - bottom, right, height - top)
    return [round(each * _POINTS_PER_PIXEL, 2) for each in sides]


def _add(pdf: Any, page: Any, rectangle: list[float]) -> None:
    field = pydyf.Dictionary(
        {
            "Type": "/Annot", "Subtype": "/Widget", "FT": "/Sig", "F": _FLAGS,
            "T": pydyf.String(FIELD), "TU": pydyf.String(SAID), "Contents": pydyf.String(SAID),
            "Rect": pydyf.Array(rectangle), "P": page.reference,
        }
    )  # fmt: skip
    pdf.add_object(field)
    page.setdefault("Annots", pydyf.Array()).append(field.reference)
    fields = pydyf.Array([field.reference])
    pdf.catalog["AcroForm"] = pydyf.Dictionary({"Fields": fields, "SigFlags": _SIG_FLAGS})
    if "StructTreeRoot" in pdf.catalog:
        _tag(pdf, page, field)


def _tag(pdf: Any, page: Any, field: Any) -> None:
    """Tell readers of the document's structure that it is there: archives ask for it of every field (PDF/A-3a)."""
    root = _object(pdf, pdf.catalog["StructTreeRoot"])
    whole, numbers = _object(pdf, root["K"][0]), _object(pdf, root["ParentTree"])["Nums"]
    place = pydyf.Dictionary(
        {"Type": "/OBJR", "Obj": field.reference, "Pg": page.reference}
    )  # fmt: skip
    form = pydyf.Dictionary(
        {
            "Type": "/StructElem", "S": "/Form", "P": whole.reference,
            "Alt": pydyf.String(SAID), "K": pydyf.Array([place]),
        }
    )  # fmt: skip
    pdf.add_object(form)
    whole["K"].append(form.reference)
    field["StructParent"] = max(numbers[::2], default=-1) + 1
    numbers.extend([field["StructParent"], form.reference])


def _object(pdf: Any, reference: bytes) -> Any:
    number = int(reference.split()[0])
    return next(each for each in pdf.objects if each.number == number)
