"""What the pretended disk may lose, and what it may not."""

import random

import pytest

from tests.faults.power.disk import SECTOR, Disk, File
from tests.faults.power.recording import Call, Moment, moments

OLD, NEW = b"o" * SECTOR, b"n" * SECTOR


@pytest.fixture
def disk():
    return Disk("/data", {"kaiban.db": File(bytearray(OLD * 3))})


def call(name, *numbers, place="/data/kaiban.db", data=b""):
    return Call(name, place, data, numbers)


def done(disk, *calls):
    for each in calls:
        assert disk.hear(Moment(each))
        assert disk.hear(Moment(each, 0))


def write(offset, data=NEW, **place):
    return call("pwrite64", len(data), offset, data=data, **place)


def left(disk, name="kaiban.db"):
    """Everything that a cut may leave of a file."""
    dice = random.Random(1)
    return {disk.left(dice).get(name) for _ in range(300)}


def test_what_was_not_synchronized_is_there_sector_by_sector_or_not(disk):
    done(disk, write(0, NEW + NEW))
    assert left(disk) == {each + OLD for each in (OLD + OLD, NEW + OLD, OLD + NEW, NEW + NEW)}


def test_what_was_synchronized_is_there(disk):
    done(disk, write(0, NEW + NEW), call("fdatasync"))
    assert left(disk) == {NEW + NEW + OLD}


def test_what_was_under_way_when_a_synchronization_began_is_not_sure(disk):
    late = write(0)
    disk.hear(Moment(late))
    sync = call("fdatasync")
    disk.hear(Moment(sync))
    disk.hear(Moment(late, SECTOR))
    disk.hear(Moment(sync, 0))
    assert left(disk) == {OLD * 3, NEW + OLD * 2}


def test_a_synchronization_that_failed_makes_nothing_sure(disk):
    sync = call("fdatasync")
    done(disk, write(0))
    disk.hear(Moment(sync))
    disk.hear(Moment(sync, -1))
    assert left(disk) == {OLD * 3, NEW + OLD * 2}


def test_a_length_is_that_of_some_moment(disk):
    done(disk, call("ftruncate", SECTOR))
    assert left(disk) == {OLD, OLD * 3}
    done(disk, call("fdatasync"), write(SECTOR))
    assert left(disk) == {OLD, OLD + NEW, OLD + bytes(SECTOR)}


def test_a_new_file_is_there_for_sure_when_its_folder_was_synchronized(disk):
    log = {"place": "/data/kaiban.db-wal"}
    done(disk, write(0, **log), call("fdatasync", **log))
    assert left(disk, "kaiban.db-wal") == {None, NEW}
    done(disk, call("fdatasync", place="/data"))
    assert left(disk, "kaiban.db-wal") == {NEW}
    done(disk, call("unlink", **log))
    assert left(disk, "kaiban.db-wal") == {None, NEW}
    assert disk.now() == {"kaiban.db": OLD * 3}


def test_other_files_are_none_of_its_business(disk):
    for place in ("/data/other", "/elsewhere/kaiban.db", "/data/kaiban.db-shm"):
        assert not disk.hear(Moment(write(0, place=place)))


def test_a_record_is_read_in_the_order_in_which_things_began_and_ended(tmp_path):
    log = tmp_path / "calls"
    log.write_text(
        '7  pwrite64(4<\\x2f\\x61>, "\\x00\\xff", 2, 8192 <unfinished ...>\n'
        "8  +++ exited with 0 +++\n"
        "9  fdatasync(5<\\x2f\\x62>)       = -1 EIO (Input/output error)\n"
        "7  <... pwrite64 resumed>)           = 2\n"
        '7  sendto(9<TCP:[127.0.0.1:80->127.0.0.1:9]>, "\\x41", 1, 0, NULL, 0) = 1\n'
        '7  unlink("\\x2f\\x61")               = 0\n'
    )
    found = [
        (m.call.name, m.call.place, m.call.data, m.call.numbers, m.result) for m in moments(log)
    ]
    write_, socket = ("pwrite64", "/a", b"\x00\xff", (2, 8192)), "TCP:[127.0.0.1:80->127.0.0.1:9]"
    assert found == [
        (*write_, None),
        ("fdatasync", "/b", b"", (), None),
        ("fdatasync", "/b", b"", (), -1),
        (*write_, 2),
        ("sendto", socket, b"A", (1, 0), None),
        ("sendto", socket, b"A", (1, 0), 1),
        ("unlink", "/a", b"", (), None),
        ("unlink", "/a", b"", (), 0),
    ]
