"""Sign in at the city's own provider: a real one, on a socket, and what it says is believed only if it is for us."""

import pytest
from joserfc.jwk import RSAKey

from kaiban.app import Kaiban
from kaiban.config import ConfigError
from kaiban.domain.roles import Role
from kaiban.web.access.openid import OpenIdProvider, WrongOpenIdSettingsError
from tests.serving import serve
from tests.web.desk.people import at_desk, hire
from tests.web.desk.provider import CLIENT, SECRET, providing
from tests.web.visitor import Visitor


@pytest.fixture(scope="module")
def provider():
    with pytest.MonkeyPatch.context() as patch, providing() as found:
        patch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")  # on loopback, the provider alone
        yield found


@pytest.fixture(scope="module")
def address(city, provider):
    """The city's pages, where the city has that provider."""
    kaiban = city.kaiban
    with serve(lambda *request: pages(*request)) as address:  # noqa: PLW0108 - there are no pages yet
        told = {"issuer": provider.issuer, "client_id": CLIENT, "client_secret": SECRET}
        provider.back = f"{address}/desk/openid/back"
        kaiban.openid = OpenIdProvider.read(told, provider.back, https=False)
        pages = kaiban.pages()
        yield address
        del kaiban.openid


@pytest.fixture
def person(city, provider):
    provider.claims, provider.key = {}, provider.published
    found = hire(city.kaiban)
    provider.user = found.login
    return found


@pytest.fixture
def browser(address):
    visitor = Visitor(address)
    yield visitor
    visitor.close()


def through(browser, path="/desk"):
    """To the provider and back, as far as it goes."""
    browser.open(path)
    browser.follow("用统一身份认证登录")
    return browser.follow("没有自动继续的") if "正在登录" in browser.heading else browser


def test_whom_the_provider_names_comes_in_and_to_the_page_they_wanted(browser, person):
    through(browser, "/desk/account")
    assert browser.path == "/desk/account"
    assert person.login in browser.text


def test_a_first_day_there_is_none_where_another_system_proves_who_it_is(browser, person, city):
    city.kaiban.staff.accounts.enrol(person.login, "", ())
    through(browser)
    assert browser.path == "/desk"


@pytest.mark.parametrize("who", ["nobody", "disabled", "emergency"])
def test_whoever_has_no_account_here_stays_outside(browser, person, provider, city, who):
    if who == "disabled":
        city.kaiban.staff.accounts.disable(person.login, city.kaiban.wall.now())
    else:
        provider.user = "somebody" if who == "nobody" else hire(city.kaiban, Role.EMERGENCY).login
    through(browser)
    assert "统一身份认证没有通过" in "".join(browser.mistakes)
    assert browser.open("/desk").path.startswith("/desk/sign-in")


@pytest.mark.parametrize(
    "claims",
    [{"nonce": "another"}, {"aud": ["another"]}, {"iss": "https://another.example"}, {"exp": 1}, {"preferred_username": None}],
    ids=["nonce", "audience", "issuer", "expired", "nobody"],
)  # fmt: skip
def test_a_token_that_is_not_for_us_now_opens_nothing(browser, person, provider, claims):
    provider.claims = claims
    through(browser)
    assert "统一身份认证没有通过" in "".join(browser.mistakes)


def test_a_token_signed_by_somebody_else_opens_nothing(browser, person, provider):
    provider.key = RSAKey.generate_key(2048, {"kid": "k1", "alg": "RS256"})
    through(browser)
    assert "统一身份认证没有通过" in "".join(browser.mistakes)


def test_nobody_is_brought_in_by_an_answer_they_have_not_asked_for(browser, person, address):
    """Somebody else's code, or one used before, signs nobody in."""
    attacker = Visitor(address)
    attacker.open("/desk").follow("用统一身份认证登录")
    stolen = attacker.page.xpath("//main//a")[0].get("href")
    attacker.close()
    browser.open("/desk")
    browser.open(stolen)
    assert "统一身份认证没有通过" in "".join(browser.mistakes)
    through(browser)
    assert browser.path == "/desk"


def test_a_locked_session_is_proved_at_the_provider_anew(browser, person, provider):
    through(browser)
    browser.press("锁定")
    assert browser.control("password") is None
    browser.follow("到统一身份认证再登录一次")
    browser.follow("没有自动继续的")
    assert browser.path == "/desk"
    assert provider.prompts[-1] == "login"


def test_passwords_go_on_to_work_beside_it(address, city):
    visitor = at_desk(address, hire(city.kaiban))
    assert visitor.path == "/desk"
    visitor.close()


def test_a_provider_that_does_not_answer_is_told_of(browser, person, provider):
    issuer, provider.issuer = provider.issuer, "http://127.0.0.1:9"
    through(browser)
    provider.issuer = issuer
    assert "统一身份认证没有通过" in "".join(browser.mistakes)


def test_a_city_without_a_provider_has_no_such_page(city, stranger):
    assert "统一身份认证" not in stranger.open("/desk/sign-in").answer.text
    assert stranger.open("/desk/openid").status == 404


@pytest.mark.parametrize(
    ("told", "https", "said"),
    [({"issuer": "https://x"}, True, "client_id"), ({"issuer": "http://x", "client_id": "a", "client_secret": "b"}, True, "https"),
     ({"issuer": "https://x", "client_id": "a", "client_secret": "b", "colour": "red"}, True, "colour")],
)  # fmt: skip
def test_settings_that_cannot_work_are_named(told, https, said):
    with pytest.raises(WrongOpenIdSettingsError, match=said):
        OpenIdProvider.read(told, "https://kaiban.example/desk/openid/back", https=https)


def test_a_citys_settings_are_read_with_their_secret_by_reference(tmp_path, city):
    links = tmp_path / "links.toml"
    links.write_text(
        '[openid]\nissuer = "https://id.example"\nclient_id = "kaiban"\nclient_secret = "env:OUR_SECRET"\n'
    )
    told = {**city.environ, "KAIBAN_LINKS": str(links), "OUR_SECRET": "from the environment"}
    found = Kaiban(told).openid
    assert found.client_secret == "from the environment"
    assert found.back == f"{city.address}/desk/openid/back"
    links.write_text('[openid]\nissuer = "https://id.example"\n')
    with pytest.raises(ConfigError, match="client_id"):
        _ = Kaiban(told).openid
