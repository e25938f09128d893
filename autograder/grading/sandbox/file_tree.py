"""The file tree that a student's process sees: Python and its libraries, read-only, and no more.

Built from detached copies of mounts: opened with root's rights, attached without any.
"""

import importlib.util
import os
import site
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from autograder.errors import MissingLayer
from autograder.grading.sandbox import syscalls

HOME, SHARED_MEMORY, TEMPORARY, CACHE = "/home/student", "/dev/shm", "/tmp", "/cache"
WRITABLE = (HOME, SHARED_MEMORY, TEMPORARY)
BOX = "/box"  # a child's one tmpfs, whose folders are its writable ones
_DEVICES = ("null", "zero", "full", "random", "urandom")
_SYSTEM = ("/bin", "/sbin", "/lib", "/lib32", "/lib64")
# Not the whole of /usr: /usr/local/share is one of the places of nbgrader's exchange.
_OF_USR = ("bin", "sbin", "lib", "lib32", "lib64", "libexec", "share", "include")
_OF_LOCAL = ("bin", "lib", "lib64", "include")
_SETTINGS = ("ld.so.cache", "localtime", "fonts", "mime.types", "alternatives", "ssl/certs")
_OF_PYTHON = ("bin", "lib", "lib64", "include", "share", "pyvenv.cfg")
_PACKAGES = ("site-packages", "dist-packages")
_USER = "student:x:1000:1000:the code of a notebook:/home/student:/bin/sh\n"
_FILES = {
    "/etc/passwd": _USER,
    "/etc/group": "student:x:1000:\n",
    "/etc/hosts": "127.0.0.1 localhost\n",
    "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
}
_LINKS = {"/dev/fd": "/proc/self/fd", "/dev/stdin": "fd/0", "/dev/stdout": "fd/1"} | {
    "/dev/stderr": "fd/2"
}
_READ_ONLY = syscalls.MOUNT_ATTR_RDONLY | syscalls.MOUNT_ATTR_NOSUID


@dataclass
class Tree:
    """What will be seen: detached mounts by path, and links."""

    mounts: dict[str, int] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=lambda: dict(_LINKS))

    def show(self, path: Path) -> None:
        """Show what lies at `path`, under this name and its true one, unless a parent is shown."""
        for name in dict.fromkeys((str(path), os.path.realpath(path))):
            if not self._is_shown(name):
                self.mounts[name] = syscalls.clone_tree(
                    name, _READ_ONLY | syscalls.MOUNT_ATTR_NODEV
                )

    def _is_shown(self, name: str) -> bool:
        return any(name == shown or name.startswith(shown + "/") for shown in self.mounts)


def collect(packages: Iterable[str], readable: Sequence[str], hidden: Sequence[str]) -> Tree:
    """Open what is shown: the system's libraries, Python, `packages`, and the paths `readable`.

    Raises MissingLayer if that would show one of the folders `hidden`.
    """
    tree = Tree()
    libraries = [Path("/usr", name) for name in _OF_USR]
    libraries += [Path("/usr/local", name) for name in _OF_LOCAL]
    for system in [*map(Path, _SYSTEM), *libraries]:
        if system.is_symlink():
            tree.links[str(system)] = os.readlink(system)
        elif system.is_dir():
            tree.show(system)
    settings = [Path("/etc", name) for name in _SETTINGS]
    for path in [*settings, *_pythons(), *_of_packages(packages), *map(Path, readable)]:
        if path.exists():
            tree.show(path)
    _refuse_shown(tree, hidden)
    for device in _DEVICES:
        name = f"/dev/{device}"
        tree.mounts[name] = syscalls.clone_tree(name, syscalls.MOUNT_ATTR_NOSUID)
    tree.mounts["/proc"] = syscalls.clone_tree("/proc", 0)  # until each process has a fresh one
    return tree


def _pythons() -> list[Path]:
    """Where Python and its packages lie; not the whole prefix, which may be anybody's home."""
    prefixes = dict.fromkeys((sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix))
    found = [Path(prefix, name) for prefix in prefixes for name in _OF_PYTHON]
    # An interpreter found through a link needs the path that it was started by.
    found += [Path(sys.executable).resolve().parent]
    installed = {*site.getsitepackages(), site.getusersitepackages()}
    # A .pth file may have added others, of another environment: those are called the same.
    return found + [Path(p) for p in sys.path if p in installed or Path(p).name in _PACKAGES]


def _of_packages(names: Iterable[str]) -> list[Path]:
    """Where these packages lie, should it be elsewhere: a course's own, one in development."""
    found: list[Path] = []
    for name in sorted({name.partition(".")[0].partition(":")[0] for name in names}):
        try:
            spec = importlib.util.find_spec(name)
        except (ImportError, ValueError):
            continue
        if spec is not None and spec.submodule_search_locations:
            found += map(Path, spec.submodule_search_locations)
        elif spec is not None and spec.has_location and spec.origin:
            found.append(Path(spec.origin))
    return found


def _refuse_shown(tree: Tree, hidden: Sequence[str]) -> None:
    for secret in map(os.path.realpath, hidden):
        for shown in tree.mounts:
            if secret == shown or secret.startswith(shown + "/"):
                problem = f"{secret} lies within {shown}, which students' code can read"
                mend = "move the course, or the exchange, elsewhere"
                raise MissingLayer("wall around the course", problem, mend)


def covered(tree: Tree) -> list[str]:
    """What is shown below the folders that every process gets anew: an environment in /tmp, say."""
    return sorted(name for name in tree.mounts if name.startswith(tuple(f"{f}/" for f in WRITABLE)))


@contextmanager
def uncovered(names: Sequence[str]) -> Iterator[None]:
    """Show these again, read-only, after a body that mounts fresh folders over them."""
    trees = {name: syscalls.clone_tree(name, _READ_ONLY) for name in names}
    yield
    for name, tree in trees.items():
        _attach(tree, name)


def assemble(tree: Tree) -> None:
    """Make a fresh root of the tree. To be called in a mount namespace of one's own."""
    syscalls.mount("none", "/", "", syscalls.MS_REC | syscalls.MS_PRIVATE)
    place = "/tmp"  # any folder will do: what it hides is gone with the old root
    syscalls.mount("tmpfs", place, "tmpfs", syscalls.MS_NOSUID, "mode=755,size=16m")
    for name, link in tree.links.items():
        Path(place + name).parent.mkdir(parents=True, exist_ok=True)
        os.symlink(link, place + name)
    for folder in (*WRITABLE, BOX, CACHE):
        Path(place + folder).mkdir(parents=True, exist_ok=True)
    for name, content in _FILES.items():
        Path(place + name).parent.mkdir(parents=True, exist_ok=True)
        Path(place + name).write_text(content, encoding="utf-8")
    for name, mount in sorted(tree.mounts.items()):
        _attach(mount, place + name)
    os.chdir(place)


def _attach(mount: int, target: str) -> None:
    if os.path.isdir(f"/proc/self/fd/{mount}"):
        Path(target).mkdir(parents=True, exist_ok=True)
    else:
        Path(target).parent.mkdir(parents=True, exist_ok=True)
        if not os.path.exists(target):
            Path(target).touch()
    syscalls.attach_tree(mount, target)
    os.close(mount)
