"""Which processes an engine has: its servers, and their children of the moment."""

import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import psutil

from autograder.grading.engine import Engine


def families(engine: Engine) -> tuple[list[psutil.Process], list[psutil.Process]]:
    """The judges' servers and the students', each with all that descend from them."""
    engine.wait_until_warm()
    judges = (_process(pair.judges._process) for pair in engine._pairs)
    students = (_process(pair.students._process) for pair in engine._pairs)
    return _with_descendants(judges), _with_descendants(students)


def _process(pidfd: int) -> psutil.Process:
    told = Path(f"/proc/self/fdinfo/{pidfd}").read_text(encoding="ascii")
    found = re.search(r"^Pid:\s*(\d+)", told, re.MULTILINE)
    assert found, f"no pidfd: {told}"
    return psutil.Process(int(found[1]))


def _with_descendants(servers: Iterable[psutil.Process]) -> list[psutil.Process]:
    found = []
    for server in servers:
        with suppress(psutil.NoSuchProcess):
            found += [server, *server.children(recursive=True)]
    return found
