"""How long a browser is known: as long as it is used, without a cookie in every answer."""

from datetime import timedelta


def sent(filing):
    return filing.go("licence").answer.headers.get("Set-Cookie", "")


def test_a_session_in_use_is_renewed_now_and_then(filing, city):
    sent(filing)
    assert sent(filing) == ""
    city.pass_time(minutes=31)
    assert "kaiban=" in sent(filing)
    assert sent(filing) == ""
    # Nobody is remembered longer than the session's own life after the last visit.
    assert city.web.permanent_session_lifetime == timedelta(hours=8)
