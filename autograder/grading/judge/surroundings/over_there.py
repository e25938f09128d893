"""What would run a student's file, run in their process: its outcome comes back as any answer.

`pickle.load`, `runpy.run_path`, `subprocess.run` and their like are asked for over there where an
argument names a file that the student's code wrote. `guard` refuses what gets past this.
"""

import functools
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

# Those of a library are looked for only where it is loaded.
_FUNCTIONS = {
    "pickle": ("load",),
    "runpy": ("run_path",),
    "subprocess": ("run", "call", "check_call", "check_output"),
    "pandas": ("read_pickle",),
    "joblib": ("load",),
    "torch": ("load",),
}
_OPERATIONS = {"pickle": "load", "joblib": "load", "torch": "load", "subprocess": "program"}
Ask = Callable[..., Any]  # of a function, by its name in a library, and its arguments


def redirect(is_theirs: Callable[[str], bool], ask: Ask) -> None:
    """From now on ask for these functions over there where an argument names a student's file."""
    for name, functions in _FUNCTIONS.items():
        if module := sys.modules.get(name):
            for function in functions:
                ours = _redirected(name, getattr(module, function), is_theirs, ask)
                ours.__module__ = name  # by this name `sent` finds it, and not by where it is from
                setattr(module, function, ours)


def _redirected(module: str, function: Any, is_theirs: Callable[[str], bool], ask: Ask) -> Any:
    @functools.wraps(function)
    def redirected(*arguments: Any, **keywords: Any) -> Any:
        if not any(map(is_theirs, _paths(arguments, keywords))):
            return function(*arguments, **keywords)
        plain = [_plain(argument) for argument in arguments]
        operation = _OPERATIONS.get(module, "call")
        if env := keywords.get("env"):  # never the grader's own
            keywords["env"] = {n: v for n, v in env.items() if os.environ.get(n) != v}
        return ask(operation, redirected, *plain, **keywords)

    return redirected


def _paths(arguments: Sequence[Any], keywords: Mapping[str, Any]) -> Iterator[str]:
    for value in (*arguments, *keywords.values()):
        words = value.split() if isinstance(value, str) else value
        for word in words if isinstance(words, list | tuple) else [_plain(value)]:
            if isinstance(word, str | os.PathLike):
                yield os.path.abspath(os.fspath(word))


def _plain(value: Any) -> Any:
    """The path of an open file; other arguments as they are."""
    name = getattr(value, "name", None) if hasattr(value, "read") else None
    return name if isinstance(name, str) else str(value) if isinstance(value, Path) else value
