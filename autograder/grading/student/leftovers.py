"""What cells leave that a fork does not copy: a template that leaves any of it is of no use.

Its forks would miss a thread, or share a file and its place in it, which would be a road from one
student to another.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from autograder.grading.processes import single_thread

Traces = dict[str, Any]


def traces(files: Mapping[str, bytes | bytearray]) -> Traces:
    """What there is now, by the words for it; two are equal where nothing was left between them.

    files: what was written into the working folder.
    """
    room = os.statvfs(".")  # all folders that can be written to are of one tmpfs
    return {
        "threads": single_thread.others(),
        "processes": [name for name in os.listdir("/proc") if name.isdigit()],
        "files": (room.f_ffree, room.f_bfree),
        "changed files": [name for name, content in files.items() if not _holds(name, content)],
        "another working folder": os.getcwd(),
        "shared memory": list(_shared_memory()),
        "descriptors": dict(_descriptors()),
    }


def left_behind(before: Traces, files: Mapping[str, bytes | bytearray]) -> str:
    """In words, what was left since `before`, descriptors apart; empty if nothing."""
    now = traces(files)
    left = [what for what in before if what != "descriptors" and now[what] != before[what]]
    return f"its cells leave {', '.join(left)}" if left else ""


def kept_open(before: Traces) -> str:
    """In words, whether a fork has descriptors that were not there `before`; empty if not.

    Libraries close some of theirs in a fork (matplotlib its fonts), so it is a fork that looks.
    """
    if not (child := os.fork()):
        left = True
        with suppress(BaseException):
            left = dict(_descriptors()) != before["descriptors"]
        os._exit(left)
    return "its cells leave descriptors" if os.waitpid(child, 0)[1] else ""


def _holds(name: str, content: bytes | bytearray) -> bool:
    with suppress(OSError):
        return Path(name).read_bytes() == content
    return False


def _descriptors() -> Iterator[tuple[str, str]]:
    for number in os.listdir("/proc/self/fd"):
        with suppress(FileNotFoundError):  # the one that lists
            yield number, os.readlink(f"/proc/self/fd/{number}")


def _shared_memory() -> Iterator[str]:
    """The mappings that forks would share and may be written to, or are of files of the room."""
    device = os.stat(".").st_dev
    room = f"{os.major(device):02x}:{os.minor(device):02x}"
    mapping: list[str] = []
    with open("/proc/self/smaps", encoding="utf-8", errors="replace") as file:
        for words in map(str.split, file):
            if words[0] == "VmFlags:":
                if {"sh", "mw"} <= set(words) or mapping[3] == room:  # shared, may be written
                    yield " ".join(mapping)
            elif not words[0].endswith(":"):
                mapping = words
