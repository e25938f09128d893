"""Escapes that must fail, each tried for real by a process in the sandbox: `autograder doctor`.

`outside` (in the engine's process) opens doors that a process without a sandbox would find;
`try_all` (in the sandbox) tries them, each in a child of its own, and tells which it got through.
"""

import ctypes
import json
import mmap
import os
import resource
import select
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from autograder.grading.sandbox.libseccomp import number_of

_SECRET = "AUTOGRADER_DOCTOR_SECRET"
_SECONDS = 10  # for one attempt, as a bound: none should need a tenth of one

Attempt = Callable[[dict[str, Any]], bool]
_ATTEMPTS: dict[str, tuple[str, Attempt]] = {}


@contextmanager
def outside() -> Iterator[dict[str, Any]]:
    """A secret file, a secret variable, a server and an abstract socket, while the body runs."""
    with (
        tempfile.TemporaryDirectory() as folder,
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.socket(socket.AF_UNIX) as abstract,
    ):
        secret = Path(folder, "secret.txt")
        secret.write_text("the hidden tests", encoding="utf-8")
        name = f"autograder-doctor-{os.getpid()}"
        abstract.bind("\0" + name)
        abstract.listen()
        os.environ[_SECRET] = "seen"
        try:
            yield {
                "file": str(secret),
                "port": server.getsockname()[1],
                "abstract": name,
                "pid": os.getpid(),
            }
        finally:
            del os.environ[_SECRET]


def names() -> dict[str, str]:
    """Every attempt by name, with the layer that stops it first."""
    return {name: layer for name, (layer, _) in _ATTEMPTS.items()}


def try_all(doors: dict[str, Any]) -> str:
    """Try each attempt in a child; the names of those that got through, as JSON."""
    sys.stdout.flush()
    return json.dumps(
        [name for name, (_, attempt) in _ATTEMPTS.items() if _gets_out(attempt, doors)]
    )


def _gets_out(attempt: Attempt, doors: dict[str, Any]) -> bool:
    """Whether the attempt succeeds: an error, a death or a hang is a failure to escape."""
    child = os.fork()
    if not child:
        code = 1
        with suppress(BaseException):
            code = 0 if attempt(doors) else 1
        os._exit(code)
    watched = os.pidfd_open(child)
    ended = bool(select.select([watched], [], [], _SECONDS)[0])
    os.close(watched)
    if not ended:
        os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1] == 0 and ended


def _attempt(name: str, stopped_by: str) -> Callable[[Attempt], Attempt]:
    def keep(attempt: Attempt) -> Attempt:
        _ATTEMPTS[name] = stopped_by, attempt
        return attempt

    return keep


def _system_call(name: str, *arguments: int) -> bool:
    """Whether the system call is to be had: anything but "not permitted" and "no such call"."""
    try:
        number = number_of(name)
    except OSError:  # younger than libseccomp: the next one may be to be had
        return False
    result = ctypes.CDLL(None, use_errno=True).syscall(number, *arguments)
    return result != -1 or ctypes.get_errno() not in (1, 13, 38)


@_attempt("read a file of the grader's", "whitelist root")
def _(doors: dict[str, Any]) -> bool:
    return bool(Path(doors["file"]).read_text(encoding="utf-8"))


@_attempt("see an environment variable of the grader's", "clean environment")
def _(doors: dict[str, Any]) -> bool:
    initial = Path("/proc/self/environ").read_bytes().decode()
    return _SECRET in os.environ or _SECRET in initial


@_attempt("find an inherited descriptor", "closed descriptors")
def _(doors: dict[str, Any]) -> bool:
    kinds = [os.readlink(f"/proc/self/fd/{name}") for name in os.listdir("/proc/self/fd")]
    return any(
        kind.startswith("/") and not kind.startswith(("/proc", "/dev/null")) for kind in kinds
    )


@_attempt("write outside its own folders", "read-only root")
def _(doors: dict[str, Any]) -> bool:
    places = [
        "/",
        "/usr",
        "/etc",
        "/cache",
        os.path.dirname(__file__),
        os.path.dirname(doors["file"]),
    ]
    for place in places:
        with suppress(OSError):
            written = Path(place, "written-by-the-doctor")
            written.touch()
            written.unlink()
            return True
    return False


@_attempt("reach a server on loopback", "network namespace, seccomp")
def _(doors: dict[str, Any]) -> bool:
    return bool(socket.create_connection(("127.0.0.1", doors["port"]), timeout=1))


@_attempt("reach an abstract socket", "network namespace, Landlock")
def _(doors: dict[str, Any]) -> bool:
    with socket.socket(socket.AF_UNIX) as found:
        found.connect("\0" + doors["abstract"])
    return True


@_attempt("open a netlink, packet or vsock socket", "seccomp")
def _(doors: dict[str, Any]) -> bool:
    for family in ("AF_NETLINK", "AF_PACKET", "AF_VSOCK", "AF_INET6"):
        with suppress(OSError):
            socket.socket(getattr(socket, family), socket.SOCK_DGRAM)
            return True
    return False


@_attempt("signal the grader", "pid namespace")
def _(doors: dict[str, Any]) -> bool:
    os.kill(doors["pid"], 0)
    return True


@_attempt("see a process outside", "pid namespace, fresh /proc")
def _(doors: dict[str, Any]) -> bool:
    parent_of_first = Path("/proc/1/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1]
    return parent_of_first != "0" or Path(f"/proc/{doors['pid']}").exists()


@_attempt("trace or read another process", "seccomp, Landlock")
def _(doors: dict[str, Any]) -> bool:
    return _system_call("ptrace", 0, 0, 0, 0) or (
        os.path.exists("/proc/1/mem") and bool(os.open("/proc/1/mem", os.O_RDWR))
    )


@_attempt("mount, or leave its root", "no capabilities, seccomp")
def _(doors: dict[str, Any]) -> bool:
    calls = ("mount", "umount2", "pivot_root", "chroot", "open_tree", "fsopen", "open_by_handle_at")
    return any(_system_call(call, 0, 0, 0, 0, 0) for call in calls)


@_attempt("make or enter a namespace", "seccomp")
def _(doors: dict[str, Any]) -> bool:
    return _system_call("unshare", 0x10000000) or _system_call("setns", 0, 0)


@_attempt("use a privileged or dangerous system call", "seccomp")
def _(doors: dict[str, Any]) -> bool:
    calls = ("bpf", "io_uring_setup", "keyctl", "perf_event_open", "userfaultfd", "kexec_load")
    return any(_system_call(call, 0, 0, 0, 0, 0) for call in (*calls, "memfd_create", "shmget"))


@_attempt("become another user", "no capabilities, user namespace")
def _(doors: dict[str, Any]) -> bool:
    os.setuid(0)
    return True


@_attempt("have a capability, or gain one by a set-uid program", "no capabilities, no_new_privs")
def _(doors: dict[str, Any]) -> bool:
    status = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    found = dict(line.split(":", 1) for line in status if ":" in line)
    held = any(int(found[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"))
    return held or found["NoNewPrivs"].strip() != "1"


@_attempt("turn the filter off", "seccomp")
def _(doors: dict[str, Any]) -> bool:
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return "Seccomp:\t2" not in status


@_attempt("start processes without end", "RLIMIT_NPROC")
def _(doors: dict[str, Any]) -> bool:
    children: list[int] = []
    try:
        while len(children) < 500:
            if not (child := os.fork()):
                signal.pause()
            children.append(child)
    except OSError:
        return False
    finally:
        for child in children:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
    return True


@_attempt("allocate memory without end", "RLIMIT_AS")
def _(doors: dict[str, Any]) -> bool:
    return bool(mmap.mmap(-1, 1 << 34))


@_attempt("fill the disk", "capped tmpfs, RLIMIT_FSIZE")
def _(doors: dict[str, Any]) -> bool:
    block, files = bytes(1 << 20), []
    try:
        for number in range(64):
            file = open(f"filler-{number}", "wb", buffering=0)  # noqa: SIM115
            files.append(file)
            for _ in range(16):
                file.write(block)
    except OSError:
        return False
    finally:
        for file in files:
            file.close()
            os.unlink(file.name)
    return True


@_attempt("raise a limit", "no capabilities")
def _(doors: dict[str, Any]) -> bool:
    everything = resource.RLIM_INFINITY, resource.RLIM_INFINITY
    resource.setrlimit(resource.RLIMIT_MEMLOCK, everything)
    return True
