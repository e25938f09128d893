"""The sandbox, from a warm server's side: stand behind it, fork a child, shut the child in.

fence = Fence(...)
fence.enter()            once, before the server imports anything of weight
if not fence.fork():     in the server: a child, the first process of a pid namespace of its own
    fence.make_room()        in the child: folders and a /proc of its own
    ...                      what must still be written or opened
    fence.shut()             from here on nothing can be undone

A template, which runs no code of a student's, calls `nest` instead of `shut`; what it forks then
makes a room and is shut in as a server's child is.
"""

import os
import signal
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from autograder.errors import MissingLayer
from autograder.grading.sandbox import file_tree, layers, syscalls
from autograder.grading.sandbox.filter import compile_filter
from autograder.grading.sandbox.libseccomp import number_of
from autograder.quota import Quota

_NOBODY = 65534
_STUDENT = 1000  # the user and the group that the student's code sees itself as
_NAMESPACES = (
    syscalls.CLONE_NEWUSER  # rights over what follows, and none over anything outside
    | syscalls.CLONE_NEWNS  # a file tree of its own: no path leads to the course or its marks
    | syscalls.CLONE_NEWPID  # no process outside can be seen, signalled or traced
    | syscalls.CLONE_NEWNET  # no network, nor the host's abstract sockets
    | syscalls.CLONE_NEWIPC  # no shared memory or queues of others
    | syscalls.CLONE_NEWUTS  # the host's name is not told
)
_OWN = syscalls.CLONE_NEWNS | syscalls.CLONE_NEWIPC | syscalls.CLONE_NEWUTS | syscalls.CLONE_NEWNET
_USER_NAMESPACES = (
    "allow unprivileged user namespaces (sysctl kernel.unprivileged_userns_clone=1, or "
    "kernel.apparmor_restrict_unprivileged_userns=0; in Docker: --security-opt seccomp=unconfined "
    "--security-opt apparmor=unconfined)"
)
_NO_ROOT = "grade as an ordinary user, or as a root who can become the user 65534"
_FRESH_PROC = "in Docker, show all of /proc: --security-opt systempaths=unconfined"
_NEW_MOUNTS = "use Linux 5.12 or newer"


class Fence:
    """The sandbox of one warm server and its children."""

    def __init__(
        self, quota: Quota, packages: Sequence[str], readable: Sequence[str], hidden: Sequence[str]
    ):
        """
        packages: names of packages that are shown wherever they lie.
        readable: further files and folders that are shown.
        hidden: folders that must not be; it is an error if the others would show them.
        """
        self._quota, self._shown, self._hidden = quota, (packages, readable), hidden
        self._filter = b""
        self._covered: list[str] = []
        self._pid_namespace = -1
        self._address_space = 0  # of a template, before its cells use any

    def enter(self) -> None:
        """Put this process behind the fence, as the first of its pid namespace.

        What called it stays outside as its parent, and ends with its exit code.
        Raises MissingLayer where this machine cannot give a layer.
        """
        layers.landlock_version()
        self._filter = compile_filter()
        self._leave_the_machine()
        if inner := os.fork():
            _end_with(inner)
        syscalls.die_with_parent(signal.SIGKILL)
        with _layer("fresh /proc", _FRESH_PROC):
            syscalls.mount("proc", "/proc", "proc", _PLAIN)
        with _layer("private tmpfs", _USER_NAMESPACES), file_tree.uncovered(self._covered):
            for folder in (file_tree.TEMPORARY, file_tree.CACHE):
                syscalls.mount("tmpfs", folder, "tmpfs", _PLAIN, "mode=700,size=1g")
            read_only = syscalls.MS_REMOUNT | syscalls.MS_BIND | syscalls.MS_RDONLY
            syscalls.mount("none", "/", "", read_only | syscalls.MS_NOSUID)
        socket.sethostname("notebook")
        os.chdir("/")
        self._pid_namespace = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)

    def _leave_the_machine(self) -> None:
        user, group = os.geteuid(), os.getegid()
        if as_root := _may_mount():
            # Opened with root's rights, for paths that nobody else may walk; then given up.
            tree = self._collect()
            with _layer("a user without rights", _NO_ROOT):
                os.setgroups([])
                os.setresgid(_NOBODY, _NOBODY, _NOBODY)
                os.setresuid(_NOBODY, _NOBODY, _NOBODY)
            syscalls.set_dumpable()
            user = group = _NOBODY
        with _layer("namespaces", _USER_NAMESPACES):
            syscalls.unshare(_NAMESPACES)
            Path("/proc/self/setgroups").write_text("deny", encoding="utf-8")
            Path("/proc/self/uid_map").write_text(f"{_STUDENT} {user} 1", encoding="utf-8")
            Path("/proc/self/gid_map").write_text(f"{_STUDENT} {group} 1", encoding="utf-8")
        if not as_root:
            tree = self._collect()
        self._covered = file_tree.covered(tree)
        with _layer("root of its own", _USER_NAMESPACES):
            file_tree.assemble(tree)
            syscalls.pivot_root(".", number_of("pivot_root"))
            syscalls.unmount(".")
            os.chdir("/")

    def _collect(self) -> file_tree.Tree:
        with _layer("read-only mounts", _NEW_MOUNTS):
            return file_tree.collect(*self._shown, self._hidden)

    def fork(self) -> int:
        """os.fork(), the child the first process of a new pid namespace: all die with it."""
        # Without going back first, every fork but the first gets ENOMEM.
        syscalls.setns(self._pid_namespace, syscalls.CLONE_NEWPID)
        syscalls.unshare(syscalls.CLONE_NEWPID)
        return os.fork()

    def make_room(self, folder: str = "") -> None:
        """In the child: namespaces and empty folders of its own, all in one capped tmpfs."""
        os.close(self._pid_namespace)
        syscalls.unshare(_OWN)
        syscalls.mount("proc", "/proc", "proc", _PLAIN)
        room = f"mode=700,size={self._quota.disk_bytes},nr_inodes={self._quota.disk_files}"
        syscalls.mount("tmpfs", file_tree.BOX, "tmpfs", _PLAIN, room)
        with file_tree.uncovered(self._covered):
            for folder in file_tree.WRITABLE:
                inside = f"{file_tree.BOX}/{Path(folder).name}"
                os.mkdir(inside, 0o700)
                syscalls.mount(inside, folder, "", syscalls.MS_BIND)
        syscalls.unmount(file_tree.BOX)
        read_only = syscalls.MS_REMOUNT | syscalls.MS_BIND | syscalls.MS_RDONLY | _PLAIN
        syscalls.mount("none", file_tree.CACHE, "", read_only)
        os.chdir(file_tree.HOME)

    def nest(self) -> None:
        """In a child with a room: fork children of its own, below its own pid namespace.

        To be called when others call `shut`: from here on memory counts as the children's.
        """
        self._address_space = layers.address_space()
        self._pid_namespace = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)

    def shut(self, beside: int = 0) -> None:
        """In the child: the limits of its resources, and no way back.

        beside: processes of the same user that are no part of the notebook's, server apart.
        """
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # who grades may have been told to ignore it
        space = self._address_space or layers.address_space()
        layers.limit_resources(self._quota, space, beside)
        layers.restrict_files(list(file_tree.WRITABLE))
        layers.give_up_rights(self._filter)


_PLAIN = syscalls.MS_NOSUID | syscalls.MS_NODEV


@contextmanager
def _layer(name: str, mend: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise MissingLayer(name, str(error), mend) from error


def _may_mount() -> bool:
    """Whether this process may mount, and become nobody; it then has a mount namespace of its own.

    Root in a container may have neither right.
    """
    if os.geteuid() != 0 or not _is_mapped(_NOBODY):
        return False
    try:
        syscalls.unshare(syscalls.CLONE_NEWNS)
    except PermissionError:
        return False
    return True


def _is_mapped(user: int) -> bool:
    """Whether this user namespace knows a user of this number."""
    lines = Path("/proc/self/uid_map").read_text(encoding="utf-8").splitlines()
    ranges = (map(int, line.split()) for line in lines)
    return any(first <= user < first + count for first, _, count in ranges)


def _end_with(inner: int) -> None:
    syscalls.die_with_parent(signal.SIGKILL)
    for descriptor in range(3, 64):  # the server's end is the inner process's alone
        try:
            os.close(descriptor)
        except OSError:
            continue
    _, status = os.waitpid(inner, 0)
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
