"""Rules of the company's seat."""

from collections.abc import Iterator
from datetime import date

from forms import codes
from forms.defects import Found
from forms.rules.rule import Rule
from forms.structure.view import Setting, View
from forms.values.addresses import elsewhere, maybe_elsewhere
from forms.values.years import years_after

LONGEST_LEASE = 20


def region(form: View, setting: Setting) -> Iterator[Found]:
    """实施细则: a registrar registers whoever sits in its area."""
    code = form["premises.region_code"]
    prefixes = setting.locality.region_prefixes
    if prefixes and not code.startswith(prefixes):
        yield form.found("premises.region_code", "premises.region")
    if code not in codes.REGIONS.answers:
        yield form.found("premises.region_code", "premises.district")


def elsewhere_detail(form: View, _setting: Setting) -> Iterator[Found]:
    """Let the detail not name another region than the one chosen; 实施细则: a registrar registers its own area."""
    detail, code = form["premises.detail"], form["premises.region_code"]
    if word := elsewhere(detail, code):
        yield form.found("premises.detail", "premises.elsewhere", word=word)
    elif word := maybe_elsewhere(detail, code):
        yield form.found("premises.detail", "premises.maybe_elsewhere", word=word)


def lease_needed(form: View, _setting: Setting) -> Iterator[Found]:
    """Who rents shows the lease."""
    if form["premises.tenure"] == "lease" and not form.has("premises.lease"):
        yield form.found("premises.lease", "premises.lease_needed")


def lease_term(form: View, setting: Setting) -> Iterator[Found]:
    """Want a lease that runs forward and has at least this day left."""
    lease = form.group("premises.lease")
    if lease is None:
        return
    if lease["to"] < setting.today.isoformat():
        yield lease.found("to", "premises.lease_over")
    if lease["to"] <= lease["from"]:
        yield lease.found("to", "premises.lease_order")


def lease_length(form: View, _setting: Setting) -> Iterator[Found]:
    """民法典 art. 705: twenty years at most; beyond them a lease is void."""
    lease = form.group("premises.lease")
    if lease is None:
        return
    try:
        last = years_after(date.fromisoformat(lease["from"]), LONGEST_LEASE).isoformat()
    except ValueError:  # beyond year 9999
        return
    if lease["to"] > last:
        yield lease.found("to", "premises.lease_long", last=last)


def neighbours(form: View, _setting: Setting) -> Iterator[Found]:
    """民法典 art. 279: a dwelling turns into business premises only with the neighbours' consent."""
    if form["premises.usage"] == "residential" and not form["premises.neighbours_consent"]:
        yield form.found("premises.neighbours_consent", "premises.consent")


RULES = (
    Rule(region, early=True),
    Rule(elsewhere_detail, early=True),
    Rule(lease_needed),
    Rule(lease_term, early=True),
    Rule(lease_length, early=True),
    Rule(neighbours),
)
