"""Who asks, when proxies of ours stand between."""

from collections.abc import Callable, Iterable, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Any, Final
from wsgiref.types import WSGIApplication

#: What proxies say of a request: none of it is believed further in, because our own address is a setting.
_FORWARDED: Final = (
    "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT", "HTTP_X_FORWARDED_PREFIX",
    "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_SERVER", "HTTP_X_REAL_IP", "HTTP_FORWARDED",
)  # fmt: skip


Networks = Sequence[IPv4Network | IPv6Network]


def is_trusted(networks: Networks, address: str) -> bool:
    """Whether that address is one of theirs."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in networks)


class TrustedProxies:
    """Makes REMOTE_ADDR the address of whoever asked the outermost of our proxies.

    ``X-Forwarded-For`` is read from its end, and only as far as each address that vouches for the next is trusted: what
    a visitor wrote in front of it counts for nothing. ``stranger`` is told the address of a peer that sends the header
    and is not trusted.
    """

    def __init__(
        self,
        app: WSGIApplication,
        networks: Networks,
        stranger: Callable[[str], None],
    ) -> None:
        self._app, self._networks, self._stranger = app, networks, stranger

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        peer = environ.get("REMOTE_ADDR", "")
        hops = environ.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if hops != [""] and not is_trusted(self._networks, peer):
            self._stranger(peer)
        environ["REMOTE_ADDR"] = self._asking(peer, hops)
        for name in _FORWARDED:
            environ.pop(name, None)
        return self._app(environ, start_response)

    def _asking(self, peer: str, hops: Sequence[str]) -> str:
        asking = peer
        for hop in reversed(hops):
            if not is_trusted(self._networks, asking):
                break
            try:
                asking = str(ip_address(hop.strip()))
            except ValueError:
                break  # it names nobody, so the proxy itself is all we know
        return asking
