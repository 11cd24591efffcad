import threading

import pytest
import requests
from flask import Flask, request

from tests.serving import serve


def application() -> Flask:
    app = Flask("answering")
    both = threading.Barrier(2, timeout=60)

    @app.post("/echo")
    def echo() -> bytes:
        return request.get_data()

    @app.get("/meet")
    def meet() -> str:
        both.wait()
        return "met"

    return app


def test_a_wsgi_application_answers_over_http():
    with serve(application()) as url, requests.Session() as session:
        assert session.post(f"{url}/echo", data="开办".encode(), timeout=60).text == "开办"


def test_two_requests_are_served_at_the_same_time():
    answers = []
    with serve(application()) as url:

        def ask() -> None:
            with requests.Session() as session:
                answers.append(session.get(f"{url}/meet", timeout=60).text)

        threads = [threading.Thread(target=ask) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert answers == ["met", "met"]


def test_the_port_is_closed_afterwards():
    with serve(application()) as url:
        pass
    with requests.Session() as session, pytest.raises(requests.ConnectionError):
        session.get(url, timeout=60)
