"""The system calls of the sandbox, and no others: each as the kernel has it, raising OSError.

Written with ctypes, since no library forks a warm process into its namespaces. Every constant is
from the kernel's headers (linux/sched.h, mount.h, landlock.h, seccomp.h, prctl.h, capability.h).
Since 424 the numbers of system calls are the same on every architecture.
"""

import ctypes
import os
from collections.abc import Sequence

_libc = ctypes.CDLL(None, use_errno=True)

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC = 0x20000, 0x4000000, 0x8000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT, MS_BIND = 1, 2, 4, 8, 32, 4096
MS_REC, MS_PRIVATE = 16384, 1 << 18
MNT_DETACH = 2
MOUNT_ATTR_RDONLY, MOUNT_ATTR_NOSUID, MOUNT_ATTR_NODEV = 1, 2, 4

_AT_FDCWD, _AT_EMPTY_PATH, _AT_RECURSIVE = -100, 0x1000, 0x8000
_OPEN_TREE_CLONE, _MOVE_MOUNT_F_EMPTY_PATH = 1, 4
_OPEN_TREE, _MOVE_MOUNT, _MOUNT_SETATTR = 428, 429, 442
_LANDLOCK_CREATE_RULESET, _LANDLOCK_ADD_RULE, _LANDLOCK_RESTRICT_SELF = 444, 445, 446
_LANDLOCK_CREATE_RULESET_VERSION, _LANDLOCK_RULE_PATH_BENEATH = 1, 1

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP = 1, 4, 22
_PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS, _SECCOMP_MODE_FILTER = 24, 38, 2
_CAPABILITY_VERSION_3 = 0x20080522


class _MountAttributes(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("set", "clear", "propagation", "userns")]


class _RulesetAttributes(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("files", "network", "scoped")]


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = [("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32)]


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]


class _CapabilityHeader(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


def _checked(result: int, what: str) -> int:
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), what)
    return result


def _call(number: int, what: str, *arguments) -> int:
    return _checked(_libc.syscall(ctypes.c_long(number), *arguments), what)


def unshare(flags: int) -> None:
    """Leave the namespaces named by CLONE_NEW* for new ones."""
    _checked(_libc.unshare(flags), f"unshare({flags:#x})")


def setns(descriptor: int, kind: int) -> None:
    """Enter the namespace that a descriptor refers to; of a pid namespace, for children only."""
    _checked(_libc.setns(descriptor, kind), "setns")


def mount(source: str, target: str, kind: str, flags: int = 0, options: str = "") -> None:
    """mount(2)."""
    arguments = (text.encode() for text in (source, target, kind))
    _checked(
        _libc.mount(*arguments, ctypes.c_ulong(flags), options.encode()), f"mount {kind} {target}"
    )


def unmount(target: str) -> None:
    """Detach a mount and all below it."""
    _checked(_libc.umount2(target.encode(), MNT_DETACH), f"umount {target}")


def pivot_root(new: str, number: int) -> None:
    """Make `new` the root, the old one stacked upon it; `number` is the call's own."""
    _call(number, "pivot_root", new.encode(), new.encode())


def clone_tree(path: str, attributes: int) -> int:
    """A detached copy of what is mounted at and below `path`, with MOUNT_ATTR_*; a descriptor.

    A link at the end of the path is followed.
    """
    flags = _OPEN_TREE_CLONE | os.O_CLOEXEC | _AT_RECURSIVE
    tree = _call(_OPEN_TREE, f"open_tree {path}", _AT_FDCWD, os.fsencode(path), flags)
    wanted = _MountAttributes(set=attributes)
    _call(
        _MOUNT_SETATTR,
        f"mount_setattr {path}",
        tree,
        b"",
        _AT_EMPTY_PATH | _AT_RECURSIVE,
        ctypes.byref(wanted),
        ctypes.c_size_t(ctypes.sizeof(wanted)),
    )
    return tree


def attach_tree(tree: int, target: str) -> None:
    """Mount a detached tree at `target`."""
    _call(
        _MOVE_MOUNT,
        f"move_mount {target}",
        tree,
        b"",
        _AT_FDCWD,
        os.fsencode(target),
        _MOVE_MOUNT_F_EMPTY_PATH,
    )


def _prctl(option: int, value: int, what: str, third: object = 0) -> None:
    arguments = (ctypes.c_ulong(value), third, 0, 0)
    _checked(_libc.prctl(option, *arguments), what)


def die_with_parent(signal: int) -> None:
    """Have the kernel send this process a signal when its parent ends."""
    _prctl(_PR_SET_PDEATHSIG, signal, "PR_SET_PDEATHSIG")


def set_dumpable() -> None:
    """After a change of user: the files of /proc/self belong to the process again."""
    _prctl(_PR_SET_DUMPABLE, 1, "PR_SET_DUMPABLE")


def no_new_privileges() -> None:
    """No program that this process starts gains a right: set-uid bits and file capabilities."""
    _prctl(_PR_SET_NO_NEW_PRIVS, 1, "PR_SET_NO_NEW_PRIVS")


def drop_capabilities() -> None:
    """Give up every capability, in the bounding set too, for this process and its children."""
    with open("/proc/sys/kernel/cap_last_cap", encoding="utf-8") as file:
        last = int(file.read())
    for capability in range(last + 1):
        _prctl(_PR_CAPBSET_DROP, capability, f"PR_CAPBSET_DROP {capability}")
    header = _CapabilityHeader(_CAPABILITY_VERSION_3, 0)
    _checked(_libc.capset(ctypes.byref(header), (ctypes.c_uint32 * 6)()), "capset")


def load_filter(program: bytes) -> None:
    """Put a seccomp filter, compiled to BPF, on this process for good."""
    compiled = _Program(len(program) // 8, program)
    _prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, "PR_SET_SECCOMP", ctypes.byref(compiled))


def landlock_version() -> int:
    """The version of Landlock that the kernel has. Raises OSError where it has none."""
    return _call(
        _LANDLOCK_CREATE_RULESET,
        "landlock_create_ruleset",
        None,
        ctypes.c_size_t(0),
        _LANDLOCK_CREATE_RULESET_VERSION,
    )


def landlock(
    files: int, network: int, scoped: int, rules: Sequence[tuple[str, int]], known_bytes: int
) -> None:
    """Restrict this process: of the rights `files`, each path's own remain below it.

    network, scoped: rights that are denied altogether.
    known_bytes: the size of the ruleset's attributes in this kernel's version.
    """
    wanted = _RulesetAttributes(files, network, scoped)
    ruleset = _call(
        _LANDLOCK_CREATE_RULESET,
        "landlock_create_ruleset",
        ctypes.byref(wanted),
        ctypes.c_size_t(known_bytes),
        0,
    )
    for path, allowed in rules:
        folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
        rule = _PathBeneath(allowed & files, folder)
        arguments = (ruleset, _LANDLOCK_RULE_PATH_BENEATH, ctypes.byref(rule), 0)
        _call(_LANDLOCK_ADD_RULE, f"landlock_add_rule {path}", *arguments)
        os.close(folder)
    _call(_LANDLOCK_RESTRICT_SELF, "landlock_restrict_self", ruleset, 0)
    os.close(ruleset)
