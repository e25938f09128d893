"""The warm server of judges: `python -m autograder.judge.server CONTROL`."""

import socket

from autograder.errors import AutograderError
from autograder.judge.judge import Judge
from autograder.limits import Limits
from autograder.plan import Plan
from autograder.shell import Shell
from autograder.warm import serve
from autograder.wire.frames import Message, receive, send


def judge(shell: Shell, sock: socket.socket, options: dict) -> None:
    """Take a job from the engine at the other end of `sock`, and answer with its results."""
    shell.take_streams()
    job = receive(sock).head

    def fresh_student() -> socket.socket:
        send(sock, Message({"want": "a student process"}))
        _, descriptors, _, _ = socket.recv_fds(sock, 1, 1)
        if not descriptors:
            raise AutograderError("the engine gave no student process")
        return socket.socket(fileno=descriptors[0])

    limits, plan = Limits(**job["limits"]), Plan.from_json(job["plan"])
    try:
        judge = Judge(shell, plan, limits, job["seed"], fresh_student, job["reveal"])
        for result in judge.results():
            verdict = result.verdict and result.verdict.as_json()
            told = {"cell": result.cell, "outputs": result.outputs, "verdict": verdict}
            send(sock, Message({"result": told}))
    except AutograderError as error:
        send(sock, Message({"failed": type(error).__name__, "why": str(error)}))
    else:
        send(sock, Message({"done": True}))


if __name__ == "__main__":
    serve(prepare=Shell.make, run=judge)
