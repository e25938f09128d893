"""What keeps the judge from running what a student wrote, once bytes of theirs lie in its folder.

An audit hook, which nothing can take away, refuses code of these files, and, once a test has read
one, to run text, unpickle objects or start programs. Modules beside the notebook are imported only
where they are the instructor's, byte by byte.
"""

import os
import shlex
import sys
import tarfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from autograder.grading.judge.surroundings.over_there import Ask, redirect
from autograder.student_failure import StudentFailed
from autograder.verdict import Kind

# Programs that read files and do no more. Others might run them.
_READERS = {
    *("cat", "cmp", "cut", "diff", "du", "echo", "file", "grep", "head", "ls", "nl", "od", "pwd"),
    *("md5sum", "sha256sum", "stat", "tac", "tail", "tr", "uname", "uniq", "wc", "fc-list", "true"),
}
_ACTS = ";&|<>`$(){}\n\\"  # what would have a shell do more than start one program
# Modules of libraries that run the text or the file that they are given.
_RUNNERS = {
    *("runpy", "code", "codeop", "doctest", "timeit", "trace", "profile", "cProfile", "pdb", "bdb"),
    *("sympy.parsing.sympy_parser", "numexpr.necompiler", "IPython.utils.py3compat", "pkgutil"),
    *("IPython.core.magics.execution", "IPython.core.shellapp"),
}
_PLAIN = {
    "builtins": {
        *("bool", "bytearray", "bytes", "complex", "dict", "float", "frozenset", "int", "list"),
        *("object", "range", "set", "slice", "str", "tuple"),
    },
    "collections": {"Counter", "OrderedDict", "defaultdict", "deque"},
    "copyreg": {"_reconstructor"},
    "datetime": {"date", "datetime", "time", "timedelta", "timezone"},
    "decimal": {"Decimal"},
    "fractions": {"Fraction"},
    "_codecs": {"encode"},
}


class Guard:
    """Of one judge. Asleep, and free of cost, until the first file comes.

    given: the instructor's files beside the notebook, by name, with their bytes.
    refused: what it has refused last, which a test may have swallowed.
    """

    def __init__(self, folder: str, ask: Ask):
        """
        folder: the judge's working folder; what lies beside it is the judge's, too.
        ask: has something done in the student's process.
        """
        self._ask = ask
        self.given: Mapping[str, bytes] = {}
        self.refused: StudentFailed | None = None
        self._base = os.path.realpath(os.path.dirname(folder)) + os.sep
        self._folder = os.path.realpath(folder) + os.sep
        self._came: set[str] = set()
        self._awake = self._ours = False
        self._read = False  # a test has opened one of them
        self._checks: dict[str, Callable[..., None]] = {
            "open": self._opened,
            "exec": self._executed,
            "pickle.find_class": self._unpickled,
            "ctypes.dlopen": self._loaded,
            "sqlite3.load_extension": lambda *of: self._refuse("an extension of SQLite"),
            "subprocess.Popen": lambda program, arguments, *of: self._started(arguments),
            "os.system": self._started,
            "os.exec": lambda path, arguments, *of: self._started([path]),
            "os.posix_spawn": lambda path, arguments, *of: self._started([path]),
        }

    def came(self, path: str) -> None:
        """A file of the student's lies there now."""
        self._came.add(os.path.realpath(path))
        if not self._awake:
            self._awake = True
            sys.meta_path.insert(0, self)  # type: ignore[arg-type]
            # Else a member called ../../x is written there.
            tarfile.TarFile.extraction_filter = staticmethod(tarfile.data_filter)
            redirect(self._is_theirs, self._ask)
            sys.addaudithook(self._hear)

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: Any = None
    ) -> ModuleSpec | None:
        """Refuse what lies in the judge's folders and is not the instructor's; find nothing."""
        spec = PathFinder.find_spec(name, path, target)
        places = [spec.origin, *(spec.submodule_search_locations or ())] if spec else []
        for place in map(os.path.realpath, filter(None, places)):
            if place.startswith(self._base) and not self._is_given(place):
                raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None

    def _is_theirs(self, path: str) -> bool:
        return os.path.realpath(path) in self._came

    def _is_given(self, place: str) -> bool:
        name = place.removeprefix(self._folder)
        if os.path.isdir(place):
            return any(given.startswith(name + "/") for given in self.given)
        # Bytecode in its place would be taken for it; ours is never written.
        cached = os.path.exists(os.path.join(os.path.dirname(place), "__pycache__"))
        with self.ours(), suppress(OSError):
            return not cached and self.given.get(name) == Path(place).read_bytes()
        return False

    @contextmanager
    def ours(self) -> Iterator[None]:
        """Run the body, whose reading is no test's."""
        before, self._ours = self._ours, True
        try:
            yield
        finally:
            self._ours = before

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if (check := self._checks.get(event)) is not None:
            check(*arguments)

    def _opened(self, path: Any, *how: Any) -> None:
        if not (self._read or self._ours) and isinstance(path, str | bytes | os.PathLike):
            self._read = os.path.realpath(os.fsdecode(path)) in self._came

    def _executed(self, code: CodeType) -> None:
        if code.co_filename[:1] != "<":
            place = os.path.realpath(code.co_filename)
            if place.startswith(self._base) and not self._is_given(place):
                self._refuse(os.path.basename(place))
        if self._read and _runs_text(sys._getframe(2)):
            self._refuse("text, after the test has read one")

    def _unpickled(self, module: str, name: str) -> None:
        if self._read and name not in _PLAIN.get(module, ()):
            self._refuse(f"a pickle of {module}.{name}")

    def _loaded(self, name: Any) -> None:
        if isinstance(name, str) and os.path.realpath(name).startswith(self._base):
            self._refuse(os.path.basename(name))

    def _started(self, command: Any) -> None:
        try:
            words = shlex.split(os.fsdecode(command)) if isinstance(command, str | bytes) else None
            words = [os.fsdecode(word) for word in command] if words is None else words
        except (TypeError, ValueError):
            words = []
        if words[:2] in (["/bin/sh", "-c"], ["sh", "-c"]) and len(words) == 3:
            self._started(words[2])
        elif not words or words[0] not in _READERS or any(c in _ACTS for c in "".join(words)):
            self._refuse("a program, " + (words[0][:40] if words else "of no name"))

    def _refuse(self, what: str) -> None:
        problem = f"wrote a file; a test may read it, and not run what it holds ({what})"
        self.refused = StudentFailed(Kind.UNREADABLE, problem)
        raise self.refused


def _runs_text(frame: FrameType | None) -> bool:
    """Whether code, which is about to run, is run by a test and not by a library for itself."""
    name = str(frame.f_globals.get("__name__")) if frame else ""
    if name == "IPython.core.interactiveshell":
        return _depth(frame) > 1  # a cell that runs a cell
    if name in _RUNNERS:
        return True
    top = name.partition(".")[0]
    return top == "__main__" or not (top in sys.stdlib_module_names or _is_installed(frame))


def _depth(frame: FrameType | None) -> int:
    depth = 0
    while frame is not None:
        depth += frame.f_code.co_name == "run_code"
        frame = frame.f_back
    return depth


def _is_installed(frame: FrameType | None) -> bool:
    file = frame.f_code.co_filename if frame else ""
    return "site-packages" in file or "dist-packages" in file
