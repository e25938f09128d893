"""The seccomp layer: which system calls a student's process may make. Compiled once, in the server.

Everything that libseccomp knows by name is allowed but what stands here; what it does not know (a
newer kernel's calls) does not exist for the student's process.
"""

import errno
import os
import signal
import socket
from collections.abc import Iterable, Iterator
from typing import Any

from autograder.errors import MissingLayer

_HIGHEST_KNOWN = 600  # above the numbers that any architecture has given out
_NEW_NAMESPACES = 0x7E020080  # CLONE_NEW*: cgroup, uts, ipc, user, pid, net; mount; time

DENIED = {
    "mounting and other roots": (
        "mount umount umount2 mount_setattr move_mount open_tree fsopen fsconfig fsmount fspick "
        "pivot_root chroot swapon swapoff quotactl quotactl_fd open_by_handle_at "
        "name_to_handle_at statmount listmount"
    ),
    "namespaces": "unshare setns",
    "other processes' memory": (
        "ptrace process_vm_readv process_vm_writev process_madvise kcmp pidfd_getfd "
        "process_mrelease perf_event_open userfaultfd move_pages migrate_pages"
    ),
    "the kernel's own": (
        "bpf init_module finit_module delete_module create_module query_module get_kernel_syms "
        "kexec_load kexec_file_load reboot syslog acct vhangup iopl ioperm modify_ldt "
        "lookup_dcookie nfsservctl uselib _sysctl sysfs personality fanotify_init vm86 vm86old"
    ),
    "asynchronous rings, a wide and young road past filters": (
        "io_uring_setup io_uring_enter io_uring_register"
    ),
    "keys": "add_key request_key keyctl",
    "the clock": "settimeofday stime clock_settime clock_settime64 adjtimex clock_adjtime",
    "memory that no process shows, and so no limit counts": (
        "memfd_create memfd_secret shmget shmat shmctl shmdt msgget msgsnd msgrcv msgctl semget "
        "semop semtimedop semctl mq_open mq_unlink mq_timedsend mq_timedreceive mlock mlock2 "
        "mlockall vmsplice"
    ),
    "new identities": (
        "setuid setgid setreuid setregid setresuid setresgid setfsuid setfsgid setgroups capset"
    ),
}


def compile_filter() -> bytes:
    """The filter as BPF instructions. Raises MissingLayer where libseccomp is not there."""
    seccomp = _libseccomp()
    found = seccomp.SyscallFilter(seccomp.ERRNO(errno.ENOSYS))
    found.set_attr(seccomp.Attr.ACT_BADARCH, seccomp.KILL_PROCESS)
    denied = {name for names in DENIED.values() for name in names.split()}
    for name in _known(seccomp):
        if name in denied:
            found.add_rule(seccomp.ERRNO(errno.EPERM), name)
        else:
            for action, *conditions in _rules(seccomp, name):
                found.add_rule(action, name, *conditions)
    return _exported(found)


def number_of(call: str) -> int:
    """The number that this architecture gives a system call."""
    seccomp = _libseccomp()
    return seccomp.resolve_syscall(seccomp.Arch.NATIVE, call)


def _libseccomp() -> Any:
    try:
        import pyseccomp
    except (ImportError, OSError, RuntimeError) as error:
        raise MissingLayer("seccomp", f"{error}", "install libseccomp2 and pyseccomp") from error
    return pyseccomp


def _known(seccomp: Any) -> Iterator[str]:
    """The names of all system calls of this architecture."""
    for number in range(_HIGHEST_KNOWN):
        try:
            yield seccomp.resolve_syscall(seccomp.Arch.NATIVE, number).decode()
        except (ValueError, OSError):
            continue


def _rules(seccomp: Any, name: str) -> Iterable[tuple]:
    """The rules of a call that is allowed: an action, and what its arguments must be."""
    argument, equal, other = seccomp.Arg, seccomp.EQ, seccomp.NE
    allow, refuse = seccomp.ALLOW, seccomp.ERRNO(errno.EPERM)
    if (
        name == "clone3"
    ):  # its flags lie in memory, where no filter sees them: glibc then uses clone
        return []  # as what is not known
    if name == "clone":
        return [(allow, argument(0, seccomp.MASKED_EQ, _NEW_NAMESPACES, 0))]
    if name == "setsid":  # done to all appearance: the scheduler shares time among sessions
        return [(seccomp.ERRNO(0),)]
    if name in ("socket", "socketpair"):
        family = socket.AF_UNIX
        return [(allow, argument(0, equal, family)), (refuse, argument(0, other, family))]
    if name in ("kill", "tkill", "tgkill"):
        # The first process of a pid namespace cannot kill itself; elsewhere it would be dead.
        which = 2 if name == "tgkill" else 1  # the argument that is the signal
        return [
            (seccomp.KILL_PROCESS, argument(0, equal, 1), argument(which, equal, signal.SIGKILL)),
            (allow, argument(which, other, signal.SIGKILL)),
            (allow, argument(0, other, 1)),
        ]
    return [(allow,)]


def _exported(found: Any) -> bytes:
    descriptor = os.memfd_create("filter")
    with os.fdopen(descriptor, "rb") as file:
        found.export_bpf(file)
        file.seek(0)
        return file.read()
