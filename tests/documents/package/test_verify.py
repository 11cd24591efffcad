"""Verification offline: one right archive, every other byte is noticed."""

import io
import json
import random
import struct
import zipfile

import pikepdf
import pytest

from kaiban.documents.package import archive, verify
from kaiban.documents.package.summary import canonical
from kaiban.documents.package.verify import UNSIGNED, UNSIGNED_PDF, verify_file
from tests.documents import samples
from tests.documents.samples import NOW


@pytest.fixture(scope="module")
def package():
    return samples.packages().make(samples.whole_case(), 1, NOW)


@pytest.fixture(scope="module")
def small(package):
    """A true archive around a tiny PDF, so that each of its bytes can be tried."""
    return packed_with(package, package.summary)


def tiny_pdf(summary):
    pdf, target = pikepdf.new(), io.BytesIO()
    pdf.attachments["package.json"] = pikepdf.AttachedFileSpec(
        pdf, summary, filename="package.json"
    )
    pdf.save(target, deterministic_id=True)
    return target.getvalue()


def packed_with(package, summary, pdf=None):
    originals = archive.enclosures(samples.whole_case(), 2026)
    return archive.archive(pdf or tiny_pdf(package.summary), summary, originals, NOW)


def test_an_archive_as_it_was_made_is_right_and_honestly_unsigned(package):
    verdict = verify_file(package.archive)
    assert (verdict.ok, verdict.kind, verdict.signed) == (True, "archive", False)
    assert verdict.findings == (UNSIGNED,)
    assert verdict.summary["case_no"] == samples.CASE_NO


def test_a_pdf_alone_is_never_vouched_for(package):
    verdict = verify_file(package.pdf)
    assert (verdict.ok, verdict.kind, verdict.signed) == (False, "pdf", False)
    assert verdict.findings == (UNSIGNED_PDF,)
    assert verdict.summary["company"]["name"] == samples.COMPANY


def test_a_summary_that_unpacks_to_more_than_any_summary_has_is_not_read(package, monkeypatch):
    monkeypatch.setattr(verify, "LARGEST_SUMMARY", len(package.summary) - 1)
    assert verify_file(package.pdf).findings == ("PDF 所附摘要过大",)


def test_a_change_of_any_byte_is_noticed(small):
    assert verify_file(small).ok
    missed = [place for place in range(len(small)) if verify_file(flipped(small, place, 1)).ok]
    assert missed == []


def test_a_change_in_the_frame_of_a_real_archive_is_noticed_whatever_the_bit(package):
    places = frame_of(package.archive)
    assert len(places) > 1000
    chosen = random.Random(7).sample(sorted(places), 150)
    missed = [place for place in chosen if verify_file(flipped(package.archive, place, 0x80)).ok]
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
def test_other_bytes_are_not_a_package(small, change):
    verdict = verify_file(change(small))
    assert not verdict.ok
    assert verdict.findings


def repacked(content, change):
    """The archive built again by someone who knows the format but changes the files."""
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        files = {entry.filename: bundle.read(entry) for entry in bundle.infolist()}
    del files["manifest.json"]
    change(files)
    return archive.packed({**files, "manifest.json": canonical(archive.manifest(files, NOW))}, NOW)


def edit(files, change):
    told = json.loads(files["package.json"])
    change(told)
    files["package.json"] = canonical(told)
    files["certificate.pdf"] = tiny_pdf(files["package.json"])


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (lambda files: files.update({"extra.txt": b"x"}), "ZIP 内有多余的文件"),
        (lambda files: files.update({"originals/tax/more.pdf": b"x"}), "部门原件与摘要所列不一致"),
        (lambda files: files.update({"certificate.pdf": tiny_pdf(b"{}")}), "PDF 所附摘要"),
        (lambda files: files.update({"certificate.pdf": b"%PDF"}), "文件损坏"),
        (lambda files: files.pop("package.json"), "缺少必备文件"),
        (lambda files: files.update({"package.json": b"[]"}), "不是摘要"),
        (lambda files: files.update({"package.json": b'{"format": 1}'}), "不是规范写法"),
        (lambda files: edit(files, lambda told: told.update(format="x")), "摘要格式不认识"),
        (lambda files: edit(files, lambda told: told.update(issued_at="2026-11-20T01:00:00Z")), "签发时间"),
        (lambda files: edit(files, lambda told: told["hours"].update(wall_minutes=1)), "不等于自然用时"),
        (lambda files: edit(files, lambda told: told["hours"].update(working_minutes=1)), "办理用时不等于"),
        (lambda files: edit(files, lambda told: told["links"][2].update(state="refused")), "缺项"),
    ],
)  # fmt: skip
def test_a_rebuilt_archive_must_agree_with_itself(small, change, finding):
    verdict = verify_file(repacked(small, change))
    assert not verdict.ok
    assert finding in verdict.findings[0]


def test_without_a_signature_a_whole_forgery_is_sound_and_the_verdict_says_so(small):
    forged = repacked(small, lambda files: edit(files, lambda told: told.update(case_no="KB0")))
    verdict = verify_file(forged)
    assert verdict.ok
    assert not verdict.signed
    assert "不能证明由谁制作" in verdict.findings[0]


def test_a_summary_cannot_be_two_things(small):
    with (
        zipfile.ZipFile(target := io.BytesIO(small), "a") as bundle,
        pytest.warns(UserWarning, match="Duplicate name"),
    ):
        bundle.writestr("package.json", b"{}")
    assert verify_file(target.getvalue()).findings == ("ZIP 内有重名文件",)


def test_a_pdf_that_is_not_a_package_is_told_apart(package):
    assert "PDF 的办件编号与摘要不一致" in verify_file(tiny_pdf(package.summary)).findings
    assert "PDF 没有附带 package.json" in verify_file(bare_pdf()).findings


def bare_pdf():
    target = io.BytesIO()
    pikepdf.new().save(target)
    return target.getvalue()
