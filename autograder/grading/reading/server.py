"""The process that a fresh one is forked from for each notebook that was handed in.

It imports no library of the course, and so is small. For each of the instructor's notebooks it
forks a process that has read it; that one forks in its turn, with what the notebook's cells mean
known already. `desk` holds the other ends.
"""

import gc
import json
import logging
import resource
import signal
import socket
import sys
import warnings
from collections.abc import Callable
from contextlib import suppress

from autograder import fast_imports  # noqa: F401  (comes before nbformat)

# isort: split
from nbformat import NotebookNode

from autograder.errors import AutograderError, SubmissionError
from autograder.grading.processes.warm_server import Fence, Next, NoFence, Run, control_of, serve
from autograder.grading.reading import steps
from autograder.grading.sandbox.layers import address_space
from autograder.grading.wire.frames import Lost, Message, receive, send
from autograder.notebook.free_names import names_of
from autograder.submission.notebook_file import parse
from autograder.text import shorten

_MIB = 2**20
# To look for garbage writes into pages that a fork shares, and a notebook leaves little of it.
_GC_THRESHOLD = (20_000, 20, 20)


def main() -> None:
    """Serve on the socket whose descriptor is this program's one argument."""
    gc.set_threshold(*_GC_THRESHOLD)
    # Libraries quote what they do not like, and our stderr is a terminal.
    logging.disable()
    warnings.simplefilter("ignore")
    serve(socket.socket(fileno=int(sys.argv[1])), NoFence(), lambda: _begin, {})


def _begin(sock: socket.socket, options: dict, fence: Fence) -> Next | None:
    with suppress(Lost):
        if "learn" not in options:
            _answer(sock, options, lambda: _parse(sock))
            return None
        source = steps.trusted(bytes(receive(sock).buffers[0]))
        steps.completed(source, *_as_it_is(source), last_steps={})  # no fork is the first to do it
        send(sock, Message({"learned": True}))
        control = control_of(sock)
        gc.freeze()
        return control, _life_of_forks(source)
    return None


def _as_it_is(source: NotebookNode) -> tuple[NotebookNode, list]:
    notebook, _ = steps.opened(source, json.dumps(source).encode())
    notebook.cells = [cell for cell in notebook.cells if cell.cell_type != "code"]
    return notebook, []


def _life_of_forks(source: NotebookNode) -> Run:
    def run(sock: socket.socket, options: dict, fence: Fence) -> None:
        with suppress(Lost):
            _answer(sock, options, lambda: _grade(sock, source))

    return run


def _answer(sock: socket.socket, options: dict, work: Callable[[], None]) -> None:
    """Do the work within the limits. To run out of time ends this process, wherever it is."""
    _bound(options["seconds"], options["mib"])
    try:
        work()
    except AutograderError as error:
        kind, why = type(error).__name__, str(error)
    except MemoryError:
        kind, why = SubmissionError.__name__, options["too much"]
    except Lost:
        raise
    except Exception as error:  # whatever it is, it is this submission's
        kind, why = SubmissionError.__name__, shorten(f"{type(error).__name__}: {error}", 500)
    else:
        return
    send(sock, Message({"failed": kind, "why": why}))


def _bound(seconds: float, mib: int) -> None:
    most, (_, hard) = address_space() + mib * _MIB, resource.getrlimit(resource.RLIMIT_AS)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGPROF, signal.SIG_DFL)  # which no library holds up, as it would Python's
    signal.setitimer(signal.ITIMER_PROF, seconds)


def _parse(sock: socket.socket) -> None:
    notebook = parse(bytes(receive(sock).buffers[0]))
    send(sock, Message({}, [json.dumps(notebook).encode()]))


def _grade(sock: socket.socket, source: NotebookNode) -> None:
    asked = receive(sock)
    notebook, plan = steps.opened(source, bytes(asked.buffers[0]), **asked.head["planning"])
    modules = {name for step in plan.steps for name in names_of(step.source).modules}
    told = {"plan": plan.as_json(), "opening": plan.opening, "modules": sorted(modules)}
    send(sock, Message({}, [json.dumps(told).encode()]))
    said = receive(sock)
    results = json.loads(said.buffers[0])
    send(sock, Message({}, [steps.completed(source, notebook, results, **said.head["how"])]))


if __name__ == "__main__":
    main()
