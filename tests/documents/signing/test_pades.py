"""Signed packages, checked by programs that are not ours: poppler's pdfsig and openssl."""

import asyncio
import io
import json
import subprocess
import zipfile

import pikepdf
import pypdfium2
import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from kaiban.documents.signing.pades import BASIC
from tests.documents import samples
from tests.documents.paper import text_of


@pytest.fixture(scope="module")
def signing():
    return samples.signing()


@pytest.fixture(scope="module")
def package(signing):
    return samples.signed_package(signing)[0]


@pytest.fixture
def unpacked(package, signing, tmp_path):
    """The package as somebody has it on disk, and the certificate from elsewhere."""
    with zipfile.ZipFile(io.BytesIO(package.archive)) as bundle:
        bundle.extractall(tmp_path)
    pem = b"".join(each.public_bytes(Encoding.PEM) for each in signing.signer.chain)
    (tmp_path / "certificates.pem").write_bytes(pem)
    return tmp_path


def said(*command):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_poppler_finds_one_valid_signature_over_the_whole_document(unpacked):
    code, told = said("pdfsig", "-nocert", unpacked / "certificate.pdf")
    assert code == 0, told
    assert told.count("Signature #") == 1
    assert "Signature is Valid." in told
    assert "Total document signed" in told
    assert "ETSI.CAdES.detached" in told
    assert "SAMPLE" in told


def test_openssl_verifies_the_manifest_by_the_published_certificate(unpacked):
    command = (
        "openssl", "cms", "-verify", "-inform", "DER", "-in", unpacked / "manifest.p7s", "-content",
        unpacked / "manifest.json", "-binary", "-CAfile", unpacked / "certificates.pem",
        "-partial_chain", "-out", "/dev/null",
    )  # fmt: skip
    code, told = said(*command)
    assert code == 0, told
    assert "successful" in told
    (unpacked / "manifest.json").write_bytes((unpacked / "manifest.json").read_bytes() + b" ")
    assert said(*command)[0] != 0


def test_the_bytes_before_the_signature_are_the_same_each_time(package, signing):
    again = samples.signed_package(samples.signing())[0]
    assert package.level == again.level == BASIC
    assert package.pdf != again.pdf
    with pikepdf.open(io.BytesIO(package.pdf)) as pdf:
        [signature] = [
            each
            for each in pdf.objects
            if isinstance(each, pikepdf.Dictionary) and "/ByteRange" in each
        ]
        assert str(signature.M) == "D:20261125000000Z"  # real time, and not the case's
    before = package.pdf[: package.pdf.index(b"%%EOF") + 5]
    assert again.pdf.startswith(before)
    assert len(before) > 0.9 * len(package.pdf)


def test_the_signed_document_is_still_what_archives_take(package):
    """PDF/A-3 forbids a catalogue that calls itself PDF 2.0, which a key on P-256 tempts the library to write."""
    with pikepdf.open(io.BytesIO(package.pdf)) as pdf:
        assert pdf.pdf_version == "1.7"
        assert "/Version" not in pdf.Root
        assert "/Extensions" not in pdf.Root
        assert int(pdf.Root.Perms.DocMDP.Reference[0].TransformParams.P) == 1
        [field] = pdf.Root.AcroForm.Fields
        assert int(field.F) == 4 + 128
        assert field.AP.N.get("/Subtype") == pikepdf.Name.Form
        assert not dict(field.AP.N.Resources)  # a frame and no font: nothing to be misread
        number = int(field.StructParent)
        numbers = pdf.Root.StructTreeRoot.ParentTree.Nums
        found = {int(numbers[at]): numbers[at + 1] for at in range(0, len(numbers), 2)}
        assert pikepdf.Name.Form == found[number].S
        assert found[number].K[0].Obj.objgen == field.objgen


def test_the_signature_shows_as_the_blue_frame_around_the_platforms_mark(package):
    words = text_of(package.pdf, first=1, last=1)
    assert "平台数字签名" in words
    assert "以文件自带的签名为准，不是公章" in words
    with pikepdf.open(io.BytesIO(package.pdf)) as pdf:
        left, _, right, top = map(float, pdf.Root.AcroForm.Fields[0].Rect)
        assert pdf.Root.AcroForm.Fields[0].P.objgen == pdf.pages[0].objgen
    document = pypdfium2.PdfDocument(package.pdf)
    document.init_forms()
    page = document[0]
    drawn = page.render(scale=2, may_draw_forms=True).to_pil().convert("RGB")
    page.close()
    document.close()
    middle = int((left + right) / 2 * 2)
    edge = [drawn.getpixel((middle, drawn.height - int(top * 2) + off)) for off in range(-3, 6)]
    assert any(blue > 120 and red < 90 for red, _, blue in edge), edge


def test_a_later_version_names_the_one_it_replaces(signing):
    first, second = (samples.signed_package(signing, number)[0] for number in (1, 2))
    assert json.loads(first.summary)["replaces"] == ""
    assert json.loads(second.summary)["replaces"] == {"version": 1, "code": first.verify_code}
    assert "第2版（替代第1版）" in text_of(second.pdf, first=1, last=1)


def test_whoever_is_in_a_running_loop_may_ask_for_a_signature(signing):
    async def ask():
        return signing.detached(b"{}")

    assert asyncio.run(ask()).level == BASIC
