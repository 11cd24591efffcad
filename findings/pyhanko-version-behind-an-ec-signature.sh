#!/bin/sh
# pyHanko and the version of a document that is signed with an elliptic curve.
#
# Expected: a signature is added behind the document, which stays what it was: a file of PDF 1.7 that claims PDF/A-3
# (ISO 19005-3, on top of ISO 32000-1) still is one, whichever kind of key signs it.
# Real: with a key on P-256 the update writes /Version /2.0 into the catalogue and names an extension of ISO 32002; with an
# RSA key it writes neither. A catalogue of version 2.0 is beyond what PDF/A-3 allows.
# Where it matters: archives that take PDF/A-3 refuse the signed copy of a file they take unsigned, and only if the
# signer moved to the shorter key.
set -eu
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
python3 -m venv "$here/venv"
"$here/venv/bin/pip" install --quiet --disable-pip-version-check pyhanko==0.38.0 pikepdf==10.17.0
cat >"$here/try.py" <<'PYTHON'
import io
import sys
from datetime import UTC, datetime, timedelta
from importlib.metadata import version

import pikepdf
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers

print("pyHanko", version("pyhanko"), "| cryptography", version("cryptography"))


def signer(key):
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sample")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, SHA256())
    )
    packed = pkcs12.serialize_key_and_certificates(b"sample", key, made, None, NoEncryption())
    return signers.SimpleSigner.load_pkcs12_data(packed, [], None)


def catalogue(key):
    pdf = pikepdf.new()
    pdf.add_blank_page()
    plain = io.BytesIO()
    pdf.save(plain, force_version="1.7")
    meta = signers.PdfSignatureMetadata(field_name="S", md_algorithm="sha256")
    signed = signers.sign_pdf(IncrementalPdfFileWriter(plain), meta, signer=signer(key))
    with pikepdf.open(io.BytesIO(signed.getvalue())) as found:
        return str(found.Root.get("/Version", "none")), sorted(found.Root.get("/Extensions", {}).keys())


found = {
    "RSA 2048": catalogue(rsa.generate_private_key(65537, 2048)),
    "EC P-256": catalogue(ec.generate_private_key(ec.SECP256R1())),
}
for kind, (told, extensions) in found.items():
    print(f"{kind}: /Version {told}, /Extensions {extensions}")
as_found = found["RSA 2048"][0] == "none" and found["EC P-256"][0] == "/2.0"
sys.exit(0 if as_found else "pyHanko treats both kinds of key alike now")
PYTHON
"$here/venv/bin/python" "$here/try.py"
