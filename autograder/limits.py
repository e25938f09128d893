"""How much a submission may use. A limit reached is a verdict, never a crash of the run."""

import re
from dataclasses import asdict, dataclass, fields

from autograder.errors import CourseError
from autograder.quota import Quota

_MIB = 2**20
_MAY_BE_ZERO = ("restarts", "figures")
_MOST_REPLY_MIB = 256  # what a frame of the wire can hold
_SPOKEN_OF = {
    r"MemoryError|[Uu]nable to allocate|can't allocate memory|Cannot allocate memory": (
        "A notebook may use {memory_mib:,} MiB of memory."
    ),
    r"\[Errno 28\]": "The files of a notebook may have {disk_mib:,} MiB, and be {files:,}.",
    r"\[Errno 27\]": "A file may have {file_mib:,} MiB.",
    r"\[Errno 24\]": "A process may have {open_files:,} files open.",
    r"can't start new thread|\[Errno 11\] Resource temporarily": (
        "A notebook may have {processes:,} processes and threads at a time."
    ),
    r"\[Errno 30\]": "A notebook may write into its own folder and /tmp.",
}


@dataclass(frozen=True)
class Limits:
    """Of one notebook, unless it says otherwise. Seconds are on the clock, or of a processor."""

    cell_seconds: float = 30  # one cell, and all the calls that one test cell makes together
    call_seconds: float = 30  # one call of a student's function
    notebook_seconds: float = 600  # then its remaining tests score nothing
    grace_seconds: float = 2  # between asking code that ran out of time to stop, and killing it
    cpu_seconds: float = 600  # of a processor, of all its processes together
    memory_mib: int = 2048  # of all its processes together, what is imported for them included
    processes: int = 64  # at a time; threads count
    disk_mib: int = 256  # of all files that it writes
    files: int = 10_000  # that it writes
    file_mib: int = 128  # of one file
    open_files: int = 256  # of one process
    reply_mib: int = 256  # of the arrays of one answer
    restarts: int = 3  # fresh processes for a notebook whose process died
    output_characters: int = 100_000  # of text kept of a cell; half of them from its end
    output_mib: int = 20  # of all outputs of a notebook together
    figures: int = 1_000  # that are drawn; those after them are named
    reading_seconds: float = 30  # of a processor, to read it and to write down what came of it
    reading_mib: int = 1024  # of memory, for the same
    callbacks: int = 1_000_000  # calls of a test's own functions that one test cell allows

    def __post_init__(self):
        for field in fields(self):
            value, may_be_zero = getattr(self, field.name), field.name in _MAY_BE_ZERO
            if value < 0 or (value == 0 and not may_be_zero):
                wanted = "zero or above" if may_be_zero else "above zero"
                raise CourseError(f"the limit {field.name} is {value}; it must be {wanted}")
        if self.reply_mib > _MOST_REPLY_MIB:
            raise CourseError(f"the limit reply_mib is {self.reply_mib}; at most {_MOST_REPLY_MIB}")

    def explain(self, problem: str) -> str:
        """The limit that an error of Python's speaks of without naming it; empty if none."""
        for pattern, limit in _SPOKEN_OF.items():
            if re.search(pattern, problem):
                return limit.format(**asdict(self))
        return ""

    def reply_bytes(self) -> int:
        """Of the arrays of one answer."""
        return self.reply_mib * _MIB

    def output_bytes(self) -> int:
        """Of all outputs of a notebook."""
        return self.output_mib * _MIB

    def quota(self) -> Quota:
        """Those that the kernel keeps, for the sandbox."""
        return Quota(
            memory_bytes=self.memory_mib * _MIB,
            processes=self.processes,
            cpu_seconds=self.cpu_seconds,
            disk_bytes=self.disk_mib * _MIB,
            disk_files=self.files,
            file_bytes=self.file_mib * _MIB,
            open_files=self.open_files,
        )
