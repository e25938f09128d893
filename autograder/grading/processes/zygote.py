"""The process that imports what notebooks need, once, for all warm servers: they are forks of it.

Run by `server_handles.Zygote`, which holds the other end of the first socket. The others are there
to listen on, one for each stage of the imports: each datagram of a connection asks for a server,
and brings that server's control socket. When a stage is done, this process has a fork go on with
the next, once somebody asks for it, and serves. Servers end with the process they are forks of, and
it with its owner.

Its job, which modules to import in which stage, is a file without a name: arguments are for every
user of the machine to see.
"""

import contextlib
import ctypes
import gc
import importlib
import json
import os
import select
import selectors
import signal
import socket
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from autograder.errors import CannotFork
from autograder.grading.processes.shared_start import Steps
from autograder.grading.processes.warm_server import DATAGRAM, tell_of_process
from autograder.grading.sandbox import syscalls

_NAME = "autograder.grading.processes.zygote"
# Drawing makes objects by the thousand, which live as long as its figure: to look for garbage after
# every 700, Python's default, takes a sixth of its time.
_GC_THRESHOLD = (20_000, 20, 20)


def command(descriptors: Iterable[int]) -> list[str]:
    """The command that starts this process.

    descriptors: of its job's file, of the owner's socket, and of those to listen on.
    """
    return [sys.executable, "-P", "-m", _NAME, *map(str, descriptors)]


def write_job(descriptor: int, stages: Iterable[Sequence[str]], apart: Mapping[str, str]) -> None:
    """Write the job into its file.

    stages: the modules to import, a list for each socket to listen on.
    apart: the steps that are left to each notebook, and why.
    """
    os.ftruncate(descriptor, 0)
    job = [[list(names) for names in stages], dict(apart)]
    os.pwrite(descriptor, json.dumps(job).encode(), 0)


def _read_job(descriptor: int) -> Any:
    return json.loads(os.pread(descriptor, os.fstat(descriptor).st_size, 0))


def main() -> None:
    """Import, then fork servers until the owner's socket is closed."""
    job, *numbers = map(int, sys.argv[1:])
    owner, *listeners = (socket.socket(fileno=number) for number in numbers)
    stages, apart = _read_job(job)
    done: list[str] = []
    gc.set_threshold(*_GC_THRESHOLD)
    while True:
        names = stages.pop(0)
        done += names
        # Imports leave little garbage: to look for it while they run takes a sixth of their time.
        gc.disable()
        again = partial(_begin_anew, job, [owner, *listeners], [done, *stages])
        fault = Steps(apart, again).take(names)
        gc.freeze()  # shared pages stay shared: no collection writes to them in a child
        gc.enable()
        if fault:
            break
        listener = listeners.pop(0)
        if not listeners or os.fork():
            for later in listeners:
                later.close()
            listeners = [listener]
            break
        syscalls.die_with_parent(signal.SIGKILL)
        listener.close()
        select.select([owner, listeners[0]], [], [])
    os.close(job)
    _serve(owner, listeners, apart, fault)


def _begin_anew(
    job: int,
    sockets: Sequence[socket.socket],
    stages: Iterable[Sequence[str]],
    apart: Mapping[str, str],
) -> NoReturn:
    """Run this program in the place of itself. Its environment is the one that it began with."""
    write_job(job, stages, apart)
    # Not a copy from the start: what is in memory here is in that of every student's process.
    block = Path("/proc/self/environ").read_bytes()
    environment = dict(entry.split(b"=", 1) for entry in block.split(b"\0") if b"=" in entry)
    descriptors = [job, *(sock.fileno() for sock in sockets)]
    os.execve(sys.executable, command(descriptors), environment)


def _serve(
    owner: socket.socket, listeners: Sequence[socket.socket], apart: dict[str, str], fault: str
) -> None:
    with selectors.DefaultSelector() as selector:
        for sock in (owner, *listeners):
            selector.register(sock, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                asker: Any = key.fileobj
                if asker is owner:  # it has nothing more to say: this is its end
                    return
                if asker in listeners:
                    selector.register(asker.accept()[0], selectors.EVENT_READ)
                elif not _answer(asker, apart, fault):
                    selector.unregister(asker)
                    asker.close()


def _answer(asker: socket.socket, apart: dict[str, str], fault: str) -> bool:
    """Give who asks a server; whether it still had something to ask."""
    data, descriptors = b"", list[int]()
    with contextlib.suppress(ConnectionError):
        data, descriptors, _, _ = socket.recv_fds(asker, DATAGRAM, 1)
    if not data:
        return False
    if fault:
        _refuse(asker, descriptors[0], fault)
    else:
        _start(asker, json.loads(data), descriptors[0], apart)
    return True


def _refuse(asker: socket.socket, control: int, fault: str) -> None:
    """In the place of a server: why there is none. A fork could say it, and would lack threads."""
    answer = {"failed": CannotFork.__name__, "why": f"{fault}, which no process of a notebook has"}
    with socket.socket(fileno=control) as sock, contextlib.suppress(ConnectionError):
        sock.send(json.dumps(answer).encode())
        tell_of_process(asker, os.getpid())


def _start(asker: socket.socket, request: dict, control: int, apart: dict) -> None:
    """Fork a server, and tell who asked for it; it answers on its own control socket."""
    with contextlib.suppress(ChildProcessError):  # those that have ended meanwhile
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    pid = os.fork()
    if not pid:
        _become_server(request, control, apart)
    os.close(control)
    with contextlib.suppress(ConnectionError):  # who asked has gone; the server will see it too
        tell_of_process(asker, pid)


def _become_server(request: dict, control: int, apart: dict) -> None:
    code = 1
    try:
        syscalls.die_with_parent(signal.SIGKILL)
        os.setsid()
        os.closerange(3, control)  # selector, sockets of others: a server holds its own alone
        os.closerange(control + 1, os.sysconf("SC_OPEN_MAX"))
        _change_environment(request["environment"])
        server = importlib.import_module(request["module"])
        server.main(socket.socket(fileno=control), request["sandbox"], apart)
        code = 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(code)


def _change_environment(wanted: dict[str, str]) -> None:
    """Not in os.environ alone: /proc/self/environ shows the block that the process began with."""
    os.environ.clear()
    os.environ.update(wanted)  # copies, outside of that block
    with open("/proc/self/stat", encoding="utf-8") as file:
        fields = file.read().rpartition(")")[2].split()
    start, end = int(fields[47]), int(fields[48])  # env_start and env_end, of proc(5)
    ctypes.memset(start, 0, end - start)


if __name__ == "__main__":
    main()
