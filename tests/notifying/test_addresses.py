"""Strangers name addresses: in service none of ours is spoken to."""

from ipaddress import ip_network

import pytest

from kaiban.notifying.addresses import AddressPolicy, ForbiddenAddressError

STRICT = AddressPolicy(strict=True)


@pytest.mark.parametrize(
    "url",
    ["https://example.com/hook?x=1", "https://example.com:8443", "https://93.184.215.14/"],
)
def test_a_public_https_address_may_be_subscribed(url):
    assert STRICT.check(url).scheme == "https"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://example.com/", "scheme"), ("ftp://example.com/", "scheme"), ("file:///etc/x", "form"),
        ("https://user:pw@example.com/", "form"), ("https:///x", "form"), ("https://example.com/#x", "form"),
        ("https://example.com:99999/", "form"), ("https://例子.example/", "form"), ("https://a b/", "form"),
        ("https://example.com/" + "x" * 500, "form"), ("", "form"),
        ("https://127.0.0.1/", "private"), ("https://10.0.0.1/", "private"), ("https://[::1]/", "private"),
        ("https://169.254.169.254/", "private"), ("https://[fe80::1]/", "private"),
        ("https://0.0.0.0/", "private"), ("https://224.0.0.1/", "private"), ("https://100.64.0.1/", "private"),
        ("https://[::ffff:10.0.0.1]/", "private"), ("https://[64:ff9b::a00:1]/", "private"),
        ("https://[2002:a00:1::1]/", "private"),
    ],
)  # fmt: skip
def test_any_other_is_refused_with_a_reason(url, why):
    with pytest.raises(ForbiddenAddressError, match=why):
        STRICT.check(url)


def test_a_name_that_leads_to_this_machine_is_refused_when_it_is_looked_up():
    assert STRICT.check("https://localhost/hook")
    with pytest.raises(ForbiddenAddressError):
        STRICT.resolve("localhost", 443)


def test_a_network_that_is_listed_may_be_spoken_to_and_its_neighbour_may_not():
    policy = AddressPolicy(strict=True, networks=(ip_network("10.1.0.0/16"),))
    assert policy.check("https://10.1.2.3/")
    with pytest.raises(ForbiddenAddressError):
        policy.check("https://10.2.2.3/")


def test_in_development_a_receiver_on_this_machine_is_wanted():
    policy = AddressPolicy(strict=False)
    assert policy.check("http://127.0.0.1:9000/")
    assert policy.resolve("127.0.0.1", 9000) == "127.0.0.1"
