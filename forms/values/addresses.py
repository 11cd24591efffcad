"""The address of the seat: its region once in front, whatever was typed, the same in every paper and message."""

import re
from collections.abc import Mapping
from typing import Any

from forms import codes
from forms.values.regions import lineage

#: How a detail begins that names a region of its own: 某省某市某区…, each of them wanting.
_PROVINCE = r"(?:[\u4e00-\u9fff]{2,6}省|[\u4e00-\u9fff]{2,6}自治区|(?:北京|上海|天津|重庆)市?)"
_CITY = r"[\u4e00-\u9fff]{2,7}?(?:市|自治州|地区|盟)"
_DISTRICT = r"[\u4e00-\u9fff]{1,6}?(?:区|县|旗|市)"
_ELSEWHERE = re.compile(f"{_PROVINCE}(?:{_CITY})?(?:{_DISTRICT})?|{_CITY}{_DISTRICT}")
#: 超市, 城市广场, 菜市口: places of a street that hold the word and are no city.
_LONE_CITY = re.compile(r"[\u4e00-\u9fff]{2,3}(?<![超城都夜闹早集])市(?![场民政口街广])")
_ANY_PROVINCE = re.compile(r"[\u4e00-\u9fff]{2,6}?(?:省|自治区)")


def detail_of(detail: str, region: str) -> str:
    """Return the detail without the names of its own region in front, as it is pasted from elsewhere."""
    rest = detail.strip()
    above = lineage(region)
    outermost = above[-1].label if above else ""
    if outermost and not outermost.endswith("省"):  # the list begins with the city
        rest = re.sub(rf"^{_ANY_PROVINCE.pattern}(?={outermost})", "", rest)
    for item in reversed(above):
        rest = rest.removeprefix(item.label).lstrip(" ，,、")
    return rest or detail


def elsewhere(detail: str, region: str) -> str:
    """Return how the detail begins where it names another region, "" where it names none."""
    rest = detail_of(detail, region)
    for item in codes.REGIONS.items:
        if item.more["level"] != "zone" and rest.startswith(item.label):
            return item.label
    found = _ELSEWHERE.match(rest)
    return found[0] if found else ""


def maybe_elsewhere(detail: str, region: str) -> str:
    """Return how the detail begins where that may be the name of another city."""
    found = _LONE_CITY.match(detail_of(detail, region))
    return found[0] if found else ""


def full_address(premises: Mapping[str, Any]) -> str:
    """Return region and detail, the region once."""
    region = premises["region_code"]
    name = str(codes.REGIONS.more(region, "full") or codes.REGIONS.label(region))
    return name + detail_of(premises["detail"], region)


def completed(form: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a checked form as departments and papers read it, with the whole address of its seat.

    It is worked out on the way out and not kept, so that forms accepted before have it, too.
    """
    premises = form.get("premises")
    if not (isinstance(premises, Mapping) and premises.keys() >= {"region_code", "detail"}):
        return form
    return {**form, "premises": {**premises, "full": full_address(premises)}}
