"""What a program of somebody else's looks like: everything by the generated client, nothing taken apart by hand.

Called with address, token and the path of a form; mypy reads it, too, with the generated client beside it.
"""

import json
import sys
from http import HTTPStatus
from pathlib import Path

from kaiban_client import AuthenticatedClient
from kaiban_client.api.cases import (
    check_form,
    correct_case,
    get_package_pdf,
    list_cases,
    open_a_case,
    show_case,
)
from kaiban_client.models import (
    Application,
    CaseList,
    CaseReport,
    Checked,
    Correction,
    CorrectionChanges,
    Problem,
    Receipt,
)
from kaiban_client.types import File, Unset


def main(address: str, token: str, path: str) -> None:
    """Open, follow, correct and fetch a case."""
    client = AuthenticatedClient(base_url=address, token=token, raise_on_unexpected_status=True)
    form = Application.from_dict(json.loads(Path(path).read_text()))
    refused = open_a_case.sync(client=client, body=Application(), idempotency_key="K-0")
    assert isinstance(refused, Problem)
    assert not isinstance(refused.errors, Unset)
    assert refused.errors[0].pointer.startswith("/")
    checked = check_form.sync(client=client, body=form)
    assert isinstance(checked, Checked)
    assert checked.ok, [each.message for each in checked.errors]
    receipt = open_a_case.sync(client=client, body=form, idempotency_key="K-1")
    assert isinstance(receipt, Receipt)
    case = show_case.sync(receipt.case_no, client=client)
    assert isinstance(case, CaseReport)
    assert case.status == "needs_correction"
    assert case.package is None
    [notice] = case.notices
    changes = CorrectionChanges.from_dict({notice.items[0].pointer: "晨光"})
    body = Correction(changes=changes, version=notice.version)
    corrected = correct_case.sync(receipt.case_no, client=client, body=body)
    assert isinstance(corrected, CaseReport)
    stale = correct_case.sync_detailed(receipt.case_no, client=client, body=body)
    assert stale.status_code == HTTPStatus.CONFLICT
    ended = show_case.sync(receipt.case_no, client=client)
    assert isinstance(ended, CaseReport)
    assert ended.status == "completed"
    pdf = get_package_pdf.sync(receipt.case_no, client=client)
    assert isinstance(pdf, File)
    assert pdf.payload.read().startswith(b"%PDF-")
    cases = list_cases.sync(client=client, status=["completed"])
    assert isinstance(cases, CaseList)
    assert [each.case_no for each in cases.cases] == [receipt.case_no]


if __name__ == "__main__":
    main(*sys.argv[1:])
