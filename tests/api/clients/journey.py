"""What a program of somebody else's looks like: everything by the generated client, nothing taken apart by hand.

Called with address, token, the path of a form and a folder of scans, each called by the key of its material; mypy reads it, too, with the
generated client beside it.
"""

import base64
import json
import sys
from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path

from kaiban_client import AuthenticatedClient
from kaiban_client.api.cases import (
    bring_material,
    check_form,
    correct_case,
    get_package_pdf,
    list_cases,
    open_a_case,
    show_case,
    show_materials,
)
from kaiban_client.models import (
    Application,
    ApplicationMaterials,
    BroughtFiles,
    CaseList,
    CaseReport,
    Checked,
    Correction,
    CorrectionChanges,
    MaterialList,
    NoticeReport,
    Problem,
    Receipt,
    SentFile,
)
from kaiban_client.types import File, Unset


def scanned(scans: Path, key: str, of: Sequence[str] | None) -> SentFile:
    """The scan of a material, of these persons if it is of persons."""
    [path] = scans.glob(f"{key}.*")
    content = base64.b64encode(path.read_bytes()).decode()
    return SentFile(name=path.name, content=content, of=[*(of or [])])


def hand_in(client: AuthenticatedClient, form: Application, scans: Path) -> str:
    """Open a case with everything the city asks for; its number."""
    refused = open_a_case.sync(client=client, body=Application(), idempotency_key="K-0")
    assert isinstance(refused, Problem)
    assert not isinstance(refused.errors, Unset)
    assert refused.errors[0].pointer.startswith("/")
    checked = check_form.sync(client=client, body=form)
    assert isinstance(checked, Checked)
    assert {each.code for each in checked.errors} == {"materials.missing"}
    form.materials = ApplicationMaterials()
    for each in checked.materials:
        form.materials[each.key] = [scanned(scans, each.key, each.of)]
    receipt = open_a_case.sync(client=client, body=form, idempotency_key="K-1")
    assert isinstance(receipt, Receipt), receipt
    return receipt.case_no


def asked(client: AuthenticatedClient, no: str) -> NoticeReport:
    """The notice that waits for an answer."""
    case = show_case.sync(no, client=client)
    assert isinstance(case, CaseReport)
    assert case.status == "needs_correction"
    assert case.package is None
    [notice] = [each for each in case.notices if each.version]
    return notice


def bring(client: AuthenticatedClient, no: str, key: str, scans: Path) -> None:
    """Bring a material that is asked for."""
    body = BroughtFiles(files=[scanned(scans, key, None)])
    told = bring_material.sync(no, key, client=client, body=body, idempotency_key="K-2")
    assert isinstance(told, MaterialList), told
    shown = show_materials.sync(no, client=client)
    assert isinstance(shown, MaterialList)
    [material] = [each for each in shown.materials if each.key == key]
    assert (material.state, material.files[-1].media_type) == ("there", "application/pdf")


def main(address: str, token: str, path: str, folder: str) -> None:
    """Open, follow, correct and fetch a case."""
    client = AuthenticatedClient(base_url=address, token=token, raise_on_unexpected_status=True)
    form = Application.from_dict(json.loads(Path(path).read_text()))
    scans = Path(folder)
    no = hand_in(client, form, scans)
    notice = asked(client, no)
    changes = CorrectionChanges.from_dict({notice.items[0].pointer: "晨光"})
    body = Correction(changes=changes, version=notice.version)
    corrected = correct_case.sync(no, client=client, body=body)
    assert isinstance(corrected, CaseReport)
    stale = correct_case.sync_detailed(no, client=client, body=body)
    assert stale.status_code == HTTPStatus.CONFLICT
    [item] = asked(client, no).items
    bring(client, no, item.material, scans)
    answer = Correction(confirmed=[item.link], version=asked(client, no).version)
    settled = correct_case.sync(no, client=client, body=answer)
    assert isinstance(settled, CaseReport), settled
    ended = show_case.sync(no, client=client)
    assert isinstance(ended, CaseReport)
    assert ended.status == "completed"
    pdf = get_package_pdf.sync(no, client=client)
    assert isinstance(pdf, File)
    assert pdf.payload.read().startswith(b"%PDF-")
    cases = list_cases.sync(client=client, status=["completed"])
    assert isinstance(cases, CaseList)
    assert [each.case_no for each in cases.cases] == [no]


if __name__ == "__main__":
    main(*sys.argv[1:])
