"""What all processes of one notebook use together: no limit of the kernel's adds them up."""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress

from autograder.limits import Limits

_TICKS = os.sysconf("SC_CLK_TCK")
_MIB = 2**20
# What lies in pipes and sockets no process shows: beyond a number that honest code stays below,
# each descriptor counts for the most that a socket's buffer holds.
_DESCRIPTORS, _BUFFER = 1024, 208 * 1024
_CHILDREN = "/proc/thread-self/children"  # of kernels built with CONFIG_PROC_CHILDREN, as most are


def sees_all_processes() -> bool:
    """Whether the kernel tells what a process has started; else only the first one counts."""
    return os.path.exists(_CHILDREN)


class UsageMonitor:
    """Looks at a student's process and all that it started, through /proc.

    pid: its number as we see it; -1 when it had ended.
    """

    def __init__(self, pidfd: int, limits: Limits):
        self.pid = _pid_of(pidfd)
        self._limits = limits
        self._least_cpu = 0.0

    def limit_reached(self) -> str:
        """The limit that the processes have passed, to follow "the code ..."; empty if none.

        Shared pages are counted once. A process may end while it is looked at: it counts nothing.
        """
        pids = list(_tree(self.pid))
        memory = self._limits.memory_mib
        # Resident pages are cheap to ask for and count shared ones too often; PSS costs more.
        most = memory * _MIB - max(_sum(_descriptors, pids) - _DESCRIPTORS, 0) * _BUFFER
        if _sum(_resident, pids) > most and _sum(_proportional, pids) > most:
            return f"used more than the {memory:,} MiB of memory that a notebook may use"
        self._least_cpu = max(self._least_cpu, _sum(_cpu_seconds, pids))
        if self._least_cpu > self._limits.cpu_seconds:
            seconds = self._limits.cpu_seconds
            return f"used more than the {seconds:g} s of processor time that a notebook may use"
        return ""


def _pid_of(pidfd: int) -> int:
    """The process's number as we see it; -1 when it has ended."""
    with open(f"/proc/self/fdinfo/{pidfd}", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("Pid:"))


def _tree(pid: int) -> Iterator[int]:
    """The process and its descendants. Orphans are the children of the first."""
    yield pid
    with suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):
            for child in _read(f"{pid}/task/{thread}/children").split():
                yield from _tree(int(child))


def _sum(measure: Callable[[int], float], pids: list[int]) -> float:
    total = 0.0
    for pid in pids:
        with suppress(OSError, ValueError, IndexError):
            total += measure(pid)
    return total


def _resident(pid: int) -> float:
    return _sum_of_lines(_living(pid), "status", ("RssAnon:", "RssShmem:"))


def _proportional(pid: int) -> float:
    return _sum_of_lines(_living(pid), "smaps_rollup", ("Pss_Anon:", "Pss_Shmem:"))


def _sum_of_lines(task: int, name: str, wanted: tuple[str, ...]) -> float:
    lines = map(str.split, _read(f"{task}/{name}").splitlines())
    return sum(int(line[1]) * 1024 for line in lines if line and line[0] in wanted)


def _descriptors(pid: int) -> int:
    return len(os.listdir(f"/proc/{_living(pid)}/fd"))


def _living(pid: int) -> int:
    """A thread of the process that lives: of one whose first has ended, /proc/PID shows nothing."""
    for task in [pid, *map(int, os.listdir(f"/proc/{pid}/task"))]:
        if _read(f"{task}/statm").split()[0] != "0":
            return task
    return pid


def _cpu_seconds(pid: int) -> float:
    """Its own time, and that of the children that it has waited for."""
    fields = _read(f"{pid}/stat").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / _TICKS


def _read(name: str) -> str:
    with open(f"/proc/{name}", encoding="utf-8", errors="replace") as file:
        return file.read()
