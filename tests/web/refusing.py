"""Every route asked while nothing can be written: what was to be written is told as an outage, and nothing else fails."""

import re

from tests.outages import attempts, read_only


def refused(visitor, engine, routes, values, outage):
    """The rules that said come back later (503), of routes asked by a visitor with these values in their addresses.

    Fails if one answered 500, or 503 without when; or, as nothing at all can be written (``read_only``), if one
    tried to write and said anything else than 503.
    """
    token = visitor.control("csrf_token").get("value")
    found = set()
    with outage(engine), attempts(engine) as written:
        for route in routes:
            path = _address(route.rule, values)
            for method in route.methods if path else ():
                written.clear()
                answer = visitor.http.request(
                    method, visitor.address + path, data={"csrf_token": token}, timeout=60,
                    allow_redirects=False,
                )  # fmt: skip
                where = method, route.rule, answer.status_code
                assert answer.status_code != 500, where
                if answer.status_code == 503:
                    assert int(answer.headers["Retry-After"]) > 0, where
                    found.add(route.rule)
                elif outage is read_only:
                    assert written == [], where
    return found


def _address(rule, values):
    """The address of a rule; "" if it names what nobody has a value for."""
    path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: values.get(found[1], found[0]), rule)
    return "" if "<" in path else path
