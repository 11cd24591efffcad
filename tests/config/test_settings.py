"""One environment variable a setting; every wrong one is named at once."""

import pytest

from kaiban.config import SETTINGS, ConfigError, Settings
from tests.config.profiles import read


def test_without_any_setting_all_have_their_usual_value():
    settings = Settings.read({"PATH": "/bin"})
    assert (settings.env, settings.database) == ("development", "sqlite:///var/kaiban.db")
    assert set(SETTINGS) == set(vars(settings))


def test_an_empty_setting_is_none():
    assert read(port="").port == 8000


def test_the_folder_reaches_into_the_settings_that_lie_in_it():
    settings = read(var="/srv/k")
    assert settings.database == "sqlite:////srv/k/kaiban.db"
    assert settings.keys == "file:/srv/k/secrets/field.keys"


def test_every_wrong_setting_is_named_at_once():
    with pytest.raises(ConfigError) as caught:
        read(env="test", port="x", workers="0", poll_seconds="nan", log="xml", nonsense="1")
    for name in ("ENV", "PORT", "WORKERS", "POLL_SECONDS", "LOG", "NONSENSE"):
        assert f"KAIBAN_{name}" in str(caught.value)


@pytest.mark.parametrize(
    "ours", ["kaiban.example", "ftp://a.example", "https://", "https://a.example/kaiban", "https://u@a.example", "http://a:x"]
)  # fmt: skip
def test_our_own_address_is_scheme_host_and_port(ours):
    assert read(base_url="https://a.example:8443/").base_url == "https://a.example:8443"
    with pytest.raises(ConfigError, match="KAIBAN_BASE_URL"):
        read(base_url=ours)


@pytest.mark.parametrize("proxies", ["0.0.0.0/0", "::/0", "nginx", "10.0.0.1/8"])
def test_trusted_proxies_are_addresses_and_never_everybody(proxies):
    assert len(read(trusted_proxies="127.0.0.1, 10.0.0.0/24").trusted_proxies) == 2
    with pytest.raises(ConfigError, match="KAIBAN_TRUSTED_PROXIES"):
        read(trusted_proxies=proxies)


@pytest.mark.parametrize("port", ["-1", "0", "65536"])
def test_a_port_is_a_port(port):
    with pytest.raises(ConfigError, match="KAIBAN_PORT"):
        read(port=port)


@pytest.mark.parametrize("poll", ["inf", "-1", "0", "nan"])
def test_a_pause_is_a_number_above_nothing(poll):
    with pytest.raises(ConfigError, match="KAIBAN_POLL_SECONDS"):
        read(poll_seconds=poll)


def test_production_has_no_demonstration_clock():
    clock = {"demo_clock": "2026-03-04T09:00+08:00@2026-03-04T09:00+08:00x60"}
    assert read(**clock).clock
    with pytest.raises(ConfigError, match="DEMO_CLOCK"):
        read(env="production", **clock)
