"""Checks at once, in processes that are forked: asked for from a process without threads."""

import subprocess
import sys

ASK = """
import os
from adapters.bank import BankAdapter
from adapters.kit import pool
from adapters.kit.check import Check
from adapters.kit.checks import find
from adapters.kit.mutants.exchange import RetriesUnknown
from adapters.kit.rig.site import STUB

if {dying}:
    pool.take = lambda *_: os._exit(1)
asked = [(check, kind) for check in find("S02,B01") for kind in (BankAdapter, RetriesUnknown)]
for found in pool.carried_out(asked, STUB, 3):
    print(found.check.id, found.verdict.value, len(found.exchanges) > 0, found.reason[:40])
"""


def asked(**how):
    done = subprocess.run(
        [sys.executable, "-c", ASK.format(**how)], capture_output=True, text=True, check=False
    )
    return done.stdout.splitlines() or done.stderr.splitlines()[-1:]


def test_findings_come_in_order_with_their_exchanges():
    first, second, third, fourth = asked(dying=False)
    assert first == "S02 passed False "
    assert second.startswith("S02 failed True")
    assert third == fourth == "B01 passed False "


def test_a_check_that_ends_its_process_has_failed():
    found = asked(dying=True)
    assert found == [f"{each} failed False the process of the check died"
                     for each in ("S02", "S02", "B01", "B01")]  # fmt: skip
