"""With KAIBAN_ENV=production nothing of a demonstration gets in: not settings, keys, tokens or stubs."""

import base64
import hashlib
import json
import os
import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import requests

from adapters.hall import Hall
from adapters.seal import SealAdapter
from kaiban.app import Kaiban
from kaiban.cli.processes import refuse_unready
from kaiban.config import ConfigError
from kaiban.ports import STUB_MARK, Misconfigured
from tests.app.papers.test_signing import of_ones_own, put
from tests.cli.test_commands import kaiban

ROOT = Path(__file__).parents[2]


@pytest.fixture
def installed(tmp_path, home):
    """A folder with tables and keys, and settings as an operator writes them, of departments by hand."""
    links = tmp_path / "links.toml"
    links.write_text("".join(f'[{name}]\nadapter = "counter"\n' for name in NAMES), "utf-8")
    links.chmod(0o600)
    assert kaiban(tmp_path, "db", "upgrade").returncode == 0
    return tmp_path


NAMES = ("registration", "seal", "tax", "bank", "social_insurance", "housing_fund")


def started(folder, **settings):
    """What stops the start, as `kaiban worker` would say it; "" if nothing does."""
    told = {
        "KAIBAN_ENV": "production", "KAIBAN_BASE_URL": "https://kaiban.example",
        "KAIBAN_LINKS": str(folder / "links.toml"), **settings,
    }  # fmt: skip
    service = Kaiban({"KAIBAN_VAR": str(folder), **told})
    said = ""
    try:
        refuse_unready(service)
    except ConfigError as error:
        said = str(error)
    finally:
        service.database.close()
    doctor = kaiban(folder, "doctor", **told).stdout
    stops = [line for line in doctor.splitlines() if line.startswith("✗")]
    assert bool(stops) == bool(said), (said, doctor)
    return said


def test_an_installation_in_order_starts(installed):
    assert started(installed) == ""


def test_what_belongs_to_a_demonstration_stops_the_start_and_is_named(installed):
    keys = installed / "secrets" / "field.keys"
    right = keys.read_text()
    kiosk = installed / "kiosk.key"
    for text in ("11111111", "12345678", "87654321"):
        kiosk.write_text(text)
        assert "KIOSK" in started(installed, KAIBAN_KIOSK_KEY=f"file:{kiosk}")
    assert "https" in started(installed, KAIBAN_BASE_URL="http://kaiban.example")
    keys.chmod(0o604)
    assert "everybody" in started(installed)
    keys.chmod(0o600)
    assert kaiban(installed, "token", "add", "demo").returncode == 0
    assert "kaiban token remove demo" in started(installed)
    kaiban(installed, "token", "remove", "demo")
    made = ("demo.window", "--name", "x", "--role", "window")
    assert kaiban(installed, "user", "add", *made).returncode == 0
    assert "kaiban user remove demo.window" in started(installed)
    kaiban(installed, "user", "remove", "demo.window")
    secret = kaiban(installed, "token", "add", "erp").stdout.strip()
    (installed / "secrets" / "demo.token").write_text(secret)
    assert "demo.token" in started(installed)
    (installed / "secrets" / "demo.token").unlink()
    assert keys.read_text() == right
    assert started(installed) == ""


#: As random as any, and the same in every run.
FRESH = hashlib.sha256(b"a key of nobody's").digest()


def line(name, secret):
    return f"{name}:{base64.b64encode(secret).decode()}\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (line("k1", bytes(32)) + line("index", FRESH), "not random"),
        (line("k1", b"ab" * 16) + line("index", FRESH), "not random"),
        (line("k1", bytes(range(32))) + line("index", bytes(range(32))), "the same key"),
        (line("k1", b"short") + line("index", FRESH), "expected lines"),
        ("", "expected lines"),
        (line("k1", FRESH) + line("k1", FRESH) + line("index", FRESH), "expected lines"),
    ],
)  # fmt: skip
def test_keys_that_are_none_stop_the_start(installed, text, said):
    (installed / "secrets" / "field.keys").write_text(text)
    assert said in started(installed)


def test_the_settings_of_the_stub_hall_stop_the_start(installed, tmp_path):
    target = tmp_path / "hall.toml"
    program = "import sys; from kaiban.cli import main; main()"
    argv = [sys.executable, "-c", program, "stubs", "up", "--port", "0", "--settings", str(target)]
    with subprocess.Popen([*argv, "--only", "bank"], cwd=ROOT, stderr=subprocess.DEVNULL) as hall:
        while not target.exists():
            assert hall.poll() is None
        hall.terminate()
    assert "stub hall" in started(installed, KAIBAN_LINKS=str(target))


def test_keys_that_everybody_has_stop_the_start(installed):
    golden = json.loads((ROOT / "adapters/seal/golden/keys.json").read_text("utf-8"))
    with Hall(only=("seal",)) as hall:
        settings = {**hall.settings("seal"), "app_key": golden["app_key"]}
    links = "".join(f'[{name}]\nadapter = "counter"\n' for name in NAMES if name != "seal")
    told = "\n".join(f"{name} = {json.dumps(value)}" for name, value in settings.items())
    (installed / "links.toml").write_text(f"{links}[seal.settings]\n{told}\n", "utf-8")
    assert "links.seal.settings.app_key" in started(installed)


def test_a_stub_answers_with_its_mark_whatever_it_says():
    with Hall(only=("bank", "tax"), admin=True) as hall:
        for url in (hall.url("bank"), hall.url("tax") + "/nowhere", hall.admin_url + "/sms"):
            with requests.Session() as session:
                session.trust_env = False
                assert session.get(url, timeout=30).headers[STUB_MARK]


def test_what_a_stub_says_is_misconfigured_where_stubs_are_refused():
    with Hall(only=("seal",)) as hall:
        adapter = SealAdapter(hall.settings("seal"), clock=Kaiban({}).wall)
        assert adapter.health().ok
        adapter.refuse_stubs()
        health = adapter.health()
        assert not health.ok
        assert "stub" in health.detail
        with pytest.raises(Misconfigured, match="stub"):
            adapter.http.exchange("GET", "/")
        adapter.close()


def test_in_production_every_department_and_the_gateway_refuse_stubs(installed, home):
    links = (home / "hall" / "links.toml").read_text("utf-8")
    with Hall(only=("seal",), admin=True) as hall:
        token = hall.texts_settings()
        text = f'[texts.settings]\nurl = "{token["url"]}"\ntoken = "{token["token"]}"\n'
        (installed / "links.toml").write_text(links + "\n" + text, "utf-8")
        service = Kaiban({
            "KAIBAN_VAR": str(installed), "KAIBAN_ENV": "production",
            "KAIBAN_LINKS": str(installed / "links.toml"),
        })  # fmt: skip
        for name in service.departments.names:
            health = service.departments[name].health()
            assert (health.ok, "stub" in health.detail) == (False, True), name
            service.departments[name].close()
        service.texts.close()
        gateway = service.texts._texts  # noqa: SLF001 - behind it sending is in the background
        with pytest.raises(Misconfigured, match="stub"):
            gateway.send("13800000000", "123456")


@pytest.mark.parametrize("umask", [0o000, 0o022])
def test_what_names_people_is_its_owners_alone_whatever_the_umask(tmp_path, umask):
    var = tmp_path / "var"
    program = (
        f"import os, sys; os.umask({umask}); from kaiban.cli import main\n"
        "sys.argv = ['kaiban', *sys.argv[1:]]; main()"
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KAIBAN_")}
    environ = {**kept, "KAIBAN_VAR": str(var)}
    for arguments in (("db", "upgrade"), ("db", "backup", str(var / "copy.db"))):
        argv = [sys.executable, "-c", program, *arguments]
        subprocess.run(argv, env=environ, cwd=ROOT, check=True)
    found = {path.relative_to(var).as_posix(): path for path in (var, *var.rglob("*"))}
    assert {"kaiban.db", "copy.db", "secrets/field.keys"} <= set(found)
    loose = {name for name, path in found.items() if stat.S_IMODE(path.stat().st_mode) & 0o077}
    assert loose == set()


def test_files_that_were_open_to_others_are_closed_when_the_database_is_opened(tmp_path):
    assert kaiban(tmp_path, "db", "upgrade").returncode == 0
    file = tmp_path / "kaiban.db"
    file.chmod(0o644)
    assert kaiban(tmp_path, "token", "add", "x").returncode == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_without_a_key_to_sign_with_nothing_starts_and_the_doctor_names_what_is_about_to_end(installed):  # fmt: skip
    service = Kaiban({"KAIBAN_VAR": str(installed)})
    now = service.wall.now()
    told = {"KAIBAN_ENV": "production", "KAIBAN_BASE_URL": "https://kaiban.example"}

    def said(days):
        put(service.settings, *of_ones_own(since=now - timedelta(days=1), days=days))
        return kaiban(installed, "doctor", **told).stdout

    assert (
        "! KAIBAN_SIGNING_CERTIFICATES: the sample" in kaiban(installed, "doctor", **told).stdout
    )
    soon = said(31)
    assert "! the certificate packages are signed with ends on" in soon
    assert "! KAIBAN_TRUST: the certificate of now is not kept there" in soon
    assert kaiban(installed, "db", "upgrade", **told).returncode == 0
    whole = said(400)
    assert "ends on" not in whole
    assert "the sample" not in whole
    said(0.5)
    assert "the certificate ended on" in started(installed)
    (installed / "signing" / "key.pem").unlink()
    assert "packages cannot be signed" in started(installed)
