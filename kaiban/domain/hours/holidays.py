"""The holidays the law itself fixes, known before the State Council's notice of their year.

Source: 全国年节及纪念日放假办法 (国务院令第795号, in force since 2025-01-01), art. 2: 元旦, 春节 (除夕 to 初三), 清明节,
劳动节 (two days), 端午节, 中秋节, 国庆节 (three days).
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from typing import Final

from chinese_calendar import get_solar_terms

#: 元旦, 劳动节, 国庆节.
_FIXED: Final = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
_QINGMING: Final = "清明"
#: 正月初一, 五月初五 and 八月十五 by GB/T 33661-2017 (农历的编算和颁行), as the observatories' tables have them
#: (公历与农历日期对照表 of the Hong Kong Observatory). Later years follow Monday to Friday until they stand here.
_LUNAR: Final[Mapping[int, tuple[str, str, str]]] = {
    2025: ("01-29", "05-31", "10-06"),
    2026: ("02-17", "06-19", "09-25"),
    2027: ("02-06", "06-09", "09-15"),
    2028: ("01-26", "05-28", "10-03"),
    2029: ("02-13", "06-16", "09-22"),
    2030: ("02-03", "06-05", "09-12"),
    2031: ("01-23", "06-24", "10-01"),
    2032: ("02-11", "06-12", "09-19"),
    2033: ("01-31", "06-01", "09-08"),
    2034: ("02-19", "06-20", "09-27"),
    2035: ("02-08", "06-10", "09-16"),
}
#: 除夕 is the day before 初一, 初三 two days after it.
_SPRING_FESTIVAL: Final = range(-1, 3)


def is_holiday_by_law(day: date) -> bool:
    """Whether the law makes the day a holiday, whatever the State Council's notice of its year adds."""
    return (day.month, day.day) in _FIXED or day in _moving(day.year)


@cache
def _moving(year: int) -> frozenset[date]:
    return frozenset((*_by_the_sun(year), *_by_the_moon(year)))


def _by_the_sun(year: int) -> Iterator[date]:
    """清明; nothing in a year for which the library does not reckon it."""
    try:
        terms = get_solar_terms(date(year, 4, 1), date(year, 4, 10))
    except NotImplementedError:
        return
    yield from (day for day, name in terms if name == _QINGMING)


def _by_the_moon(year: int) -> Iterator[date]:
    """春节, 端午 and 中秋; nothing in a year that is not in the table."""
    days = [date.fromisoformat(f"{year}-{day}") for day in _LUNAR.get(year, ())]
    if days:
        yield from (days[0] + timedelta(days=number) for number in _SPRING_FESTIVAL)
        yield from days[1:]
