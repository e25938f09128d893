"""A warm server: a fork of the zygote, from which a fresh child is forked for each notebook.

`servers.WarmServer` holds the other end of `control`. One datagram asks for one thing; a child's
socket comes along with the request to fork it.
"""

import contextlib
import gc
import json
import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from typing import Any, Protocol

from autograder.errors import AutograderError
from autograder.sandbox import syscalls

DATAGRAM = 2**16


class Fence(Protocol):
    """What stands around a server and its children; `sandbox.fence.Fence` is the true one."""

    def enter(self) -> None:
        """Put the server behind it, before it imports anything of weight."""

    def fork(self) -> int:
        """os.fork()."""

    def make_room(self, folder: str) -> None:
        """In the child: go to a working folder of its own."""

    def shut(self) -> None:
        """In the child: the last step before code that is not ours runs."""


class NoFence:
    """Around judges, which run the instructor's code, and around students with --sandbox=off."""

    def enter(self) -> None:
        """Nothing to do."""

    def fork(self) -> int:
        """os.fork()."""
        return os.fork()

    def make_room(self, folder: str) -> None:
        """Go to the folder that the engine made."""
        os.chdir(folder)

    def shut(self) -> None:
        """Nothing to do."""


Run = Callable[[socket.socket, dict[str, Any], Fence], None]


def serve(
    control: socket.socket, fence: Fence, load: Callable[[], Run], not_imported: dict[str, str]
) -> None:
    """Answer requests on `control` until it is closed.

    load: called once, behind the fence; what it returns is the life of each child.
    not_imported: of the modules that were to be imported, those that failed, and why.
    """
    try:
        fence.enter()
        run = load()
    except AutograderError as error:
        _say(control, {"failed": type(error).__name__, "why": str(error)})
        return
    gc.freeze()  # what was loaded since the zygote did so
    children: set[int] = set()
    try:
        _say(control, {"not imported": not_imported})
        while (request := _next(control)) is not None:
            options, descriptors = request
            if "end" in options:
                _say(control, {"status": _end(children, options["end"])})
            else:
                pid = _fork(control, descriptors, options, fence, run)
                children.add(pid)
                _answer_with_child(control, pid)
    except ConnectionError:  # who asked for this server has gone
        pass
    finally:
        for pid in list(children):
            _end(children, pid)


def _next(control: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    try:
        data, descriptors, _, _ = socket.recv_fds(control, DATAGRAM, 1)
    except ConnectionResetError:  # closed before it had read what we said
        return None
    return (json.loads(data), descriptors) if data else None


def _say(control: socket.socket, answer: dict[str, Any]) -> None:
    control.send(json.dumps(answer).encode())


def _answer_with_child(control: socket.socket, pid: int) -> None:
    """The child's number here, and a descriptor that means it in any pid namespace."""
    descriptor = os.pidfd_open(pid)
    socket.send_fds(control, [json.dumps({"pid": pid}).encode()], [descriptor])
    os.close(descriptor)


def _fork(
    control: socket.socket, descriptors: list[int], options: dict, fence: Fence, run: Run
) -> int:
    pid = fence.fork()
    if pid:
        for descriptor in descriptors:
            os.close(descriptor)
        return pid
    messages = os.dup(2)  # a child's own stderr may become an output of its cells
    try:
        syscalls.die_with_parent(signal.SIGKILL)
        control.close()
        os.setsid()
        fence.make_room(options["folder"])
        _settle(options)
        run(socket.socket(fileno=descriptors[0]), options, fence)
    except BaseException:
        with contextlib.suppress(OSError):  # behind a fence there is nobody left to tell
            os.write(messages, f"{sys.argv[0]}, a child:\n{traceback.format_exc(-20)}".encode())
        os._exit(1)
    os._exit(0)


def _settle(options: dict[str, Any]) -> None:
    """A child's own home, import path and random states: a fork copies the server's."""
    from autograder.wire import random_states  # with numpy: not before the fence is entered

    os.environ["HOME"] = os.getcwd()
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
