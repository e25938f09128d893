"""The key of a course: with it even a seed of 7 draws what a student's process cannot guess."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from nbgrader.coursedir import CourseDirectory

from autograder.errors import CourseError

_NAME = ".autograder-key"
_BITS = 128


def seed_key(coursedir: CourseDirectory) -> str:
    """The course's key, in hexadecimal digits; drawn, and kept in the course's folder, when asked
    for the first time. Only whoever grades may read the file.

    Raises CourseError where it cannot be read, made, or is none.
    """
    path = Path(coursedir.root, _NAME)
    try:
        if not path.exists():
            _draw(path, 0o640 if coursedir.groupshared else 0o600)
        key = path.read_text("ascii").strip()
        if int(key, 16).bit_length() <= _BITS // 2:  # cut off, or typed
            raise ValueError("too short")
    except (OSError, ValueError) as error:
        raise CourseError(
            f"the key of the course, {path}, cannot be had ({error}): let whoever grades write to "
            "that folder and read that file; where the file is damaged, delete it, and all is "
            "graded anew with other hidden inputs"
        ) from error
    return key


def _draw(path: Path, mode: int) -> None:
    new = path.with_name(f"{_NAME}.{secrets.token_hex(4)}")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with open(descriptor, "w", encoding="ascii") as file:
            os.fchmod(descriptor, mode)  # whatever the umask is
            file.write(secrets.token_hex(_BITS // 8))
        with suppress(FileExistsError):  # another run was first: its key counts
            os.link(new, path)
    except OSError:
        if path.exists():
            raise
        new.replace(path)  # a file system without links
    finally:
        new.unlink(missing_ok=True)
