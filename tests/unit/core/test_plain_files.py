import os
import re

import pytest

from ecr_contracts.core.plain_files import TooLargeError, read_plain_file


def test_a_file_is_read_up_to_the_bound_and_refused_beyond_it(tmp_path):
    file = tmp_path / "file"
    file.write_bytes(b"x" * 1000)
    assert read_plain_file(file, 1000) == b"x" * 1000
    with pytest.raises(TooLargeError, match="it is too large: more than 999 bytes"):
        read_plain_file(str(file), 999)


NO_FILE = "it is no file that can be read"


def fifo(path):
    os.mkfifo(path)


PLACES = {
    "a pipe that nobody writes to": (fifo, NO_FILE),
    "a device without end": (
        lambda path: path.symlink_to("/dev/zero"),
        NO_FILE,
    ),
    "a folder": (lambda path: path.mkdir(), "Is a directory"),
    "a link to itself": (lambda path: path.symlink_to(path.name), "Too many levels of symbolic"),
    "nothing": (lambda path: None, "No such file or directory"),
}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="takes pipes and devices in the file system")
@pytest.mark.parametrize("place", PLACES)
def test_what_is_no_plain_file_is_refused_at_once(tmp_path, place):
    make, problem = PLACES[place]
    make(tmp_path / "file")
    with pytest.raises(OSError, match=problem) as refused:
        read_plain_file(tmp_path / "file", 10)
    assert re.search(problem, refused.value.strerror)


def test_a_name_that_no_file_can_have_is_refused_as_a_file_that_is_not_there_is():
    with pytest.raises(OSError, match="null"):
        read_plain_file("a\0b", 10)
