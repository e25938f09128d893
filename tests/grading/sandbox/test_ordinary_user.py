"""The same attacks where an ordinary user grades: rights come from a user namespace alone."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_NOBODY = "65534"
_PROJECT = Path(__file__).parents[3]


def as_nobody(*command, **settings):
    """Run a command as the user nobody, in a home of its own."""
    drop = ["setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups"]
    return subprocess.run([*drop, *command], capture_output=True, text=True, **settings)


@pytest.mark.skipif(os.geteuid() != 0, reason="these tests are run by an ordinary user already")
def test_what_would_escape_or_leak_is_stopped_for_an_ordinary_user_too():
    if not shutil.which("setpriv"):
        pytest.skip("needs setpriv")
    home = Path("/tmp", f"autograder-nobody-{os.getpid()}")  # where nobody may go
    home.mkdir(mode=0o700)
    os.chown(home, int(_NOBODY), int(_NOBODY))
    try:
        # Where a link on the way cannot be followed, another Python may answer.
        same = f"import sys; open({__file__!r}); open(sys.executable); {sys.prefix!r} == sys.prefix"
        if as_nobody(sys.executable, "-c", f"{same} or sys.exit(1)").returncode:
            pytest.skip("the user nobody cannot read this Python or this project")
        tests = f"{_PROJECT}/tests/grading/sandbox/test_hostile.py"
        options = ["-q", "-n", "0", "-p", "no:cacheprovider", "-k", "escaping or leaking"]
        places = [f"--basetemp={home}/tests", "-c", f"{_PROJECT}/pyproject.toml"]
        done = as_nobody(
            *(sys.executable, "-P", "-m", "pytest", tests, *options, *places),
            cwd=home,
            env={**os.environ, "HOME": str(home), "TMPDIR": str(home)},
            timeout=600,
        )
    finally:
        shutil.rmtree(home, ignore_errors=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
