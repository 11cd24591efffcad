"""Clients nobody here wrote open a case, bring its files, follow, correct and fetch it, and their compilers find nothing wrong."""

import json
import shutil
from pathlib import Path

import pytest

from tests.api.clients.tools import ROOT, node, run

HERE = Path(__file__).parent
#: What openapi-python-client writes into every client, whatever the description says.
TEMPLATE = "[mypy-kaiban_client.client]\nignore_errors = true\n"


#: A lease with the application and one when the registrar asked again; one photograph shows everybody.
BROUGHT = {"lease": [2, 2], "identity": [1]}


def generate(description, target):
    """A Python client; an AssertionError for whatever its maker cannot express, too."""
    config = ROOT / "docs" / "clients" / "openapi-python-client.yaml"
    return run(
        "openapi-python-client", "generate", "--path", description, "--config", config,
        "--meta", "none", "--output-path", target, "--fail-on-warning",
    )  # fmt: skip


def ended(served):
    """The states of the cases the API has, as the journeys should have left them."""
    cases = served.call("GET", "/cases").get_json()["cases"]
    return [case["status"] for case in cases]


def brought(served):
    """The pages of the files that are there, by material."""
    [case] = served.call("GET", "/cases").get_json()["cases"]
    told = served.call("GET", f"/cases/{case['case_no']}/materials").get_json()["materials"]
    return {each["key"]: [file["pages"] for file in each["files"]] for each in told}


def test_a_python_client_is_generated_type_checked_and_used(
    served, description, address, form, scans, tmp_path
):
    generate(description, tmp_path / "kaiban_client")
    program = shutil.copy(HERE / "journey.py", tmp_path)
    (tmp_path / "mypy.ini").write_text(f"[mypy]\nstrict = true\n{TEMPLATE}")
    run("mypy", "--config-file", "mypy.ini", "journey.py", "kaiban_client", folder=tmp_path)
    run(
        "python", program, address, served.alice, form, scans,
        folder=tmp_path, PYTHONPATH=str(tmp_path),
    )  # fmt: skip
    assert ended(served) == ["completed"]
    assert brought(served) == BROUGHT


def test_what_the_maker_of_clients_leaves_out_is_an_error(description, tmp_path):
    told = json.loads(description.read_bytes())
    answer = told["paths"]["/api/v1/cases/{no}"]["get"]["responses"]["200"]
    answer["content"] = {"image/png": {"schema": {"type": "object"}}}
    description.write_text(json.dumps(told))
    with pytest.raises(AssertionError, match="image/png"):
        generate(description, tmp_path / "kaiban_client")


def test_a_typescript_client_is_generated_type_checked_and_used(
    served, description, address, form, scans, tmp_path
):
    node("openapi-typescript", description, "-o", tmp_path / "kaiban.ts")
    program = shutil.copy(HERE / "journey.ts", tmp_path)
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    (tmp_path / "package.json").write_text('{"type": "module"}')
    node(
        "tsc", "--strict", "--noUncheckedIndexedAccess", "--target", "es2022",
        "--module", "nodenext", "--lib", "es2022,dom,dom.iterable", "--skipLibCheck", "--types", "node",
        program, folder=tmp_path,
    )  # fmt: skip
    node(
        tmp_path / "journey.js", folder=tmp_path,
        ADDRESS=address, TOKEN=served.alice, FORM=form.read_text("utf-8"), SCANS=str(scans),
    )  # fmt: skip
    assert ended(served) == ["completed"]
    assert brought(served) == BROUGHT
