"""What `kaiban serve` loads before it makes its processes: all they need, and nothing that they would share."""

import json
import subprocess
import sys
from pathlib import Path

from tests.city import city

ROOT = Path(__file__).parents[2]
#: Loads, then says what was there, and what a web process and a worker had to load besides.
PROGRAM = """
import json, os, sys
import kaiban.cli.processes
from kaiban.app import Kaiban
from kaiban.app.loading import load
from kaiban.serving.listening import listen
before = os.listdir("/proc/self/fd")
load()
told = {"threads": len(os.listdir("/proc/self/task")), "opened": len(os.listdir("/proc/self/fd")) - len(before)}
loaded = set(sys.modules)
service = Kaiban(os.environ)
kaiban.cli.processes.refuse_unready(service)
service.server(listen("127.0.0.1", 0))
service.worker("0")
ours = ("kaiban.", "adapters.", "forms.")
told["besides"] = sorted(name for name in set(sys.modules) - loaded if name.startswith(ours))
print(json.dumps(told), flush=True)
os._exit(0)
"""


def test_all_that_processes_of_the_service_need_is_loaded_and_nothing_is_open(tmp_path):
    with city(tmp_path, speed=1) as ours:
        run = subprocess.run(
            [sys.executable, "-c", PROGRAM], cwd=ROOT, env=ours.environ,
            capture_output=True, text=True, check=True, timeout=240,
        )  # fmt: skip
    assert json.loads(run.stdout) == {"threads": 1, "opened": 0, "besides": []}
