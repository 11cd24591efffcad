"""Photographs and scans as pictures: the picture alone, upright, on white, in the colours of a screen."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from PIL import Image, ImageChops, ImageCms, ImageFile, ImageOps

from kaiban.documents.uploads.refusal import RefusedError, too_many_pixels
from kaiban.domain.papers.material import UploadLimits

#: The longest side kept, in pixels: A4 at 300 dots an inch is 3508 high.
LONGEST_SIDE: Final = 3600
QUALITY: Final = 85

#: How the pixels of a picture may be stored, and as what they are made smaller: a palette or single bits would lose lines.
_SMOOTH: Final = {
    "1": "L",
    "L": "L",
    "I;16": "L",
    "P": "RGB",
    "RGB": "RGB",
    "CMYK": "CMYK",
    "LA": "RGBA",
    "PA": "RGBA",
    "RGBA": "RGBA",
}
#: The spaces a colour profile may describe, and the pixels it then wants.
_SPACES: Final = {"GRAY": "L", "RGB ": "RGB", "CMYK": "CMYK"}
_SRGB: Final = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
_WHITE: Final = 255
_SIXTEEN_BITS: Final = _WHITE / 65535
_JPEG: Final = b"\xff\xd8"
_END: Final = b"\xff\xd9"
#: Read as more of the picture where some of it is missing, and skipped where all of it is there.
_MORE: Final = b"\x5a\xa5\x3c\xc3" * 4096


def taken(content: bytes, limits: UploadLimits) -> bytes:
    """The picture as JPEG; raises RefusedError, MemoryError."""
    try:
        with _strict():
            image = _opened(content)
            _check(image, limits)
            return _encoded(_on_white(_upright(_loaded(image, content))))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise too_many_pixels(limits) from error
    except (RefusedError, MemoryError):
        raise
    except Exception as error:  # a broken picture breaks its reader in many ways
        raise _damaged() from error


@contextmanager
def _strict() -> Iterator[None]:
    """Let the decoder say what is missing: WeasyPrint, once loaded into this process, has it fill in grey."""
    before = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def _opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content), formats=("JPEG", "PNG"))


def _check(image: Image.Image, limits: UploadLimits) -> None:
    width, height = image.size  # read from the head of the file: no pixel is decoded yet
    if width * height > limits.megapixels * 1_000_000:
        raise too_many_pixels(limits)
    if image.format == "PNG" and getattr(image, "is_animated", False):
        raise RefusedError("upload.animated", "这是动态图片，请截图后上传需要的画面。")
    if image.mode not in _SMOOTH or _clear_by_sixteen_bits(image):
        raise RefusedError(
            "upload.pixel_format", "图片的像素格式很少见，请另存为 JPEG 或者 8 位 PNG 后再上传。"
        )


def _clear_by_sixteen_bits(image: Image.Image) -> bool:
    """Whether one colour of 16 bits is meant to be transparent; after decoding, its neighbours look the same."""
    key = image.info.get("transparency")
    values = key if isinstance(key, tuple) else (key,)
    return any(isinstance(value, int) and value > _WHITE for value in values)


def _loaded(image: Image.Image, content: bytes) -> Image.Image:
    _draft(image)
    try:
        image.load()
    except OSError:
        if not content.startswith(_JPEG):
            raise
        return _complete(content)
    return image


def _complete(content: bytes) -> Image.Image:
    """A JPEG of which nothing but the end marker is missing, as after a connection that ended a moment early.

    Its decoder fills in what is missing and does not tell. So it is read twice, once with more data: if that
    changes the picture, some of it was missing.
    """
    there = content.rstrip(_END[:1])  # half of the marker may have come
    image, other = (_opened(there + more + _END) for more in (b"", _MORE))
    for each in (image, other):
        _draft(each)
    if ImageChops.difference(image, other).getbbox() is not None:
        raise _damaged()
    return image


def _draft(image: Image.Image) -> None:
    image.draft(None, (LONGEST_SIDE, LONGEST_SIDE))  # a large JPEG is decoded at a half or less


def _upright(image: Image.Image) -> Image.Image:
    even = _smooth(image)
    even.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return ImageOps.exif_transpose(even)


def _smooth(image: Image.Image) -> Image.Image:
    """The pixels in a form that can be made smaller without losing lines."""
    if image.mode == "I;16":
        return image.point(lambda value: value * _SIXTEEN_BITS).convert("L")
    wanted = "RGBA" if "transparency" in image.info else _SMOOTH[image.mode]
    return image if image.mode == wanted else image.convert(wanted)


def _on_white(image: Image.Image) -> Image.Image:
    """The picture without transparency, in the colours of a screen."""
    if image.mode == "RGBA":
        white = Image.new("RGBA", image.size, "white")
        white.alpha_composite(image)
        white.info = image.info
        image = white.convert("RGB")
    return _by_profile(image) or image.convert("RGB")


def _by_profile(image: Image.Image) -> Image.Image | None:
    """The picture in sRGB if it brings a usable profile of its colours; others are ignored, as browsers do."""
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
        wanted = _SPACES[profile.profile.xcolor_space]
        if wanted != image.mode and (wanted, image.mode) != ("RGB", "L"):
            return None
        return _converted(image.convert(wanted), profile)
    except (KeyError, OSError, ImageCms.PyCMSError):
        return None


def _converted(image: Image.Image, profile: Any) -> Image.Image | None:
    # Black point compensation, as browsers and PDF viewers have it: the black of print stays black.
    return ImageCms.profileToProfile(
        image, profile, _SRGB, ImageCms.Intent.RELATIVE_COLORIMETRIC, "RGB",
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )  # fmt: skip


def _encoded(image: Image.Image) -> bytes:
    bare = Image.frombytes(image.mode, image.size, image.tobytes())
    target = io.BytesIO()
    bare.save(target, "JPEG", quality=QUALITY)
    return target.getvalue()


def _damaged() -> RefusedError:
    return RefusedError("upload.damaged", "图片已损坏或者不完整，请重新拍摄或者重新导出。")
