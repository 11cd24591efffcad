"""Sums in capital numerals (大写), as licences, articles and cheques have them.

Source: 正确填写票据和结算凭证的基本规定 (支付结算办法, annex 1).
"""

from decimal import Decimal

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ((10**8, "亿"), (10**4, "万"))
_LIMIT = 10**16
#: How many yuan the units of the form's sums stand for.
YUAN = {"元": 1, "万元": 10**4}


def in_capitals(yuan: Decimal | int) -> str:
    """Return a sum of money, exact to the fen and below 10^16, like 壹佰万元整; "" for any other."""
    fen = Decimal(yuan) * 100
    if not 0 <= fen < _LIMIT * 100 or fen != fen.to_integral_value():
        return ""
    whole, (jiao, rest) = int(fen) // 100, divmod(int(fen) % 100, 10)
    sums = f"{_whole(whole)}元" if whole else ""
    if not (jiao or rest):
        return f"{sums or '零元'}整"
    sums += f"{_DIGITS[jiao]}角" if jiao else "零" if whole else ""
    return sums + (f"{_DIGITS[rest]}分" if rest else "整")


def _whole(number: int) -> str:
    for unit, name in _GROUPS:
        if number >= unit:
            high, low = divmod(number, unit)
            gap = "零" if 0 < low < unit // 10 else ""
            return f"{_whole(high)}{name}{gap}{_whole(low)}"
    return _group(number)


def _group(number: int) -> str:
    said, gap = "", False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit:
            said += ("零" if gap and said else "") + _DIGITS[digit] + _PLACES[place]
            gap = False
        else:
            gap = True
    return said
