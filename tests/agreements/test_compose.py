"""What compose.yaml says agrees with the settings there are."""

import re
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
