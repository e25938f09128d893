"""What one notebook's processes may use, as the sandbox needs to know it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Quota:
    """Sizes in bytes, of the whole notebook unless it says otherwise."""

    memory_bytes: int
    processes: int  # threads count
    cpu_seconds: float
    disk_bytes: int  # of all files in its folders together, in memory as they are
    disk_files: int
    file_bytes: int  # of one file
    open_files: int  # of one process
