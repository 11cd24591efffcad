"""Pictures of every kind: kept as a browser shows them, upright, on white; or refused by name."""

import base64
import io
import struct
import zlib

import pytest
from PIL import Image, ImageChops, ImageCms, ImageDraw, ImageFilter, ImageStat

from kaiban.documents.uploads.photographs import LONGEST_SIDE
from kaiban.documents.uploads.taking import accept
from kaiban.domain.notices.notice import Defect
from kaiban.domain.papers.material import Upload, UploadLimits
from kaiban.processes.limits import Limits
from kaiban.processes.pool import Pool
from tests.documents.uploads.producers import chromium, weasyprint_made

LIMITS = UploadLimits()
ORIENTATION = 0x0112
SIDE = 96


def picture(mode="RGB", size=(SIDE, SIDE)):
    """Stripes of several colours, a dark corner that tells where up is."""
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    for at, colour in enumerate(("#c00", "#0a0", "#00c", "#cc0", "#888", "#0cc")):
        draw.rectangle(
            (at * size[0] // 6, size[1] // 3, (at + 1) * size[0] // 6 - 1, size[1]), colour
        )
    draw.rectangle((0, 0, size[0] // 4, size[1] // 5), "black")
    return image.convert(mode)


def saved(image, kind="PNG", **how):
    target = io.BytesIO()
    image.save(target, kind, **how)
    return target.getvalue()


def png(depth, kind, rows, *chunks):
    """A PNG by hand, for what Pillow does not write: 16 bits, colours made transparent (PNG 3, 11.2 and 11.3)."""
    head = struct.pack(">IIBBBBB", SIDE, SIDE, depth, kind, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + row for row in rows))
    parts = [(b"IHDR", head), *chunks, (b"IDAT", data), (b"IEND", b"")]
    body = (
        struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(body)


def wide(channels):
    """Rows of 16 bit samples, from black to white, the same in each channel of a pixel."""
    shades = [round(x * 65535 / (SIDE - 1)) for x in range(SIDE)]
    row = b"".join(struct.pack(">H", shade) * channels for shade in shades)
    return [row] * SIDE


def with_alpha():
    image = picture("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    return image


def palette_with_transparency():
    image = picture().quantize(8)
    return saved(image, transparency=bytes([0, 255, 128, 255, 64, 255, 255, 255]))


def swapped():
    """A colour profile that is no screen's: its red is sRGB's green."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for tag, other in ((b"rXYZ", b"gXYZ"),):
        one, two = profile.index(tag), profile.index(other)
        profile[one : one + 4], profile[two : two + 4] = other, tag
    return bytes(profile)


def held(turn):
    exif = Image.Exif()
    exif[ORIENTATION] = turn
    return exif


PICTURES = {
    "grey16": lambda: png(16, 0, wide(1)),
    "grey16_alpha": lambda: png(16, 4, wide(2)),
    "rgb16": lambda: png(16, 2, wide(3)),
    "rgba16": lambda: png(16, 6, wide(4)),
    "one_bit": lambda: saved(picture("1")),
    "grey": lambda: saved(picture("L")),
    "grey_alpha": lambda: saved(with_alpha().convert("LA")),
    "rgba": lambda: saved(with_alpha()),
    "palette": lambda: saved(picture().quantize(8)),
    "palette_transparent": palette_with_transparency,
    "colour_transparent": lambda: saved(picture(), transparency=(0, 0, 0)),
    "grey_transparent": lambda: saved(picture("L"), transparency=0),
    "profile_png": lambda: saved(picture(), icc_profile=swapped()),
    "profile_palette": lambda: saved(picture().quantize(8), icc_profile=swapped()),
    "profile_grey": lambda: saved(picture("L"), icc_profile=swapped()),
    "profile_broken": lambda: saved(picture(), icc_profile=b"no profile"),
    "profile_jpeg": lambda: saved(picture(), "JPEG", quality=95, icc_profile=swapped()),
    "cmyk": lambda: saved(picture("CMYK"), "JPEG", quality=95),
    "grey_jpeg": lambda: saved(picture("L"), "JPEG", quality=95),
    "progressive": lambda: saved(picture(), "JPEG", quality=95, progressive=True),
    **{
        f"held{turn}": lambda turn=turn: saved(
            picture(size=(SIDE, SIDE // 2)), "JPEG", quality=95, exif=held(turn)
        )
        for turn in range(1, 9)
    },
}


@pytest.fixture(scope="module")
def seen():
    """Each picture as Debian's chromium shows it on a white page."""
    made = {name: make() for name, make in PICTURES.items()}
    tags = "".join(
        f'<img style="position: absolute; left: 0; top: {at * SIDE}px" '
        f'src="data:image/{"png" if each[1:4] == b"PNG" else "jpeg"};base64,{base64.b64encode(each).decode()}">'
        for at, each in enumerate(made.values())
    )
    size = f"--window-size={SIDE},{SIDE * len(made)}"
    screen = Image.open(
        io.BytesIO(
            chromium(f"<body style='margin: 0'>{tags}", "--screenshot", size, "--hide-scrollbars")
        )
    ).convert("RGB")
    boxes = ((0, at * SIDE, SIDE, (at + 1) * SIDE) for at in range(len(made)))
    return {name: (made[name], screen.crop(box)) for name, box in zip(made, boxes, strict=True)}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_kept_as_a_browser_shows_it(seen, name):
    came, shown = seen[name]
    upload = accept(came, "x", LIMITS)
    assert isinstance(upload, Upload), upload
    kept = Image.open(io.BytesIO(upload.content))
    assert kept.mode == "RGB"
    shown = shown.crop((0, 0, *kept.size))
    # JPEG blurs edges: what counts is the colour of an area.
    assert kept.convert("L").getextrema()[0] < 200, "nothing to see"
    difference = ImageChops.difference(
        *(each.filter(ImageFilter.BoxBlur(2)) for each in (kept, shown))
    )
    assert max(ImageStat.Stat(difference).mean) < 4, difference.getextrema()


def damaged(content):
    found = accept(content, "x", LIMITS)
    return isinstance(found, Defect) and found.code == "upload.damaged"


@pytest.mark.parametrize("how", [{}, {"progressive": True}, {"restart_marker_rows": 2}], ids=str)
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_a_jpeg_that_lacks_only_its_end_is_taken_and_one_that_lacks_more_is_not(mode, how):
    noisy = Image.effect_noise((150, 150), 90).convert(mode)
    whole = saved(noisy, "JPEG", quality=90, **how)
    assert whole.endswith(b"\xff\xd9")
    kept = accept(whole, "x", LIMITS).content
    assert accept(whole[:-2], "x", LIMITS).content == kept
    assert accept(whole[:-1], "x", LIMITS).content == kept
    for missing in (12, 100, len(whole) // 2):
        assert damaged(whole[:-missing]), missing


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_half_a_picture_is_refused_also_by_a_child_that_has_printed_before(kind):
    """WeasyPrint lets every user of Pillow in its process fill in what is missing."""
    weasyprint_made()
    whole = saved(Image.effect_noise((150, 150), 90), kind)
    assert damaged(whole[: len(whole) // 2])


def test_what_follows_the_end_of_a_jpeg_is_no_matter():
    whole = saved(picture(), "JPEG")
    assert (
        accept(whole + b"trailer of a phone" * 100, "x", LIMITS).content
        == accept(whole, "x", LIMITS).content
    )


@pytest.mark.parametrize("mode", ["1", "P", "L", "I;16"])
def test_thin_lines_of_a_large_scan_are_not_lost(mode):
    side = LONGEST_SIDE + LONGEST_SIDE // 3
    sheet = Image.new("L", (side, 64), 255)
    draw = ImageDraw.Draw(sheet)
    for at in range(1, side, 8):  # dots that leaving out every fourth would lose
        draw.line((at, 0, at, 64), 0)
    image = (
        sheet.convert("I").point(lambda value: value * 257).convert(mode)
        if mode == "I;16"
        else sheet.convert(mode)
    )
    kept = Image.open(io.BytesIO(accept(saved(image), "x", LIMITS).content)).convert("L")
    parts = [kept.crop((at, 0, at + 60, 20)) for at in range(0, LONGEST_SIDE - 60, 60)]
    shades = [ImageStat.Stat(part).mean[0] for part in parts]
    assert 255 * 7 / 8 - 8 < min(shades) <= max(shades) < 255 * 7 / 8 + 8


def animated():
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    return saved(frames[0], save_all=True, append_images=frames[1:])


def keyed(depth, kind, rows, key):
    return png(depth, kind, rows, (b"tRNS", key))


@pytest.mark.parametrize(
    ("make", "code", "advice"),
    [
        (animated, "upload.animated", "截图"),
        (lambda: keyed(16, 0, wide(1), b"\xff\xff"), "upload.pixel_format", "另存为"),
        (lambda: keyed(16, 2, wide(3), b"\x12\x34" * 3), "upload.pixel_format", "另存为"),
        (lambda: saved(picture("1"), "TIFF", compression="group4"), "upload.type", "TIFF"),
        (lambda: saved(picture(), "TIFF", save_all=True, append_images=[picture()]), "upload.type", "多页"),
        (lambda: saved(picture(), "TIFF", big_tiff=True), "upload.type", "TIFF"),
        (lambda: saved(picture(), "GIF", save_all=True, append_images=[picture("L")]), "upload.type", "GIF"),
        (lambda: saved(picture(), "WEBP", save_all=True, append_images=[picture("L")]), "upload.type", "WebP"),
        (lambda: saved(picture(), "AVIF"), "upload.type", "AVIF"),
        (lambda: saved(picture(), "JPEG2000"), "upload.type", "JPEG 2000"),
        (lambda: saved(picture(), "BMP"), "upload.type", "BMP"),
    ],
)  # fmt: skip
def test_what_would_lose_something_is_refused_by_name(make, code, advice):
    found = accept(make(), "x", LIMITS)
    assert isinstance(found, Defect)
    assert (found.code, advice in found.message) == (code, True), found.message


@pytest.mark.parametrize("mode", ["P", "I;16"])
def test_the_largest_picture_is_taken_within_the_limits_of_a_job(mode):
    megapixels = UploadLimits(megapixels=60, file_mb=100)
    how = {"transparency": 3} if mode == "P" else {}
    image = Image.new(mode, (10_000, 5_990), 0)
    content = saved(image, **how)
    pool = Pool(
        1,
        1,
        Limits(),
        ("kaiban.domain.papers.material:Upload", "kaiban.domain.notices.notice:Defect"),
    )
    found = pool.run("kaiban.documents.uploads.taking:accept", content, "x", megapixels)
    assert isinstance(found, Upload), found
