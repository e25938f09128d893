"""A warm server: it imports what notebooks need, once, and forks a fresh child for each notebook.

Run in a process of its own by `servers.WarmServer`, which holds the other end of `control`. One
datagram asks for one thing; a child's socket comes along with the request to fork it.
"""

import contextlib
import ctypes
import gc
import importlib
import json
import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from typing import Any

from autograder.wire import random_states

DATAGRAM = 2**16
_PR_SET_PDEATHSIG = 1

Run = Callable[[Any, socket.socket, dict[str, Any]], None]


def serve(prepare: Callable[[], Any], run: Run) -> None:
    """Answer requests on the descriptor given as the first argument until it is closed.

    prepare: called once after the imports; its value is every child's.
    run: the life of a child, given that value, its socket and the request's options.
    """
    control = socket.socket(fileno=int(sys.argv[1]))
    request = json.loads(control.recv(DATAGRAM))
    not_imported = _import(request["preload"])
    shared = prepare()
    gc.collect()
    gc.freeze()  # shared pages stay shared: no collection writes to them in a child
    _say(control, {"not imported": not_imported})
    children: set[int] = set()
    try:
        while (request := _next(control)) is not None:
            options, descriptors = request
            if "end" in options:
                _say(control, {"status": _end(children, options["end"])})
            else:
                pid = _fork(control, descriptors, options, shared, run)
                children.add(pid)
                _say(control, {"pid": pid})
    finally:
        for pid in list(children):
            _end(children, pid)


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


def _next(control: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    try:
        data, descriptors, _, _ = socket.recv_fds(control, DATAGRAM, 1)
    except ConnectionResetError:  # closed before it had read what we said
        return None
    return (json.loads(data), descriptors) if data else None


def _say(control: socket.socket, answer: dict[str, Any]) -> None:
    control.send(json.dumps(answer).encode())


def _fork(
    control: socket.socket, descriptors: list[int], options: dict, shared: Any, run: Run
) -> int:
    pid = os.fork()
    if pid:
        for descriptor in descriptors:
            os.close(descriptor)
        return pid
    messages = os.dup(2)  # a child's own stderr may become an output of its cells
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        control.close()
        os.setsid()
        _settle(options)
        run(shared, socket.socket(fileno=descriptors[0]), options)
    except BaseException:
        os.write(messages, f"{sys.argv[0]}, a child:\n{traceback.format_exc(-20)}".encode())
        os._exit(1)
    os._exit(0)


def _settle(options: dict[str, Any]) -> None:
    """A child's own folder, home and random states: a fork copies the server's."""
    os.chdir(options["folder"])
    os.environ["HOME"] = options["folder"]
    sys.path.insert(0, "")
    random_states.seed_all(options["seed"])


def _end(children: set[int], pid: int) -> int:
    """Kill a child and its process group; its exit code if it had ended, negative for a signal."""
    if pid not in children:
        return 0
    children.remove(pid)
    ended, status = os.waitpid(pid, os.WNOHANG)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    if ended:
        return os.waitstatus_to_exitcode(status)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return 0
