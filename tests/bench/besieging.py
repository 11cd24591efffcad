"""Slow clients in a process of their own: ``python -m tests.bench.besieging ADDRESS KIND``.

It says a line when all are there, and lets go when its input ends. In life they sit at machines of their own: here they
give way to the service and to whoever looks at the clock.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.slow_clients import slow_clients

CLIENTS = 200


@contextmanager
def besieging(address: str, kind: str) -> Iterator[None]:
    """Hold two hundred connections of that kind until the block ends."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.bench.besieging", address, kind],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as clients:  # fmt: skip
        assert clients.stdin
        assert clients.stdout
        try:
            assert clients.stdout.readline(), "nobody came"
            yield
        finally:
            clients.stdin.close()


def _main(address: str, kind: str) -> None:
    os.nice(19)
    with slow_clients(address, CLIENTS, kind, every=1):
        print("there", flush=True)  # noqa: T201 - said to whoever started us
        sys.stdin.read()


if __name__ == "__main__":
    _main(*sys.argv[1:])
