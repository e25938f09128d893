"""Which aten operators a call uses: to see a built-in where a hand-written one is asked for.

What a student's process says of it is a claim: it is advisory, and checked together with the
submitted source.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def recording_operators() -> Iterator[set[str]]:
    """The aten operators that reach torch's dispatcher in the body; none where it is not loaded."""
    names: set[str] = set()
    if "torch" not in sys.modules:
        yield names
        return
    from torch.utils._python_dispatch import TorchDispatchMode

    class Recorder(TorchDispatchMode):
        @classmethod
        def _should_skip_dynamo(cls):
            return False  # to skip it, torch imports it: 2 s and 90 MB in every server

        def __torch_dispatch__(self, func, types, args=(), kwargs=None):
            names.add(func.overloadpacket._qualified_op_name)
            return func(*args, **(kwargs or {}))

    with Recorder():
        yield names


def operators_used(function: Callable, *arguments: Any) -> frozenset[str]:
    """Call `function(*arguments)` and return the aten operators it used, as "aten::exp".

    A stand-in for a function in another process brings its own `__operators_used__`. Raises what
    the function raises.
    """
    remote = getattr(type(function), "__operators_used__", None)
    if remote is not None:
        return frozenset(remote(function, *arguments))
    with recording_operators() as names:
        function(*arguments)
    return frozenset(names)
