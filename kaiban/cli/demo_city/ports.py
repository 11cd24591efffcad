"""Ports of this machine: whether one is taken, a free one, and one that is kept from other demonstrations."""

import contextlib
import os
import secrets
import socket
from collections.abc import Iterable
from typing import Self

import click

from kaiban.config import SETTINGS, Settings

#: Below those the kernel gives to whoever names none, outgoing connections among them: a server that
#: is started anew finds its port as it left it.
FREE_PORTS = range(20_000, 32_000)


def why_not(port: int, host: str = "127.0.0.1") -> str:
    """What keeps a server from listening there, as the kernel says it; "" if nothing does."""
    bare = host.strip("[]")
    with socket.socket(socket.AF_INET6 if ":" in bare else socket.AF_INET) as probe:
        # As every server here does: what is left of closed connections does not matter.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bare, port))
        except OSError as error:
            return error.strerror or str(error)
    return ""


def free_port(count: int = 1) -> int:
    """The first of so many ports in a row nobody listens on just now, none of which the kernel gives away by itself."""
    while True:
        first = FREE_PORTS.start + secrets.randbelow(len(FREE_PORTS) - count)
        if not any(map(why_not, range(first, first + count))):
            return first


class Reserved:
    """Ports that no other demonstration takes between our looking and our listening.

    Two that start together would both find 8000 free. Whoever has the name is the one; the kernel
    takes it back when the process ends, however it ends.
    """

    def __init__(self) -> None:
        self._names = contextlib.ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *ended: object) -> None:
        self._names.close()

    def take(self, ports: Iterable[int]) -> int | None:
        """Reserve all of these; or return the first that is taken, with none reserved."""
        with contextlib.ExitStack() as names:
            for port in ports:
                name = names.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
                try:
                    name.bind(f"\0kaiban-port-{port}")
                except OSError:
                    return port
                if why_not(port):
                    return port
            self._names.push(names.pop_all())
        return None

    def free(self, count: int = 1) -> int:
        """Reserve so many ports in a row nobody listens on; return the first."""
        while True:
            first = free_port(count)
            if self.take(range(first, first + count)) is None:
                return first


def usual_port(reserved: Reserved, field: str, offsets: range, settings: Settings) -> int:
    """The port that was asked for, else the usual one, else, if that is taken, any free one; 0: whoever listens chooses."""
    setting = SETTINGS[field]
    wanted = int(getattr(settings, field))
    occupied = reserved.take([wanted + offset for offset in offsets] if wanted else [])
    if occupied is None:
        return wanted
    if os.environ.get(setting.name):
        raise taken(occupied, setting.name)
    click.echo(f"端口 {occupied} 已被占用，另选空闲端口（可用 {setting.name} 指定）。", err=True)
    return 0 if len(offsets) > 1 else reserved.free()


def taken(port: int, setting: str) -> click.UsageError:
    """What to tell of a port somebody asked for."""
    return click.UsageError(f"端口 {port} 已被占用：请结束占用它的程序，或用 {setting} 另选一个。")
