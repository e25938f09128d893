"""The warm server of student processes."""

import socket

from autograder.grading.processes.warm_server import Fence, Next, NoFence, Run, serve, settle
from autograder.grading.sandbox.fence import Fence as SandboxFence
from autograder.grading.shell.shell import Shell
from autograder.grading.student import process, template
from autograder.quota import Quota


def main(control: socket.socket, sandbox: dict | None, apart: dict[str, str]) -> None:
    """Serve; `sandbox` holds the arguments of a Fence, or is None where there is to be none."""
    fence: Fence = NoFence()
    if sandbox:
        fence = SandboxFence(**sandbox | {"quota": Quota(**sandbox["quota"])})
    serve(control, fence, _load, apart)


def _load() -> Run:
    shell = Shell.instance()

    def run(sock: socket.socket, options: dict, fence: Fence) -> Next | None:
        settle(options)
        kind = template if options.get("template") else process
        return kind.run(shell, sock, options, fence)

    return run
