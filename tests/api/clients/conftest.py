"""Lend the description as a file, and the API at an address, with departments that ask for one correction."""

import json
import threading
from contextlib import contextmanager

import pytest
from werkzeug.serving import make_server

from tests.api.serving import FORM, GRANTED, NAME


@pytest.fixture
def description(served, tmp_path):
    """The description of the API as a file."""
    path = tmp_path / "openapi.json"
    path.write_bytes(served.client.get("/api/v1/openapi.json").get_data())
    return path


@contextmanager
def at_an_address(served):
    """The API at an address; departments answer before the next request comes."""
    served.driver.departments["registration"].answers = [NAME, GRANTED]

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
