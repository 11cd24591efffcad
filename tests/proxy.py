"""The proxy of compose.yaml as a real process, in front of whatever listens on this machine."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kaiban.cli.demo_city.ports import free_port
from tests.waiting import until

SETTINGS = Path(__file__).parents[1] / "nginx.conf"


@contextmanager
def proxied(port: int, folder: Path) -> Iterator[str]:
    """Run nginx with our settings in front of that port of 127.0.0.1; lend its address."""
    door = free_port()
    text = SETTINGS.read_text(encoding="utf-8")
    for ours, here in (
        (r"listen 8080", f"listen 127.0.0.1:{door}"), (r"web:8000", f"127.0.0.1:{port}"),
        (r"/tmp/nginx", f"{folder}/nginx"),
    ):  # fmt: skip
        text, found = re.subn(ours, here, text)
        assert found, ours
    conf = folder / "nginx.conf"
    conf.write_text(text, encoding="utf-8")
    # Its workers would give root's rights up, and then have no way into a folder of ours.
    user = "user root;" if os.geteuid() == 0 else ""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    assert program, "nginx is not installed"
    log = folder / "nginx.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", program, "-p", str(folder), "-c", str(conf),
             "-g", f"daemon off; {user}"], stdout=out, stderr=out,
        )  # fmt: skip
    try:
        until((folder / "nginx.pid").exists, 60, log.read_text)
        yield f"http://127.0.0.1:{door}"
    finally:
        process.terminate()
        process.wait()
