"""Dice that fall the same way twice."""

import secrets
import threading

from adapters.kit.rig.tape import Tape


def throws():
    return [
        secrets.token_hex(8), secrets.randbelow(10**9), secrets.token_bytes(4), secrets.randbits(64),
        secrets.choice(range(10**9)), secrets.token_urlsafe(),
    ]  # fmt: skip


def test_what_was_thrown_is_thrown_again_and_afterwards_chance_is_back():
    tape = Tape()
    with tape.recording():
        first = throws()
    with tape.playing():
        assert throws() == first
        assert throws() != first
    assert throws() != first


def test_another_thread_throws_its_own():
    tape, theirs = Tape(), []
    with tape.recording():
        first = throws()
    with tape.playing():
        thread = threading.Thread(target=lambda: theirs.append(throws()))
        thread.start()
        thread.join()
        assert throws() == first
    assert theirs != [first]


def test_who_asks_for_something_else_gets_something_else():
    tape = Tape()
    with tape.recording():
        first = secrets.token_bytes(8)
    with tape.playing():
        assert secrets.randbelow(10) in range(10)
        assert secrets.token_bytes(8) == first
