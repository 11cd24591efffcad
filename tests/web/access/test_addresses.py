"""No page makes an address of what a request says, and where people reach us by https cookies are ours alone."""

import re

import pytest

from kaiban.app import Kaiban
from kaiban.web.pages import routes_of
from kaiban.web.routes import PUBLIC
from tests.journeys.city import KIOSK_KEY
from tests.web.following.cases import submit

HOSTILE = "hostile.example"
SAYS = {
    "Host": HOSTILE, "X-Forwarded-Host": HOSTILE, "X-Forwarded-Server": HOSTILE, "Forwarded": f"host={HOSTILE}",
    "X-Forwarded-Proto": "https", "Referer": f"http://{HOSTILE}/a",
}  # fmt: skip
#: What programs read besides pages, and what sends people on.
READ = (
    "/api/v1/openapi.json",
    "/api/v1/form",
    "/api/v1/departments",
    "/livez",
    "/kiosk/left",
    "/nowhere",
    "/api/v1/nowhere",
)


def written(answer):
    """Everything an answer says, its headers too."""
    return answer.get_data(as_text=True) + str(answer.headers)


@pytest.fixture
def client(city):
    """A visitor of the service where people reach it by https."""
    kaiban = Kaiban({**city.kaiban.environ, "KAIBAN_BASE_URL": "https://kaiban.example"})
    kaiban.clock, kaiban.engine = city.kaiban.clock, city.kaiban.engine
    client = kaiban.web().test_client()
    yield client
    kaiban.database.close()


def test_nothing_anyone_can_open_repeats_the_host_a_request_names(client):
    pages = [
        route.rule for route in routes_of() if route.policy == PUBLIC and "GET" in route.methods
    ]
    for path in (*(each for each in pages if "<" not in each), *READ):
        assert HOSTILE not in written(client.get(path, headers=SAYS)), path


@pytest.mark.parametrize(
    ("wanted", "to"),
    [
        ("/kiosk", "/kiosk"), ("/guide?type=sole", "/guide?type=sole"), ("", "/"), ("/no-such-page", "/"),
        (f"https://{HOSTILE}/kiosk", "/kiosk"), (f"//{HOSTILE}", "/"), (f"/\\{HOSTILE}", "/"), ("http://[/", "/"),
    ],
)  # fmt: skip
def test_a_choice_of_how_pages_look_leads_back_to_a_page_of_ours_alone(visitor, wanted, to):
    token = visitor.page.xpath("//input[@name='csrf_token']/@value")[0]
    sent = {"csrf_token": token, "lang": "en", "next": wanted}
    answer = visitor.http.post(
        f"{visitor.address}/prefs", data=sent, allow_redirects=False, timeout=250
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, to)
    assert "kaiban_lang=en" in answer.headers["Set-Cookie"], "it was taken"


def test_the_receipt_draws_our_address_whatever_host_was_asked_for(city, filing):
    submit(filing, city.form())
    drawn = picture(filing.answer)
    # The session would not send them to another host, which is what it takes ours for.
    cookies = "; ".join(f"{name}={value}" for name, value in filing.http.cookies.items())
    answer = filing.http.get(filing.answer.url, headers={**SAYS, "Cookie": cookies}, timeout=60)
    assert answer.ok
    assert HOSTILE not in answer.text + str(answer.headers)
    assert picture(answer) == drawn


def picture(answer):
    """The QR code on that page."""
    drawn = answer.text.partition('class="kb-qr"')[2].partition("</svg>")[0]
    assert "<svg" in drawn
    return drawn


def token(answer):
    return re.search(r'name="csrf_token"[^>]* value="([^"]+)"', answer.text)[1]


def test_every_cookie_of_ours_is_ours_alone_and_browsers_insist_on_https(client):
    page = client.get("/kiosk")
    secret = {"csrf_token": token(page)}
    chosen = {"lang": "en", "size": "large", "contrast": "high", **secret}
    answers = [
        page, client.get("/static/kaiban.css"), client.get("/livez"),
        client.post("/prefs", data=chosen),
        client.post("/kiosk", data={"key": KIOSK_KEY, **secret}),
    ]  # fmt: skip
    for answer in answers:
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    baked = [
        each
        for answer in answers
        for each in answer.headers.getlist("Set-Cookie")
        if "1970" not in each
    ]
    assert {each.partition("=")[0] for each in baked} == {
        f"__Host-{name}"
        for name in ("kaiban", "kaiban_kiosk", "kaiban_lang", "kaiban_size", "kaiban_contrast")
    }
    for each in baked:
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(each.split("; ")), each
        assert "Domain" not in each


@pytest.mark.parametrize(
    "referrer", [{}, {"Referer": "https://10.1.2.3/kiosk"}, {"Referer": "none"}], ids=str
)
def test_by_https_too_a_form_is_taken_from_browsers_that_do_not_name_the_page_as_we_do(
    client, referrer
):
    secret = token(client.get("/kiosk"))
    # The refused one last: what was typed is kept in a session of its own, and then this token is of none.
    for sent, kept in (({"csrf_token": secret}, True), ({}, False)):
        answer = client.post("/prefs", data={"lang": "en", **sent}, headers=referrer)
        assert ("kaiban_lang=en" in str(answer.headers)) is kept


def test_a_machine_turned_on_before_names_had_a_prefix_forgets_still_and_can_be_turned_off(client):
    client.set_cookie("kaiban_kiosk", "prints", domain="kaiban.example")
    page = client.get("/kiosk", base_url="https://kaiban.example")
    assert 'data-kiosk="60"' in page.text
    off = {"key": KIOSK_KEY, "do": "off", "csrf_token": token(page)}
    client.post("/kiosk", data=off, base_url="https://kaiban.example")
    assert "data-kiosk" not in client.get("/", base_url="https://kaiban.example").text
