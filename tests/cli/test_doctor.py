"""``kaiban doctor`` tells what of a city's profile would never work."""

from importlib import resources

from tests.cli.test_commands import kaiban

SUPERVISING = """
[[supervising]]
name = "after"
title = "监管处"
url = "https://example.com/hook"
secret = "env:AFTER"
links = ["registration", "sael"]
"""


def test_the_doctor_says_of_whom_nothing_could_be_handed_over(tmp_path):
    shipped = (resources.files("kaiban") / "cities" / "shifan.toml").read_text("utf-8")
    city = tmp_path / "city.toml"
    city.write_text(shipped + SUPERVISING, "utf-8")
    said = kaiban(tmp_path, "doctor", KAIBAN_CITY=str(city), AFTER="hidden").stdout
    assert "supervising.after.links: sael: no links of this city" in said
    assert "supervising.after.secret: whsec_" in said
    mended = SUPERVISING.replace('"sael"', '"seal"')
    city.write_text(shipped + mended, "utf-8")
    said = kaiban(tmp_path, "doctor", KAIBAN_CITY=str(city), AFTER="whsec_" + "A" * 32).stdout
    assert "supervising" not in said
