"""The folder for temporary files is known before its disk is full."""

import errno
import resource
import subprocess
import sys
import tempfile

from kaiban.processes.temporary import choose_temporary_folder

#: What a process says that writes a temporary file while nothing takes any.
PROGRAM = f"""
import resource, sys, tempfile
from kaiban.processes.temporary import choose_temporary_folder
resource.setrlimit(resource.RLIMIT_FSIZE, (0, {resource.RLIM_INFINITY}))
print(choose_temporary_folder())
with tempfile.TemporaryFile(buffering=0) as file:
    try:
        file.write(b"x")
    except OSError as error:
        print(error.errno)
"""


def test_it_is_the_usual_one():
    assert choose_temporary_folder() == tempfile.gettempdir()


def test_on_a_full_disk_it_is_there_and_what_is_written_tells_why_not():
    said = subprocess.run(
        [sys.executable, "-c", PROGRAM], check=True, capture_output=True, text=True
    ).stdout.split()
    assert said == [tempfile.gettempdir(), str(errno.EFBIG)]
