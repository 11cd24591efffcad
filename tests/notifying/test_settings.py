"""What a profile says of gateways and mail decides how people are told; wrong words stop the start."""

from importlib import resources

import pytest

from kaiban.app import Kaiban
from kaiban.app.installation.keys import make_keys
from kaiban.config import ConfigError
from kaiban.domain.messages.notification import Channel

MAIL = '\n[mail]\nhost = "smtp.example"\nsender = "no-reply@shifan.example"\n'

SUPERVISING = """
[[supervising]]
name = "after"
title = "监管处"
url = "https://example.com/hook"
secret = "env:AFTER"
"""


def kaiban(tmp_path, more, **settings):
    shipped = (resources.files("kaiban") / "cities" / "shifan.toml").read_text("utf-8")
    profile = tmp_path / "city.toml"
    profile.write_text(shipped + more, "utf-8")
    made = Kaiban({"KAIBAN_VAR": str(tmp_path), "KAIBAN_CITY": str(profile), **settings})
    plain = Kaiban({"KAIBAN_VAR": str(tmp_path)})  # in production nobody makes keys by the way
    make_keys(plain.settings, plain.database)
    plain.database.close()
    return made


def test_a_city_without_gateway_and_mail_tells_programs_only(tmp_path):
    assert set(kaiban(tmp_path, "").carriers) == {Channel.WEBHOOK}


def test_a_city_with_mail_tells_by_mail(tmp_path):
    made = kaiban(tmp_path, MAIL + 'password = "env:SECRET"\n', SECRET="hidden")
    assert set(made.carriers) == {Channel.WEBHOOK, Channel.MAIL}
    assert made.announcer.channels == (Channel.MAIL,)
    assert made.mail.password == "hidden"


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ('\n[mail]\nhost = "smtp.example"\n', "mail.sender"),
        (MAIL + 'security = "none"\n', "mail.security"),
        (MAIL + 'password = "env:NOBODY"\n', "env:NOBODY"),
    ],
)
def test_wrong_settings_of_mail_stop_the_start(tmp_path, more, named):
    made = kaiban(tmp_path, more, KAIBAN_ENV="production")
    with pytest.raises(ConfigError, match=named):
        _ = made.carriers


def test_a_supervising_department_has_a_secret_that_can_sign(tmp_path):
    with pytest.raises(ConfigError, match=r"supervising\.after\.secret"):
        _ = kaiban(tmp_path, SUPERVISING, AFTER="hidden").supervising
    [found] = kaiban(tmp_path, SUPERVISING, AFTER="whsec_" + "A" * 32).supervising
    assert found.secret == "whsec_" + "A" * 32


def test_in_production_programs_are_told_at_public_addresses_and_listed_ones(tmp_path):
    listed = {"KAIBAN_ENV": "production", "KAIBAN_WEBHOOK_NETWORKS": "10.20.0.0/16"}
    found = kaiban(tmp_path, "", **listed).subscriptions
    assert found.why_not("https://10.20.0.9/") == ""
    assert found.why_not("https://10.21.0.9/") == "private"
    assert kaiban(tmp_path, "").subscriptions.why_not("http://127.0.0.1:1/") == ""


def test_everybody_is_no_network_of_receivers(tmp_path):
    with pytest.raises(ConfigError, match="receivers"):
        kaiban(tmp_path, "", KAIBAN_WEBHOOK_NETWORKS="0.0.0.0/0")
