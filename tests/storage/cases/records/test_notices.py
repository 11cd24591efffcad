"""What is gathered, what was told and what was printed, in both databases; sealed where it is personal."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from kaiban.domain.notices.notice import Draft, Dropped, Item, Notice, Origin
from kaiban.ports import NoticePaper
from kaiban.storage.schema import cases as case_table
from kaiban.storage.schema import notice_papers, notices
from tests.storage.samples import MORNING, sample_case

FOUND = Item(
    "/people/0/id", "window.other", "王一的证件号有误。", "tax", "规定", "例如", Origin.WINDOW.value, "证件", "李敏", "理由"
)  # fmt: skip
GONE = Dropped(replace(FOUND, code="x"), "李敏", "看错了")
DRAFT = Draft(MORNING, MORNING + timedelta(minutes=15), (FOUND,), (GONE,))
PAPER = NoticePaper("notice-1-1", MORNING, "d" * 64, b"%PDF-1.7 1234")


@pytest.fixture
def stored(cases):
    case = sample_case()
    case.draft = DRAFT
    case.notices.append(
        Notice(1, MORNING, (FOUND,), repeats=True, by="李敏", reason="漏看", dropped=(GONE,))
    )
    with cases.transaction() as tx:
        tx.add(case)
    return case


def test_a_draft_and_a_notice_come_back_whole(cases, stored):
    found = cases.read(stored.no)
    assert (found.draft, found.notices) == (DRAFT, stored.notices)
    with cases.transaction() as tx:
        case = tx.get(stored.no)
        case.draft = None
        tx.save(case)
    assert cases.read(stored.no).draft is None


def test_what_is_due_is_found_and_nothing_else(cases, stored):
    with cases.transaction() as tx:
        assert tx.due_notices(DRAFT.due - timedelta(seconds=1), 9) == []
        assert tx.due_notices(DRAFT.due, 9) == [stored.no]


def test_a_notice_of_the_release_before_is_read(cases, stored, database):
    with database.transaction() as connection:
        connection.execute(update(notices).values(details=None))
    (notice,) = cases.read(stored.no).notices
    assert (notice.by, notice.dropped, notice.items[0].message) == ("", (), FOUND.message)


def test_what_was_printed_first_is_kept(cases, stored):
    with cases.transaction() as tx:
        assert tx.add_notice_paper(stored.no, PAPER) == PAPER
        assert tx.add_notice_paper(stored.no, replace(PAPER, pdf=b"other")) == PAPER
    assert cases.get_notice_paper(stored.no, PAPER.name) == PAPER
    assert cases.get_notice_paper(stored.no, "notice-2-1") is None


def test_nothing_personal_can_be_read_in_the_rows(cases, stored, database):
    with cases.transaction() as tx:
        tx.add_notice_paper(stored.no, PAPER)
    with database.reading() as connection:
        rows = [
            *connection.execute(select(case_table.c.draft)).scalars(),
            *connection.execute(select(notices.c.details)).scalars(),
            *connection.execute(select(notice_papers.c.pdf)).scalars(),
        ]
    assert len(rows) == 3
    for told in ("李敏", "王一", "漏看", "PDF"):
        assert all(told.encode() not in bytes(row) for row in rows), told
