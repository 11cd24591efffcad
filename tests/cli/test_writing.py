"""A file that a command writes is there whole or not at all, and what was there before stays until then."""

import os
import threading
from pathlib import Path

import click
import pytest

from kaiban.cli.terminal import writing


def test_what_is_written_takes_the_place_of_what_was_there(tmp_path):
    file = tmp_path / "deep" / "package.pdf"
    for content in (b"first", b"second"):
        with writing(file) as part:
            part.write_bytes(content)
            assert not file.exists() or file.read_bytes() == b"first"
        assert file.read_bytes() == content
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize("left", [RuntimeError, SystemExit, KeyboardInterrupt, click.Abort])
def test_whoever_leaves_early_takes_nothing_away(tmp_path, left):
    file = tmp_path / "audit.zip"
    file.write_bytes(b"of last year")

    def leave():
        with writing(file) as part:
            part.write_bytes(b"half")
            raise left

    with pytest.raises(left):
        leave()
    assert file.read_bytes() == b"of last year"
    assert list(tmp_path.iterdir()) == [file]


def test_a_full_disk_is_a_sentence_and_the_old_file_stays(tmp_path):
    file = tmp_path / "audit.zip"
    file.write_bytes(b"of last year")
    with pytest.raises(click.UsageError, match="No space left"), writing(file):
        raise OSError(28, "No space left on device")
    assert file.read_bytes() == b"of last year"


def test_a_link_goes_on_to_lead_where_it_led(tmp_path):
    link, file = tmp_path / "newest.zip", tmp_path / "kept" / "audit.zip"
    file.parent.mkdir()
    file.write_bytes(b"before")
    link.symlink_to(file)
    with writing(link) as part:
        part.write_bytes(b"after")
    assert link.is_symlink()
    assert file.read_bytes() == b"after"


def test_a_pipe_is_written_as_it_is(tmp_path):
    pipe, got = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
    reader.start()
    with writing(pipe) as part:
        part.write_bytes(b"through")
    reader.join(10)
    assert got == [b"through"]
    assert pipe.is_fifo()


@pytest.mark.parametrize(
    "place", ["/proc/audit.zip", "{folder}/a-file/audit.zip", "{folder}/" + "长" * 300]
)
def test_what_cannot_be_written_is_told(tmp_path, place):
    (tmp_path / "a-file").write_bytes(b"")
    with (
        pytest.raises(click.UsageError, match="无法写入"),
        writing(Path(place.format(folder=tmp_path))) as part,
    ):
        part.write_bytes(b"")
