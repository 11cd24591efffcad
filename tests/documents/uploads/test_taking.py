"""Files as people, phones and attackers send them."""

import io
import struct
import zlib

import pikepdf
import pytest
from PIL import Image

from kaiban.documents.uploads import pages
from kaiban.documents.uploads.photographs import LONGEST_SIDE
from kaiban.documents.uploads.taking import JPEG, PDF, accept
from kaiban.domain.notices.notice import Defect
from kaiban.domain.papers.material import Upload, UploadLimits
from tests.documents.paper import text_of

LIMITS = UploadLimits()
ORIENTATION, GPS, MAKER = 0x0112, 0x8825, 0x010F


def photograph(size=(400, 300), kind="JPEG", mode="RGB", colour="white", exif=None):
    target = io.BytesIO()
    Image.new(mode, size, colour).save(target, kind, **({"exif": exif} if exif else {}))
    return target.getvalue()


def document(pages=1, edit=lambda _pdf: None, **how):
    pdf = pikepdf.new()
    for _ in range(pages):
        pdf.add_blank_page(page_size=(595, 842))
    edit(pdf)
    target = io.BytesIO()
    pdf.save(target, **how)
    return target.getvalue()


def taken(content, name="房屋租赁合同.pdf", limits=LIMITS):
    found = accept(content, name, limits)
    assert isinstance(found, Upload), found
    return found


def refused(content, limits=LIMITS):
    found = accept(content, "x", limits)
    assert isinstance(found, Defect), found
    return found


def test_a_pdf_keeps_its_pages_and_their_text():
    def write(pdf):
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        page = pdf.pages[0]
        # The name of a resource may be anything, also the name of an action.
        page.obj.Resources = pikepdf.Dictionary(
            Font=pikepdf.Dictionary({"/A": pdf.make_indirect(font)})
        )
        page.obj.Contents = pdf.make_stream(b"BT /A 24 Tf 100 700 Td (LEASE 2026) Tj ET")

    upload = taken(document(3, write))
    assert (upload.media_type, upload.pages) == (PDF, 3)
    assert "LEASE2026" in text_of(upload.content)
    assert upload.digest != ""


def _script(pdf):
    action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    pdf.Root.OpenAction = action
    pdf.Root.AA = pikepdf.Dictionary(WC=action)
    pdf.pages[0].obj.AA = pikepdf.Dictionary(O=action)
    names = pikepdf.Dictionary(Names=pikepdf.Array(["x", action]))
    pdf.Root.Names = pikepdf.Dictionary(JavaScript=names)


def _launch(pdf):
    link = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 100, 100],
        A=pikepdf.Dictionary(S=pikepdf.Name.Launch, F="calc.exe"),
    )  # fmt: skip
    pdf.pages[0].obj.Annots = pikepdf.Array([pdf.make_indirect(link)])


def _embedded(pdf):
    pdf.attachments["calc.exe"] = b"calc.exe"


def _elsewhere(pdf):
    stream = pdf.make_stream(b"")
    stream.F = "/etc/passwd"
    pdf.pages[0].obj.Contents = stream


def _private(pdf):
    pdf.docinfo["/Author"] = "app.alert(1)"
    pdf.pages[0].obj.PieceInfo = pikepdf.Dictionary(X=pikepdf.Dictionary(Private="app.alert(1)"))


@pytest.mark.parametrize("plant", [_script, _launch, _embedded, _elsewhere, _private])
def test_nothing_that_acts_or_points_elsewhere_is_left(plant):
    wanted = (b"app.alert", b"calc.exe", b"passwd")
    dirty = document(edit=plant, qdf=True, compress_streams=False)
    assert any(word in dirty for word in wanted), "nothing was planted"
    with pikepdf.open(io.BytesIO(taken(dirty).content)) as pdf:
        target = io.BytesIO()
        pdf.save(target, qdf=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    found = target.getvalue()
    assert not any(
        word in found for word in (*wanted, b"/JavaScript", b"/Launch", b"/EmbeddedFile")
    )


def test_what_was_filled_in_a_form_becomes_part_of_the_page():
    def fill(pdf):
        look = pdf.make_stream(b"BT /F 20 Tf 0 0 Td (SIGNED) Tj ET")
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        look.Type, look.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
        look.BBox = pikepdf.Array([0, 0, 200, 30])
        look.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
        stamp = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Stamp, Rect=[100, 100, 300, 130], F=4,
            AP=pikepdf.Dictionary(N=look),
        )  # fmt: skip
        pdf.pages[0].obj.Annots = pikepdf.Array([pdf.make_indirect(stamp)])

    upload = taken(document(edit=fill))
    assert "SIGNED" in text_of(upload.content)
    assert b"/Annots" not in upload.content


def test_a_dynamic_form_is_refused():
    def form(pdf):
        pdf.Root.AcroForm = pikepdf.Dictionary(XFA="x", Fields=pikepdf.Array())

    defect = refused(document(edit=form))
    assert defect.code == "upload.form"
    assert "打印为 PDF" in defect.message


@pytest.mark.parametrize("how", [{"user": "1", "owner": "2"}, {"user": "", "owner": "2"}])
def test_a_locked_pdf_is_refused(how):
    defect = refused(document(encryption=pikepdf.Encryption(**how)))
    assert defect.code == "upload.encrypted"
    assert "取消密码" in defect.message


def test_limits_of_size_and_pages():
    few = UploadLimits(file_mb=1, pages=2)
    assert refused(document(3), few).code == "upload.pages"
    assert taken(document(2), limits=few).pages == 2
    assert refused(b"%PDF-" + bytes(1024 * 1024), few).code == "upload.too_large"


def test_a_small_pdf_that_grows_huge_is_refused():
    bomb = zlib.compress(bytes(300 * 1024 * 1024), 9)

    def plant(pdf):
        look = pikepdf.Stream(pdf, bomb, Filter=pikepdf.Name.FlateDecode)
        look.Type, look.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
        look.BBox = pikepdf.Array([0, 0, 1, 1])
        pdf.pages[0].obj.Contents = pdf.make_indirect(look)

    found = accept(document(edit=plant, compress_streams=False), "x", LIMITS)
    assert isinstance(found, Defect) or len(found.content) < 2 * len(bomb)


def test_a_photograph_is_turned_upright_and_loses_where_it_was_taken():
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKER] = 6, "SECRETPHONE"
    exif.get_ifd(GPS)[1] = "N"
    raw = photograph((400, 300), exif=exif)
    assert b"SECRETPHONE" in raw
    upload = taken(raw, "IMG_0001.JPG")
    kept = Image.open(io.BytesIO(upload.content))
    assert (upload.media_type, upload.name, kept.size) == (JPEG, "IMG_0001.jpg", (300, 400))
    assert b"SECRETPHONE" not in upload.content
    assert b"Exif" not in upload.content
    assert kept.info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_a_large_photograph_is_kept_readable_and_smaller():
    upload = taken(photograph((LONGEST_SIDE * 2, 900)))
    assert Image.open(io.BytesIO(upload.content)).size == (LONGEST_SIDE, 450)


def png_of(width, height):
    """A PNG that claims a size and holds next to nothing."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(b"")), (b"IEND", b""))
    body = (
        struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(body)


@pytest.mark.parametrize("side", [7_800, 9_900, 60_000])
def test_pixel_bombs_are_refused_before_they_are_decoded(side):
    defect = refused(png_of(side, side))
    assert defect.code == "upload.pixels"
    assert "6000 万像素" in defect.message


@pytest.mark.parametrize(
    ("content", "code", "advice"),
    [
        (b"", "upload.empty", "重新选择"),
        (b"\0\0\0\x18ftypheic\0\0", "upload.type", "兼容性最佳"),
        (b"\0\0\0\x18ftypmif1\0\0", "upload.type", "兼容性最佳"),
        (b"\0\0\0\x18ftypisom\0\0", "upload.type", "视频"),
        (b"PK\3\4rest", "upload.type", "另存为 PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "upload.type", "另存为 PDF"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "upload.type", "WebP"),
        (b"MZ\x90\0", "upload.type", "PDF、JPEG 或者 PNG"),
        (b"<html>", "upload.type", "PDF、JPEG 或者 PNG"),
        (b"%PDF-1.7 nothing", "upload.damaged", "重新导出"),
        (photograph()[:300], "upload.damaged", "重新拍摄"),
        (b"\x89PNG\r\n\x1a\nnothing", "upload.damaged", "重新拍摄"),
    ],
)
def test_what_cannot_be_taken_says_what_to_do(content, code, advice):
    defect = refused(content)
    assert defect.code == code
    assert advice in defect.message


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\扫描\\合同.exe", "合同.jpg"),
        ("合同\u202egpj.exe", "合同gpj.jpg"),
        ("", "document.jpg"),
        ("租赁合同.2026.pdf", "租赁合同.2026.jpg"),
    ],
)
def test_a_name_is_for_reading_only(name, shown):
    assert taken(photograph(), name).name == shown


def lines_of(count):
    """Page content of 16 bytes a line: a small sum, over a limit made small for it."""
    return b"0 0 m 10 10 l n\n" * count


@pytest.mark.parametrize("kind", ["one", "shared", "parts", "form", "ascii"])
def test_a_pdf_that_unpacks_to_more_than_it_may_is_refused_by_name(kind):
    limits = UploadLimits(unpacked_mb=1)

    def plant(pdf):
        content = lines_of(24_000 if kind == "shared" else 70_000)
        stream = pdf.make_stream(content)
        if kind == "ascii":
            packed = zlib.compress(content).hex().encode() + b">"
            both = pikepdf.Array([pikepdf.Name.ASCIIHexDecode, pikepdf.Name.FlateDecode])
            stream = pdf.make_indirect(pikepdf.Stream(pdf, packed, Filter=both))
        if kind == "form":
            stream.Type, stream.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
            stream.BBox = pikepdf.Array([0, 0, 1, 1])
            pdf.pages[0].obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=stream))
            return
        for page in pdf.pages:
            page.obj.Contents = pikepdf.Array([stream] * 3) if kind == "parts" else stream

    raw = document(3, plant)
    assert len(raw) < 100_000
    defect = refused(raw, limits)
    assert defect.code == "upload.too_complex"
    assert "超过 1 MB" in defect.message
    assert "打印为 PDF" in defect.message
    assert taken(raw).pages == 3


def test_a_picture_inside_a_pdf_counts_by_its_pixels():
    def plant(pdf):
        picture = pdf.make_stream(bytes(10))
        picture.Type, picture.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        picture.Width, picture.Height = 2_000, 1_000
        picture.ColorSpace, picture.BitsPerComponent = pikepdf.Name.DeviceGray, 1
        pdf.pages[0].obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=picture))

    raw = document(edit=plant)
    assert refused(raw, UploadLimits(megapixels=1)).code == "upload.pixels"
    assert taken(raw).pages == 1


def test_a_pdf_of_too_many_objects_is_refused(monkeypatch):
    monkeypatch.setattr(pages, "MOST_OBJECTS", 10)
    assert refused(document(12)).code == "upload.too_complex"


@pytest.mark.parametrize(
    ("coding", "data"),
    [("RunLengthDecode", b"\x02abc\x80"), ("FlateDecode", zlib.compress(b"abc")[:-4] + b"0000")],
    ids=["run_length", "wrong_sum"],
)
def test_a_stream_in_a_rare_coding_or_with_a_wrong_sum_harms_nobody(coding, data):
    def plant(pdf):
        small = pikepdf.Stream(pdf, data, Filter=pikepdf.Name(f"/{coding}"))
        pdf.pages[0].obj.Thumb = pdf.make_indirect(small)

    assert taken(document(edit=plant)).pages == 1
