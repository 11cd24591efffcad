#!/bin/sh
# pikepdf (qpdf) making the looks of form fields, and a value in Chinese.
#
# Expected: generate_appearance_streams() makes the looks that a form with /NeedAppearances asks its viewer for; what
# it cannot draw (only fonts of single bytes are handled) it leaves as it is, or says so.
# Real: a look that came with the file and was right is replaced: each Chinese character becomes "?", the flag that
# asked for new looks is taken away, and nothing is said.
# Where it matters: flatten_annotations() asks for this step first; a form filled in with a name keeps "??" for good.
set -eu
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
python3 -m venv "$here/venv"
"$here/venv/bin/pip" install --quiet --disable-pip-version-check pikepdf==10.17.0
cat >"$here/try.py" <<'PYTHON'
import sys
from importlib.metadata import version

import pikepdf
from pikepdf import Array, Dictionary, Name

print("pikepdf", version("pikepdf"), "| qpdf", pikepdf.__libqpdf_version__)


def look(value, code):
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(300, 100)).obj
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
    fonts = Dictionary(Font=Dictionary(F=pdf.make_indirect(font)))
    content = b"/Tx BMC q BT /F 12 Tf 2 5 Td " + code + b" Tj ET Q EMC"
    came = pdf.make_stream(
        content, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 200, 20]), Resources=fonts
    )
    field = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T="name", V=value, DA="/F 12 Tf 0 g", F=4,
            Rect=[10, 10, 210, 30], AP=Dictionary(N=came),
        )
    )
    page.Annots = Array([field])
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]), DR=fonts, NeedAppearances=True)
    pdf.generate_appearance_streams()
    return field.AP.N.read_bytes(), "/NeedAppearances" in pdf.Root.AcroForm


print("latin:  ", *look("Zhang", b"(Zhang)"))
made, asks = look("\u5f20\u4f1f", b"<5F204F1F>")
print("chinese:", made, asks)
sys.exit(0 if b"(??)" in made and not asks else 1)
PYTHON
"$here/venv/bin/python" "$here/try.py"
