"""Whom we talk to: a certificate is for this host, by an authority that is trusted."""

from contextlib import closing
from datetime import timedelta

from adapters.hall.clock import RealClock
from adapters.kit.check import Check
from adapters.kit.demanding import demand, raised, told
from adapters.kit.rig import certificates
from adapters.kit.rig.proxy import Proxy
from adapters.kit.rig.stand import Stand
from kaiban.ports import Misconfigured, NotFound

HERE, ELSEWHERE = "127.0.0.1", "127.0.0.2"
YEAR = timedelta(days=365)


def only_this_host(stand: Stand) -> None:
    """S36."""
    ready = stand.ready()
    now = RealClock().now()
    good = certificates.context(stand.keys, now + YEAR, HERE)
    cases = {
        "its own": (good[0], good[1]),
        "of another host": certificates.context(stand.keys, now + YEAR, ELSEWHERE),
        "of an authority nobody trusts": (
            certificates.context(stand.keys, now + YEAR, HERE, "b")[0],
            good[1],
        ),
        "that begins to be valid tomorrow": certificates.context(
            stand.keys, now + YEAR + timedelta(days=1), HERE, "c"
        ),
    }
    for name, (tls, trusted) in cases.items():
        with closing(Proxy(stand.stub.url, tls)) as proxy:
            adapter = stand.new_adapter(url=proxy.url, ca_file=str(trusted))
            for call, asked in ((adapter.query, ready.ref), (adapter.submit, ready)):
                if name == "its own" and call == adapter.submit:
                    continue
                outcome = raised(call, asked)
                right = NotFound if name == "its own" else Misconfigured
                demand(
                    isinstance(outcome, right), f"a certificate {name}: told as {told(outcome)}"
                )
            demand(
                name == "its own" or not proxy.seen,
                f"a certificate {name}: and something was sent",
            )
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
