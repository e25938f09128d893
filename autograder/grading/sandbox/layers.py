"""The layers put on a child once its folders stand, in the order they are put on."""

import resource

from autograder.errors import MissingLayer
from autograder.grading.sandbox import syscalls
from autograder.quota import Quota

# linux/landlock.h, in the order of the versions that brought them
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_FIRST_RIGHTS, _REFER, _TRUNCATE, _IOCTL_DEV = (1 << 13) - 1, 1 << 13, 1 << 14, 1 << 15
_NETWORK = 3  # TCP: bind, connect
_SCOPES = 3  # abstract sockets and signals of processes outside


def limit_resources(quota: Quota, address_space: int, beside: int = 0) -> None:
    """What one process may use. What they use together is for `usage_monitor.UsageMonitor` to see.

    address_space: the bytes of it that were in use before the notebook's first cell.
    beside: the kernel counts the processes of a user: so many of them are others'.
    """
    limits = {
        resource.RLIMIT_AS: address_space + quota.memory_bytes,  # DATA lets shared maps through
        resource.RLIMIT_DATA: address_space + quota.memory_bytes,
        resource.RLIMIT_NPROC: quota.processes + beside,
        resource.RLIMIT_CPU: max(int(quota.cpu_seconds) + 1, 1),  # hard: the soft one can be caught
        resource.RLIMIT_FSIZE: quota.file_bytes,
        resource.RLIMIT_NOFILE: quota.open_files,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_SIGPENDING: 1000,
    }
    for kind, most in limits.items():
        _, hard = resource.getrlimit(kind)
        lower = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (lower, lower))


def restrict_files(writable: list[str]) -> None:
    """Landlock: read everything that is there, write below `writable` alone; no TCP, no ptrace.

    A second wall behind the mounts, should one of them turn out to be writable.
    """
    version = landlock_version()
    rights = _FIRST_RIGHTS | sum(
        right for since, right in ((2, _REFER), (3, _TRUNCATE), (5, _IOCTL_DEV)) if version >= since
    )
    rules = [("/", _EXECUTE | _READ_FILE | _READ_DIR), ("/dev", _READ_FILE | _WRITE_FILE)]
    rules += [(folder, rights) for folder in writable]
    network, scopes = (_NETWORK if version >= 4 else 0), (_SCOPES if version >= 6 else 0)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    syscalls.landlock(rights, network, scopes, rules, size)


def landlock_version() -> int:
    """The kernel's version of Landlock. Raises MissingLayer where it is not there."""
    try:
        return syscalls.landlock_version()
    except OSError as error:
        mend = "use Linux 5.13 or newer with landlock among the kernel's lsm= modules"
        raise MissingLayer("Landlock", str(error), mend) from error


def give_up_rights(filter_program: bytes) -> None:
    """No new privileges, no capability, and from then on the system calls of the filter alone."""
    syscalls.drop_capabilities()
    syscalls.no_new_privileges()
    syscalls.load_filter(filter_program)


def address_space() -> int:
    """The bytes of address space in use: what the server's imports have mapped."""
    with open("/proc/self/statm", encoding="utf-8") as file:
        return int(file.read().split()[0]) * resource.getpagesize()
