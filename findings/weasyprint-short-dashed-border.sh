#!/bin/sh
# WeasyPrint and a dashed border with round corners on a box that is hardly there.
#
# Expected: a box of less than a millimetre with "border: dashed; border-radius" is drawn with a solid or an empty
# line; too short for a dash is no mistake in a style sheet.
# Real: rendering ends with a ZeroDivisionError as soon as a side is shorter than half a dash, and no PDF comes.
# Where it matters: bars of a time line whose length follows the data; the bar of what has just begun takes the
# whole document along.
set -eu
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
python3 -m venv "$here/venv"
"$here/venv/bin/pip" install --quiet --disable-pip-version-check weasyprint==70.0
cat >"$here/try.py" <<'PYTHON'
import sys
from importlib.metadata import version

from weasyprint import HTML


def told(style, width):
    look = f"border: .3mm {style} black; border-top-width: 1mm; border-radius: .4mm"
    bar = f"<div style='width: {width}mm; height: 3mm; {look}'></div>"
    try:
        HTML(string=bar).write_pdf()
    except ZeroDivisionError as error:
        return f"ZeroDivisionError: {error}"
    return "a PDF"


print("weasyprint", version("weasyprint"))
seen = {(style, width): told(style, width) for style in ("solid", "dashed") for width in (40, 0.2)}
for (style, width), what in seen.items():
    print(f"{style} border, {width} mm wide: {what}")
fails = [key for key, what in seen.items() if what != "a PDF"]
sys.exit(0 if fails == [("dashed", 0.2)] else 1)
PYTHON
"$here/venv/bin/python" "$here/try.py"
