"""The warm server of student processes."""

import socket

from autograder.sandbox.fence import Fence
from autograder.sandbox.quota import Quota
from autograder.shell import Shell
from autograder.student.process import run
from autograder.warm import NoFence, Run, serve


def main(control: socket.socket, sandbox: dict | None, not_imported: dict[str, str]) -> None:
    """Serve; `sandbox` holds the arguments of a Fence, or is None where there is to be none."""
    fence = Fence(**sandbox | {"quota": Quota(**sandbox["quota"])}) if sandbox else NoFence()
    serve(control, fence, _load, not_imported)


def _load() -> Run:
    shell = Shell.instance()
    return lambda sock, options, fence: run(shell, sock, options, fence)
