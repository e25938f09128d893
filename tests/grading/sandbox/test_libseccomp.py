"""libseccomp through ctypes: what it refuses is raised, and where it is not, a layer is missing."""

import os
import subprocess
import sys

import pytest

from autograder.grading.sandbox import libseccomp
from autograder.grading.sandbox.libseccomp import (
    SCMP_ACT_ALLOW,
    SCMP_ACT_KILL_PROCESS,
    SCMP_CMP_EQ,
    Filter,
    ScmpArgCmp,
)


def test_names_and_numbers_are_each_others_inverse():
    names = [name for name in map(libseccomp.name_of, range(600)) if name]
    assert len(names) > 250
    assert [libseccomp.name_of(libseccomp.number_of(name)) for name in names] == names


def test_what_has_no_name_or_number():
    assert libseccomp.name_of(599) is None
    with pytest.raises(OSError, match="no system call of this name: 'opn'"):
        libseccomp.number_of("opn")


def test_an_action_that_is_none():
    with pytest.raises(OSError, match="no such action: '0x12345678'"):
        Filter(0x12345678)


REFUSED = {
    "a name that is none": lambda found: found.add(SCMP_ACT_ALLOW, "opn"),
    "an action that is none": lambda found: found.add(0x12345678, "read"),
    "the default action once more": lambda found: found.add(SCMP_ACT_KILL_PROCESS, "read"),
    "a seventh argument": lambda found: found.add(
        SCMP_ACT_ALLOW, "read", ScmpArgCmp(6, SCMP_CMP_EQ, 0)
    ),
    "a comparison that is none": lambda found: found.add(
        SCMP_ACT_ALLOW, "read", ScmpArgCmp(0, 99, 0)
    ),
    "an architecture's action that is none": lambda found: found.set_bad_arch(0x12345678),
}


@pytest.mark.parametrize("refused", REFUSED.values(), ids=REFUSED)
def test_what_libseccomp_refuses_is_raised(refused):
    with Filter(SCMP_ACT_KILL_PROCESS) as found:
        with pytest.raises(OSError, match=r"\[Errno"):
            refused(found)
        found.add(SCMP_ACT_ALLOW, "read")
        assert found.to_bpf()


def test_a_filter_that_was_freed_is_refused():
    with Filter(SCMP_ACT_KILL_PROCESS) as found:
        pass
    with pytest.raises(OSError, match="seccomp_export_bpf"):
        found.to_bpf()


def test_filters_are_freed():
    code = (
        "from autograder.grading.sandbox.filter import compile_filter\n"
        "def pages(): return int(open('/proc/self/statm').read().split()[1])\n"
        "compile_filter(); before = pages()\n"
        "for _ in range(30): compile_filter()\n"
        "print(pages() - before)"
    )
    assert int(run(code).stdout) < 50


def run(code, **settings):
    """Run code in a fresh process."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, **settings)


def test_without_the_library_a_layer_is_missing_and_the_mend_is_named(tmp_path):
    (tmp_path / "libseccomp.so.2").write_bytes(b"")  # found first, and it is no library
    code = "from autograder.grading.sandbox.filter import compile_filter as go\nprint('here')\ngo()"
    done = run(code, env={**os.environ, "LD_LIBRARY_PATH": str(tmp_path)})
    assert done.stdout == "here\n"
    *_, told = done.stderr.splitlines()
    assert told.startswith(
        "autograder.errors.MissingLayer: the sandbox cannot have its seccomp here ("
    )
    assert "libseccomp.so.2" in told
    assert "): install libseccomp (`apt install libseccomp2`). To grade without" in told


def test_nothing_is_loaded_before_it_is_used():
    code = (
        "from autograder.grading.sandbox import filter\n"
        "def loaded(): return 'libseccomp.so' in open('/proc/self/maps').read()\n"
        "print(loaded(), bool(filter.compile_filter()), loaded())"
    )
    assert run(code).stdout == "False True True\n"
