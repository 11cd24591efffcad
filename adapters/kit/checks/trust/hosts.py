"""Whom we talk to: a certificate is for this host, by an authority that is trusted."""

import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

from adapters.base import AdapterBase
from adapters.hall.clock import RealClock
from adapters.hall.serving.certificates import LIFE
from adapters.kit.check import Check
from adapters.kit.demanding import demand, raised, told
from adapters.kit.rig import certificates
from adapters.kit.rig.proxy import Proxy
from adapters.kit.rig.stand import Stand
from kaiban.ports import Misconfigured, NotFound

ELSEWHERE = "127.0.0.2"
DAY = timedelta(days=1)


def only_this_host(stand: Stand) -> None:
    """S36."""
    ready = stand.ready()
    end = RealClock().now() + LIFE
    good, trusted = certificates.context(stand.keys, end)
    with _shown(stand, good, trusted) as (adapter, _):
        outcome = raised(adapter.query, ready.ref)
        demand(isinstance(outcome, NotFound), f"its own certificate: told as {told(outcome)}")
    stranger, _ = certificates.context(stand.keys, end)
    bad = {
        "of another host": certificates.context(stand.keys, end, ELSEWHERE),
        "of an authority nobody trusts": (stranger, trusted),
        "that begins to be valid tomorrow": certificates.context(stand.keys, end + DAY),
    }
    for name, (tls, authority) in bad.items():
        with _shown(stand, tls, authority) as (adapter, proxy):
            for call, asked in ((adapter.query, ready.ref), (adapter.submit, ready)):
                outcome = raised(call, asked)
                right = isinstance(outcome, Misconfigured)
                demand(right, f"a certificate {name}: told as {told(outcome)}")
            demand(not proxy.seen, f"a certificate {name}: and something was sent")
    demand(stand.applied() == 0, "it was sent to whom nobody should trust")


CHECKS = (
    Check(
        "S36",
        "他人主机、不明机构、尚未生效的证书：不发送",
        "silver",
        only_this_host,
        each_step=False,
    ),
)


# --- private ------------------------------------------------------------------------------------


@contextmanager
def _shown(
    stand: Stand, tls: ssl.SSLContext, trusted: Path
) -> Iterator[tuple[AdapterBase, Proxy]]:
    """Have an adapter that trusts this file, and before the stub somebody who shows that certificate."""
    with closing(Proxy(stand.stub.url, tls)) as proxy:
        yield stand.new_adapter(url=proxy.url, ca_file=str(trusted)), proxy
