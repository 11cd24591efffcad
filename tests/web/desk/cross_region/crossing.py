"""Cases one hall took in for another, as tests of several rooms need them."""

from itertools import count

from kaiban.domain.assisted import Actor, FiledBy, Filer, Identity, Way
from kaiban.domain.hours.clock import HALL_TIME
from kaiban.domain.papers.material import Upload
from kaiban.orchestrator.applicant.opening import Application, open_case
from kaiban.orchestrator.materials.bringing import bring
from tests.web.desk.people import OTHER, OWN

_NUMBERS = count(1)


def today(city):
    return city.kaiban.clock.now().astimezone(HALL_TIME).date()


def taken_in(
    city, form=None, *, intake=OWN, decides=OTHER, links=("registration",), lease=False, rule=None,
    identities=(),
):  # fmt: skip
    """The number of a case that hall took in for that other one.

    With ``lease``, a scan of it lies with the case; ``identities``: one of each identity document, by who is on it.
    """
    office, number = city.kaiban.office, next(_NUMBERS)
    filing = f"x{number:021}" if lease or identities else ""
    if lease:
        upload = Upload(
            "合同.pdf", "application/pdf", b"%PDF-1.7 lease " + str(number).encode(), 1
        )
        bring(office, filing, "lease", upload)
    for about in identities:
        bring(office, filing, "identity", identity_scan(about))
    filer = Filer(Actor.APPLICANT, "张三", "990102199001011234", identity=Identity.ORIGINAL)
    by = FiledBy(f"{number:06}", filer, ("w0",), Way.PAPER, 3)
    rule = rule or city.kaiban.profile.city.intake_rule(intake, decides, today(city))
    found = open_case(
        office,
        Application(
            form or city.form(), links, f"filing:crossing{number}", decides, filing=filing,
            filed_by=by, intake=rule,
        ),
    )  # fmt: skip
    assert not isinstance(found, list), found
    return found.no


def identity_scan(about):
    """One more scan of identity documents, by who is on it."""
    content = f"%PDF-1.7 identity {next(_NUMBERS)}".encode()
    return Upload("证件.pdf", "application/pdf", content, 1, about=about)


def where(no):
    """The page about it."""
    return f"/desk/cases/{no}/cross-region"
