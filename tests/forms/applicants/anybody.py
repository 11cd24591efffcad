"""Forms of every type of applicant, drawn: such as pass, and such as are broken in places."""

from copy import deepcopy
from decimal import Decimal

from hypothesis import strategies as st

from forms import codes
from forms.applicants import applicants
from forms.sample import SAMPLE_DAY, credit_code, person, sample

SCOPE = [item.code for item in codes.SCOPE.items if item.more.get("class") == "general"]
#: Numbers of people that stand in no sample.
OTHERS = range(900_000, 900_400)
JUNK = st.sampled_from(
    [None, "", " ", 0, -1, True, [], {}, [{}], "一" * 300, "x\u0000", {"a": 1}, 10**9]
)


@st.composite
def entries(draw, applicant):
    """A form of that type without defects."""
    form = sample(draw(st.integers(1, 20_000)), SAMPLE_DAY, applicant)
    form["company"]["name"].pop("alternatives", None)
    form["premises"] |= draw(st.sampled_from(PREMISES))
    if form["premises"]["tenure"] != "lease":
        form["premises"].pop("lease")
    form["company"]["scope"]["items"] = [
        {"code": code}
        for code in draw(st.lists(st.sampled_from(SCOPE), min_size=1, max_size=6, unique=True))
    ]
    form["company"].pop("industry_code", None)
    form["staff"]["members"] = form["staff"]["members"][: draw(st.integers(1, 3))]
    form["tax"]["taxpayer_kind"] = draw(st.sampled_from(["small", "general"]))
    form["people"].pop("proxy") if draw(st.booleans()) else None
    return OWN.get(applicant, _nothing_else)(draw, form)


PREMISES = [
    {"tenure": "own", "usage": "commercial"},
    {"tenure": "free", "usage": "office"},
    {"tenure": "lease", "usage": "warehouse"},
    {"tenure": "lease", "usage": "residential", "neighbours_consent": True},
]


def _nothing_else(_draw, form):
    return form


def _individual(draw, form):
    family = draw(st.lists(st.sampled_from(OTHERS), max_size=4, unique=True))
    people = [person(number) for number in family]
    form["people"]["family"] = [{"name": one["name"], "cert": one["cert"]} for one in people]
    form["company"]["operation"] = "family" if family else "person"
    return form


def _partnership(draw, form):
    limited = draw(st.booleans())
    partners, company = form["people"]["holders"], form["company"]
    company["entity_type"] = "4533" if limited else "4531"
    company["name"]["form"] = "合伙企业（有限合伙）" if limited else "中心（普通合伙）"
    company["term"] = draw(st.sampled_from(["长期", "2046-11-30"]))
    for number in draw(st.lists(st.sampled_from(OTHERS), max_size=4, unique=True)):
        one = person(number)
        partners.append({**partners[1], **{key: one[key] for key in one}, "subscribed": 10})
    company["capital"]["amount"] = sum(each["subscribed"] for each in partners)
    for each in partners[1:]:
        kinds = ["limited"] if limited else ["unlimited"]
        each["liability"] = draw(st.sampled_from(kinds))
        each["executes"] = not limited and draw(st.booleans())
        each["mode"] = draw(st.sampled_from(["money", "goods", "land_use"]))
    owners = form["people"]["beneficial_owners"]
    whole = company["capital"]["amount"]
    for owner, each in zip(owners, partners, strict=False):
        owner["share_pct"] = Decimal(each["subscribed"] * 10000 // whole) / 100
    form["people"]["beneficial_owners"] = [each for each in owners if each["share_pct"] >= 25]
    return form


def _cooperative(draw, form):
    """From the least number of members to more than twenty, with as many others than farmers as the law lets in."""
    people, company = form["people"], form["company"]
    members = people["holders"]
    for number in draw(st.lists(st.sampled_from(OTHERS), max_size=40, unique=True)):
        one = person(number)
        members.append({**members[0], **{key: one[key] for key in one}, "standing": "farmer"})
    most = 1 if len(members) <= 20 else len(members) // 20
    organisations = draw(st.integers(0, most))
    others = draw(st.integers(0, len(members) // 5 - organisations))
    for number, each in enumerate(members[::-1]):
        each["standing"] = "farmer"
        if number < organisations:
            _organisation(each, number)
        elif number < organisations + others:
            each["standing"] = "citizen"
        each["subscribed"] = draw(st.integers(0, 20))
        each["mode"] = draw(st.sampled_from(["money", "goods", "land_management", "forestry"]))
        if not each["subscribed"]:
            each.pop("mode")
    members[0] |= {"subscribed": 20, "mode": "money"}
    company["capital"]["amount"] = sum(each["subscribed"] for each in members)
    company["name"]["form"] = draw(st.sampled_from(["专业合作社", "农民专业合作社"]))
    offices = [_officer(each) for each in members[1:5] if each["kind"] == "natural_person"]
    watching = draw(st.integers(0, 2))
    people["supervisors"] = offices[:watching]
    people["directors"] = offices[watching:] if draw(st.booleans()) else []
    return form


def _organisation(member, number):
    code = credit_code(8_000 + number)
    member |= {
        "kind": "enterprise",
        "name": f"示范市云起{number}农资有限公司",
        "cert": {"type": "credit_code", "no": code},
    }
    del member["standing"]


def _officer(member):
    return {key: member[key] for key in ("name", "cert", "mobile")}


OWN = {"cooperative": _cooperative, "individual": _individual, "partnership": _partnership}

#: GB 32100: 9 is the market regulator; its second place says what was registered, an enterprise where nothing else is said.
_CATEGORIES = {"individual": "92", "cooperative": "93"}


def category(applicant):
    """With what a credit code of this type begins."""
    return _CATEGORIES.get(applicant, "91")


@st.composite
def broken(draw, applicant):
    """A form of that type with anything in one to five places, and the places."""
    form = draw(entries(applicant))
    places = draw(
        st.lists(st.sampled_from(sorted(leaves(form))), min_size=1, max_size=5, unique=True)
    )
    for place in places:
        put(form, place, draw(JUNK))
    return form, places


def leaves(value, pointer=""):
    """Every pointer inside a form."""
    found = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, inner in found:
        yield f"{pointer}/{key}"
        yield from leaves(inner, f"{pointer}/{key}")


def put(form, pointer, value):
    """Put a value there; where nothing is any more, nothing happens."""
    *path, last = [int(part) if part.isdecimal() else part for part in pointer.split("/")[1:]]
    place = form
    for part in path:
        try:
            place = place[part]
        except (KeyError, IndexError, TypeError):
            return
    if isinstance(place, dict) or (
        isinstance(place, list) and isinstance(last, int) and last < len(place)
    ):
        place[last] = deepcopy(value)


TYPES = tuple(applicants())
