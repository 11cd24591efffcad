"""What people read about a form of theirs that will be dropped: what, when, and where to go on; nothing that opens it."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from kaiban.domain.filing import Filing

HOME: Final = "zh-CN"

_CHINESE: Final = (
    "【{city}开办企业】您有一份开办申请还没有提交。到{year}年{month}月{day}日没有再保存过，就连同上传的文件自动删除。"
    "要接着办的，请在这以前打开{url}/resume，用续办码和本手机号码找回，再保存一次；不办的，不用理会。"
)
_ENGLISH: Final = (
    "[{city}] You have an application that is not submitted. If nothing is saved in it by {year}-{month:02}-{day:02}, it is deleted with its "
    "files. To go on, open {url}/resume before, come back with your resume code and this number, and save it once more; else do nothing."
)
_SAYS: Final = {HOME: _CHINESE, "en": _ENGLISH}


@dataclass(frozen=True)
class DraftWording:
    """Writes messages for one city; ``url`` is where the service is."""

    city: str
    url: str

    def __call__(self, filing: Filing, ends_on: date) -> str:
        """The text of a short message."""
        says = _SAYS.get(filing.lang, _CHINESE)
        at = {"year": ends_on.year, "month": ends_on.month, "day": ends_on.day}
        return says.format(city=self.city, url=self.url, **at)
