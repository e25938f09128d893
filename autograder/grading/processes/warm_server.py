"""A warm server: a fork of the zygote, from which a fresh child is forked for each notebook.

`server_handles.WarmServer` holds the other end of `control`. One datagram asks for one thing; a
child's socket comes along with the request to fork it.
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

from autograder.errors import AutograderError, CannotFork
from autograder.grading.processes import single_thread
from autograder.grading.sandbox import syscalls
from autograder.grading.wire.frames import Lost
from autograder.text import plain_lines

DATAGRAM = 2**16


class Fence(Protocol):
    """What stands around a server and its children; `sandbox.fence.Fence` is the true one."""

    def enter(self) -> None:
        """Put the server behind it, before it imports anything of weight."""

    def fork(self) -> int:
        """os.fork()."""

    def make_room(self, folder: str) -> None:
        """In the child: go to a working folder of its own."""

    def nest(self) -> None:
        """In a child that is a template, instead of `shut`: it will fork children of its own."""

    def shut(self, beside: int = 0) -> None:
        """In the child: the last step before code that is not ours runs.

        beside: how many templates there are besides the server, which count as its user's.
        """


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

    def nest(self) -> None:
        """Nothing to do."""

    def shut(self, beside: int = 0) -> None:
        """Nothing to do."""


Run = Callable[[socket.socket, dict[str, Any], Fence], "Next | None"]
Next = tuple[socket.socket, Run]  # what a template goes on with: its own control, its forks' life


def serve(
    control: socket.socket, fence: Fence, load: Callable[[], Run], apart: dict[str, str]
) -> None:
    """Answer requests on `control` until it is closed.

    load: called once, behind the fence; what it returns is the life of each child.
    apart: what was to be done once for all notebooks and is not, such as an import, and why.
    """
    try:
        _refuse_threads()  # with which a fence cannot be entered either
        fence.enter()
        run = load()
        _refuse_threads()
    except AutograderError as error:
        _say(control, {"failed": type(error).__name__, "why": str(error)})
        return
    gc.freeze()  # what was loaded since the zygote did so
    with contextlib.suppress(ConnectionError):  # who asked for this server has gone
        _say(control, {"apart": apart})
        # A loop, as a template's forks must have no deeper stack: code can tell how deep it is.
        server: Next | None = (control, run)
        while server is not None:
            server = _serve(*server, fence)


def _refuse_threads() -> None:
    if found := single_thread.others():
        raise CannotFork(
            f"a server has a thread besides its first ({', '.join(found)}), which no process of a "
            "notebook would have: a module that the course imports starts it in every fork; set "
            "c.Grade.preload to the course's other modules"
        )


def _serve(control: socket.socket, run: Run, fence: Fence) -> Next | None:
    """In each child, live, and return what comes after; in the server, None at its end."""
    job = _jobs(control, fence)
    return _live(run, *job, fence) if job else None


def _jobs(control: socket.socket, fence: Fence) -> tuple[socket.socket, dict] | None:
    """Fork a child for each job, where this returns it; end the children that are named."""
    children: set[int] = set()
    try:
        while (request := _next(control)) is not None:
            options, descriptors = request
            if "end" in options:
                _say(control, {"status": _end(children, options["end"])})
            elif pid := fence.fork():
                children.add(pid)
                os.close(descriptors[0])
                tell_of_process(control, pid)
            else:
                children.clear()
                control.close()
                return socket.socket(fileno=descriptors[0]), options
    finally:
        for pid in list(children):
            _end(children, pid)
    return None


def _live(run: Run, sock: socket.socket, options: dict[str, Any], fence: Fence) -> Next | None:
    messages = os.dup(2)  # a child's own stderr may become an output of its cells
    try:
        syscalls.die_with_parent(signal.SIGKILL)
        os.setsid()
        fence.make_room(options["folder"])
        server = run(sock, options, fence)
    except BaseException:
        with contextlib.suppress(OSError):  # behind a fence there is nobody left to tell
            os.write(messages, _in_plain_lines(traceback.format_exc(-20)))
        os._exit(1)
    if server is None:
        os._exit(0)
    return server


def _in_plain_lines(text: str) -> bytes:
    """For a terminal, which would obey what a submission may have brought into an error."""
    return "\n".join([f"{sys.argv[0]}, a child:", *plain_lines(text), ""]).encode()


def _next(control: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    try:
        data, descriptors, _, _ = socket.recv_fds(control, DATAGRAM, 1)
    except ConnectionResetError:  # closed before it had read what we said
        return None
    return (json.loads(data), descriptors) if data else None


def _say(control: socket.socket, answer: dict[str, Any]) -> None:
    control.send(json.dumps(answer).encode())


def tell_of_process(sock: socket.socket, pid: int) -> None:
    """Send a process's number here, and a descriptor that means it in any pid namespace."""
    descriptor = os.pidfd_open(pid)
    try:
        socket.send_fds(sock, [json.dumps({"pid": pid}).encode()], [descriptor])
    finally:
        os.close(descriptor)


def control_of(sock: socket.socket) -> socket.socket:
    """The control socket that comes on a child's socket: from now on the child is a server.

    Raises Lost where nobody sends one.
    """
    _, descriptors, _, _ = socket.recv_fds(sock, 1, 1)
    sock.close()
    if not descriptors:
        raise Lost("the engine has gone")
    return socket.socket(fileno=descriptors[0])


def settle(options: dict[str, Any]) -> None:
    """A child's own home, import path and random states: a fork copies the server's.

    Before code that is not ours runs, by each child but those of a template, which go on with its.
    """
    from autograder.grading.wire import random_states  # with numpy: not before the fence is entered

    os.environ["HOME"] = os.getcwd()
    sys.path.insert(0, "")
    # A module from beside the notebook would leave a folder of bytecode there, and so no template.
    sys.dont_write_bytecode = True
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
