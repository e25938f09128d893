"""What starts a thread is named, and left to each notebook: a fork would not have the thread."""

import os
import socket
import subprocess
import sys
from contextlib import ExitStack

import pytest
from cells import check, given, notebook, solution

from autograder.errors import CannotFork
from autograder.grading.engine import Engine
from autograder.grading.one_notebook import grade
from autograder.grading.processes import zygote
from autograder.grading.processes.server_handles import WarmServer
from autograder.limits import Limits

LIMITS = Limits(cell_seconds=60)
STARTS = {
    "of Python's": """
        import threading
        def watch(): threading.Event().wait()
        threading.Thread(target=watch, name="watcher", daemon=True).start()
    """,
    "of a library's": """
        import ctypes
        libc = ctypes.CDLL(None)
        libc.pthread_create(ctypes.byref(ctypes.c_ulong()), None, libc.pause, None)
    """,
}
ENDS_IT = """
    import threading
    threading.Thread(target=lambda: None).start()
"""
STARTS_ONE_IN_EACH_FORK = """
    import os, threading
    def watch(): threading.Event().wait()
    def start(): threading.Thread(target=watch, name="watcher", daemon=True).start()
    os.register_at_fork(after_in_child=start)
"""
# For gradients torch starts a thread for each device that is no CPU, whatever the device can do.
ADDS_A_DEVICE = """
    from torch.utils.backend_registration import _setup_privateuseone_for_python_backend as add
    add("stand_in")
"""
ANSWER = solution("answer", "def answer(x): return x * x")
BY_VALUE = check("by value", "assert answer(3) == 9")
BY_GRADIENT = check(
    "by gradient",
    "x = torch.tensor(3.0, requires_grad=True)\nanswer(x).backward()\nassert x.grad == 6",
)


def scores(engine, opening, *tests):
    """What the instructor's own answer gets, after a given cell."""
    source = notebook(given(opening), ANSWER, *tests)
    return [verdict.score for verdict in grade(engine, source, source).verdicts]


def told(capfd):
    """The lines on stderr that speak of threads."""
    return [line for line in capfd.readouterr().err.splitlines() if "thread" in line]


@pytest.mark.parametrize("later", [False, True])
@pytest.mark.parametrize("kind", STARTS)
def test_a_module_that_starts_a_thread_is_left_to_each_notebook(module, capfd, kind, later):
    name = module(STARTS[kind])
    with Engine(LIMITS, ["wave", name], seed=1, later=[name] if later else []) as engine:
        assert set(engine.wait_until_warm()) == {name}
        assert scores(engine, f"import {name}", BY_VALUE) == [1]
        assert scores(engine, "import wave", BY_VALUE) == [1]
    (line,) = told(capfd)
    assert line.startswith(f"{name} starts a thread (")
    assert (f"watcher of {name}" in line) is (kind == "of Python's")


def test_a_thread_that_ends_does_no_harm(module, capfd):
    with Engine(LIMITS, [module(ENDS_IT)], seed=1) as engine:
        assert engine.wait_until_warm() == {}
    assert told(capfd) == []


def test_gradients_work_where_torch_has_threads_for_a_device(module, capfd):
    added = pytest.importorskip("torch.utils.backend_registration")
    if not hasattr(added, "_setup_privateuseone_for_python_backend"):
        pytest.skip("this torch adds devices by C++ alone")
    name = module(ADDS_A_DEVICE)
    with Engine(LIMITS, ["torch", name], seed=1) as engine:
        assert set(engine.wait_until_warm()) == {"the first use of torch"}
        assert scores(engine, "import torch", BY_VALUE, BY_GRADIENT) == [1, 1]
    (line,) = told(capfd)
    assert line.startswith("the first use of torch starts a thread (pt_autograd_0")


def test_a_module_that_starts_a_thread_in_each_fork_is_refused_by_name(module):
    name = module(STARTS_ONE_IN_EACH_FORK)
    with (
        Engine(LIMITS, [name], seed=1) as engine,
        pytest.raises(CannotFork, match=f"watcher of {name}"),
    ):
        engine.wait_until_warm()


def test_a_thread_from_before_the_first_step_ends_it_with_its_name(tmp_path):
    """A tracer's, say, which every Python of the machine starts."""
    tracer = "threading.Thread(target=threading.Event().wait, name='tracer', daemon=True).start()"
    program = f"import threading; {tracer}\nfrom {zygote.__name__} import main; main()"
    with ExitStack() as stack:
        owner, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        for sock in (owner, theirs, listener):
            stack.enter_context(sock)
        listener.bind(str(tmp_path / "zygote"))
        listener.listen()
        job = os.memfd_create("job")
        stack.callback(os.close, job)
        zygote.write_job(job, [["wave"]], {})
        descriptors = [job, theirs.fileno(), listener.fileno()]
        command = [sys.executable, "-c", program, *map(str, descriptors)]
        process = stack.enter_context(subprocess.Popen(command, pass_fds=descriptors))
        server = WarmServer(str(tmp_path / "zygote"), "autograder.grading.judge.server")
        with pytest.raises(CannotFork, match="tracer"):
            server.wait_until_warm()
        server.close()
        owner.close()
        assert process.wait(timeout=20) == 0
