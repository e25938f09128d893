"""Which processes an engine has: its two servers, and their children of the moment."""

import re
from contextlib import suppress
from pathlib import Path

import psutil

from autograder.engine import Engine


def servers(engine: Engine) -> tuple[psutil.Process, psutil.Process]:
    """The judges' server and the students'. Both are forks of one process, and named like it."""
    engine.wait_until_warm()
    return _process(engine._judges._process), _process(engine._students._process)


def _process(pidfd: int) -> psutil.Process:
    told = Path(f"/proc/self/fdinfo/{pidfd}").read_text(encoding="ascii")
    found = re.search(r"^Pid:\s*(\d+)", told, re.MULTILINE)
    assert found, f"no pidfd: {told}"
    return psutil.Process(int(found[1]))


def family(process: psutil.Process) -> list[psutil.Process]:
    """The process and all that descend from it."""
    with suppress(psutil.NoSuchProcess):
        return [process, *process.children(recursive=True)]
    return []
