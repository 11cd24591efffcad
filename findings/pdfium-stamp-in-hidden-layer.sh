#!/bin/sh
# PDFium and an annotation that belongs to a hidden layer.
#
# Expected: an annotation whose dictionary has /OC is shown only while that layer is (ISO 32000-2, 12.5.2, table 166),
# as content of the page with the same layer is.
# Real: the layer hides what stands on the page, and the annotation is drawn all the same. Poppler hides both.
# Where it matters: a stamp "draft" or "void" that its maker switched off appears in browsers that draw with PDFium;
# whoever flattens annotations can follow the standard or the browser, not both.
set -eu
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
python3 -m venv "$here/venv"
"$here/venv/bin/pip" install --quiet --disable-pip-version-check pypdfium2==5.15.2 pikepdf==10.17.0 pillow==13.0.0
cat >"$here/try.py" <<'PYTHON'
import io
import sys
from importlib.metadata import version

import pikepdf
import pypdfium2
from pikepdf import Array, Dictionary, Name

print("pypdfium2", version("pypdfium2"), "| PDFium", pypdfium2.version.PDFIUM_INFO)


def file(hidden):
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(200, 100)).obj
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name="L"))
    off = Array([layer] if hidden else [])
    pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(OFF=off))
    page.Resources = Dictionary(Properties=Dictionary(L=layer))
    page.Contents = pdf.make_stream(b"/OC /L BDC 0 0 100 100 re f EMC")
    look = pdf.make_stream(b"0 0 100 100 re f", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 100, 100]))
    stamp = Dictionary(
        Type=Name.Annot, Subtype=Name.Stamp, Rect=[100, 0, 200, 100], F=4, OC=layer, AP=Dictionary(N=look)
    )
    page.Annots = Array([pdf.make_indirect(stamp)])
    target = io.BytesIO()
    pdf.save(target)
    return target.getvalue()


def shown(hidden):
    page = pypdfium2.PdfDocument(file(hidden))[0]
    picture = page.render(draw_annots=True).to_pil().convert("L")
    return {"page": picture.getpixel((50, 50)) == 0, "stamp": picture.getpixel((150, 50)) == 0}


print("layer shown: ", shown(hidden=False))
print("layer hidden:", shown(hidden=True))
sys.exit(0 if shown(hidden=True) == {"page": False, "stamp": True} else 1)
PYTHON
"$here/venv/bin/python" "$here/try.py"
