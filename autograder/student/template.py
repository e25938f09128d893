"""A template: a process that has run a notebook's first cells, from which students' are forked.

These cells are the instructor's, the same in each submission that is forked from it, so a template
has its server's rights. What it forks makes a room of its own, and is shut in as ever.
"""

import contextlib
import random
import socket

from autograder.shell import Shell
from autograder.student import process
from autograder.student.cells import Done, run_cell
from autograder.student.moving import move_in, obey_signals
from autograder.student.traces import kept_open, left_behind, traces
from autograder.warm import Fence, Next
from autograder.wire.frames import Lost, Message, send


def run(shell: Shell, sock: socket.socket, options: dict, fence: Fence) -> Next | None:
    """Run the cells that come on `sock`, and say why they make no template, or nothing.

    A control socket then comes on `sock`: on it, forks are asked for as of a warm server.
    """
    first = move_in(shell, sock)
    obey_signals()
    files = dict(zip(first.head["files"], first.buffers, strict=True))
    before = traces(files)
    done, refused = [], ""
    for source in first.head["cells"]:
        error, outputs = run_cell(shell, source, options["seconds"], options["output_characters"])
        done.append(Done(source, outputs))
        if error is not None:
            refused = f"a cell raised {type(error).__name__}"
            break
    refused = refused or left_behind(before, files) or kept_open(before)
    with contextlib.suppress(Lost):
        send(sock, Message({"refused": refused}))
        if not refused:
            return _control(sock), _fork_of(shell, done, fence)
    return None


def _control(sock: socket.socket) -> socket.socket:
    _, descriptors, _, _ = socket.recv_fds(sock, 1, 1)
    sock.close()
    if not descriptors:
        raise Lost("the engine has gone")
    return socket.socket(fileno=descriptors[0])


def _fork_of(shell: Shell, done: list[Done], fence: Fence):
    fence.nest()
    state = random.getstate()

    def run(sock: socket.socket, options: dict, fence: Fence) -> None:
        random.setstate(state)  # Python seeds it anew in a fork
        process.go_on(shell, sock, options, fence, done)

    return run
