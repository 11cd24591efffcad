"""What cannot be asked of a counter, where people carry paper: each check with the reason why."""

from collections.abc import Mapping

_NO_MESSAGE = "人工窗口没有报文往来：送出的是办件单，由人携带"
_NO_ANSWER = "结果由人录入并按 Result 校验，不由适配器查询或解读"
_NO_SYSTEM = "人工窗口没有可以断开、迟到、繁忙或关闭的系统"
_NO_SESSION = "人工窗口没有地址、密钥、会话和回调"
_ANY_CHARACTER = "纸面可写任何字；字体缺字在打印时以“〓”标出"


def _why(reason: str, ids: str) -> Mapping[str, str]:
    return dict.fromkeys(ids.split(), reason)


#: Checks that are about messages and systems; any other check counts for a counter, too.
REASONS: Mapping[str, str] = {
    **_why(_NO_MESSAGE, "B07 B08 B09 B15 S14 S26 S31 S38 S39 G09 G12 G14"),
    **_why(
        _NO_ANSWER,
        "B06 B10 B11 B13 B14 S10 S11 S12 S13 S15 S16 S19 S20 S23 S27 S32 S33 S34 S35 G06 G07",
    ),
    **_why(
        _NO_SYSTEM, "B12 S01 S02 S03 S04 S05 S06 S07 S08 S09 S17 S18 G01 G04 G05 G08 G10 G13 G15"
    ),
    **_why(_NO_SESSION, "S21 S22 S25 S28 S29 S30 S36 S37 G02 G03 G11"),
    **_why(_ANY_CHARACTER, "S24"),
}
