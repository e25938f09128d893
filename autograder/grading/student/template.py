"""A template: a process that has run a notebook's first cells, from which students' are forked.

These cells are the instructor's, the same in each submission that is forked from it, so a template
has its server's rights. What it forks makes a room of its own, and is shut in as ever.
"""

import contextlib
import random
import socket
from collections.abc import Sequence

from autograder.grading.processes.warm_server import Fence, Next, Run, control_of
from autograder.grading.shell.shell import Shell
from autograder.grading.student import process
from autograder.grading.student.cells import Done, run_cell
from autograder.grading.student.leftovers import kept_open, left_behind, traces
from autograder.grading.student.moving_in import move_in, obey_signals
from autograder.grading.wire.frames import Lost, Message, send


def run(shell: Shell, sock: socket.socket, options: dict, fence: Fence) -> Next | None:
    """Run the cells that come on `sock`, and say why they make no template, or nothing.

    A control socket then comes on `sock`: on it, forks are asked for as of a warm server.
    """
    first = move_in(shell, sock)
    obey_signals()
    fence.nest()
    files = dict(zip(first.head["files"], first.buffers, strict=True))
    before = traces(files)
    done, refused = _run_cells(shell, first.head["cells"], options)
    refused = refused or left_behind(before, files) or kept_open(before)
    with contextlib.suppress(Lost):
        send(sock, Message({"refused": refused}))
        if not refused:
            return control_of(sock), _life_of_forks(shell, done)
    return None


def _run_cells(shell: Shell, cells: Sequence[str], options: dict) -> tuple[list[Done], str]:
    done = []
    shell.figures_left = options["figures"]
    for source in cells:
        error, outputs = run_cell(shell, source, options["seconds"], options["output_characters"])
        if error is not None:
            return [], f"a cell raised {type(error).__name__}"
        done.append(Done(source, outputs))
    return done, ""


def _life_of_forks(shell: Shell, done: list[Done]) -> Run:
    state = random.getstate()

    def run(sock: socket.socket, options: dict, fence: Fence) -> None:
        random.setstate(state)  # Python seeds it anew in a fork
        process.go_on(shell, sock, options, fence, done)

    return run
