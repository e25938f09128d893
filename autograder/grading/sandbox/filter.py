"""The seccomp layer: which system calls a student's process may make. Compiled once, in the server.

Everything that libseccomp knows by name is allowed but what stands here; what it does not know (a
newer kernel's calls) does not exist for the student's process.
"""

import errno
import signal
import socket
from collections.abc import Iterator

from autograder.grading.sandbox.libseccomp import (
    SCMP_ACT_ALLOW,
    SCMP_ACT_KILL_PROCESS,
    SCMP_CMP_EQ,
    SCMP_CMP_MASKED_EQ,
    SCMP_CMP_NE,
    Filter,
    ScmpArgCmp,
    name_of,
    scmp_act_errno,
)

_HIGHEST_KNOWN = 600  # above the numbers that any architecture has given out
_NEW_NAMESPACES = 0x7E020080  # CLONE_NEW*: cgroup, uts, ipc, user, pid, net; mount; time
_SIGNALS = 64
# Descriptors, locks; pipes, seals. Not leases, notices and hints: they belong to a file, which
# others use, too.
_FCNTL_COMMANDS = (*range(17), 36, 37, 38, *range(1027, 1035))
_REFUSED = (scmp_act_errno(errno.EPERM),)

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
    "watching files that others use, too": (
        "inotify_init inotify_init1 inotify_add_watch inotify_rm_watch"
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
_DENIED_NAMES = frozenset(name for names in DENIED.values() for name in names.split())


def compile_filter() -> bytes:
    """The filter as BPF instructions. Raises MissingLayer where libseccomp is not there."""
    with Filter(scmp_act_errno(errno.ENOSYS)) as found:
        found.set_bad_arch(SCMP_ACT_KILL_PROCESS)
        for name in _known():
            for action, *conditions in _rules(name):
                found.add(action, name, *conditions)
        return found.to_bpf()


def _known() -> Iterator[str]:
    """The names of all system calls of this architecture."""
    return filter(None, map(name_of, range(_HIGHEST_KNOWN)))


def _rules(name: str) -> list[tuple]:
    """The rules of a call: each an action, and what the arguments must be."""
    if name in _DENIED_NAMES:
        return [_REFUSED]
    if name == "clone3":  # its flags lie in memory, where no filter sees them
        return []  # as what is not known: glibc then uses clone
    if name == "clone":
        return [(SCMP_ACT_ALLOW, ScmpArgCmp(0, SCMP_CMP_MASKED_EQ, _NEW_NAMESPACES, 0))]
    if name == "setsid":  # done to all appearance: the scheduler shares time among sessions
        return [(scmp_act_errno(0),)]
    if name in ("fcntl", "fcntl64"):
        return [(SCMP_ACT_ALLOW, _is(1, command)) for command in _FCNTL_COMMANDS]
    if name in ("rt_sigaction", "sigaction", "signal"):
        return list(_signal_rules())
    if name in ("socket", "socketpair"):
        return [(SCMP_ACT_ALLOW, _is(0, socket.AF_UNIX)), (*_REFUSED, _is_not(0, socket.AF_UNIX))]
    if name in ("kill", "tkill", "tgkill"):
        # The first process of a pid namespace cannot kill itself; elsewhere it would be dead.
        which = 2 if name == "tgkill" else 1  # the argument that is the signal
        return [
            (SCMP_ACT_KILL_PROCESS, _is(0, 1), _is(which, signal.SIGKILL)),
            (SCMP_ACT_ALLOW, _is_not(which, signal.SIGKILL)),
            (SCMP_ACT_ALLOW, _is_not(0, 1)),
        ]
    return [(SCMP_ACT_ALLOW,)]


def _signal_rules() -> Iterator[tuple]:
    """All but what a process does at the end of a child: done to all appearance, and not changed.

    A child whose parent ignores that takes the processor time it has used with it, uncounted. How
    it is to be handled lies in memory, where no filter sees it; PyTorch's loaders insist on theirs.
    """
    yield SCMP_ACT_ALLOW, _is(0, signal.SIGCHLD), _is(1, 0)  # asks what it is; signal(): default
    yield scmp_act_errno(0), _is(0, signal.SIGCHLD), _is_not(1, 0)
    # Not "any but this one": a filter compares 64 bits, of which the kernel then reads 32.
    for number in range(1, _SIGNALS + 1):
        if number != signal.SIGCHLD:
            yield SCMP_ACT_ALLOW, _is(0, number)


def _is(argument: int, value: int) -> ScmpArgCmp:
    return ScmpArgCmp(argument, SCMP_CMP_EQ, value)


def _is_not(argument: int, value: int) -> ScmpArgCmp:
    return ScmpArgCmp(argument, SCMP_CMP_NE, value)
