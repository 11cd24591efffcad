"""What stands on the pages of a PDF without being part of them: form fields, stamps, notes.

Each has to bring how it looks (ISO 32000-2, 12.5.5): what a viewer would make up is another thing in every viewer.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import pikepdf

from kaiban.documents.uploads.refusal import RefusedError

#: Flags of an annotation (12.5.3): for unknown kinds only; never seen; printed; not on the screen.
_INVISIBLE, _HIDDEN, _PRINT, _NO_VIEW = 1, 2, 4, 32
#: Kinds that show nothing of their own: the way to another place, the window of a note.
_WITHOUT_LOOK: Final = frozenset({"/Link", "/Popup"})
_FIELD: Final = "/Widget"
_OFF: Final = "/Off"
#: Fields are parts of fields; a chain longer than this is not one people made.
_DEEPEST: Final = 32

_AGAIN: Final = "请用“打印为 PDF”另存，检查内容都在，再上传。"
_DYNAMIC: Final = "这是动态表单（XFA），请用“打印为 PDF”另存后再上传。"
_UNFILLED: Final = "PDF 表单第 {page} 页填写的内容没有保存显示样式，各种软件显示的可能不同。"
_UNLIKE: Final = "PDF 表单第 {page} 页填写的内容与它保存的显示样式不一致。"
_NO_LOOK: Final = "PDF 第 {page} 页的批注或者图章没有保存显示样式，各种软件显示的可能不同。"
_PRINTED_ONLY: Final = "PDF 第 {page} 页有打印时才出现的批注或者图章，屏幕上看不到。"


@dataclass(frozen=True)
class Entry:
    """What has to be read on a page, counted from 0, within ``box`` (left, bottom, right, top)."""

    page: int
    box: tuple[float, float, float, float]
    text: str


@dataclass
class Settled:
    """What was done so that a form looks as it came; the texts that must be found in its looks.

    ``altered``: viewers would have added something of their own, and do so no more.
    """

    entries: list[Entry] = field(default_factory=list)
    altered: bool = False


def settle(pdf: pikepdf.Pdf) -> Settled:
    """Let everything look as it came wherever it is shown; raises RefusedError if something brings no look.

    If the form asks its viewer to make the looks anew, nobody has seen those that came: it asks no more, and what
    was filled in must be found in them.
    """
    form = pdf.Root.get("/AcroForm")
    if form is None:
        form = pikepdf.Dictionary()
    if "/XFA" in form:
        raise RefusedError("upload.form", _DYNAMIC)
    anew = bool(form.get("/NeedAppearances", False))
    settled = Settled(altered=anew)
    for number, page in enumerate(pdf.pages):
        for mark in _seen(page, number):
            _check_look(mark, number)
            settled.entries += _entries(mark, number) if anew else []
            settled.altered |= _show_nothing(pdf, mark)
            _settle(mark)
    if anew:
        del form.NeedAppearances
    return settled


def _seen(page: pikepdf.Page, number: int) -> Iterator[Any]:
    """The annotations of a page that are shown on a screen."""
    for mark in page.obj.get("/Annots") or ():
        if not isinstance(mark, pikepdf.Dictionary):
            continue  # what was taken away may leave nothing in its place
        flags = int(mark.get("/F", 0))
        if flags & _HIDDEN or str(mark.get("/Subtype", "")) in _WITHOUT_LOOK:
            continue
        if not flags & _NO_VIEW:
            yield mark
        elif flags & _PRINT and _look(mark) is not None:
            raise _refused("upload.print_only", _PRINTED_ONLY, number)


def _check_look(mark: Any, number: int) -> None:
    look = _look(mark)
    if isinstance(look, pikepdf.Stream) or (look is not None and _is_in_a_state(mark, look)):
        return
    if look is None and str(mark.get("/Subtype", "")) != _FIELD:
        raise _refused("upload.look", _NO_LOOK, number)
    if look is not None or _value(mark):
        raise _refused("upload.form", _UNFILLED, number)


def _is_in_a_state(mark: Any, look: Any) -> bool:
    """Whether it is told which of the looks is shown: one that is there, or that of nothing ticked."""
    if "/AS" in mark:
        return str(mark.AS) in {*look.keys(), _OFF}
    return _value(mark) not in look


def _look(mark: Any) -> Any:
    """The appearance in use: one stream, or one for each state of a box to tick."""
    return (mark.get("/AP") or {}).get("/N")


def _show_nothing(pdf: pikepdf.Pdf, mark: Any) -> bool:
    """Whether a box had no look for the state it is in: that is nothing (12.7.5.2.3), where some draw a frame."""
    look, state = _look(mark), str(mark.get("/AS", _OFF))
    if not isinstance(look, pikepdf.Dictionary):
        return False
    mark.AS = pikepdf.Name(state)
    if state in look:
        return False
    look[state] = pdf.make_stream(b"", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form)
    look[state].BBox = pikepdf.Array([0, 0, 1, 1])
    return True


def _settle(mark: Any) -> None:
    """Say the same in the words that a page understands: its layer belongs to the look, flags fall away."""
    look = _look(mark)
    if "/OC" in mark and isinstance(look, pikepdf.Stream) and "/OC" not in look:
        look.OC = mark.OC
    # Invisible is meant for kinds nobody knows; these have a look.
    mark.F = int(mark.get("/F", 0)) & ~_INVISIBLE


# --- values --------------------------------------------------------------------------------------


def _entries(mark: Any, number: int) -> list[Entry]:
    """The text to find for a field; raises RefusedError if what is ticked shows otherwise."""
    value = _value(mark)
    if str(_inherited(mark, "/FT")) == "/Btn":
        if value and not _shows_state(mark, value):
            raise _refused("upload.form", _UNLIKE, number)
        return []
    if not value:
        return []
    box = pikepdf.Rectangle(mark.Rect)
    return [Entry(number, (box.llx, box.lly, box.urx, box.ury), value)]


def unlike(entry: Entry) -> RefusedError:
    """The refusal of a form whose looks do not show what was filled in."""
    return _refused("upload.form", _UNLIKE, entry.page)


def _refused(code: str, sentence: str, number: int) -> RefusedError:
    return RefusedError(code, sentence.format(page=number + 1) + _AGAIN)


def _shows_state(mark: Any, value: str) -> bool:
    """Whether one of the field's boxes shows that state; the others show that they are not it."""
    boxes = mark.get("/Parent", {}).get("/Kids", [mark]) if "/T" not in mark else [mark]
    return any(str(box.get("/AS", "")) == value for box in boxes)


def _value(mark: Any) -> str:
    """What was filled in or chosen, as its reader would see it; "" for nothing."""
    kind, value = str(_inherited(mark, "/FT")), _inherited(mark, "/V")
    if kind == "/Btn":
        state = str(value) if isinstance(value, pikepdf.Name) else ""
        return "" if state == _OFF else state
    if kind not in {"/Tx", "/Ch"} or value is None:
        return ""
    chosen = list(value) if isinstance(value, pikepdf.Array) else [value]
    shown = _shown(mark) if kind == "/Ch" else {}
    return "".join(shown.get(text, text) for text in map(_text, chosen))


def _text(value: Any) -> str:
    if isinstance(value, pikepdf.Stream):
        return str(pikepdf.String(value.read_bytes()))
    return str(value)


def _shown(mark: Any) -> dict[str, str]:
    """What a choice is shown as, where that is another word than the one it stands for."""
    pairs = [each for each in _inherited(mark, "/Opt") or () if isinstance(each, pikepdf.Array)]
    return {str(stands_for): str(shown) for stands_for, shown in pairs}


def _inherited(mark: Any, key: str) -> Any:
    """A field's own entry, or that of a field it is part of."""
    for _ in range(_DEEPEST):
        if key in mark:
            return mark[key]
        if "/Parent" not in mark:
            return None
        mark = mark.Parent
    return None
