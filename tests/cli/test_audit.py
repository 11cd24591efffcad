"""``kaiban audit``: sealed with an authority's stamps, verified offline, and what was done to it shows; exit 0, 1 or 2."""

import json
import shutil
import sqlite3

import pytest

from tests import timestamp_authority
from tests.cli.test_commands import kaiban, sample, written


@pytest.fixture(scope="module")
def sealed(home, tmp_path_factory):
    """A home whose audit has been sealed twice, with something recorded after that; its settings."""
    folder = tmp_path_factory.mktemp("sealed")
    with timestamp_authority.authority(tmp_path_factory.mktemp("authority")) as found:
        stamps = folder / "stamps.pem"
        stamps.write_bytes(found.certificate)
        settings = {
            "KAIBAN_TIMESTAMP_URL": found.address, "KAIBAN_TIMESTAMP_CERTIFICATES": str(stamps),
            "KAIBAN_AUDIT_ANCHORS": str(folder / "anchors"),
        }  # fmt: skip
        for _ in range(2):
            file = written(folder / "form.json", sample(home))
            assert kaiban(home, "case", "submit", file, "--json", **settings).returncode == 0
            assert kaiban(home, "audit", "seal", **settings).returncode == 0
        assert kaiban(home, "token", "add", "bank", **settings).returncode == 0
        yield home, settings


def copy_of(home, folder):
    """The home's database somewhere else, to do something to."""
    for name in ("secrets", "hall"):
        shutil.copytree(home / name, folder / name)
    source, target = (sqlite3.connect(each / "kaiban.db") for each in (home, folder))
    source.backup(target)
    source.close()
    return target


def verified(home, settings, *more):
    run = kaiban(home, "audit", "verify", "--json", *more, **settings)
    return run.returncode, json.loads(run.stdout) if run.stdout else run.stderr


def test_a_whole_audit_is_vouched_for_up_to_its_last_anchor(sealed):
    home, settings = sealed
    code, told = verified(home, settings)
    assert (code, told["ok"], told["problems"]) == (0, True, [])
    assert told["uncovered"] == 0
    assert told["anchored"]["seq"] == told["records"]
    said = kaiban(home, "audit", "verify", **settings)
    assert said.stdout.startswith("✓")
    status = json.loads(kaiban(home, "audit", "status", "--json", **settings).stdout)
    assert status["unchained_seconds"] == status["unanchored_seconds"] >= 0


def test_where_there_are_no_tables_a_command_says_what_to_do(sealed, tmp_path):
    home, settings = sealed
    copy_of(home, tmp_path).executescript("DROP TABLE audit_records; DELETE FROM alembic_version")
    for command in (("audit", "status"), ("audit", "verify"), ("token", "add", "early")):
        run = kaiban(tmp_path, *command, **settings)
        assert run.returncode == 2
        assert "kaiban db upgrade" in run.stderr


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE audit_records SET line = replace(line, 'accepted', 'rejected') WHERE seq = 1",
        "DELETE FROM audit_records WHERE seq = 2",
        "DELETE FROM audit_records WHERE seq = (SELECT max(seq) FROM audit_records)",
        "DELETE FROM audit_records",
        "DELETE FROM audit_records; DELETE FROM audit_anchors; DELETE FROM events; DELETE FROM disclosures",
        "UPDATE audit_anchors SET token = 'AA=='",
        "UPDATE events SET actor = 'window:nobody' WHERE seq = 0",
    ],
)
def test_what_was_done_to_it_shows(sealed, tmp_path, damage):
    home, settings = sealed
    database = copy_of(home, tmp_path)
    database.executescript(f"PRAGMA foreign_keys=OFF; {damage};")
    database.close()
    code, told = verified(tmp_path, settings)
    assert (code, told["ok"]) == (1, False)
    assert told["problems"]
    said = kaiban(tmp_path, "audit", "verify", **settings)
    assert said.stdout.startswith("✗")


def test_without_the_authoritys_certificate_it_cannot_be_judged(sealed, tmp_path):
    home, settings = sealed
    code, said = verified(
        home, {**settings, "KAIBAN_TIMESTAMP_CERTIFICATES": str(tmp_path / "none.pem")}
    )
    assert (code, "KAIBAN_TIMESTAMP_CERTIFICATES" in said) == (2, True)


def test_anchors_kept_elsewhere_are_believed_and_must_be_anchors(sealed, tmp_path):
    home, settings = sealed
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(settings["KAIBAN_AUDIT_ANCHORS"], elsewhere)
    assert verified(home, settings, "--anchors", str(elsewhere))[0] == 0
    (elsewhere / "2026-12-01-1.anchor.json").write_text("{}")
    assert verified(home, settings, "--anchors", str(elsewhere))[0] == 2


def test_a_bundle_is_verified_where_nothing_of_us_is(sealed, tmp_path):
    home, settings = sealed
    file, stamps = tmp_path / "out" / "audit.zip", settings["KAIBAN_TIMESTAMP_CERTIFICATES"]
    said = kaiban(home, "audit", "export", str(file), **settings)
    assert (said.returncode, "records" in said.stdout) == (0, True)
    bare = tmp_path / "bare"
    found = kaiban(bare, "verify", str(file), "--trust-time", stamps)
    assert (found.returncode, found.stdout[0]) == (0, "✓"), found.stdout + found.stderr
    told = json.loads(kaiban(bare, "verify", "--json", str(file), "--trust-time", stamps).stdout)
    assert (told["kind"], told["ok"]) == ("audit", True)
    assert told["anchored"]["seq"] + told["uncovered"] == told["records"]
    assert told["stamped_at"]
    unknown = kaiban(bare, "verify", str(file))
    assert (unknown.returncode, "--trust-time" in unknown.stderr) == (2, True)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    assert kaiban(bare, "verify", str(file), "--trust-time", stamps).returncode == 1


def test_days_without_records_are_no_bundle_and_days_are_days(sealed, tmp_path):
    home, settings = sealed
    file = tmp_path / "audit.zip"
    none = kaiban(home, "audit", "export", str(file), "--last", "2020-01-01", **settings)
    assert (none.returncode, file.exists()) == (1, False)
    file.write_bytes(b"of last year")
    again = kaiban(home, "audit", "export", str(file), "--last", "2020-01-01", **settings)
    assert (again.returncode, file.read_bytes()) == (1, b"of last year")
    wrong = kaiban(home, "audit", "export", str(file), "--first", "yesterday", **settings)
    assert wrong.returncode == 2
    nowhere = kaiban(home, "audit", "export", "/proc/audit.zip", **settings)
    assert (nowhere.returncode, "Traceback" in nowhere.stderr) == (2, False)


def test_an_authority_that_gives_no_stamp_is_told_of(sealed, tmp_path):
    home, settings = sealed
    copy_of(home, tmp_path).close()
    dead = {**settings, "KAIBAN_TIMESTAMP_URL": "http://127.0.0.1:9/"}
    assert kaiban(tmp_path, "audit", "seal", **dead).returncode == 1


def test_without_an_authority_it_is_whole_in_itself_and_says_so(tmp_path):
    assert kaiban(tmp_path, "db", "upgrade").returncode == 0
    assert kaiban(tmp_path, "token", "add", "bank").returncode == 0
    assert kaiban(tmp_path, "audit", "seal").returncode == 0
    said = kaiban(tmp_path, "audit", "verify")
    assert (said.returncode, "no anchor" in said.stdout) == (0, True)


def test_the_doctor_says_that_nobody_seals(sealed, tmp_path):
    copy_of(sealed[0], tmp_path).close()
    assert kaiban(tmp_path, "token", "add", "shop").returncode == 0
    assert "audit has not been sealed" not in kaiban(tmp_path, "doctor").stdout
    database = sqlite3.connect(tmp_path / "kaiban.db")
    database.execute(
        "UPDATE audit_records SET written_at = '2026-01-01T00:00:00.000000+00:00' WHERE hash IS NULL"
    )
    database.commit()
    database.close()
    assert "audit has not been sealed since 2026-01-01" in kaiban(tmp_path, "doctor").stdout
