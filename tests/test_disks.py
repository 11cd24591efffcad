"""A small disk is full when it says so, and has room again."""

import errno

import pytest

from tests.disks import NoMountError, small_disk


def test_a_full_disk_takes_nothing_until_it_is_freed(tmp_path):
    try:
        with small_disk(tmp_path / "disk", 1) as disk:
            disk.fill()
            with pytest.raises(OSError, match="No space left") as full:
                (disk.folder / "more").write_bytes(b"x")
            assert full.value.errno == errno.ENOSPC
            disk.free()
            (disk.folder / "more").write_bytes(b"x")
    except NoMountError as error:
        pytest.skip(
            f"nobody but root may mount a disk, and no other one can be filled safely: {error}"
        )
