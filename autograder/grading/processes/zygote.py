"""The process that imports what notebooks need, once, for all warm servers: they are forks of it.

Run by `servers.Zygote`, which holds the other end of the socket given as the first argument. The
others are sockets to listen on, one for each stage of the imports: each datagram of a connection
asks for a server, and brings that server's control socket. When a stage is done, this process has
a fork go on with the next, once somebody asks for it, and serves. Servers end with the process they
are forks of, and it with its owner.
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
from typing import Any

from autograder.grading.sandbox import syscalls

DATAGRAM = 2**16
# Drawing makes objects by the thousand, which live as long as its figure: to look for garbage after
# every 700, Python's default, takes a sixth of its time.
_GC_THRESHOLD = (20_000, 20, 20)


def main() -> None:
    """Import, then fork servers until the owner's socket is closed."""
    owner, *listeners = (socket.socket(fileno=int(number)) for number in sys.argv[1:])
    not_imported: dict[str, str] = {}
    gc.set_threshold(*_GC_THRESHOLD)
    for names in json.loads(owner.recv(DATAGRAM)):
        # Imports leave little garbage: to look for it while they run takes a sixth of their time.
        gc.disable()
        not_imported |= _import(names)
        _make_shell()
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
        _serve(selector, owner, listener, not_imported)


def _make_shell() -> None:
    """Make the shell, or have it meet what was imported since then."""
    from autograder.grading.shell.shell import Shell

    Shell.make()


def _import(names: list[str]) -> dict[str, str]:
    failed = {}
    for name in names:
        try:
            module, _, part = name.partition(":")
            found = importlib.import_module(module)
            if part and not hasattr(found, part):  # asking makes a lazy package import it
                importlib.import_module(f"{module}.{part}")
        except Exception as error:  # a course may name what this machine lacks; its cells will say
            failed[name] = f"{type(error).__name__}: {error}"[:300]
    return failed


def _serve(selector, owner: socket.socket, listener: socket.socket, not_imported: dict) -> None:
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
                _start(sock, json.loads(data), descriptors[0], not_imported)
            else:
                selector.unregister(sock)
                sock.close()


def _start(asker: socket.socket, request: dict, control: int, not_imported: dict) -> None:
    """Fork a server, and tell who asked for it; it answers on its own control socket."""
    with contextlib.suppress(ChildProcessError):  # those that have ended meanwhile
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    pid = os.fork()
    if not pid:
        _become_server(request, control, not_imported)
    os.close(control)
    descriptor = os.pidfd_open(pid)
    with contextlib.suppress(ConnectionError):  # who asked has gone; the server will see it too
        socket.send_fds(asker, [b"{}"], [descriptor])
    os.close(descriptor)


def _become_server(request: dict, control: int, not_imported: dict) -> None:
    code = 1
    try:
        syscalls.die_with_parent(signal.SIGKILL)
        os.setsid()
        os.closerange(3, control)  # selector, sockets of others: a server holds its own alone
        os.closerange(control + 1, os.sysconf("SC_OPEN_MAX"))
        _change_environment(request["environment"])
        server = importlib.import_module(request["module"])
        server.main(socket.socket(fileno=control), request["sandbox"], not_imported)
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
