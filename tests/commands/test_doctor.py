"""`autograder doctor`: in the sandbox nothing gets out; without it, most of what is tried does."""

import shutil
import subprocess
import sys

import pytest

from autograder.commands.doctor import examine
from autograder.grading.processes import usage_monitor
from autograder.grading.sandbox import self_check
from autograder.limits import Limits

LIMITS = Limits(cell_seconds=60)
WITHOUT_USER_NAMESPACES = (
    "echo 0 > /proc/sys/user/max_user_namespaces && "
    'exec setpriv --bounding-set=-all --inh-caps=-all -- "$@"'
)
EXAMINE = (
    "from autograder.commands.doctor import examine\n"
    "from autograder.limits import Limits\n"
    "for found in examine(Limits()): print(found.held, found.mend)"
)


def test_nothing_gets_out_of_the_sandbox():
    found = list(examine(LIMITS))
    assert [finding.what for finding in found if not finding.held] == []
    assert len(found) == len(self_check.names()) + 2


def test_a_kernel_that_does_not_tell_of_children_is_named(monkeypatch):
    # No kernel here is built without.
    monkeypatch.setattr(usage_monitor, "_CHILDREN", "/proc/self/none")
    (finding,) = (found for found in examine(LIMITS) if not found.held)
    assert finding.stopped_by == "watch over the whole tree"
    assert "CONFIG_PROC_CHILDREN" in finding.mend


def test_without_the_sandbox_most_attempts_get_through_so_they_are_real():
    found = {finding.what: finding.held for finding in examine(LIMITS, sandboxed=False)}
    for door in ("read a file of the grader's", "reach a server on loopback", "signal the grader"):
        assert not found[door]
    assert sum(not held for held in found.values()) > len(self_check.names()) / 2


def test_a_missing_layer_is_named_with_its_mend():
    inside = ["unshare", "--user", "--map-root-user", "sh", "-c"]
    if shutil.which("setpriv") is None or subprocess.run([*inside, "true"]).returncode:
        pytest.skip("needs setpriv, and user namespaces to take them away in one")
    command = [*inside, WITHOUT_USER_NAMESPACES, "sh", sys.executable, "-c", EXAMINE]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.stdout.startswith("False"), done.stderr
    assert "namespaces" in done.stdout
    assert "unprivileged_userns_clone" in done.stdout
