"""``kaiban worker`` with the peers' merge in the place of the package: ``python -m tests.bench.peers.kaiban_worker SLOT``.

What printing costs is another row's; here a package is one POST of a small JSON document, as with every peer.
"""

import dataclasses
import json
import os
import sys
from datetime import datetime
from functools import cached_property

import requests

from kaiban.app import Kaiban
from kaiban.domain.cases.case import Case
from kaiban.domain.papers.package import Package
from kaiban.orchestrator.office import Office
from kaiban.processes.memory import share_arenas


class Merged:
    """Makes the small document (kaiban.ports.PackageMaker)."""

    def __init__(self, url: str) -> None:
        self._url, self._http = url, requests.Session()
        self._http.trust_env = False

    def make(self, case: Case, version: int, at: datetime) -> Package:
        """One POST."""
        results = {link.name: dict(link.result) for link in case.links}
        told = json.dumps({"serial": f"{case.no}-merge-{version}", "results": results}).encode()
        self._http.post(f"{self._url}/merge", data=told, timeout=30).raise_for_status()
        return Package(version, case.no[-12:], at, b"", b"", told)


class PlainKaiban(Kaiban):
    """Kaiban without printing."""

    @cached_property
    def office(self) -> Office:
        """The usual one, which merges."""
        return dataclasses.replace(super().office, packages=Merged(os.environ["PEERS_STUB"]))


if __name__ == "__main__":
    share_arenas()  # as the command does; it gives way to pages besides, which no peer's worker does
    PlainKaiban(os.environ).worker(sys.argv[1]).serve()
