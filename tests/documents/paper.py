"""What poppler reads in a PDF: an eye that shares no code with what printed it."""

import re
import subprocess


def text_of(pdf, *, first=1, last=10_000):
    """The text without any white space: lines break where the layout wants."""
    command = ["pdftotext", "-raw", "-f", str(first), "-l", str(last), "-", "-"]
    return re.sub(r"\s+", "", _run(command, pdf).decode())


def pages_of(pdf):
    return int(re.search(r"Pages:\s+(\d+)", _run(["pdfinfo", "-"], pdf).decode())[1])


def fonts_of(pdf, tmp_path):
    """Each font as (name, embedded, has a map to Unicode)."""
    rows = _run(["pdffonts", _kept(pdf, tmp_path)], b"").decode().splitlines()[2:]
    return [(row.split()[0], row[-28:].split()[0], row[-28:].split()[2]) for row in rows]


def attachment_of(pdf, tmp_path):
    target = tmp_path / "package.json"
    _run(["pdfdetach", "-save", "1", "-o", str(target), _kept(pdf, tmp_path)], b"")
    return target.read_bytes()


def _kept(pdf, tmp_path):
    path = tmp_path / "package.pdf"
    path.write_bytes(pdf)
    return str(path)


def _run(command, given):
    return subprocess.run(command, input=given, capture_output=True, check=True).stdout
