#!/bin/sh
# WeasyPrint and how Pillow reads pictures in the same process.
#
# Expected: Pillow refuses a JPEG or PNG of which half is missing ("image file is truncated"), whatever else is imported.
# Real: importing WeasyPrint sets Pillow's switch LOAD_TRUNCATED_IMAGES for the whole process: from then on half a
# picture is read without a word, and the rest of it is grey or black.
# Where it matters: a process that checks photographs people send and prints papers too; it depends on what was printed
# before whether a broken upload is noticed.
set -eu
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
python3 -m venv "$here/venv"
"$here/venv/bin/pip" install --quiet --disable-pip-version-check weasyprint==70.0 pillow==13.0.0
cat >"$here/try.py" <<'PYTHON'
import io
import sys
from importlib.metadata import version

from PIL import Image

print("weasyprint", version("weasyprint"), "| pillow", version("pillow"))
whole = {}
for kind in ("JPEG", "PNG"):
    made = io.BytesIO()
    Image.effect_noise((150, 150), 90).save(made, kind)
    whole[kind] = made.getvalue()


def half(kind):
    content = whole[kind]
    try:
        Image.open(io.BytesIO(content[: len(content) // 2])).load()
    except OSError as error:
        return f"refused: {str(error).split('(')[0].strip()}"
    return "read"


before = {kind: half(kind) for kind in whole}
print("half a picture:", before)
import weasyprint  # noqa: E402, F401 - what it does when imported is the finding

after = {kind: half(kind) for kind in whole}
print("after importing WeasyPrint:", after)
sys.exit(0 if "read" not in before.values() and set(after.values()) == {"read"} else 1)
PYTHON
"$here/venv/bin/python" "$here/try.py"
