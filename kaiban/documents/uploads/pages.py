"""The pages of a PDF, copied with what makes them visible and nothing that could act."""

import io
from collections.abc import Iterator
from typing import Any, Final

import pikepdf

from kaiban.documents import unpacking
from kaiban.documents.uploads import filled, likeness
from kaiban.documents.uploads.refusal import RefusedError, too_many_pixels
from kaiban.domain.papers.material import UploadLimits

#: What a page needs to be seen; whatever else hangs on it is left behind.
_PAGE: Final = frozenset(
    {
        "/Type",
        "/Parent",
        "/MediaBox",
        "/CropBox",
        "/Rotate",
        "/UserUnit",
        "/Contents",
        "/Resources",
        "/Group",
    }
)
#: What could act, embed, or point outside, wherever in the file it stands; /F of a stream is a file elsewhere.
_ACTIVE: Final = ("/AA", "/AF", "/EF", "/JS", "/Metadata", "/OPI", "/PieceInfo", "/Ref")
_ELSEWHERE: Final = ("/F", "/FFilter", "/FDecodeParms")
#: Dictionaries whose keys are names somebody chose: a font may be called /AA.
_NAMES: Final = frozenset(
    {
        "/Font",
        "/XObject",
        "/ExtGState",
        "/ColorSpace",
        "/Pattern",
        "/Shading",
        "/Properties",
        "/CharProcs",
    }
)

_TOO_LONG: Final = "PDF 共 {pages} 页，最多 {most} 页，请只上传需要的页。"
_TOO_COMPLEX: Final = (
    "PDF 的内容过于复杂（展开后超过 {most} MB），请用“打印为 PDF”另存，或者扫描成图片后再上传。"
)

#: Pages of an office file have a few dozen objects each; looking through more takes too long.
MOST_OBJECTS: Final = 100_000


def taken(content: bytes, limits: UploadLimits) -> tuple[bytes, int]:
    """The pages as a new PDF, and how many; raises RefusedError, MemoryError."""
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            _check(pdf, limits)
            return _like_what_came(content, pdf), len(pdf.pages)
    except pikepdf.PasswordError as error:
        message = "PDF 设有打开密码，请取消密码后再上传。"
        raise RefusedError("upload.encrypted", message) from error
    except unpacking.TooMuchError as error:
        raise _too_complex(limits) from error
    except (RefusedError, MemoryError):
        raise
    except Exception as error:  # a broken PDF breaks its reader in many ways
        message = "PDF 已损坏或者不完整，请重新导出或者扫描后再上传。"
        raise RefusedError("upload.damaged", message) from error


def _check(pdf: pikepdf.Pdf, limits: UploadLimits) -> None:
    if pdf.is_encrypted:
        message = "PDF 设有权限密码，请取消密码后再上传（可用“打印为 PDF”另存）。"
        raise RefusedError("upload.encrypted", message)
    if not pdf.pages:
        raise RefusedError("upload.empty", "PDF 没有页面，请重新导出后再上传。")
    if len(pdf.pages) > limits.pages:
        raise RefusedError(
            "upload.pages", _TOO_LONG.format(pages=len(pdf.pages), most=limits.pages)
        )
    if "/Collection" in pdf.Root:
        message = "这是 PDF 包，里面装着别的文件，请把其中的文件取出后逐个上传。"
        raise RefusedError("upload.portfolio", message)
    if len(pdf.objects) > MOST_OBJECTS:
        raise _too_complex(limits)
    unpacking.pdf_sum(pdf, limits.unpacked_bytes)
    if any(pixels > limits.megapixels * 1_000_000 for pixels in unpacking.pictures(pdf)):
        raise too_many_pixels(limits)


def _too_complex(limits: UploadLimits) -> RefusedError:
    return RefusedError("upload.too_complex", _TOO_COMPLEX.format(most=limits.unpacked_mb))


def _like_what_came(content: bytes, pdf: pikepdf.Pdf) -> bytes:
    settled = filled.settle(pdf)
    came = _saved(pdf) if settled.altered else content
    kept = copied(pdf)
    likeness.check(came, kept, settled.entries)
    return kept


def copied(pdf: pikepdf.Pdf) -> bytes:
    """The pages alone in a new file; what was filled in or stamped becomes part of its page, as the screen shows it."""
    pdf.flatten_annotations("screen")
    for page in pdf.pages:
        for key in set(page.obj.keys()) - _PAGE:
            del page.obj[key]
    with pikepdf.new() as bare:
        bare.pages.extend(pdf.pages)
        _copy_layers(pdf, bare)
        for found in _dictionaries(bare):
            _disarm(found)
        if not any(map(_draws_by_page, bare.objects)):
            bare.remove_unreferenced_resources()
        return _saved(bare)


def _draws_by_page(found: Any) -> bool:
    """Whether it is a font whose glyphs are drawn with what its page has: qpdf does not see that they need it."""
    if not isinstance(found, pikepdf.Dictionary):
        return False
    return found.get("/Subtype") == pikepdf.Name.Type3 and "/Resources" not in found


def _copy_layers(pdf: pikepdf.Pdf, bare: pikepdf.Pdf) -> None:
    """Which layers are shown: without this all of them would be."""
    if "/OCProperties" in pdf.Root:
        bare.Root.OCProperties = bare.copy_foreign(pdf.make_indirect(pdf.Root.OCProperties))


def _saved(pdf: pikepdf.Pdf) -> bytes:
    target = io.BytesIO()
    pdf.save(target, deterministic_id=True)
    return target.getvalue()


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Every dictionary and stream of the file, those inside others, too; not those whose keys are free names."""
    free = {each.objgen for found in _all(pdf) for each in _of_names(found) if each.is_indirect}
    for found in _all(pdf):
        if not found.is_indirect or found.objgen not in free:
            yield found


def _all(pdf: pikepdf.Pdf) -> Iterator[Any]:
    todo = list(pdf.objects)
    while todo:
        found = todo.pop()
        if isinstance(found, pikepdf.Array):
            todo += [one for one in found if _is_inside(one)]
        elif isinstance(found, pikepdf.Dictionary | pikepdf.Stream):
            yield found
            todo += [one for key, one in found.items() if key not in _NAMES and _is_inside(one)]
            todo += [
                one for names in _of_names(found) for one in names.values() if _is_inside(one)
            ]


def _of_names(found: Any) -> list[Any]:
    """The dictionaries in this one whose keys are names somebody chose."""
    inner = (found[key] for key in _NAMES if key in found)
    return [each for each in inner if isinstance(each, pikepdf.Dictionary)]


def _is_inside(found: Any) -> bool:
    kinds = pikepdf.Array | pikepdf.Dictionary | pikepdf.Stream
    return isinstance(found, kinds) and not found.is_indirect


def _disarm(found: Any) -> None:
    names = _ACTIVE + (_ELSEWHERE if isinstance(found, pikepdf.Stream) else ())
    for name in names:
        if name in found:
            del found[name]
