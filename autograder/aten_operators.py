"""What a call runs: to see a built-in where a hand-written one is asked for.

That is operators, as "aten::exp", and functions of Python modules, as "scipy.special:logsumexp".
What a student's process says of it is a claim: it is advisory, and checked together with the
submitted source.
"""

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from types import FrameType
from typing import Any

#: Functions that have something done in another process, which is not seen.
NEW_PROCESS = frozenset(
    {"posix:fork", "posix:forkpty", "posix:posix_spawn", "posix:posix_spawnp", "posix:system"}
    | {"_posixsubprocess:fork_exec", "_winapi:CreateProcess", "nt:system"}
)


@contextmanager
def recording_operators() -> Iterator[set[str]]:
    """The operators and functions that run in the body, in any thread; complete when it ends.

    Operators are those that reach torch's dispatcher; none where torch is not loaded. Functions of
    `__main__` are left out. Of threads that run already, Python before 3.12 tells no functions, and
    torch before 2.7 no operators.
    """
    names: set[str] = set()
    with ExitStack() as recorders:
        if "torch" in sys.modules:
            recorders.enter_context(_operators_of_all_threads(names))
            recorders.enter_context(_operators_of_this_thread(names))
        recorders.enter_context(_functions(names))
        yield names


@contextmanager
def _operators_of_this_thread(names: set[str]) -> Iterator[None]:
    from torch.utils._python_dispatch import TorchDispatchMode

    class Recorder(TorchDispatchMode):
        @classmethod
        def _should_skip_dynamo(cls):
            return False  # to skip it, torch imports it: 2 s and 90 MB in every server

        def __torch_dispatch__(self, func, types, args=(), kwargs=None):
            names.add(func.overloadpacket._qualified_op_name)
            return func(*args, **(kwargs or {}))

    with Recorder():
        yield


@contextmanager
def _operators_of_all_threads(names: set[str]) -> Iterator[None]:
    """The profiler sees the threads of pools, of autograd and of TorchScript.

    A call that profiles itself ends it, which is why the calling thread has a recorder of its own.
    """
    from torch.autograd.profiler import profile

    os.environ.setdefault("KINETO_LOG_LEVEL", "99")  # or it writes to stderr
    profiler = None
    with suppress(TypeError, ImportError):  # a torch before 2.7
        from torch._C._profiler import _ExperimentalConfig

        profiler = profile(experimental_config=_ExperimentalConfig(profile_all_threads=True))
    if profiler is None:
        yield
        return
    with profiler:
        yield
    if profiler.kineto_results is not None:
        events = (event.name() for event in profiler.kineto_results.events())
        names.update(name for name in events if _is_operator(name))


def _is_operator(event: str) -> bool:
    """Whether it is no gradient's step, no label, and no function that TorchScript compiled."""
    return "::" in event and not event.startswith(("autograd::", "torch::"))


@contextmanager
def _functions(names: set[str]) -> Iterator[None]:
    before, at_start = sys.getprofile(), threading.getprofile()
    recording = True

    def note(frame: FrameType, event: str, argument: Any) -> None:
        if not recording:
            sys.setprofile(None)  # of a thread that outlives the body
        elif event == "call" and (module := frame.f_globals.get("__name__")) != "__main__":
            names.add(f"{module}:{frame.f_code.co_qualname}")
        elif event == "c_call":
            names.update({f"{argument.__module__}:{argument.__name__}"} & NEW_PROCESS)

    _profile_all_threads(note)
    sys.setprofile(note)
    try:
        yield
    finally:
        recording = False
        sys.setprofile(before)
        threading.setprofile(at_start)


def _profile_all_threads(hook: Callable[[FrameType, str, Any], None]) -> None:
    getattr(threading, "setprofile_all_threads", threading.setprofile)(hook)


def operators_used(function: Callable, *arguments: Any) -> frozenset[str]:
    """Call `function(*arguments)` and return what it ran, as `recording_operators` names it.

    A stand-in for a function in another process brings its own `__operators_used__`. Raises what
    the function raises.
    """
    remote = getattr(type(function), "__operators_used__", None)
    if remote is not None:
        return frozenset(remote(function, *arguments))
    with recording_operators() as names:
        function(*arguments)
    return frozenset(names)
