"""Real files as other programs make them: each function returns a PDF, the name says whose it is or what it has."""

import io
import subprocess
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
from asn1crypto import keys
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageDraw
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.stamp import TextStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

A4 = (595, 842)
LEASE = """<style>@page { size: A4 } h1 { color: #a00 } td { border: 1px solid #333 } .seal { opacity: .4; transform: rotate(-12deg);
border: 3px double blue; border-radius: 50%; width: 8em; background: linear-gradient(#fff0, #06f8) }</style>
<h1>房屋租赁合同</h1><p>出租方：<b>张伟</b>；承租方：<i>示范市青禾云软件有限公司</i>。</p><table><tr><td>租金<td>每月 8,000.00 元</table>
<p class=seal>合同专用</p><p style="break-before: page">第二页：签字</p>"""


def weasyprint_made():
    import weasyprint

    return weasyprint.HTML(string=LEASE).write_pdf()


def chromium_printed():
    """Printed to PDF, as most pages of the web are kept."""
    return chromium(LEASE, "--print-to-pdf", "--no-pdf-header-footer")


def chromium(html, what, *more):
    """What Debian's chromium makes of a page: its own profile, no window, no network."""
    with tempfile.TemporaryDirectory(prefix="kaiban-") as folder:
        page, made = Path(folder, "page.html"), Path(folder, "made.png")
        page.write_text(f'<meta charset="utf-8">{html}', encoding="utf-8")
        command = [
            "chromium-headless-shell", "--no-sandbox", "--disable-gpu", "--no-first-run",
            "--disable-background-networking", "--force-color-profile=srgb",
            f"--user-data-dir={folder}/profile", f"{what}={made}", *more, page.as_uri(),
        ]  # fmt: skip
        subprocess.run(command, capture_output=True, check=True, timeout=120)
        return made.read_bytes()


def cairo_drawn():
    """By poppler's pdftocairo: cairo writes pages in its own way, with groups and soft masks."""
    command = ["pdftocairo", "-pdf", "-", "-"]
    return subprocess.run(command, input=weasyprint_made(), capture_output=True, check=True).stdout


def packed_by_qpdf():
    """Everything in object streams, laid out for reading over a slow line."""
    return _saved(
        _opened(weasyprint_made()),
        linearize=True,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
    )


# --- scanners ------------------------------------------------------------------------------------


def sheet(size=(1240, 1754)):
    """A scanned page: lines of print, a round stamp."""
    image = Image.new("L", size, 255)
    draw = ImageDraw.Draw(image)
    for top in range(100, size[1] - 100, 40):
        draw.text((100, top), f"{top} lorem ipsum dolor sit amet " * 5, fill=0)
    draw.ellipse((800, 1200, 1100, 1500), outline=0, width=8)
    return image


def scanned_ccitt():
    target = io.BytesIO()
    image = sheet().convert("1")
    image.save(target, "PDF", resolution=150, save_all=True, append_images=[image.rotate(180)])
    assert b"CCITTFaxDecode" in target.getvalue()
    return target.getvalue()


def _group4(image):
    """The bits of a black and white picture as fax machines code them (T.6), white is 0."""
    target = io.BytesIO()
    image.save(target, "TIFF", compression="group4", strip_size=1 << 30)
    with Image.open(target) as tiff:
        (start,), (length,) = tiff.tag_v2[273], tiff.tag_v2[279]
    return target.getvalue()[start : start + length]


def scanned_jbig2():
    """One generic region coded as T.6 (ITU-T T.88, 7.4.6), embedded as in ISO 32000-2, 7.4.7."""
    image = sheet().convert("1")
    size = b"".join(side.to_bytes(4, "big") for side in image.size)
    info = size + bytes(8) + b"\0" + b"\0\0"
    region = size + bytes(8) + b"\0" + b"\1" + _group4(image)
    segments = b"".join(
        number.to_bytes(4, "big") + bytes([kind]) + b"\0\1" + len(data).to_bytes(4, "big") + data
        for number, kind, data in ((0, 48, info), (1, 38, region))
    )
    pdf = _blank()
    picture = _picture(pdf, segments, image.size, Filter=Name.JBIG2Decode, BitsPerComponent=1)
    _draw(pdf, b"q 595 0 0 842 0 0 cm /P Do Q", P=picture)
    return _saved(pdf)


def printed_cmyk():
    """As a print shop makes it: a picture in CMYK with Adobe's inverted values, an overprinted line."""
    target = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").convert("CMYK").save(target, "JPEG")
    pdf = _blank()
    picture = _picture(
        pdf, target.getvalue(), (256, 256), Filter=Name.DCTDecode, BitsPerComponent=8,
        ColorSpace=Name.DeviceCMYK, Decode=[1, 0, 1, 0, 1, 0, 1, 0],
    )  # fmt: skip
    _draw(
        pdf,
        b"q 400 0 0 400 90 300 cm /P Do Q /G gs 0 1 1 0 k 100 320 300 30 re f 1 0 0 0 K 100 300 m 400 500 l S",
        P=picture,
    )
    pdf.pages[0].Resources.ExtGState = Dictionary(
        G=Dictionary(op=True, OP=True, OPM=1, BM=Name.Multiply)
    )
    return _saved(pdf)


# --- signed --------------------------------------------------------------------------------------


def signer():
    """A signer with a certificate of its own."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Zhang San")])
    since = datetime(2026, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder(
        name, name, key.public_key(), 1, since, since.replace(year=2030)
    )
    made = builder.sign(key, hashes.SHA256())
    raw = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    certificate = asn1.Certificate.load(made.public_bytes(Encoding.DER))
    return signers.SimpleSigner(
        signing_cert=certificate, signing_key=keys.PrivateKeyInfo.load(raw),
        cert_registry=SimpleCertificateStore.from_certs([certificate]),
    )  # fmt: skip


def signed_and_stamped():
    """Signed twice by pyHanko, each with a stamp to see: the second signature is an addition to the first file."""
    made, by = weasyprint_made(), signer()
    for number in (1, 2):
        writer = IncrementalPdfFileWriter(io.BytesIO(made))
        place = fields.SigFieldSpec(
            f"S{number}", on_page=1, box=(100, 100 * number, 300, 100 * number + 60)
        )
        fields.append_signature_field(writer, place)
        signing = signers.PdfSigner(
            signers.PdfSignatureMetadata(field_name=f"S{number}"), by,
            stamp_style=TextStampStyle(stamp_text="SIGNED %(signer)s", background_opacity=0.4),
        )  # fmt: skip
        made = signing.sign_pdf(writer).getvalue()
    assert len(PdfFileReader(io.BytesIO(made)).embedded_signatures) == 2
    return made


# --- by hand -------------------------------------------------------------------------------------


def _layered(shown):
    """Two layers, of which one is shown; both have text."""
    pdf = _blank()
    layers = [pdf.make_indirect(Dictionary(Type=Name.OCG, Name=name)) for name in ("A", "B")]
    pdf.Root.OCProperties = Dictionary(
        OCGs=Array(layers), D=Dictionary(OFF=Array(layers[:1]), Order=Array(layers), **shown)
    )
    _write(
        pdf,
        b"/OC /A BDC BT /F 20 Tf 50 700 Td (HIDDEN) Tj ET EMC /OC /B BDC BT /F 20 Tf 50 600 Td (SHOWN) Tj ET EMC",
    )
    pdf.pages[0].Resources.Properties = Dictionary(A=layers[0], B=layers[1])
    return pdf


def layered():
    return _saved(_layered({}))


def layered_for_print():
    """A layer that its use on a screen switches off."""
    pdf = _layered({"AS": Array([Dictionary(Event=Name.View, Category=Array([Name.View]))])})
    layers = pdf.Root.OCProperties.OCGs
    layers[1].Usage = Dictionary(View=Dictionary(ViewState=Name.OFF))
    pdf.Root.OCProperties.D.AS[0].OCGs = layers
    return _saved(pdf)


def stamp_in_a_layer(number=1):
    """A stamp that is shown with the second layer."""
    pdf = _layered({})
    mark = _stamp(pdf, "DRAFT")
    mark.OC = pdf.Root.OCProperties.OCGs[number]
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(mark)])
    return _saved(pdf)


def rotated_and_cropped():
    """Every turn, cut, with the boxes inherited from the tree and a unit of its own."""
    pdf = _opened(weasyprint_made())
    pdf.pages.extend(list(pdf.pages))
    for number, page in enumerate(pdf.pages):
        page.obj.Rotate = number * 90
        page.obj.CropBox = Array([50, 400, 500, 800])
        _annotate(pdf, page, _stamp(pdf, "STAMP"))
    pdf.pages[0].obj.UserUnit = 2
    for page in pdf.pages:
        del page.obj.MediaBox
    pdf.Root.Pages.MediaBox = Array([-20, -20, 595, 842])
    return _saved(pdf)


def annotated():
    """Stamps upright and turned, one faint, one for unknown viewers only, a link, a note with its window."""
    pdf = _opened(weasyprint_made())
    stamps = [
        _stamp(pdf, word, place) for place, word in enumerate(("ONE", "TWO", "THREE", "NOT"))
    ]
    stamps[1].AP.N.Matrix = Array([0.7, 0.7, -0.7, 0.7, 0, 0])
    stamps[2].F = 5  # invisible to those who do not know stamps
    stamps[3].F = 2  # hidden
    link = Dictionary(
        Type=Name.Annot,
        Subtype=Name.Link,
        Rect=[0, 0, 100, 100],
        Border=[0, 0, 0],
        A=Dictionary(S=Name.URI, URI="x:"),
    )
    note = _stamp(pdf, "NOTE", 5)
    note.Subtype = Name.Text
    window = Dictionary(Type=Name.Annot, Subtype=Name.Popup, Rect=[200, 200, 300, 300], Open=True)
    for mark in (*stamps, link, note, window):
        _annotate(pdf, pdf.pages[0], mark)
    return _saved(pdf)


def blended():
    """A page whose group decides how its colours mix."""
    pdf = _blank()
    pdf.pages[0].obj.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceRGB, I=True, K=True)
    _draw(pdf, b"1 1 0 rg 100 100 300 300 re f /G gs 0 1 1 rg 200 200 300 300 re f")
    pdf.pages[0].Resources.ExtGState = Dictionary(G=Dictionary(BM=Name.Multiply, ca=0.7))
    return _saved(pdf)


def names_like_actions():
    """Resources may be called anything, also as what acts elsewhere."""
    pdf = _blank()
    names = ("AA", "AF", "EF", "JS", "Metadata", "OPI", "PieceInfo", "Ref")
    words = b"".join(
        f"BT /{name} 20 Tf 50 {700 - 40 * at} Td ({name}) Tj ET ".encode()
        for at, name in enumerate(names)
    )
    _write(pdf, words)
    pdf.pages[0].Resources.Font = pdf.make_indirect(
        Dictionary({f"/{name}": _font(pdf, Name.Courier) for name in names})
    )
    return _saved(pdf)


def glyphs_drawn_with_the_page():
    """A font whose glyphs show other fonts of the page, as old converters made them (ISO 32000-2, table 110)."""
    pdf = _blank()
    _write(pdf, b"BT /T 1 Tf 20 0 0 20 50 700 Tm (AAA) Tj ET")
    glyph = pdf.make_stream(b"1 0 d0 BT /F 1 Tf (W) Tj ET")
    font = Dictionary(
        Type=Name.Font, Subtype=Name.Type3, FontBBox=[0, 0, 1, 1], FontMatrix=[1, 0, 0, 1, 0, 0],
        CharProcs=Dictionary(A=glyph), FirstChar=65, LastChar=65, Widths=[1],
        Encoding=Dictionary(Type=Name.Encoding, Differences=[65, Name.A]),
    )  # fmt: skip
    pdf.pages[0].Resources.Font = Dictionary(F=_font(pdf, Name.Courier), T=pdf.make_indirect(font))
    return _saved(pdf)


def filled_in(value="Zhang", *, shown="Zhang", anew=False, **more):
    """A form with one field: what was filled in, how it looks (None: nothing), whether viewers make looks anew."""
    pdf = _blank()
    font = _chinese(pdf) if not value.isascii() else _font(pdf)
    about = {"FT": Name.Tx, **more}
    field = Dictionary(
        Type=Name.Annot, Subtype=Name.Widget, T="name", V=value, DA="/F 12 Tf 0 g",
        Rect=[100, 700, 300, 720], F=4, **about,
    )  # fmt: skip
    if shown is not None:
        code = "<" + shown.encode("utf-16-be").hex() + ">" if not value.isascii() else f"({shown})"
        look = _form(
            pdf, f"/Tx BMC q BT /F 12 Tf 2 5 Td {code} Tj ET Q EMC".encode(), (200, 20), font
        )
        field.AP = Dictionary(N=look)
    field = pdf.make_indirect(field)
    pdf.pages[0].obj.Annots = Array([field])
    pdf.Root.AcroForm = Dictionary(
        Fields=Array([field]),
        DA="/F 12 Tf 0 g",
        DR=Dictionary(Font=Dictionary(F=font)),
        NeedAppearances=anew,
    )
    return _saved(pdf)


def marked(edit):
    """A page with one stamp, changed by ``edit(pdf, stamp)``."""
    pdf = _blank()
    _annotate(pdf, pdf.pages[0], _stamp(pdf, "MARK"))
    edit(pdf, pdf.pages[0].obj.Annots[0])
    return _saved(pdf)


# --- parts ---------------------------------------------------------------------------------------


def _blank(pages=1):
    pdf = pikepdf.new()
    for _ in range(pages):
        pdf.add_blank_page(page_size=A4)
    return pdf


def _opened(content):
    return pikepdf.open(io.BytesIO(content))


def _saved(pdf, **how):
    target = io.BytesIO()
    pdf.save(target, **how)
    return target.getvalue()


def _draw(pdf, content, **pictures):
    page = pdf.pages[0]
    page.obj.Contents = pdf.make_stream(content)
    page.obj.Resources = Dictionary(
        XObject=Dictionary({f"/{name}": one for name, one in pictures.items()})
    )


def _write(pdf, content):
    _draw(pdf, content)
    pdf.pages[0].Resources.Font = Dictionary(F=_font(pdf))


def _font(pdf, name=Name.Helvetica):
    return pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=name))


def _chinese(pdf):
    """A font every viewer brings along or replaces (ISO 32000-2, 9.7.5.2)."""
    name = Name("/STSong-Light")
    about = Dictionary(
        Type=Name.FontDescriptor, FontName=name, Flags=6, FontBBox=Array([-25, -254, 1000, 880]),
        ItalicAngle=0, Ascent=880, Descent=-120, CapHeight=880, StemV=93,
    )  # fmt: skip
    glyphs = Dictionary(
        Type=Name.Font, Subtype=Name.CIDFontType0, BaseFont=name, FontDescriptor=pdf.make_indirect(about),
        CIDSystemInfo=Dictionary(Registry="Adobe", Ordering="GB1", Supplement=2),
    )  # fmt: skip
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font, Subtype=Name.Type0, BaseFont=name, Encoding=Name("/UniGB-UCS2-H"),
            DescendantFonts=Array([pdf.make_indirect(glyphs)]),
        )
    )  # fmt: skip


def _picture(pdf, data, size, **about):
    about = {"ColorSpace": Name.DeviceGray, **about}
    return pikepdf.Stream(
        pdf, data, Type=Name.XObject, Subtype=Name.Image, Width=size[0], Height=size[1], **about
    )


def _form(pdf, content, size, font):
    return pikepdf.Stream(
        pdf, content, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, *size]),
        Resources=Dictionary(Font=Dictionary(F=font)),
    )  # fmt: skip


def _stamp(pdf, word, place=0):
    """A stamp with a frame and a word in it."""
    content = f"1 0 0 RG 2 w 3 3 144 34 re S BT /F 20 Tf 10 12 Td ({word}) Tj ET".encode()
    return Dictionary(
        Type=Name.Annot, Subtype=Name.Stamp, F=4, Rect=[200, 450 + 50 * place, 350, 490 + 50 * place],
        AP=Dictionary(N=pdf.make_indirect(_form(pdf, content, (150, 40), _font(pdf)))),
    )  # fmt: skip


def _annotate(pdf, page, mark):
    page.obj.Annots = Array([*page.obj.get("/Annots", ()), pdf.make_indirect(mark)])
