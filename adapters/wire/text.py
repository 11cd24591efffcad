"""What a department's character set and field widths can hold."""

import unicodedata


def misfit(text: str, encoding: str, width: int | None = None, without: str = "") -> str:
    """Say in Chinese why the text cannot be sent as it is; "" if it can.

    ``width`` is the field's length in bytes of that encoding; ``without`` are the characters
    that the protocol needs for itself, such as separators.
    """
    if any(unicodedata.category(char) == "Cc" for char in text):
        return "含有不可见的控制字符，请重新输入"
    unfit = (char for char in text if char in without or not _fits(char, encoding))
    strange = "、".join(dict.fromkeys(unfit))
    if strange:
        return f"该部门系统不能识别“{strange}”字，请按证件上的替代写法填写或到窗口办理"
    if width is not None and len(text.encode(encoding)) > width:
        return f"内容过长：该部门系统最多容纳{width}个字节（每个汉字占{_bytes_a_character(encoding)}个字节）"
    return ""


def _fits(char: str, encoding: str) -> bool:
    try:
        char.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _bytes_a_character(encoding: str) -> int:
    return len("字".encode(encoding))
