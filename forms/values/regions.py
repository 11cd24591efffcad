"""Regions as they appear in company names and addresses (GB/T 2260)."""

from forms import codes


def lineage(code: str) -> list[codes.Item]:
    """Return the region `code` and those above it, the smallest first."""
    found: list[codes.Item] = []
    while code in codes.REGIONS:
        found.append(codes.REGIONS[code])
        code = found[-1].more["parent"]
    return found


def name_regions(code: str) -> list[str]:
    """Return what a company seated in region `code` may put first in its name.

    County level and above, with or without 市/县/省; a district or a zone only behind its city
    (企业名称登记管理规定 art. 7).
    """
    found: list[str] = []
    for item in lineage(code):
        label, level = item.label, item.more["level"]
        if level in {"district", "zone"}:
            city = codes.REGIONS[item.more["parent"]].label
            found += [city + label, city[:-1] + label]
        else:
            found += [label, label[:-1]]
    return [name for name in found if len(name) > 1]
