"""Files people send: told by their content, written anew, or refused with what to do instead.

What is kept is never what came, and looks exactly like it. A photograph is decoded and encoded again as JPEG, upright,
without the place it was taken; of a PDF only the pages are copied, with what makes them visible. So no script,
attachment, form, link or hidden tail of a file reaches a clerk's screen.
"""

from pathlib import PurePosixPath
from typing import Final

from kaiban.documents.package.archive import safe_name
from kaiban.documents.uploads import pages, photographs
from kaiban.documents.uploads.refusal import RefusedError
from kaiban.domain.notices.notice import Defect
from kaiban.domain.papers.material import Upload, UploadLimits

PDF: Final = "application/pdf"
JPEG: Final = "image/jpeg"

_PHONE: Final = (
    "iPhone 请在“设置 - 相机 - 格式”中选择“兼容性最佳”（JPEG）后重拍，或者截屏后上传截图。"
)
_SAVE_AS_PDF: Final = "请在原软件中另存为 PDF 后再上传。"
_SAVE_AS_JPEG: Final = "请另存为 JPEG 或者 PNG 图片后再上传。"
_TIFF: Final = "这是 TIFF 格式的图片，请另存为 JPEG 或者 PNG 图片；多页的请另存为 PDF 后再上传。"
_TOO_LARGE: Final = (
    "文件超过 {most} MB，请降低扫描分辨率（200 至 300 DPI）或者分成几个文件后再上传。"
)
#: First bytes of what people send by mistake, and what to do about it.
_FOREIGN: Final = (
    (4, b"ftyphei", "这是 HEIC 格式的照片。" + _PHONE),
    (4, b"ftyphev", "这是 HEIC 格式的照片。" + _PHONE),
    (4, b"ftypmif1", "这是 HEIC 格式的照片。" + _PHONE),
    (4, b"ftypmsf1", "这是 HEIC 格式的照片。" + _PHONE),
    (4, b"ftypavi", "这是 AVIF 格式的图片。" + _SAVE_AS_JPEG),
    (4, b"jP  \r\n", "这是 JPEG 2000 格式的图片。" + _SAVE_AS_JPEG),
    (8, b"WEBP", "这是 WebP 格式的图片。" + _SAVE_AS_JPEG),
    (0, b"GIF8", "这是 GIF 格式的图片。" + _SAVE_AS_JPEG),
    (0, b"BM", "这是 BMP 格式的图片。" + _SAVE_AS_JPEG),
    (0, b"II*\0", _TIFF),
    (0, b"MM\0*", _TIFF),
    (0, b"II+\0", _TIFF),
    (0, b"MM\0+", _TIFF),
    (0, b"PK\3\4", "这是 Word、Excel 文档、OFD 文件或者压缩包。" + _SAVE_AS_PDF),
    (0, b"\xd0\xcf\x11\xe0", "这是 Word 或者 Excel 文档。" + _SAVE_AS_PDF),
    (0, b"Rar!", "这是压缩包，请解压后逐个上传其中的 PDF 或者图片。"),
    (4, b"ftyp", "这是视频文件，请上传照片或者 PDF。"),
)


def accept(content: bytes, name: str, limits: UploadLimits) -> Upload | Defect:
    """Take a file in, or say what is wrong with it and what to do.

    ``name`` is as the browser sent it and decides nothing; neither does the type the browser declares. Raises
    nothing but MemoryError.
    """
    try:
        return _taken(content, name, limits)
    except RefusedError as error:
        return Defect("", error.code, error.message)


def _taken(content: bytes, name: str, limits: UploadLimits) -> Upload:
    _check_size(content, limits)
    if content.startswith(b"%PDF-"):
        kept, count = pages.taken(content, limits)
        return Upload(_named(name, ".pdf"), PDF, kept, count)
    if content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        return Upload(_named(name, ".jpg"), JPEG, photographs.taken(content, limits), 1)
    raise RefusedError("upload.type", _foreign(content))


def _check_size(content: bytes, limits: UploadLimits) -> None:
    if not content:
        raise RefusedError("upload.empty", "文件是空的，请重新选择文件。")
    if len(content) > limits.file_bytes:
        raise RefusedError("upload.too_large", _TOO_LARGE.format(most=limits.file_mb))


def _foreign(content: bytes) -> str:
    for place, magic, advice in _FOREIGN:
        if content[place : place + len(magic)] == magic:
            return advice
    return "无法识别这个文件，请上传 PDF、JPEG 或者 PNG 文件。"


def _named(name: str, ending: str) -> str:
    """A name to show: cleaned, with the ending of what is kept."""
    return PurePosixPath(safe_name(name)).stem + ending
