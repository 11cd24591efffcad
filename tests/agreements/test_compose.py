"""What compose.yaml says agrees with the specification, the settings there are, and what the image is made from."""

import re
import subprocess
import sys
from fnmatch import fnmatch
from ipaddress import ip_network

from kaiban.config import Settings
from tests.agreements.repository import ROOT


def test_the_containers_settings_are_ours_and_trust_the_proxy_in_front_alone():
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    said = dict(re.findall(r"^    (KAIBAN_\w+): (.*)$", text, re.MULTILINE))
    usual = {name: re.sub(r"\$\{\w+:-(.*)\}", r"\1", value) for name, value in said.items()}
    settings = Settings.read(usual)
    (proxy,) = re.findall(r"ipv4_address: (.*)", text)
    assert settings.env == "production"
    assert settings.host == "0.0.0.0"
    assert settings.trusted_proxies == (ip_network(proxy),)


def checked(file):
    """What a checker of the Compose Specification says of the file; "" if nothing is wrong with it."""
    program = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    found = subprocess.run([*program, file], capture_output=True, text=True, check=False)
    return found.stdout if found.returncode else ""


def test_compose_yaml_is_what_the_specification_allows(tmp_path):
    assert checked(ROOT / "compose.yaml") == ""
    wrong = tmp_path / "compose.yaml"
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    wrong.write_text(text.replace("depends_on:", "depend_on:", 1), encoding="utf-8")
    assert "'depend_on' was unexpected" in checked(wrong)


def test_the_image_is_built_from_what_is_sent_to_be_built():
    """Every file a COPY of the Dockerfile or a step of set-up needs is let through by .dockerignore."""
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    through = [each.removeprefix("!") for each in ignored if each.startswith("!")]
    needed = [
        "bin", "kaiban", "adapters", "forms", "setup.cfg", "pyproject.toml", "package.json",
        "package-lock.json", "requirements.txt", "requirements-build.txt", "requirements-dev.txt",
        "requirements-peers.txt",
        *re.findall(r"^(?:readme|long_description) *= *(?:file: *)?\"?([\w.]+)", metadata(), re.MULTILINE),
    ]  # fmt: skip
    assert [each for each in needed if not any(fnmatch(each, one) for one in through)] == []
    assert [each for each in needed if not (ROOT / each).exists()] == []


def test_the_image_has_all_of_our_code_compiled():
    """Whoever runs in it may not write beside the code, and would compile it at every start."""
    (compiled,) = re.findall(r"-m compileall -q ([\w ]+)", (ROOT / "Dockerfile").read_text())
    packages = {each.parent.name for each in ROOT.glob("*/__init__.py")} - {"tests"}
    assert set(compiled.split()) == packages


def metadata():
    return "".join(
        (ROOT / each).read_text(encoding="utf-8") for each in ("setup.cfg", "pyproject.toml")
    )
