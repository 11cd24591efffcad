"""Tokens on the command line: made, listed with their last use, given another secret, removed."""

import json

from kaiban.app import Kaiban
from tests.cli.test_commands import kaiban


def test_a_token_is_listed_and_gets_another_secret(home):
    first = kaiban(home, "token", "add", "portal", "--days", "30").stdout.strip()
    kaiban(home, "token", "add", "other", "--scope", "webhooks")
    service = Kaiban({"KAIBAN_VAR": str(home)})
    now = service.wall.now()
    service.accounts.used(service.accounts.find_token(first, now), now)
    second = kaiban(home, "token", "rotate", "portal", "--hours", "2").stdout.strip()
    assert second.startswith("kb_")
    assert second != first
    assert service.accounts.find_token(first, now).name == "portal"
    assert service.accounts.find_token(second, now).name == "portal"
    other, portal = json.loads(kaiban(home, "token", "list", "--json").stdout)
    assert (other["name"], other["scopes"]) == ("other", ["webhooks"])
    assert (other["used_at"], other["expires_at"], other["before_until"]) == (None, None, None)
    assert portal["expires_at"] > portal["before_until"] > portal["used_at"]
    lines = kaiban(home, "token", "list").stdout.splitlines()
    assert lines[0] == "other  webhooks  never used"
    assert lines[1].startswith("portal  cases:read,cases:write  used ")
    assert first not in "".join(lines)
    assert second not in "".join(lines)
    assert kaiban(home, "token", "rotate", "nobody").returncode == 2
    service.database.close()
