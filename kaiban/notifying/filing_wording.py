"""What people read about a form of theirs that is, or was, in the hands of staff: short, plain, in the form's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kaiban.domain.filing import Filing, FilingNews

HOME: Final = "zh-CN"

_CHINESE: Final[Mapping[FilingNews, str]] = {
    FilingNews.RESUME_CODE: "您的申请已由窗口帮办提交，办件编号 {no}。续办码 {code}，凭它和本手机号码可以查看进度、补正和下载证照包，请勿告诉他人。",
    FilingNews.PHONE_CHANGED: "您的开办申请留的手机号码刚由窗口工作人员改掉，以后的消息不再发到本号码。不是您要求的，请马上拨打12345，或者带证件到窗口。",
}
_ENGLISH: Final[Mapping[FilingNews, str]] = {
    FilingNews.RESUME_CODE: "Your application was handed in at the hall, case number {no}. Your resume code is {code}: with it and "
    "this number you can follow it, correct it and download your certificates. Tell it to nobody.",
    FilingNews.PHONE_CHANGED: "Staff at the hall have just replaced this number in your application; it gets no more messages. If you did not "
    "ask for that, call 12345 at once or come to the hall with your identity document.",
}
_SAYS: Final = {HOME: ("【{city}开办企业】", _CHINESE), "en": ("[{city}] ", _ENGLISH)}


@dataclass(frozen=True)
class FilingWording:
    """Writes messages for one city."""

    city: str

    def __call__(self, news: FilingNews, filing: Filing, case_no: str) -> str:
        """The text of a short message."""
        sender, says = _SAYS.get(filing.lang, _SAYS[HOME])
        told = {"no": case_no, "code": filing.shown_code}
        return sender.format(city=self.city) + says[news].format(**told)
