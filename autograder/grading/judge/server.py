"""The warm server of judges."""

import resource
import socket
import traceback
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from autograder import fast_imports  # noqa: F401  (comes before nbformat)

# isort: split
from autograder.errors import AutograderError
from autograder.grading.judge.judge import Judge
from autograder.grading.processes.warm_server import Fence, NoFence, Run, serve, settle
from autograder.grading.shell.shell import Shell
from autograder.grading.wire.frames import Lost, Message, receive, send
from autograder.limits import Limits
from autograder.notebook.plan import Plan

_DIGITS = 20  # of a process's number
_MOST_TEXT = 10_000  # characters of a message


def judge(shell: Shell, sock: socket.socket) -> None:
    """Take a job from the engine at the other end of `sock`, and answer with its results."""
    shell.take_streams()
    with suppress(Lost):  # the engine has gone: nobody waits for these results
        _judge(shell, sock, receive(sock).head)


def _judge(shell: Shell, sock: socket.socket, job: dict) -> None:
    def fresh_student() -> tuple[socket.socket, int]:
        send(sock, Message({"want": "a student process"}))
        number, descriptors, _, _ = socket.recv_fds(sock, _DIGITS, 1)
        if not descriptors:
            raise AutograderError("the engine gave no student process")
        return socket.socket(fileno=descriptors[0]), int(number)

    def how_it_ended() -> str:
        send(sock, Message({"lost": True}))
        return receive(sock).head["how"]

    limits, plan = Limits(**job["limits"]), Plan.from_json(job["plan"])
    _bound_memory(2 * limits.memory_mib + 1024)
    if not job["reveal"]:
        shell.name_errors_only()
    try:
        processes = fresh_student, how_it_ended
        judge = Judge(shell, plan, limits, job["seed"], *processes, job["reveal"])
        for result in judge.observed() if plan.watches else _marked(judge):
            send(sock, Message({"result": result}))
    except AutograderError as error:
        send(sock, Message({"failed": type(error).__name__, "why": str(error)[:_MOST_TEXT]}))
    except Exception:  # a fault of ours: told as plain text, and not by what ends a process
        why = f"the judge failed:\n{traceback.format_exc(-20)}"
        send(sock, Message({"failed": "EngineError", "why": why[:_MOST_TEXT]}))
    else:
        send(sock, Message({"done": True}))


def _marked(judge: Judge) -> Iterator[dict[str, Any]]:
    for result in judge.results():
        verdict = result.verdict and result.verdict.as_json()
        yield {"cell": result.cell, "outputs": result.outputs, "verdict": verdict}


def _bound_memory(mib: int) -> None:
    """Answers are kept as long as a test likes: together they may be larger than the machine."""
    with open("/proc/self/statm", encoding="ascii") as file:
        used = int(file.read().split()[0]) * resource.getpagesize()
    most, (_, hard) = used + mib * 2**20, resource.getrlimit(resource.RLIMIT_AS)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def main(control: socket.socket, sandbox: None, apart: dict[str, str]) -> None:
    """Serve; a judge runs the instructor's code, and has no sandbox."""
    serve(control, NoFence(), _load, apart)


def _load() -> Run:
    shell = Shell.instance()

    def run(sock: socket.socket, options: dict, fence: Fence) -> None:
        settle(options)
        judge(shell, sock)

    return run
