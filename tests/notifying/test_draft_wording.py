"""What people read about a form that will be dropped says what, when and where, and opens nothing."""

from datetime import UTC, date, datetime

import pytest

from kaiban.domain.filing import Filing
from kaiban.notifying.draft_wording import DraftWording

AT = datetime(2026, 3, 4, 1, 0, tzinfo=UTC)
ENTRY = {"company": {"name": {"full": "示范市晨光科技有限公司"}}, "people": [{"name": "王一"}]}
FORM = Filing("secret-id-of-22-letters", "7K4M2QXD", AT, AT, phone="13800001234", entry=ENTRY)
WRITE = DraftWording("示范市", "https://kaiban.example")


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("zh-CN", ["【示范市开办企业】", "到2026年4月3日没有再保存过", "连同上传的文件自动删除", "https://kaiban.example/resume，"]),
        ("en", ["[示范市] ", "by 2026-04-03", "deleted with its files", "https://kaiban.example/resume "]),
        ("tlh", ["2026年4月3日"]),
    ],
)  # fmt: skip
def test_it_says_what_is_dropped_when_and_where_to_go_on(lang, told):
    text = WRITE(Filing(**{**vars(FORM), "lang": lang}), date(2026, 4, 3))
    assert [each for each in told if each not in text] == []


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_nothing_in_it_opens_the_form_or_names_anybody(lang):
    text = WRITE(Filing(**{**vars(FORM), "lang": lang}), date(2026, 4, 3))
    told = (FORM.id, FORM.code, FORM.shown_code, FORM.phone, "晨光", "王一")
    assert [each for each in told if each in text] == []
