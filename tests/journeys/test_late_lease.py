"""A lease promised for later reaches the registrar by itself once it comes, though the licence is long granted."""

from kaiban.domain.papers.material import Upload
from kaiban.orchestrator.applicant.opening import Application, open_case
from kaiban.orchestrator.materials.bringing import bring, defer
from kaiban.orchestrator.materials.supplying import supply
from kaiban.orchestrator.worker.forwarding import Forwarding

FILING = "g" * 22
LEASE = Upload("张三的合同.pdf", "application/pdf", b"%PDF-1.7 a lease", 1)
CARD = Upload("a.pdf", "application/pdf", b"%PDF-1.7 a card", 1)


def test_a_late_lease_is_with_the_registrar_once(city):
    office = city.kaiban.office
    form = city.form()
    key = next(
        one.key
        for one in office.form.materials(form, ["registration"])
        if one.key in {"lease", "title_deed"}
    )
    bring(office, FILING, "identity", CARD)
    defer(office, FILING, key)
    case = open_case(office, Application(form, ("registration",), "entrepreneur", filing=FILING))
    assert city.follow(case.no)["status"] == "completed"
    stub = city.hall.stub("registration")
    [before] = stub.store.all("application").values()

    supply(office, case.no, key, LEASE)
    line = Forwarding(office, city.kaiban.obligations)
    assert line.turn()
    assert not line.turn()

    [after] = stub.store.all("application").values()
    late = after["row"]["attachments"][len(before["row"]["attachments"]) :]
    assert late == [
        {
            "title": office.form.brought()[key],
            "mediaType": "application/pdf",
            "sha256": LEASE.digest,
        }
    ]
    assert [each.state.value for each in city.kaiban.obligations.forwards(case.no)] == ["sent"]
    told = [path for seen in city.kaiban.cases.disclosures(case.no) for path in seen.what]
    assert f"materials.{key}" in told
