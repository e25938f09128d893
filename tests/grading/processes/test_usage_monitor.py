"""What all processes of a notebook use together, and how its end is told."""

import pytest
from cells import check, graded, solution, verdicts

from autograder.grading.engine import Engine
from autograder.limits import Limits
from autograder.verdict import Kind

LIMITS = Limits(cell_seconds=20, memory_mib=400, cpu_seconds=2, processes=20, disk_mib=16)
CELLS = [solution("answer", "def answer(): return 1"), check("test", "assert answer() == 1")]


@pytest.fixture(scope="module")
def engine():
    with Engine(LIMITS, ["numpy"], seed=1) as engine:
        yield engine


def problem(engine, body):
    """What the verdict says of an answer with this body."""
    found = verdicts(engine, *CELLS, answer=f"import os, time\ndef answer():\n{body}")["test"]
    assert found.score == 0
    return found.kind, found.finding.problem


TOO_MUCH_TOGETHER = {
    "of several processes": (
        "    for _ in range(9):\n        if not os.fork(): break\n"
        "    kept = bytearray(b'x' * (60 << 20))\n    time.sleep(60)"
    ),
    "of processes whose first thread has ended": (
        "    import ctypes, threading\n"
        "    from autograder.grading.sandbox.libseccomp import number_of\n"
        "    end = number_of('exit')\n"
        "    def keep():\n"
        "        time.sleep(0.5)\n"
        "        kept = bytearray(b'x' * (60 << 20))\n        time.sleep(60)\n"
        "    for _ in range(9):\n"
        "        if not os.fork():\n"
        "            threading.Thread(target=keep).start()\n"
        "            ctypes.CDLL(None).syscall(end, 0)\n"
        "    time.sleep(60)"
    ),
}


@pytest.mark.parametrize("body", TOO_MUCH_TOGETHER.values(), ids=TOO_MUCH_TOGETHER)
def test_memory_is_summed(engine, body):
    kind, text = problem(engine, body)
    assert kind is Kind.DIED
    assert "more than the 400 MiB of memory" in text


def test_memory_that_processes_share_counts_once(engine):
    body = (
        "    import mmap\n    kept = mmap.mmap(-1, 200 << 20)\n"
        "    for _ in range(200): kept.write(b'x' * (1 << 20))\n"
        "    children = [os.fork() for _ in range(2)]\n"
        "    seen = kept[::4096]\n    time.sleep(0.3)\n"
        "    if not all(children): os._exit(0)\n"
        "    for child in children: os.waitpid(child, 0)\n    return 1"
    )
    answer = f"import os, time\ndef answer():\n{body}"
    assert verdicts(engine, *CELLS, answer=answer)["test"].kind is Kind.PASSED


def test_what_lies_in_sockets_counts_as_memory(engine):
    body = (
        "    import socket\n    for _ in range(15):\n        if not os.fork(): break\n"
        "    kept = []\n    while True:\n        try: kept.append(socket.socketpair())\n"
        "        except OSError: time.sleep(60)\n"
        "        for end in kept[-1]:\n            end.setblocking(False)\n"
        "            try: end.send(bytes(1 << 17))\n            except BlockingIOError: pass"
    )
    kind, text = problem(engine, body)
    assert kind is Kind.DIED
    assert "of memory" in text


def test_processor_time_of_several_processes_is_summed(engine):
    body = "    for _ in range(4):\n        if not os.fork(): break\n    while True: pass"
    kind, text = problem(engine, body)
    assert kind is Kind.DIED
    assert "more than the 2 s of processor time" in text


IGNORED = {
    "ignored": "signal.signal(signal.SIGCHLD, signal.SIG_IGN)",
    "no zombies": "libc.syscall(action, 17, (ctypes.c_ulong * 4)(0, 2), None, 8)",
    "by a number that the kernel cuts": (
        "libc.syscall(action, ctypes.c_ulong(17 | 1 << 32), (ctypes.c_ulong * 4)(1), None, 8)"
    ),
}


@pytest.mark.parametrize("ignore", IGNORED.values(), ids=IGNORED)
def test_processor_time_of_children_that_are_ignored_counts(engine, ignore):
    body = (
        "    import ctypes, signal\n"
        "    from autograder.grading.sandbox.libseccomp import number_of\n"
        "    libc, action = ctypes.CDLL(None), number_of('rt_sigaction')\n"
        f"    {ignore}\n"
        "    for _ in range(250):\n"
        "        if not os.fork():\n"
        "            while time.process_time() < 0.02: pass\n"
        "            os._exit(0)\n"
        "        try: os.wait()\n"
        "        except ChildProcessError: pass\n"
        "    return 1"
    )
    kind, text = problem(engine, body)
    assert kind is Kind.DIED
    assert "more than the 2 s of processor time" in text


def test_a_limit_of_the_kernel_s_is_named(engine):
    body = "    open('large', 'wb').write(bytes(1 << 25))\n    return 1"
    assert "16 MiB" in _advice(engine, body)
    body = "    import threading\n    for _ in range(50):\n" + (
        "        threading.Thread(target=time.sleep, args=(9,), daemon=True).start()"
    )
    assert "20 processes and threads" in _advice(engine, body)


def _advice(engine, body):
    return verdicts(engine, *CELLS, answer=f"import os, time\ndef answer():\n{body}")[
        "test"
    ].finding.advice


def test_all_processes_of_a_notebook_stay_in_one_session(engine):
    # The scheduler shares time among sessions: 50 of them would starve the rest of the class.
    answer = (
        "import os\ndef answer():\n    before = os.getsid(0)\n    if not os.fork():\n"
        "        os.setsid()\n        os._exit(os.getsid(0) != before)\n"
        "    return 1 if os.wait()[1] == 0 else 0"
    )
    assert verdicts(engine, *CELLS, answer=answer)["test"].kind is Kind.PASSED


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGUSR1", "SIGKILL", "SIGABRT"])
def test_a_signal_ends_the_process_as_it_would_any_other(engine, name):
    body = f"    import signal\n    os.kill(os.getpid(), signal.{name})\n    return 1"
    kind, text = problem(engine, body)
    assert kind is Kind.DIED, text


def test_a_call_has_its_own_limit():
    limits = Limits(cell_seconds=20, call_seconds=0.5)
    with Engine(limits, seed=1) as engine:
        found = verdicts(
            engine,
            solution("answer", "def answer(): return 1"),
            check("slow", "assert answer() == 1"),
            check("next", "assert answer() == 1"),
            answer="kept = []\ndef answer():\n    kept.append(1)\n    while len(kept) < 2: pass\n"
            "    return 1",
        )
    assert "took longer than the 0.5 s that a call may take" in found["slow"].finding.problem
    assert found["next"].kind is Kind.PASSED


def test_a_shell_command_runs_without_a_terminal(engine):
    answer = "w = 'hi'\n!echo $w; exit 3\nprint(_exit_code)\ndef answer(): return 1"
    found = graded(engine, *CELLS, answer=answer)
    assert found.verdicts[0].kind is Kind.PASSED
    assert "".join(output.text for output in found.notebook.cells[0].outputs) == "hi\n3\n"


def test_raw_output_keeps_its_ends_and_counts_the_rest(engine):
    answer = "import os\nos.write(1, b'first' + bytes(5 * 10**6).replace(b'\\0', b'x') + b'last')"
    found = graded(engine, *CELLS, answer=answer).notebook.cells[0].outputs
    text = "".join(output.get("text", "") for output in found)
    assert text.startswith("first")
    assert text.endswith("last")
    assert "4,900,009 characters left out" in text


def test_answers_that_add_up_are_too_much_for_the_judge_before_the_machine(engine):
    cells = [
        solution("answer", "import numpy as np\ndef answer(): return np.zeros(1)"),
        check("test", "kept = [answer() for _ in range(100)]\nassert len(kept) == 100"),
        check("after", "assert answer().size"),
    ]
    answer = "import numpy as np\ndef answer(): return np.zeros(1 << 23)"
    found = verdicts(engine, *cells, answer=answer)
    assert found["test"].score == 0
    assert found["after"].kind is Kind.PASSED
