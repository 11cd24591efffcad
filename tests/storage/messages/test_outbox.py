"""One outbox: a message exists with its event, is somebody's for a while, and is over once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from kaiban.domain.messages.notification import Answer, Channel, Delivery, Kind, Message, Verdict
from kaiban.domain.messages.webhook import PATIENCE, Secret, Webhook
from kaiban.storage.access.accounts import Accounts
from kaiban.storage.messages.outbox import SqlOutbox
from kaiban.storage.messages.webhooks import SqlWebhooks
from kaiban.storage.schema import messages
from tests.storage.samples import sample_case

NOW = datetime(2026, 3, 4, 8, 0, tzinfo=UTC)
LEASE = timedelta(minutes=3)
PHONE, TEXT = "13800001234", "【示范市开办企业】晨光需要补正2项。"
OK, LATER = Answer(Verdict.ACCEPTED), Answer(Verdict.LATER, "http.500")
ONE = Message("m1", "KB0001", 2, Kind.CORRECTION, Channel.SMS, NOW, TEXT, PHONE)


@pytest.fixture
def outbox(database, keyring, cases):
    with cases.transaction() as tx:
        tx.add(sample_case())
    return SqlOutbox(database, keyring)


@pytest.fixture
def webhooks(database, keyring):
    return SqlWebhooks(database, keyring)


def put(outbox, database, *messages, at=NOW):
    with database.transaction() as connection:
        for message in messages:
            outbox.add(connection, message, at)


def take(outbox, after=timedelta(0), channel=Channel.SMS):
    return outbox.take(channel, NOW + after, LEASE)


def hook(name="wh_1", owner="", **more):
    return Webhook(name, owner, "https://x.example/", (), (Secret("whsec_x"),), NOW, **more)


def test_a_message_of_a_transaction_that_fails_does_not_exist(outbox, database):
    def fail():
        with database.transaction() as connection:
            outbox.add(connection, ONE, NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert take(outbox) is None


def test_a_message_is_one_takers_until_the_lease_is_over(outbox, database, cases):
    put(outbox, database, ONE)
    taken = take(outbox)
    assert (taken.id, taken.text, taken.address, taken.tries) == ("m1", TEXT, PHONE, 1)
    assert take(outbox, LEASE - timedelta(seconds=1)) is None
    again = take(outbox, LEASE)
    assert (again.id, again.tries, again.attempts) == ("m1", 2, 2)
    outbox.settle(again, OK, None, 12)
    assert take(outbox, timedelta(days=9)) is None
    assert [(m.state, m.attempts) for m in cases.messages("KB0001")] == [("accepted", 2)]
    assert outbox.deliveries("m1") == [
        Delivery(1, NOW), Delivery(2, NOW + LEASE, "accepted", "", 12),
    ]  # fmt: skip


def test_whoever_lost_the_lease_changes_nothing_but_that_it_was_accepted(outbox, database, cases):
    put(outbox, database, ONE)
    first, second = take(outbox), take(outbox, LEASE)
    outbox.settle(first, LATER, None, 1)
    assert cases.messages("KB0001")[0].state == "sending"
    outbox.settle(first, OK, None, 1)
    assert cases.messages("KB0001")[0].state == "accepted"
    outbox.settle(second, LATER, NOW, 1)
    assert cases.messages("KB0001")[0].state == "accepted", (
        "what was accepted is not sent a third time"
    )


def test_what_failed_is_due_later_and_what_is_over_never(outbox, database, cases):
    put(outbox, database, ONE)
    outbox.settle(take(outbox), LATER, NOW + timedelta(hours=1), 1)
    assert take(outbox, timedelta(minutes=59)) is None
    outbox.settle(take(outbox, timedelta(hours=1)), Answer(Verdict.REFUSED, "no"), None, 1)
    assert take(outbox, timedelta(days=9)) is None
    assert [(m.state, m.code) for m in cases.messages("KB0001")] == [("failed", "no")]


def test_what_a_clock_that_was_ahead_put_off_is_due(outbox, database):
    put(outbox, database, ONE, at=NOW + timedelta(days=30))
    assert take(outbox).id == "m1"


def test_channels_do_not_wait_for_one_another(outbox, database):
    put(outbox, database, ONE, replace(ONE, id="m2", channel=Channel.MAIL))
    assert take(outbox, channel=Channel.MAIL).id == "m2"


def test_address_and_text_are_sealed(outbox, database):
    put(outbox, database, ONE)
    with database.reading() as connection:
        [row] = connection.execute(select(messages)).all()
    assert PHONE not in repr(row)
    assert "晨光".encode() not in row.text


def told(webhook="wh_1", **more):
    return replace(ONE, channel=Channel.WEBHOOK, webhook=webhook, address="", **more)


def test_a_receiver_that_failed_rests_and_then_is_tried(outbox, webhooks, database):
    webhooks.add(hook())
    put(outbox, database, told(), told(id="m2"))
    webhooks.answered("wh_1", LATER, NOW)
    assert take(outbox, timedelta(seconds=29), Channel.WEBHOOK) is None
    assert take(outbox, timedelta(seconds=30), Channel.WEBHOOK).id == "m1"
    webhooks.answered("wh_1", OK, NOW)
    assert webhooks.get("wh_1").failing_since is None


def test_a_receiver_that_is_gone_or_fails_for_days_is_disabled(webhooks):
    webhooks.add(hook())
    webhooks.add(hook("wh_2"))
    webhooks.answered("wh_1", Answer(Verdict.GONE), NOW)
    webhooks.answered("wh_2", LATER, NOW)
    webhooks.answered("wh_2", LATER, NOW + PATIENCE)
    assert [each.disabled for each in webhooks.listed()] == ["gone", ""]
    webhooks.answered("wh_2", LATER, NOW + PATIENCE + timedelta(seconds=1))
    assert webhooks.get("wh_2").disabled == "failing"


def test_replayed_messages_keep_their_ids_and_those_of_others_rest(outbox, webhooks, database):
    webhooks.add(hook())
    webhooks.add(hook("wh_2"))
    put(outbox, database, told(), told(id="m2"), told(id="m3", webhook="wh_2"))
    for _ in range(3):
        outbox.settle(take(outbox, channel=Channel.WEBHOOK), Answer(Verdict.REFUSED, "x"), None, 1)
    assert outbox.replay("wh_1", ["m2", "m3"], NOW) == 1
    again = take(outbox, channel=Channel.WEBHOOK)
    assert (again.id, again.tries, again.attempts) == ("m2", 1, 2)
    assert take(outbox, channel=Channel.WEBHOOK) is None
    assert outbox.replay("wh_1", [], NOW) == 1


def test_a_subscription_that_is_dropped_takes_its_messages_along(
    outbox, webhooks, database, cases
):
    webhooks.add(hook())
    put(outbox, database, told(), replace(ONE, id="m2"))
    webhooks.remove("wh_1")
    assert take(outbox, channel=Channel.WEBHOOK) is None
    assert [each.id for each in cases.messages("KB0001")] == ["m2"]


def test_what_programs_were_told_is_forgotten_and_what_people_were_told_stays(
    outbox, webhooks, database, cases
):
    webhooks.add(hook())
    put(outbox, database, told(), told(id="m3"), replace(ONE, id="m2"))
    outbox.settle(take(outbox, channel=Channel.WEBHOOK), OK, None, 1)
    outbox.settle(take(outbox), OK, None, 1)
    assert outbox.forget(NOW) == 0
    assert outbox.forget(NOW + timedelta(days=1)) == 1
    assert [each.id for each in outbox.of_webhook("wh_1", 9)] == ["m3"], "it is not over"
    assert [each.id for each in cases.messages("KB0001")] == ["m2"]


def test_who_hears_of_a_case_is_who_may_see_it(webhooks, database):
    accounts = Accounts(database)
    accounts.add_token("alice", ["webhooks"], NOW)
    accounts.add_token("bob", ["webhooks"], NOW)
    accounts.add_token("all", ["cases:all"], NOW)
    accounts.add_token("reads", ["cases:read"], NOW)
    accounts.add_token("old", ["cases:all"], NOW, NOW)
    for owner in ("", "alice", "bob", "all", "reads", "old", "nobody"):
        webhooks.add(hook(f"wh_{owner}", owner))
    webhooks.add(replace(hook("wh_deadlines"), kinds=(Kind.DEADLINE,)))
    webhooks.add(hook("wh_gone", disabled="gone"))

    def hearing(owner):
        with database.reading() as connection:
            return [h.owner for h in webhooks.hearing(connection, owner, Kind.ENDED, NOW)]

    assert hearing("alice") == ["", "alice", "all"]
    accounts.remove_token("all")
    assert hearing("bob") == ["", "bob"]


def test_a_subscription_to_what_only_a_later_release_tells_is_left_as_it_is(webhooks, database):
    webhooks.add(replace(hook(), kinds=(Kind.ENDED, "tomorrow")))
    webhooks.add(replace(hook("wh_2"), kinds=("tomorrow",)))
    webhooks.save(webhooks.get("wh_1").rotated("whsec_new", NOW))
    with database.reading() as connection:
        heard = {
            kind: [h.id for h in webhooks.hearing(connection, "", kind, NOW)]
            for kind in (Kind.ENDED, Kind.POSTED)
        }
    assert heard == {Kind.ENDED: ["wh_1"], Kind.POSTED: []}
    assert [tuple(each.kinds) for each in webhooks.listed()] == [
        ("ended", "tomorrow"),
        ("tomorrow",),
    ]


def test_a_rotated_secret_signs_beside_the_one_before_for_a_while(webhooks):
    webhooks.add(hook())
    webhooks.save(webhooks.get("wh_1").rotated("whsec_new", NOW))
    found = webhooks.get("wh_1")
    assert found.signing(NOW + timedelta(hours=23)) == ["whsec_new", "whsec_x"]
    assert found.signing(NOW + timedelta(hours=24)) == ["whsec_new"]
    assert found.rotated("whsec_3", NOW).signing(NOW) == ["whsec_3", "whsec_new"]
