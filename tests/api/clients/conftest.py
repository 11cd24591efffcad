"""Lend the description as a file, and the API at an address: a city that asks for materials, a department that asks for two corrections."""

import json
import threading
from contextlib import contextmanager

import pytest
from werkzeug.serving import make_server

from kaiban.ports import Correction, NeedsCorrection
from tests.api.serving import FORM, GRANTED, NAME, REF, rules
from tests.documents.uploads.test_taking import document, photograph

#: The second is of a paper; where it stands in the form there is none.
BLURRED = NeedsCorrection(
    (Correction("materials.lease", "E7", "租赁合同不清晰，请重新提供"),), REF
)


@pytest.fixture
def description(served, tmp_path):
    """The description of the API as a file."""
    path = tmp_path / "openapi.json"
    path.write_bytes(served.client.get("/api/v1/openapi.json").get_data())
    return path


@contextmanager
def at_an_address(served):
    """The API at an address; departments answer before the next request comes."""
    rules(served, required=True)
    served.driver.departments["registration"].answers = [NAME, BLURRED, GRANTED]

    def turning(environ, start_response):
        while served.driver.turn():
            pass
        return served.app(environ, start_response)

    server = make_server("127.0.0.1", 0, turning)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def address(served):
    with at_an_address(served) as address:
        yield address


@pytest.fixture
def form(tmp_path):
    path = tmp_path / "form.json"
    path.write_text(json.dumps(FORM), "utf-8")
    return path


@pytest.fixture
def scans(tmp_path):
    """A folder with a file for each material the form calls for, by its key."""
    folder = tmp_path / "scans"
    folder.mkdir()
    (folder / "lease.pdf").write_bytes(document(2))
    (folder / "identity.jpg").write_bytes(photograph())
    return folder
