"""``kaiban case file``: one signed ZIP of everything, that ``kaiban verify`` vouches for and an outsider counts again from."""

import io
import json
import random
import subprocess
import sys
import zipfile

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from kaiban.documents.case_file.archive import check
from kaiban.documents.package.stand_alone import Wrong
from kaiban.documents.signing.certificates import read_certificates
from tests.cli.test_commands import kaiban, sample, written
from tests.documents import samples

RANDOM = random.Random(20261201)


@pytest.fixture(scope="module")
def made(home, tmp_path_factory):
    """A case and its file."""
    folder = tmp_path_factory.mktemp("files")
    opened = kaiban(home, "case", "submit", written(folder / "form.json", sample(home)), "--json")
    no = json.loads(opened.stdout)["case_no"]
    assert kaiban(home, "audit", "seal").returncode == 0
    run = kaiban(home, "case", "file", no, "--out", folder / "case.zip", "--json")
    assert (run.returncode, json.loads(run.stdout)["case_no"]) == (0, no)
    return home, no, folder / "case.zip"


def test_it_is_vouched_for_and_its_hours_come_out_again(made, tmp_path):
    home, no, file = made
    run = kaiban(home, "verify", file, "--json")
    told = json.loads(run.stdout)
    assert (run.returncode, told["ok"], told["kind"], told["case_no"]) == (
        0,
        True,
        "case_file",
        no,
    )
    assert kaiban(home, "verify", file).stdout.startswith("✓ 电子案卷完整")
    with zipfile.ZipFile(file) as bundle:
        bundle.extract("hours.py", tmp_path)
    counted = subprocess.run(
        [sys.executable, "-I", "-S", tmp_path / "hours.py", file],
        capture_output=True, text=True, check=False, encoding="utf-8",
    )  # fmt: skip
    assert (counted.returncode, counted.stdout[:1]) == (0, "✓")


def test_everything_is_in_it_and_the_index_says_what(made):
    home, no, file = made
    with zipfile.ZipFile(file) as bundle:
        files = {name: bundle.read(name) for name in bundle.namelist()}
    index = json.loads(files["index.json"])
    named = {each["path"] for each in index["files"]}
    assert named == files.keys() - {"index.json", "manifest.json", "manifest.p7s", "HOW-TO-VERIFY.txt"}  # fmt: skip
    assert (index["case_no"], index["made_by"]) == (no, "cli")
    events, audit = (json.loads(files[name]) for name in ("events.json", "audit.json"))
    shown = json.loads(kaiban(home, "case", "events", no, "--json").stdout)["events"]
    assert [each["kind"] for each in events] == [each["kind"] for each in shown]
    recorded = [json.loads(each["line"]) for each in audit["records"]]
    assert sum(each["kind"] == "event" for each in recorded) == len(events)
    assert "people" in json.loads(files["form.json"])


def test_that_it_was_made_is_told_to_the_owner(made):
    home, no, _ = made
    seen = json.loads(kaiban(home, "case", "seen", no, "--json").stdout)["disclosures"]
    assert [each["why"] for each in seen].count("file") == 1


def test_any_byte_that_was_changed_shows(made):
    home, _, file = made
    content = file.read_bytes()
    trusted = samples.signing().signer.chain  # of somebody else
    with pytest.raises(Wrong):
        check(content, trusted)
    own = read_certificates((home / "signing" / "certificates.pem").read_bytes())
    assert check(content, own).index["format"] == "kaiban-case-file/1"
    for place in RANDOM.sample(range(len(content)), 60):
        changed = bytearray(content)
        changed[place] ^= 1
        with pytest.raises(Wrong):
            check(bytes(changed), own)
    for wrong in (content + b"x", content[:-1], b"PK", b""):
        with pytest.raises(Wrong):
            check(wrong, own)


def test_a_file_that_was_put_together_anew_is_nobodys(made, tmp_path):
    """With the same key even: minutes that do not follow from the events are refused."""
    home, _, file = made
    stranger = tmp_path / "other.pem"
    chain = samples.signing().signer.chain
    stranger.write_bytes(b"".join(each.public_bytes(Encoding.PEM) for each in chain))
    run = kaiban(home, "verify", file, "--trust", stranger)
    assert (run.returncode, run.stdout[:1]) == (1, "✗")
    empty = io.BytesIO()
    with zipfile.ZipFile(empty, "w") as bundle:
        bundle.writestr("index.json", "{}")
    (tmp_path / "empty.zip").write_bytes(empty.getvalue())
    assert kaiban(home, "verify", tmp_path / "empty.zip").returncode == 1


def test_a_case_that_is_not_there_is_a_usage_error(home, tmp_path):
    assert kaiban(home, "case", "file", "KB0", "--to", tmp_path / "x.zip").returncode == 2
