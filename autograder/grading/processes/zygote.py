"""The process that imports what notebooks need, once, for all warm servers: they are forks of it.

Run by `server_handles.Zygote`, which holds the other end of the first socket. The others are there
to listen on, one for each stage of the imports: each datagram of a connection asks for a server,
and brings that server's control socket. When a stage is done, this process has a fork go on with
the next, once somebody asks for it, and serves. Servers end with the process they are forks of, and
it with its owner.

A step that starts a thread is not for all: no fork has the thread. What ends another's thread is
a new program alone, so this process begins anew, and leaves that step to each notebook.
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
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, NoReturn

from autograder.grading.processes import single_thread
from autograder.grading.sandbox import syscalls

_NAME = "autograder.grading.processes.zygote"
_ENVIRONMENT = dict(os.environ)  # before a module changes it
DATAGRAM = 2**16
# Drawing makes objects by the thousand, which live as long as its figure: to look for garbage after
# every 700, Python's default, takes a sixth of its time.
_GC_THRESHOLD = (20_000, 20, 20)


def command(
    stages: Iterable[Sequence[str]], sockets: Iterable[socket.socket], apart: Mapping[str, str]
) -> list[str]:
    """The command that starts this process.

    stages: the modules to import, a list for each socket to listen on.
    sockets: the owner's, and those to listen on.
    apart: the steps that are left to each notebook, and why.
    """
    job = json.dumps([[list(names) for names in stages], dict(apart)])
    return [sys.executable, "-P", "-m", _NAME, job, *(str(sock.fileno()) for sock in sockets)]


def main() -> None:
    """Import, then fork servers until the owner's socket is closed."""
    (stages, apart), numbers = json.loads(sys.argv[1]), map(int, sys.argv[2:])
    owner, *listeners = (socket.socket(fileno=number) for number in numbers)
    names: list[str] = []
    gc.set_threshold(*_GC_THRESHOLD)
    while stages:
        names += stages.pop(0)
        # Imports leave little garbage: to look for it while they run takes a sixth of their time.
        gc.disable()
        _Steps(apart, partial(_begin_anew, [names, *stages], [owner, *listeners])).take_all(names)
        gc.freeze()  # shared pages stay shared: no collection writes to them in a child
        gc.enable()
        listener = listeners.pop(0)
        if not listeners or os.fork():
            break
        syscalls.die_with_parent(signal.SIGKILL)
        listener.close()
        select.select([owner, listeners[0]], [], [])
    with selectors.DefaultSelector() as selector:
        for sock in (owner, listener):
            selector.register(sock, selectors.EVENT_READ)
        for other in listeners:
            other.close()
        _serve(selector, owner, listener, apart)


def _begin_anew(
    stages: Sequence[Sequence[str]], sockets: Sequence[socket.socket], apart: Mapping[str, str]
) -> NoReturn:
    os.execve(sys.executable, command(stages, sockets, apart), _ENVIRONMENT)


class _Steps:
    """What is done once for all notebooks, step by step."""

    def __init__(self, apart: dict[str, str], begin_anew: Callable[[Mapping[str, str]], NoReturn]):
        """
        apart: the steps that are not, and why; what fails is added.
        begin_anew: in a process without threads, with other steps apart.
        """
        self._apart, self._begin_anew = apart, begin_anew

    def take_all(self, names: Iterable[str]) -> None:
        """Import the modules, and make the shell, or have it meet what was imported since then."""
        for name in names:
            self._take(name, partial(_import, name))
        from autograder.grading.shell.shell import Shell

        Shell.make(lambda library, use: self._take(f"the first use of {library}", use))
        if found := single_thread.others():
            sys.exit(
                f"IPython's shell has started a thread ({', '.join(found)}): nothing is graded"
            )

    def _take(self, name: str, step: Callable[[], object]) -> None:
        if name in self._apart:
            return
        try:
            step()
        except Exception as error:  # a course may name what this machine lacks; its cells will say
            self._apart[name] = f"{type(error).__name__}: {error}"[:300]
        if found := single_thread.others():
            why = f"starts a thread ({', '.join(found)}), and so is left to each notebook"
            print(f"{name} {why}: grading takes longer", file=sys.stderr, flush=True)
            self._begin_anew(self._apart | {name: why})


def _import(name: str) -> None:
    module, _, part = name.partition(":")
    found = importlib.import_module(module)
    if part and not hasattr(found, part):  # asking makes a lazy package import it
        importlib.import_module(f"{module}.{part}")


def _serve(selector, owner: socket.socket, listener: socket.socket, apart: dict) -> None:
    while True:
        for key, _ in selector.select():
            sock: Any = key.fileobj
            if sock is owner:  # it has nothing more to say: this is its end
                return
            if sock is listener:
                selector.register(listener.accept()[0], selectors.EVENT_READ)
                continue
            data, descriptors = b"", list[int]()
            with contextlib.suppress(ConnectionError):
                data, descriptors, _, _ = socket.recv_fds(sock, DATAGRAM, 1)
            if data:
                _start(sock, json.loads(data), descriptors[0], apart)
            else:
                selector.unregister(sock)
                sock.close()


def _start(asker: socket.socket, request: dict, control: int, apart: dict) -> None:
    """Fork a server, and tell who asked for it; it answers on its own control socket."""
    with contextlib.suppress(ChildProcessError):  # those that have ended meanwhile
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    pid = os.fork()
    if not pid:
        _become_server(request, control, apart)
    os.close(control)
    descriptor = os.pidfd_open(pid)
    with contextlib.suppress(ConnectionError):  # who asked has gone; the server will see it too
        socket.send_fds(asker, [b"{}"], [descriptor])
    os.close(descriptor)


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
