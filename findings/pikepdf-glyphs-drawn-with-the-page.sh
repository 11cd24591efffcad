#!/bin/sh
# pikepdf (qpdf) removing resources that a page does not use, and a Type 3 font without resources of its own.
#
# Expected: the glyphs of a Type 3 font that brings no /Resources are drawn with those of the page (ISO 32000-2,
# table 110), as old converters made them; remove_unreferenced_resources() leaves what they use.
# Real: it looks at the content of the page only. The fonts its glyphs name are removed, and the text is drawn in
# another font or not at all.
# Where it matters: pages taken over into another file, which is what the function is meant for.
set -eu
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
python3 -m venv "$here/venv"
"$here/venv/bin/pip" install --quiet --disable-pip-version-check pikepdf==10.17.0 pypdfium2==5.15.2 pillow==13.0.0
cat >"$here/try.py" <<'PYTHON'
import io
import sys
from importlib.metadata import version

import pikepdf
import pypdfium2
from pikepdf import Dictionary, Name

print("pikepdf", version("pikepdf"), "| qpdf", pikepdf.__libqpdf_version__)
pdf = pikepdf.new()
page = pdf.add_blank_page(page_size=(100, 50)).obj
square = pdf.make_stream(b"0 0 1 1 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 1, 1])
font = Dictionary(
    Type=Name.Font, Subtype=Name.Type3, FontBBox=[0, 0, 1, 1], FontMatrix=[1, 0, 0, 1, 0, 0], Widths=[1],
    CharProcs=Dictionary(A=pdf.make_stream(b"1 0 d0 /Square Do")), FirstChar=65, LastChar=65,
    Encoding=Dictionary(Type=Name.Encoding, Differences=[65, Name.A]),
)
page.Resources = Dictionary(Font=Dictionary(T=pdf.make_indirect(font)), XObject=Dictionary(Square=square))
page.Contents = pdf.make_stream(b"BT /T 1 Tf 20 0 0 20 10 10 Tm (AAA) Tj ET")


def dark():
    target = io.BytesIO()
    pdf.save(target)
    picture = pypdfium2.PdfDocument(target.getvalue())[0].render().to_pil().convert("L")
    return picture.histogram()[0]


before = dark()
pdf.remove_unreferenced_resources()
after = dark()
print("dark dots before:", before, "| after:", after, "| left:", dict(page.Resources.get("/XObject", {})))
sys.exit(0 if before > 0 and after == 0 else 1)
PYTHON
"$here/venv/bin/python" "$here/try.py"
