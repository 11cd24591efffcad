"""Verification offline: one right archive, one right PDF, one signer; every other byte is noticed, and each way of cheating."""

import io
import json
import random
import re
import struct
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from kaiban.documents.package import archive, stand_alone, verify
from kaiban.documents.package.summary import canonical
from kaiban.documents.package.verify import NEITHER, NOT_TOLD, SAMPLE, verify_file
from kaiban.documents.signing.sm2_signer import Sm2FileSigner
from tests.documents import samples
from tests.documents.samples import NOW

PROGRAM = Path(stand_alone.__file__)
ORIGINAL = "originals/tax/税务登记信息确认表.pdf"


@pytest.fixture(scope="module")
def signing():
    return samples.signing()


@pytest.fixture(scope="module")
def package(signing):
    return samples.signed_package(signing)[0]


@pytest.fixture(scope="module")
def second(signing):
    """Another genuine package of the same signer: the next version of the same case."""
    return samples.signed_package(signing, 2)[0]


@pytest.fixture(scope="module")
def trusted(signing):
    return signing.signer.chain


@pytest.fixture(scope="module")
def small(package, signing):
    """A true archive around a small signed PDF, so that each of its bytes can be tried."""
    return packed_with(package, signing)


def small_pdf(summary, signing):
    """A page with a place for a signature and the summary, signed."""
    pdf, target = pikepdf.new(), io.BytesIO()
    page = pdf.add_blank_page()
    pdf.attachments["package.json"] = pikepdf.AttachedFileSpec(
        pdf, summary, filename="package.json"
    )
    field = pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Sig, F=132,
            T=pikepdf.String("Signature"), Rect=[10, 10, 60, 40], P=page.obj,
        )
    )  # fmt: skip
    page.obj.Annots = pdf.make_indirect(pikepdf.Array([field]))
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[field], SigFlags=3)
    pdf.save(target, deterministic_id=True)
    return signing.pdf(target.getvalue()).content


def packed_with(package, signing):
    originals = archive.enclosures(samples.whole_case(), 2026)
    pdf = small_pdf(package.summary, signing)
    signatures = {archive.SIGNATURE: lambda told: signing.detached(told).content}
    return archive.archive(pdf, package.summary, originals, NOW, signatures=signatures)


def files_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        return {entry.filename: bundle.read(entry) for entry in bundle.infolist()}


# --- what is genuine ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["pdf", "archive"])
def test_a_package_as_it_was_signed_is_vouched_for(package, trusted, kind):
    verdict = verify_file(getattr(package, kind), trusted)
    assert (verdict.ok, verdict.kind, verdict.level) == (True, kind, "B-B")
    assert verdict.findings == (SAMPLE, NOT_TOLD)
    assert verdict.summary["case_no"] == samples.CASE_NO
    assert "SAMPLE" in verdict.signer
    assert verdict.at == samples.REAL_TIME
    assert re.fullmatch("([0-9A-F]{4} ){15}[0-9A-F]{4}", verdict.fingerprint)


def test_a_sample_is_known_for_one_without_any_certificate(package):
    assert verify_file(package.archive).ok
    assert verify_file(package.pdf).ok


def test_a_real_package_is_vouched_for_by_its_certificate_alone(signing, trusted):
    real = samples.packages(sample="", signing=signing).make(samples.whole_case(), 1, NOW)
    assert verify_file(real.pdf, trusted).ok
    assert verify_file(real.pdf).findings == (stand_alone.UNKNOWN,)
    assert SAMPLE not in verify_file(real.pdf, trusted).findings


def test_what_was_signed_before_the_key_was_changed_stays_verifiable(package, trusted):
    newer = samples.signing().signer.chain
    assert verify_file(package.archive, [*newer, *trusted]).ok
    assert not verify_file(package.archive, newer).ok


# --- what is not: each kind by its name -----------------------------------------------------------


def tampered(files, _):
    files[ORIGINAL] += b"x"


def added(files, _):
    files["originals/tax/more.pdf"] = b"%PDF"


def stripped(files, _):
    del files["manifest.p7s"]


def replayed_signature(files, second):
    """A genuine signature of another manifest."""
    files["manifest.p7s"] = second["manifest.p7s"]


def replayed_manifest(files, second):
    """A genuine manifest with its genuine signature, of another package."""
    files["manifest.json"], files["manifest.p7s"] = (
        second["manifest.json"],
        second["manifest.p7s"],
    )


def replayed_pdf(files, second):
    """A genuine PDF of another version."""
    files["certificate.pdf"] = second["certificate.pdf"]


def listed_anew(change):
    """As somebody would who knows the format: changed, and the manifest made to fit."""

    def changed(files, second):
        change(files, second)
        told = {path: each for path, each in files.items() if not path.startswith("manifest.")}
        files["manifest.json"] = canonical(archive.manifest(told, NOW))

    return changed


CHEATS = {
    "tampered": (tampered, stand_alone.MIXED),
    "tampered, manifest made to fit": (listed_anew(tampered), stand_alone.CHANGED),
    "appended": (added, stand_alone.MIXED),
    "stripped": (stripped, stand_alone.UNSIGNED),
    "replayed signature": (replayed_signature, stand_alone.CHANGED),
    "replayed manifest": (replayed_manifest, stand_alone.MIXED),
    "replayed PDF": (replayed_pdf, stand_alone.MIXED),
    "replayed PDF, manifest made to fit": (listed_anew(replayed_pdf), stand_alone.CHANGED),
}


@pytest.mark.parametrize("name", CHEATS)
def test_a_zip_somebody_cheated_with_is_refused_by_its_kind(package, second, trusted, name):
    change, sentence = CHEATS[name]
    files = files_of(package.archive)
    change(files, files_of(second.archive))
    verdict = verify_file(archive.packed(files, NOW), trusted)
    assert (verdict.ok, verdict.findings) == (False, (sentence,))


def resigned(package, other):
    """Everything made anew and signed by somebody else, who calls himself the same."""
    files = files_of(package.archive)
    inside = small_pdf(files["package.json"], other)
    told = {
        path: each for path, each in files.items() if not path.startswith("manifest.")
    } | {"certificate.pdf": inside}  # fmt: skip
    listed = canonical(archive.manifest(told, NOW))
    signature = other.detached(listed).content
    whole = {**told, "manifest.json": listed, "manifest.p7s": signature}
    return inside, archive.packed(whole, NOW)


def test_a_package_signed_anew_by_somebody_else_is_refused(package, trusted):
    pdf, content = resigned(package, samples.signing())
    assert verify_file(content, trusted).findings == (stand_alone.UNTRUSTED,)
    assert verify_file(pdf, trusted).findings == (stand_alone.UNTRUSTED,)


def test_a_pdf_by_another_signer_in_a_rightly_signed_archive_is_refused(package, signing, trusted):
    files = files_of(package.archive)
    files["certificate.pdf"] = small_pdf(files["package.json"], samples.signing())
    told = {path: each for path, each in files.items() if not path.startswith("manifest.")}
    files["manifest.json"] = canonical(archive.manifest(told, NOW))
    files["manifest.p7s"] = signing.detached(files["manifest.json"]).content
    assert verify_file(archive.packed(files, NOW), trusted).findings == (stand_alone.MIXED,)


def saved_again(pdf):
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.save(target)
    return target.getvalue()


def without_signature(pdf):
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        del opened.Root.AcroForm
        del opened.Root.Perms
        del opened.pages[0].Annots
        opened.remove_unreferenced_resources()
        opened.save(target)
    return target.getvalue()


def transplanted(pdf, other):
    """The genuine signature of another PDF in this one's place for it."""
    ours, theirs = (re.search(rb"/Contents <([0-9A-F]+)>", each) for each in (pdf, other))
    signature = theirs[1][: len(ours[1])].ljust(len(ours[1]), b"0")
    return pdf[: ours.start(1)] + signature + pdf[ours.end(1) :]


PDF_CHEATS = {
    "tampered": (lambda pdf, _: pdf.replace(b"/Lang", b"/Long", 1), stand_alone.CHANGED),
    "appended": (lambda pdf, _: pdf + b"\n% more\n%%EOF\n", stand_alone.ADDED),
    "saved again": (lambda pdf, _: saved_again(pdf), stand_alone.CHANGED),
    "stripped": (lambda pdf, _: without_signature(pdf), stand_alone.UNSIGNED),
    "replayed": (transplanted, stand_alone.CHANGED),
}


@pytest.mark.parametrize("name", PDF_CHEATS)
def test_a_pdf_somebody_cheated_with_is_refused_by_its_kind(package, second, trusted, name):
    change, sentence = PDF_CHEATS[name]
    changed = change(package.pdf, second.pdf)
    assert changed != package.pdf
    assert verify_file(changed, trusted).findings == (sentence,)


def test_a_signature_from_before_or_after_the_certificates_life_is_refused(package):
    late = samples.signing()
    late = type(late)(late.signer, lambda: samples.REAL_TIME + timedelta(days=3 * 365))
    made, chain = samples.signed_package(late)
    assert verify_file(made.pdf, chain).findings == (stand_alone.UNTRUSTED,)
    assert verify_file(package.pdf, chain).findings == (stand_alone.UNTRUSTED,)


def test_an_unsigned_package_of_before_is_not_vouched_for(trusted):
    before = samples.packages().make(samples.whole_case(), 1, NOW)
    for content in (before.pdf, before.archive):
        assert verify_file(content, trusted).findings == (stand_alone.UNSIGNED,)
        assert not verify_file(content).ok


# --- every byte -----------------------------------------------------------------------------------


def test_a_change_of_any_byte_is_noticed(small, trusted):
    assert verify_file(small, trusted).ok
    missed = [
        place for place in range(len(small)) if verify_file(flipped(small, place, 1), trusted).ok
    ]
    assert missed == []


def test_a_change_anywhere_in_the_signed_pdf_is_noticed_whatever_the_bit(package, trusted):
    signature = re.search(rb"/Contents <([0-9A-F]+)>", package.pdf)
    places = [
        *range(signature.start() - 40, signature.start() + 1400, 7),
        *range(signature.end() - 20, len(package.pdf), 11),
        *random.Random(5).sample(range(len(package.pdf)), 60),
    ]
    missed = [
        (place, mask)
        for place in places
        for mask in (1, 0x20)
        if verify_file(flipped(package.pdf, place, mask), trusted).ok
    ]
    assert missed == []


def test_a_change_in_the_frame_of_a_real_archive_is_noticed_whatever_the_bit(package, trusted):
    places = frame_of(package.archive)
    assert len(places) > 1000
    chosen = random.Random(7).sample(sorted(places), 100)
    missed = [
        place for place in chosen if verify_file(flipped(package.archive, place, 0x80), trusted).ok
    ]
    assert missed == []


def flipped(content, place, mask):
    changed = bytearray(content)
    changed[place] ^= mask
    return bytes(changed)


def frame_of(content):
    """Every place that belongs to no file: local headers, central directory, end record."""
    places = set(range(len(content)))
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        for entry in bundle.infolist():
            name, extra = struct.unpack_from("<HH", content, entry.header_offset + 26)
            begin = entry.header_offset + 30 + name + extra
            places -= set(range(begin, begin + entry.file_size))
    return places


def rewritten(content, **settings):
    """The same files in a ZIP as another program would write it."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(target, "w", settings.get("compression", zipfile.ZIP_STORED)) as new,
    ):
        entries = old.infolist()
        for entry in reversed(entries) if settings.get("reverse") else entries:
            new.writestr(
                entry.filename, old.read(entry), compress_type=settings.get("compression")
            )
        new.comment = settings.get("comment", b"")
    return target.getvalue()


@pytest.mark.parametrize(
    "change",
    [
        lambda content: b"x" + content,
        lambda content: content + b"x",
        lambda content: content[:-1],
        lambda content: content[: len(content) // 2],
        lambda content: content + content,
        rewritten,
        lambda content: rewritten(content, comment=b"hello"),
        lambda content: rewritten(content, compression=zipfile.ZIP_DEFLATED),
        lambda content: rewritten(content, reverse=True),
        lambda _: b"",
        lambda _: b"PK\x05\x06" + bytes(18),
        lambda _: b"%PDF-1.7\n%%EOF",
        lambda _: b"not a package at all",
    ],
)
def test_other_bytes_are_not_a_package(small, trusted, change):
    verdict = verify_file(change(small), trusted)
    assert not verdict.ok
    assert verdict.findings


def test_the_summary_by_itself_is_sent_to_what_is_signed_and_a_cut_archive_is_not(small, trusted):
    with zipfile.ZipFile(io.BytesIO(small)) as bundle:
        alone = bundle.read("package.json")
    assert verify_file(alone, trusted).findings == (NEITHER,)
    assert NEITHER not in verify_file(small[: len(small) // 2], trusted).findings
    assert NEITHER not in verify_file(b"x" + small, trusted).findings


def test_a_summary_that_unpacks_to_more_than_any_summary_has_is_not_read(
    package, trusted, monkeypatch
):
    monkeypatch.setattr(verify, "LARGEST_SUMMARY", len(package.summary) - 1)
    assert verify_file(package.pdf, trusted).findings == ("PDF 所附摘要过大",)


def test_a_summary_cannot_be_two_things(small, trusted):
    with (
        zipfile.ZipFile(target := io.BytesIO(small), "a") as bundle,
        pytest.warns(UserWarning, match="Duplicate name"),
    ):
        bundle.writestr("package.json", b"{}")
    assert verify_file(target.getvalue(), trusted).findings == ("ZIP 内有重名文件",)


def edited(change):
    def of(files):
        told = json.loads(files["package.json"])
        change(told)
        files["package.json"] = canonical(told)

    return of


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (lambda files: files.update({"extra.txt": b"x"}), "ZIP 内有多余的文件"),
        (lambda files: files.update({"originals/tax/more.pdf": b"x"}), "部门原件与摘要所列不一致"),
        (edited(lambda told: told.update(format="x")), "摘要格式不认识"),
        (edited(lambda told: told.update(issued_at="2026-11-20T01:00:00Z")), "签发时间"),
        (edited(lambda told: told["hours"].update(wall_minutes=1)), "不等于自然用时"),
        (edited(lambda told: told["hours"].update(working_minutes=1)), "办理用时不等于"),
        (edited(lambda told: told["links"][2].update(state="refused")), "缺项"),
    ],
)
def test_what_is_rightly_signed_must_agree_with_itself_as_well(small, signing, trusted, change, finding):  # fmt: skip
    files = files_of(small)
    del files["manifest.json"], files["manifest.p7s"]
    change(files)
    files["certificate.pdf"] = small_pdf(files["package.json"], signing)
    listed = canonical(archive.manifest(files, NOW))
    files |= {"manifest.json": listed, "manifest.p7s": signing.detached(listed).content}
    verdict = verify_file(archive.packed(files, NOW), trusted)
    assert not verdict.ok
    assert finding in verdict.findings[0]


# --- the program in the archive -------------------------------------------------------------------


@pytest.fixture
def unpacked(package, trusted, tmp_path):
    with zipfile.ZipFile(io.BytesIO(package.archive)) as bundle:
        bundle.extractall(tmp_path)
    (tmp_path / "package.zip").write_bytes(package.archive)
    (tmp_path / "trusted.pem").write_bytes(
        b"".join(each.public_bytes(Encoding.PEM) for each in trusted)
    )
    return tmp_path


def run(folder, *arguments):
    """The program as it lies in the archive, with no way to our own code."""
    done = subprocess.run(
        [sys.executable, "-I", "verify.py", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout.strip()


@pytest.mark.parametrize("file", ["package.zip", "certificate.pdf"])
def test_the_program_in_the_archive_vouches_for_it_in_one_sentence(unpacked, file):
    code, told = run(unpacked, file, "--trust", "trusted.pem")
    assert code == 0
    assert told.startswith("✓ 未改动 (unchanged): " + samples.CASE_NO)
    assert "\n" not in told


def test_the_program_refuses_in_one_sentence_and_knows_wrong_usage(unpacked):
    content = (unpacked / "certificate.pdf").read_bytes()
    (unpacked / "more.pdf").write_bytes(content + b" ")
    code, told = run(unpacked, "more.pdf", "--trust", "trusted.pem")
    assert (code, told) == (1, f"✗ {stand_alone.ADDED}")
    for wrong in ((), ("missing.zip",), ("package.zip", "--trust"), ("package.zip", "--trust", "package.zip")):  # fmt: skip
        assert run(unpacked, *wrong) == (2, ""), wrong


def test_the_program_is_one_page_that_needs_two_libraries(unpacked):
    text = (unpacked / "verify.py").read_text("utf-8")
    assert text == PROGRAM.read_text("utf-8")
    assert text.count("\n") <= 150
    assert "kaiban." not in text
    imported = set(re.findall(r"^(?:import|from) (\w+)", text, re.MULTILINE))
    assert imported - sys.stdlib_module_names == {"cryptography", "pikepdf"}
    how = (unpacked / "HOW-TO-VERIFY.txt").read_text("utf-8")
    assert f"{samples.BASE_URL}/v" in how
    assert "python verify.py" in how
    assert "HOW TO VERIFY" in how


# --- an SM2 signature besides ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def sm2(tmp_path_factory):
    return Sm2FileSigner.read(*samples.sm2_key(tmp_path_factory.mktemp("sm2")))


@pytest.fixture(scope="module")
def doubly(sm2):
    """A package signed by both keys, and the certificates of both."""
    now = sm2.chain[0].not_valid_before_utc + timedelta(hours=1)
    signing = samples.signing(now, sm2=sm2.detached)
    return samples.signed_package(signing)[0], [*signing.signer.chain, *sm2.chain]


def test_the_manifest_is_signed_by_the_sm2_key_as_well(doubly, sm2):
    package, trusted = doubly
    verdict = verify_file(package.archive, trusted)
    name = sm2.chain[0].subject.rfc4514_string()
    assert (verdict.ok, verdict.findings) == (
        True,
        (SAMPLE, verify.SM2_COMPARED.format(signer=name), NOT_TOLD),
    )
    assert verify_file(package.pdf, trusted).ok
    files = files_of(package.archive)
    assert json.loads(files["manifest.json"])["also_signed"] == ["manifest.sm2.p7s"]
    assert "manifest.sm2.p7s" in files["HOW-TO-VERIFY.txt"].decode()


def test_without_a_trusted_sm2_certificate_it_is_said_that_nobody_compared(doubly, sm2):
    package, trusted = doubly
    ours = [each for each in trusted if each not in sm2.chain]
    assert verify.SM2_NOT_COMPARED in verify_file(package.archive, ours).findings
    assert verify_file(package.archive, ours).ok
    assert verify.SM2_NOT_COMPARED in verify_file(package.archive).findings


def test_the_program_of_the_archive_takes_it_without_looking(doubly, tmp_path):
    package, trusted = doubly
    pem = b"".join(each.public_bytes(Encoding.PEM) for each in trusted)
    (tmp_path / "trusted.pem").write_bytes(pem)
    (tmp_path / "package.zip").write_bytes(package.archive)
    run = [sys.executable, PROGRAM, "package.zip", "--trust", "trusted.pem"]
    ran = subprocess.run(run, cwd=tmp_path, check=False, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout


def sm2_stripped(files, _):
    del files["manifest.sm2.p7s"]


def sm2_of_another(files, sm2):
    files["manifest.sm2.p7s"] = sm2.detached(files["manifest.json"] + b" ")


def sm2_cut(files, _):
    files["manifest.sm2.p7s"] = files["manifest.sm2.p7s"][:-1]


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (sm2_stripped, verify.SM2_STRIPPED),
        (sm2_of_another, verify.SM2_WRONG),
        (sm2_cut, verify.SM2_WRONG),
    ],
)
def test_an_sm2_signature_that_is_gone_or_of_something_else_is_named(doubly, sm2, spoil, told):
    package, trusted = doubly
    files = files_of(package.archive)
    spoil(files, sm2)
    verdict = verify_file(archive.packed(files, NOW), trusted)
    assert (verdict.ok, verdict.findings) == (False, (told,))


def test_one_that_was_added_later_is_named(package, trusted, sm2):
    files = files_of(package.archive)
    files["manifest.sm2.p7s"] = sm2.detached(files["manifest.json"])
    assert verify_file(archive.packed(files, NOW), trusted).findings == (verify.SM2_STRIPPED,)


def test_one_by_a_key_that_is_not_trusted_or_did_not_hold_is_named(doubly, sm2, tmp_path):
    package, trusted = doubly
    stranger = Sm2FileSigner.read(*samples.sm2_key(tmp_path))
    files = files_of(package.archive)
    files["manifest.sm2.p7s"] = stranger.detached(files["manifest.json"])
    found = verify_file(archive.packed(files, NOW), trusted).findings
    assert found == (verify.SM2_UNTRUSTED,)
    before = samples.signing(samples.REAL_TIME.replace(year=2020), sm2=sm2.detached)
    early = samples.signed_package(before)[0]
    found = verify_file(early.archive, [*before.signer.chain, *sm2.chain]).findings
    assert found == (verify.SM2_UNTRUSTED,)
