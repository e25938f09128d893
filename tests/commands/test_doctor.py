"""`autograder doctor`: in the sandbox nothing gets out; without it, most of what is tried does."""

import platform
import shutil
import subprocess
import sys

import pytest
import torch
from typer.testing import CliRunner

from autograder.commands import machine
from autograder.commands.cli import app
from autograder.commands.doctor import examine, gradient
from autograder.grading.engine import Engine
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
    assert len(found) == len(self_check.names()) + 3


def test_it_tells_what_the_machine_has_and_whether_it_grades_gradients(tmp_path):
    done = CliRunner().invoke(app, ["doctor", "--course", str(tmp_path)])
    first, *table = done.output.splitlines()
    assert first.startswith(f"Python {platform.python_version()}, torch {torch.__version__}, ")
    assert "GPU" in first
    assert any("✓" in line and "grade a notebook with gradients" in line for line in table)
    assert done.exit_code == 0


def test_gradients_that_fail_where_notebooks_run_are_found_with_their_mend(module):
    name = module("""
        import torch
        def backward(*_, **__): raise RuntimeError("no threads in a fork")
        torch.Tensor.backward = backward
    """)
    with Engine(LIMITS, ["torch", name], seed=1) as engine:
        finding = gradient(engine)
    assert not finding.held
    assert "no threads in a fork" in finding.mend
    assert "another version of torch" in finding.mend


def _write(root, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True)
        path.write_text(text)


NVIDIA = {
    "proc/driver/nvidia/gpus/0000:01:00.0/information": "Model: \t\t NVIDIA L4\nIRQ:   \t 4\n",
    "sys/class/drm/renderD128/device/vendor": "0x10de\n",
}


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({}, "no GPU found"),
        (NVIDIA, "GPU: NVIDIA L4 (no notebook sees it)"),
        ({"sys/class/drm/renderD128/device/vendor": "0x1002\n"}, "GPU: AMD (no notebook sees it)"),
        (
            {"sys/class/drm/renderD128/device/vendor": "0x8086\n"},
            "GPU: Intel (no notebook sees it)",
        ),
    ],
)
def test_a_gpu_is_told_by_its_driver(tmp_path, files, told):
    _write(tmp_path, files)
    assert machine.describe(gpus=False, root=tmp_path).endswith(f", {told}")


def test_who_sees_a_gpu_that_a_course_asks_for_is_told(tmp_path):
    _write(tmp_path, NVIDIA)
    assert "students' code in the sandbox does not" in machine.describe(gpus=True, root=tmp_path)


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
