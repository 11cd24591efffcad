"""Files people send: told by their content, written anew, or refused with what to do instead.

What is kept is never what came. A photograph is decoded and encoded again as JPEG, upright, without the place it was
taken; of a PDF only the pages are copied, with what makes them visible. So no script, attachment, form, link or
hidden tail of a file reaches a clerk's screen.
"""

import io
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any, Final

import pikepdf
from PIL import Image, ImageOps

from kaiban.documents import unpacking
from kaiban.documents.archive import safe_name
from kaiban.domain.material import Upload, UploadLimits
from kaiban.domain.notice import Defect

PDF: Final = "application/pdf"
JPEG: Final = "image/jpeg"
#: The longest side kept, in pixels: A4 at 300 dots an inch is 3508 high.
LONGEST_SIDE: Final = 3600
QUALITY: Final = 85

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
    }
)
#: What could act, embed, or point outside, wherever in the file it stands; /F of a stream is a file elsewhere.
_ACTIVE: Final = ("/AA", "/AF", "/EF", "/JS", "/Metadata", "/OPI", "/PieceInfo", "/Ref")
_ELSEWHERE: Final = ("/F", "/FFilter", "/FDecodeParms")

#: Pages of an office file have a few dozen objects each; looking through more takes too long.
MOST_OBJECTS: Final = 100_000

_PHONE: Final = (
    "iPhone 请在“设置 - 相机 - 格式”中选择“兼容性最佳”（JPEG）后重拍，或者截屏后上传截图。"
)
_SAVE_AS_PDF: Final = "请在原软件中另存为 PDF 后再上传。"
_SAVE_AS_JPEG: Final = "请另存为 JPEG 或者 PNG 图片后再上传。"
#: First bytes of what people send by mistake, and what to do about it.
_FOREIGN: Final = (
    (4, b"ftyphei", f"这是 HEIC 格式的照片。{_PHONE}"),
    (4, b"ftyphev", f"这是 HEIC 格式的照片。{_PHONE}"),
    (4, b"ftypmif1", f"这是 HEIC 格式的照片。{_PHONE}"),
    (4, b"ftypavif", f"这是 AVIF 格式的图片，{_SAVE_AS_JPEG}"),
    (8, b"WEBP", f"这是 WebP 格式的图片，{_SAVE_AS_JPEG}"),
    (0, b"GIF8", f"这是 GIF 格式的图片，{_SAVE_AS_JPEG}"),
    (0, b"BM", f"这是 BMP 格式的图片，{_SAVE_AS_JPEG}"),
    (0, b"II*\0", f"这是 TIFF 格式的图片，{_SAVE_AS_JPEG}"),
    (0, b"MM\0*", f"这是 TIFF 格式的图片，{_SAVE_AS_JPEG}"),
    (0, b"PK\3\4", f"这是 Word、Excel 文档、OFD 文件或者压缩包，{_SAVE_AS_PDF}"),
    (0, b"\xd0\xcf\x11\xe0", f"这是 Word 或者 Excel 文档，{_SAVE_AS_PDF}"),
    (0, b"Rar!", "这是压缩包，请解压后逐个上传其中的 PDF 或者图片。"),
    (4, b"ftyp", "这是视频文件，请上传照片或者 PDF。"),
)


class _RefusedError(Exception):
    """Carries the code and the sentence out of the depths of a file."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code, self.message = code, message


def accept(content: bytes, name: str, limits: UploadLimits) -> Upload | Defect:
    """Take a file in, or say what is wrong with it and what to do.

    ``name`` is as the browser sent it and decides nothing; neither does the type the browser declares. Raises
    nothing but MemoryError.
    """
    try:
        return _taken(content, name, limits)
    except _RefusedError as error:
        return Defect("", error.code, error.message)


def _taken(content: bytes, name: str, limits: UploadLimits) -> Upload:
    _check_size(content, limits)
    if content.startswith(b"%PDF-"):
        kept, pages = _pdf(content, limits)
        return Upload(_named(name, ".pdf"), PDF, kept, pages)
    if content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        return Upload(_named(name, ".jpg"), JPEG, _photograph(content, limits), 1)
    raise _RefusedError("upload.type", _foreign(content))


def _check_size(content: bytes, limits: UploadLimits) -> None:
    if not content:
        raise _RefusedError("upload.empty", "文件是空的，请重新选择文件。")
    if len(content) > limits.file_bytes:
        message = f"文件超过 {limits.file_mb} MB，请降低扫描分辨率（200 至 300 DPI）或者分成几个文件后再上传。"
        raise _RefusedError("upload.too_large", message)


def _foreign(content: bytes) -> str:
    for place, magic, advice in _FOREIGN:
        if content[place : place + len(magic)] == magic:
            return advice
    return "无法识别这个文件，请上传 PDF、JPEG 或者 PNG 文件。"


def _named(name: str, ending: str) -> str:
    """A name to show: cleaned, with the ending of what is kept."""
    return PurePosixPath(safe_name(name)).stem + ending


# --- photographs ---------------------------------------------------------------------------------


def _photograph(content: bytes, limits: UploadLimits) -> bytes:
    try:
        image = Image.open(io.BytesIO(content), formats=("JPEG", "PNG"))
        _check_pixels(image, limits)
        return _encoded(_upright(image))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels(limits) from error
    except (_RefusedError, MemoryError):
        raise
    except Exception as error:  # a broken picture breaks its reader in many ways
        raise _RefusedError(
            "upload.damaged", "图片已损坏或者不完整，请重新拍摄或者重新导出。"
        ) from error


def _check_pixels(image: Image.Image, limits: UploadLimits) -> None:
    width, height = image.size  # read from the head of the file: no pixel is decoded yet
    if width * height > limits.megapixels * 1_000_000:
        raise _too_many_pixels(limits)


def _too_many_pixels(limits: UploadLimits) -> _RefusedError:
    message = f"图片超过 {limits.megapixels * 100} 万像素，请降低拍摄或者扫描分辨率后再上传。"
    return _RefusedError("upload.pixels", message)


def _upright(image: Image.Image) -> Image.Image:
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a large JPEG is decoded at a half or less
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))  # first of all: what follows makes copies
    turned = ImageOps.exif_transpose(image)
    if turned.mode in {"RGBA", "LA", "PA"} or "transparency" in turned.info:
        clear = turned.convert("RGBA")
        turned = Image.new("RGBA", clear.size, "white")
        turned.alpha_composite(clear)
    return turned.convert("RGB")


def _encoded(image: Image.Image) -> bytes:
    bare = Image.frombytes(image.mode, image.size, image.tobytes())
    target = io.BytesIO()
    bare.save(target, "JPEG", quality=QUALITY)
    return target.getvalue()


# --- PDF -----------------------------------------------------------------------------------------


def _pdf(content: bytes, limits: UploadLimits) -> tuple[bytes, int]:
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            _check_pdf(pdf, limits)
            return _copied(pdf), len(pdf.pages)
    except pikepdf.PasswordError as error:
        message = "PDF 设有打开密码，请取消密码后再上传。"
        raise _RefusedError("upload.encrypted", message) from error
    except unpacking.TooMuchError as error:
        raise _too_complex(limits) from error
    except (_RefusedError, MemoryError):
        raise
    except Exception as error:  # a broken PDF breaks its reader in many ways
        message = "PDF 已损坏或者不完整，请重新导出或者扫描后再上传。"
        raise _RefusedError("upload.damaged", message) from error


def _check_pdf(pdf: pikepdf.Pdf, limits: UploadLimits) -> None:
    if pdf.is_encrypted:
        message = "PDF 设有权限密码，请取消密码后再上传（可用“打印为 PDF”另存）。"
        raise _RefusedError("upload.encrypted", message)
    if not pdf.pages:
        raise _RefusedError("upload.empty", "PDF 没有页面，请重新导出后再上传。")
    if len(pdf.pages) > limits.pages:
        message = f"PDF 共 {len(pdf.pages)} 页，最多 {limits.pages} 页，请只上传需要的页。"
        raise _RefusedError("upload.pages", message)
    if "/XFA" in pdf.Root.get("/AcroForm", {}):
        message = "这是动态表单（XFA），请用“打印为 PDF”另存后再上传。"
        raise _RefusedError("upload.form", message)
    if len(pdf.objects) > MOST_OBJECTS:
        raise _too_complex(limits)
    unpacking.pdf_sum(pdf, limits.unpacked_bytes)
    if any(pixels > limits.megapixels * 1_000_000 for pixels in unpacking.pictures(pdf)):
        raise _too_many_pixels(limits)


def _too_complex(limits: UploadLimits) -> _RefusedError:
    message = (
        f"PDF 的内容过于复杂（展开后超过 {limits.unpacked_mb} MB），请用“打印为 PDF”另存，"
        "或者扫描成图片后再上传。"
    )
    return _RefusedError("upload.too_complex", message)


def _copied(pdf: pikepdf.Pdf) -> bytes:
    """The pages alone in a new file; what was filled in or stamped becomes part of its page."""
    pdf.generate_appearance_streams()
    pdf.flatten_annotations("all")
    with pikepdf.new() as bare:
        bare.pages.extend(pdf.pages)
        for page in bare.pages:
            for key in set(page.obj.keys()) - _PAGE:
                del page.obj[key]
        for found in _dictionaries(bare):
            _disarm(found)
        bare.remove_unreferenced_resources()
        target = io.BytesIO()
        bare.save(target, deterministic_id=True)
        return target.getvalue()


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Every dictionary and stream of the file, those inside others, too."""
    todo = list(pdf.objects)
    while todo:
        found = todo.pop()
        if isinstance(found, pikepdf.Array):
            todo += [one for one in found if _is_inside(one)]
        elif isinstance(found, pikepdf.Dictionary | pikepdf.Stream):
            yield found
            todo += [one for one in found.values() if _is_inside(one)]


def _is_inside(found: Any) -> bool:
    kinds = pikepdf.Array | pikepdf.Dictionary | pikepdf.Stream
    return isinstance(found, kinds) and not found.is_indirect


def _disarm(found: Any) -> None:
    names = _ACTIVE + (_ELSEWHERE if isinstance(found, pikepdf.Stream) else ())
    for name in names:
        if name in found:
            del found[name]
