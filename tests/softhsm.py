"""A token of our own: SoftHSM, with one key brought into it."""

import os
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pkcs11

#: Where Debian puts the module.
MODULE = "/usr/lib/softhsm/libsofthsm2.so"
TOKEN, LABEL, PIN, OFFICER = "kaiban sample", "packages", "271828", "314159"


class Token(NamedTuple):
    """The address of the key in it, and the file with the PIN."""

    address: str
    pin: Path


@contextmanager
def token(folder, pem):
    """A token with the key of that PEM in it, for this process and its children, as long as the block lasts."""
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(
        f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n"
    )
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    key, pin = folder / "brought.pem", folder / "pin"
    key.write_bytes(pem)
    pin.write_text(PIN)
    try:
        tool("--init-token", "--free", "--label", TOKEN, "--so-pin", OFFICER, "--pin", PIN)
        tool("--import", str(key), "--token", TOKEN, "--label", LABEL, "--id", "07", "--pin", PIN)
        key.unlink()
        yield Token(address(pin), pin)
    finally:
        os.environ.pop("SOFTHSM2_CONF")
        if before is not None:
            os.environ["SOFTHSM2_CONF"] = before


def address(pin, **other):
    """The address of the key (RFC 7512), but for what is said otherwise; None leaves a part out."""
    path = {"token": TOKEN.replace(" ", "%20"), "object": LABEL, "id": "%07"}
    query = {"module-path": MODULE, "pin-source": f"file:{pin}"}
    for part in (path, query):
        part.update({name: value for name, value in other.items() if name in part})
    return f"pkcs11:{_joined(path, ';')}?{_joined(query, '&')}"


def _joined(part, between):
    return between.join(f"{name}={value}" for name, value in part.items() if value is not None)


def change_pin(pin):
    """Give the token another PIN, as its officer does."""
    library = pkcs11.lib(MODULE)
    library.reinitialize()
    with library.get_token(token_label=TOKEN).open(so_pin=OFFICER, rw=True) as session:
        session.init_pin(pin)


def tool(*arguments):
    """Run SoftHSM's own tool."""
    subprocess.run(["softhsm2-util", *arguments], capture_output=True, check=True)
