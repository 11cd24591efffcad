"""A real service tells: the applicant's phone and a program, while its workers are killed."""

import json

from sqlalchemy import update

from kaiban.notifying.signatures import is_genuine
from kaiban.storage.schema import messages
from tests.city import city
from tests.notifying.receiver import receiving
from tests.waiting import until


def with_gateway(ours):
    """Let the service know the hall's pretended gateway."""
    lines = [f"{key} = {json.dumps(value)}" for key, value in ours.hall.texts_settings().items()]
    links = ours.folder / "links.toml"
    links.write_text("\n".join([links.read_text(), "[texts.settings]", *lines, ""]))


def let_go(ours):
    """Let the lease of what the dead had in hand run out now, and not minutes later."""
    with ours.kaiban.database.transaction() as connection:
        in_hand = update(messages).where(messages.c.state == "sending")
        connection.execute(in_hand.values(due_at=ours.kaiban.wall.now()))


def test_the_phone_and_the_program_hear_of_a_case_from_its_beginning_to_its_end(tmp_path):
    with (
        city(tmp_path, speed=600, admin=True, ports="free") as ours,
        receiving() as program,
    ):
        with_gateway(ours)
        hook = ours.kaiban.subscriptions.add("", program.url, ())
        commands = ours.commands()
        ours.start(*commands["web"].argv)
        worker = next(name for name in commands if name != "web")
        process = ours.start(*commands[worker].argv)
        ours.wait_until_ready()
        program.hold.clear()
        no = ours.handed_in(1, ("registration",))
        until(lambda: program.got, 300, ours.log)
        ours.kill(process)
        program.hold.set()
        let_go(ours)
        ours.start(*commands[worker].argv)
        until(lambda: "case.ended" in {b["type"] for b in program.bodies()}, 300, ours.log)
        until(lambda: len(ours.hall.outbox.all()) >= 2, 300, ours.log)
    texts = [each.text for each in ours.hall.outbox.all()]
    assert any("已受理" in each and no in each for each in texts)
    assert any("证照包已做好" in each for each in texts)
    assert {each["case_no"] for each in program.bodies()} == {no}
    assert program.ids().count(program.ids()[0]) > 1, "the dead had it in hand"
    given, body = program.got[0]
    secret = hook.secrets[0].value
    assert is_genuine(secret, given, body, ours.kaiban.wall.now())
