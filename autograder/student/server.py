"""The warm server of student processes: `python -m autograder.student.server CONTROL`."""

from autograder.sandbox.fence import Fence
from autograder.sandbox.quota import Quota
from autograder.warm import Fence as AnyFence
from autograder.warm import NoFence, Run, serve


def _make_fence(settings: dict | None) -> AnyFence:
    if settings is None:
        return NoFence()
    return Fence(**settings | {"quota": Quota(**settings["quota"])})


def _load() -> Run:
    from autograder.shell import Shell  # behind the fence, and with what it imports warm
    from autograder.student.process import run

    shell = Shell.make()
    return lambda sock, options, fence: run(shell, sock, options, fence)


if __name__ == "__main__":
    serve(_make_fence, _load)
