"""Where webhooks may be sent: strangers name the addresses, so none of ours is ever spoken to (SSRF)."""

import socket
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final
from urllib.parse import SplitResult, urlsplit

Network = IPv4Network | IPv6Network

LONGEST: Final = 500
#: Addresses in which others hide: IPv4 behind a translator, and 6to4.
_WRAPPED: Final[tuple[IPv6Network, ...]] = (
    IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"), IPv6Network("2002::/16"), IPv6Network("2001::/32"),
)  # fmt: skip


class ForbiddenAddressError(Exception):
    """Nothing may be sent there; the message says why, in a word."""


@dataclass(frozen=True)
class AddressPolicy:
    """``strict`` (in service): https and public addresses only, besides the listed networks."""

    strict: bool
    networks: tuple[Network, ...] = ()

    def check(self, url: str) -> SplitResult:
        """The parts of an address that may be subscribed; raises ForbiddenAddressError."""
        if len(url) > LONGEST or not url.isascii() or any(each.isspace() for each in url):
            raise ForbiddenAddressError("form")
        try:
            found = urlsplit(url)
            _ = found.port
        except ValueError as error:
            raise ForbiddenAddressError("form") from error
        if not found.hostname or found.fragment or "@" in found.netloc:
            raise ForbiddenAddressError("form")
        if found.scheme != "https" and (self.strict or found.scheme != "http"):
            raise ForbiddenAddressError("scheme")
        if _is_number(found.hostname):
            self.check_numbers([found.hostname])
        return found

    def resolve(self, host: str, port: int) -> str:
        """The number to connect to; raises ForbiddenAddressError if any of the name's is not allowed, OSError."""
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        numbers = [str(each[4][0]).partition("%")[0] for each in found]
        self.check_numbers(numbers)
        return numbers[0]

    def check_numbers(self, numbers: Iterable[str]) -> None:
        """Raise ForbiddenAddressError unless all of them are allowed."""
        if self.strict and not all(map(self._is_allowed, numbers)):
            raise ForbiddenAddressError("private")

    def _is_allowed(self, number: str) -> bool:
        address = ip_address(number)
        if isinstance(address, IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        if any(address in network for network in self.networks):
            return True
        hidden = any(address in network for network in _WRAPPED)
        return address.is_global and not address.is_multicast and not hidden


def _is_number(host: str) -> bool:
    try:
        ip_network(host)
    except ValueError:
        return False
    return True
