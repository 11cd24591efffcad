"""What was sent is on the screen, and the rest can be switched off; only by whose case it is."""

from dataclasses import replace

from kaiban.domain.messages.notification import Answer, Channel, Kind, Message, Verdict
from kaiban.storage.messages.outbox import SqlOutbox
from tests.web.following.cases import case_of


def put(city, case, **more):
    message = Message(
        "aa" * 16,
        case.no,
        1,
        Kind.ACCEPTED,
        Channel.SMS,
        case.accepted_at,
        "【示范市】已受理",
        "13800001234",
    )
    outbox = SqlOutbox(city.kaiban.database, city.kaiban.keyring)
    with city.kaiban.database.transaction() as connection:
        outbox.add(connection, replace(message, **more), case.accepted_at)
    return outbox


def test_messages_are_shown_masked_with_how_far_they_got(submitted, city):
    visitor = submitted("讯云禾")
    case = case_of(visitor, city)
    visitor.follow("查看办理进度").follow("发过的通知")
    assert "还没有发过通知" in visitor.text
    outbox = put(city, case)
    visitor.open(f"/t/{visitor.filing_id}/messages")
    assert "短信 138****1234" in visitor.text
    assert "等待发送" in visitor.text
    taken = outbox.take(Channel.SMS, case.accepted_at, case.accepted_at - case.accepted_at)
    outbox.settle(taken, Answer(Verdict.ACCEPTED), None, 1)
    visitor.open(f"/t/{visitor.filing_id}/messages")
    assert "已送出" in visitor.text
    assert "13800001234" not in visitor.text


def test_other_messages_are_switched_off_and_on_again(submitted, city):
    visitor = submitted("静云禾")
    visitor.open(f"/t/{visitor.filing_id}/messages").press("不再接收其他通知")
    assert "现在只送达补正和不予办理的通知" in visitor.text
    visitor.press("重新接收其他通知")
    assert "依法送达" in visitor.text
    said = [event.code for event in case_of(visitor, city).events if event.kind == "messages"]
    assert said == ["off", "on"]
