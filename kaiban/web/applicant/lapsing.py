"""Until when a form that is not handed in is kept, in the words of a page: nobody is told otherwise before it is dropped."""

from kaiban.domain.filing import Filing
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.web.presentation.texts import day, say
from kaiban.web.service import service


def dropped_on(filing: Filing) -> str:
    """On which day the form is dropped if nothing is saved in it before."""
    kept = service().drafts
    end = (filing.saved_at + kept).astimezone(HALL_TIME).date()
    return say(
        "这份申请还没有提交。到 %(day)s 没有再保存过，就连同上传的文件自动删除（保存期 %(days)s 天，每次保存重新计算），删除以前不另外发消息。",
        days=kept.days, day=day(end),
    )  # fmt: skip
