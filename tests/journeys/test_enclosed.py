"""A file an applicant brought reaches the registrar, and its owner can read that it did."""

import hashlib

from kaiban.domain.papers.material import Upload
from kaiban.orchestrator.applicant.opening import Application, open_case
from kaiban.orchestrator.materials.bringing import bring

FILING = "f" * 22
DEED = Upload("张三的房产证.pdf", "application/pdf", b"%PDF-1.7 a deed", 1)
DIGEST = hashlib.sha256(DEED.content).hexdigest()


def test_a_file_brought_reaches_the_registrar_ahead_of_the_application(city):
    office = city.kaiban.office
    form = city.form()
    [key] = [
        one.key
        for one in office.form.materials(form, ["registration"])
        if one.key in {"lease", "title_deed"}
    ]
    bring(office, FILING, key, DEED)
    case = open_case(office, Application(form, ("registration",), "entrepreneur", filing=FILING))
    assert city.follow(case.no)["status"] == "completed"

    stub = city.hall.stub("registration")
    operations = [each.line for each in stub.store.journal()]
    assert operations[0] == f"PUT /api/v2/materials/{DIGEST}"
    [application] = stub.store.all("application").values()
    [attached] = application["row"]["attachments"]
    assert attached == {
        "title": office.form.brought()[key], "mediaType": "application/pdf", "sha256": DIGEST,
    }  # fmt: skip
    assert "张三" not in str(attached)
    told = [path for seen in city.kaiban.cases.disclosures(case.no) for path in seen.what]
    assert f"materials.{key}" in told
