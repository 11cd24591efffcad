from datetime import UTC, datetime

from kaiban.domain.notice import Item, Notice

AT = datetime(2026, 3, 4, 1, 0, tzinfo=UTC)
NAME, PHONE = Item("/name", "E1", "名称有误"), Item("/phone", "E2", "电话有误")


def test_a_notice_is_open_until_it_is_answered():
    notice = Notice(1, AT, (NAME,))
    assert notice.open
    assert not notice.answered(AT).open
    assert notice.answered(AT).answered_at == AT


def test_what_a_notice_already_says_is_not_said_twice():
    assert Notice(1, AT, (NAME,)).joined((NAME, PHONE)).items == (NAME, PHONE)
