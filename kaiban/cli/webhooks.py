"""``kaiban webhooks``: programs that are told; and a receiver to try it with."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import click

from kaiban.app import Kaiban
from kaiban.cli.terminal import NUMBER, PORT, as_json, put, refuse
from kaiban.domain.messages.webhook import EVENTS, OVERLAP, Webhook
from kaiban.notifying.signatures import is_genuine
from kaiban.orchestrator.subscribing import LONGEST_OVERLAP, shown

_HOUR = timedelta(hours=1)
#: More than any message has.
MOST_BODY = 64 * 1024
events = click.option(
    "--event",
    "events",
    multiple=True,
    type=click.Choice(list(EVENTS)),
    help="All of them without it.",
)
token = click.option(
    "--token", "owner", default="", help="Only the cases this token may see; all without it."
)


@click.group()
def webhooks() -> None:
    """Programs that are told what happens to cases."""


@webhooks.command("add")
@click.argument("url")
@events
@token
@as_json
@click.pass_obj
def add(kaiban: Kaiban, url: str, *, events: tuple[str, ...], owner: str, as_json: bool) -> None:
    """Let URL be told, and print the secret that signs, this once."""
    hook = _added(kaiban, owner, url, events, as_json=as_json)
    secret = hook.secrets[0].value
    put({**shown(hook), "secret": secret}) if as_json else click.echo(f"{hook.id}  {secret}")


@webhooks.command("list")
@click.argument("hook", required=False)
@as_json
@click.pass_obj
def list_webhooks(kaiban: Kaiban, hook: str | None, *, as_json: bool) -> None:
    """Every subscription; with HOOK what it was told, the latest first."""
    if hook is not None:
        _show_told(kaiban.subscriptions.told(_find(kaiban, hook)), as_json=as_json)
        return
    found = [shown(each) for each in kaiban.webhooks.listed()]
    if as_json:
        put({"webhooks": found})
        return
    for each in found:
        state = each["disabled"] or ("failing" if each["failing_since"] else "ok")
        click.echo(f"{each['id']}  {each['owner'] or '*'}  {state}  {each['url']}")


@webhooks.command("remove")
@click.argument("hook")
@click.pass_obj
def remove(kaiban: Kaiban, hook: str) -> None:
    """Drop HOOK, and what was not sent to it yet."""
    kaiban.webhooks.remove(_find(kaiban, hook).id)


@webhooks.command("rotate")
@click.argument("hook")
@click.option(
    "--hours", default=OVERLAP // _HOUR, show_default=True,
    type=click.IntRange(0, LONGEST_OVERLAP // _HOUR), help="How long the secret before goes on signing.",
)  # fmt: skip
@click.pass_obj
def rotate(kaiban: Kaiban, hook: str, *, hours: int) -> None:
    """Give HOOK a new secret and print it, this once."""
    click.echo(kaiban.subscriptions.rotate(_find(kaiban, hook), hours * _HOUR))


@webhooks.command("replay")
@click.argument("hook")
@click.argument("messages", nargs=-1)
@as_json
@click.pass_obj
def replay(kaiban: Kaiban, hook: str, messages: tuple[str, ...], *, as_json: bool) -> None:
    """Send MESSAGES of HOOK again under their ids; all that failed without any."""
    count = kaiban.subscriptions.replay(_find(kaiban, hook), messages)
    put({"replayed": count}) if as_json else click.echo(f"{count} 条将重新推送。")


@webhooks.command("listen")
@click.option("--port", type=PORT, default=0, help="Any free one without it.")
@click.option("--count", type=NUMBER, default=0, help="End after so many; until ^C without it.")
@events
@token
@click.pass_obj
def listen(kaiban: Kaiban, *, port: int, count: int, events: tuple[str, ...], owner: str) -> None:
    """Subscribe a receiver on this machine for as long as this runs, and print what is genuine."""
    receiver = HTTPServer(("127.0.0.1", port), _Receiving)
    url = f"http://127.0.0.1:{receiver.server_port}/"
    with _subscribed(kaiban, owner, url, events) as hook:
        receiver.hook, receiver.kaiban, receiver.taken = hook, kaiban, 0  # type: ignore[attr-defined]  # what its handler knows
        click.echo(f"{hook.id}  {url}", err=True)
        while not count or receiver.taken < count:  # type: ignore[attr-defined]  # see above
            receiver.handle_request()
    receiver.server_close()


@contextmanager
def _subscribed(
    kaiban: Kaiban, owner: str, url: str, events: tuple[str, ...]
) -> Iterator[Webhook]:
    hook = _added(kaiban, owner, url, events, as_json=False)
    try:
        yield hook
    except KeyboardInterrupt:
        pass
    finally:
        kaiban.webhooks.remove(hook.id)


class _Receiving(BaseHTTPRequestHandler):
    """Takes what is signed with the secret, and says no to the rest."""

    server: Any
    timeout = 10

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        size = int(length) if length.isascii() and length.isdigit() else 0
        body = self.rfile.read(min(size, MOST_BODY))
        given = {name.lower(): value for name, value in self.headers.items()}
        kaiban, hook = self.server.kaiban, self.server.hook
        genuine = is_genuine(hook.secrets[0].value, given, body, kaiban.wall.now())
        if genuine:
            click.echo(body.decode())
            self.server.taken += 1
        self.send_response(204 if genuine else 400)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """What comes in is printed, nothing else."""


def _added(
    kaiban: Kaiban, owner: str, url: str, events: tuple[str, ...], *, as_json: bool
) -> Webhook:
    if owner and owner not in {each.name for each in kaiban.accounts.tokens()}:
        raise click.UsageError(f"no token of the name {owner}")
    outcome = kaiban.subscriptions.add(owner, url, events)
    if not isinstance(outcome, Webhook):
        refuse(outcome, json_wanted=as_json)
    return outcome


def _find(kaiban: Kaiban, webhook_id: str) -> Webhook:
    found = kaiban.subscriptions.find(None, webhook_id)
    if found is None:
        raise click.UsageError(f"no webhook {webhook_id}")
    return found


def _show_told(found: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        put({"messages": found})
        return
    for each in found:
        told = (
            each["id"],
            each["at"],
            each["type"],
            each["case_no"],
            each["status"],
            each["code"],
        )
        click.echo("  ".join(part for part in told if part))
