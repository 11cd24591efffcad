"""``kaiban keys``: a new key takes an old one's place; wrong keys and none are told of at once."""

import json
import stat
from contextlib import contextmanager
from pathlib import Path

import pytest

from kaiban.app import Kaiban
from kaiban.app.installation.keys import read_keyring
from kaiban.config import ConfigError
from tests.cli.test_commands import kaiban, sample, written


@pytest.fixture
def here(tmp_path, home):
    """An installation with a case in it."""
    kept = {"KAIBAN_LINKS": str(home / "hall" / "links.toml")}

    def say(*arguments):
        return kaiban(tmp_path, *arguments, **kept)

    say.links = kept["KAIBAN_LINKS"]
    assert say("db", "upgrade").returncode == 0
    form = written(tmp_path / "form.json", sample(home))
    opened = say("case", "submit", form, "--json")
    return say, tmp_path / "secrets" / "field.keys", json.loads(opened.stdout)["case_no"]


def listed(say):
    return {each["name"]: each for each in json.loads(say("keys", "list", "--json").stdout)}


@pytest.mark.parametrize("algorithm", ["aes256gcm", "sm4gcm"])
def test_a_key_is_replaced_as_the_guide_says(here, algorithm):
    say, file, no = here
    secrets = [read_keyring(file.read_text()).secret(name) for name in ("session", "verify")]
    assert say("keys", "add", "k2", "--algorithm", algorithm).returncode == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text().startswith("k2:")
    assert say("keys", "add", "k2").returncode == 2
    rotated = say("keys", "rotate")
    assert rotated.returncode == 0, rotated.stderr
    assert "no cell names k1 any more" in rotated.stdout
    counts = listed(say)
    assert (counts["k1"]["cells"], counts["k2"]["cells"] > 10) == (0, True)
    lines = file.read_text().splitlines()
    file.write_text("\n".join(line for line in lines if not line.startswith("k1:")))
    assert no in say("case", "show", no).stdout
    assert "KAIBAN_KEYS" not in say("doctor").stdout
    ring = read_keyring(file.read_text())
    assert [ring.secret(name) for name in ("session", "verify")] == secrets


def test_a_key_that_is_taken_away_too_early_is_missed_at_once(here):
    say, file, no = here
    say("keys", "add", "k2")
    kept = file.read_text()
    file.write_text("\n".join(each for each in kept.splitlines() if not each.startswith("k1:")))
    doctor = say("doctor")
    assert doctor.returncode == 1
    assert doctor.stdout.count("key k1 is missing") == 1
    assert listed(say)["k1"]["cells"] > 0
    for command in (("db", "upgrade"), ("worker",), ("keys", "rotate")):
        run = say(*command)
        assert (run.returncode, "key k1 is missing" in run.stderr) == (2, True), command
    file.write_text(kept)
    assert say("doctor").returncode == 0
    assert no in say("case", "show", no).stdout


def test_new_keys_are_never_made_over_sealed_data(here):
    say, file, no = here
    kept = file.read_text()
    file.unlink()
    run = say("db", "upgrade")
    assert (run.returncode, "bring the key file back" in run.stderr) == (2, True)
    assert not file.exists()
    file.write_text(kept)
    assert say("db", "upgrade").returncode == 0
    assert no in say("case", "show", no).stdout


def test_the_index_key_is_replaced_and_everything_is_found_again(here):
    say, file, no = here
    before = read_keyring(file.read_text())
    assert say("keys", "add", "index").returncode == 0
    assert "index key is another one" in say("doctor").stdout
    assert say("keys", "reindex").returncode == 0
    text = "\n".join(e for e in file.read_text().splitlines() if not e.startswith("old-index:"))
    file.write_text(text)
    after = read_keyring(text)
    assert before.index != after.index
    for name in ("session", "verify"):
        assert after.secret(name) == before.secret(name)
    assert "KAIBAN_KEYS" not in say("doctor").stdout
    app = Kaiban({"KAIBAN_VAR": str(file.parents[1])})
    [found] = app.cases.browse(owner=app.cases.read(no).owner)
    assert found.no == no
    app.database.close()
    assert say("keys", "reindex").returncode == 2  # there is no line of an old index any more


@contextmanager
def opened(here):
    """The installation's own eyes, as its key file stands now."""
    say, file, _ = here
    app = Kaiban({"KAIBAN_VAR": str(file.parents[1]), "KAIBAN_LINKS": say.links})
    yield app
    app.database.close()


def test_packages_and_their_codes_are_verifiable_after_every_key_was_replaced(here, tmp_path):
    say, file, no = here
    with opened(here) as app:
        made = app.office.packages.make(app.cases.read(no), 1, app.clock.now())
        with app.cases.transaction() as tx:
            tx.add_package(no, made)
    for command in (("add", "k2"), ("rotate",), ("add", "index"), ("reindex",)):
        assert say("keys", *command).returncode == 0, command
    lines = file.read_text().splitlines()
    kept = [each for each in lines if not each.startswith(("k1:", "old-index:"))]
    assert len(kept) == len(lines) - 2
    file.write_text("\n".join(kept))
    written = json.loads(say("case", "package", no, "--out", tmp_path / "out", "--json").stdout)
    [archive] = [each for each in written["files"] if each.endswith(".zip")]
    assert Path(archive).read_bytes() == made.archive
    checked = say("verify", archive, "--json")
    assert checked.returncode == 0, checked.stdout
    assert json.loads(made.summary)["verify"]["code"] == made.verify_code
    with opened(here) as app:
        case = app.cases.read(no)
        assert app.cases.get_package(no) == made
        again = app.office.packages.make(case, 1, made.issued_at)
        assert again.verify_code == made.verify_code, "what is printed leads here, still"
        assert app.office.packages.make(case, 2, made.issued_at).verify_code != made.verify_code


def test_an_old_file_still_is_read_and_its_secrets_stay_when_the_index_moves_on(tmp_path, home):
    assert kaiban(tmp_path, "db", "upgrade").returncode == 0
    file = tmp_path / "secrets" / "field.keys"
    old = "\n".join(file.read_text().splitlines()[:2])  # k1 and index, as it was made before
    file.write_text(old)
    before = read_keyring(old)
    assert kaiban(tmp_path, "keys", "add", "index").returncode == 0
    after = read_keyring(file.read_text())
    assert after.secret("verify") == before.secret("verify")
    assert after.secret("session") == before.secret("session")


@pytest.mark.parametrize("text", ["k1:AAAA", "k1:x:AAAA", "nothing", "k1:aes256gcm:sm4gcm:AAAA"])
def test_a_file_of_something_else_is_refused_without_quoting_it(text):
    with pytest.raises(ConfigError) as refused:
        read_keyring(text)
    assert "AAAA" not in str(refused.value)
