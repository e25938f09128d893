"""What becomes of system calls behind the filter, each tried in a process that put it on itself."""

import platform
import signal
import subprocess
import sys

import pytest

from autograder.grading.sandbox.filter import compile_filter
from autograder.grading.sandbox.libseccomp import name_of

BEHIND = """
import ctypes, errno, os, signal, socket
from autograder.grading.sandbox import syscalls
from autograder.grading.sandbox.filter import compile_filter
from autograder.grading.sandbox.libseccomp import number_of

libc = ctypes.CDLL(None, use_errno=True)

def call(name, *arguments):
    number = number_of(name) if isinstance(name, str) else name
    result = libc.syscall(ctypes.c_long(number), *map(ctypes.c_ulong, arguments))
    return errno.errorcode[ctypes.get_errno()] if result == -1 else result

def clone(flags):
    child = call("clone", flags | signal.SIGCHLD, 0, 0, 0, 0)
    if child == 0:
        os._exit(0)
    return child

def sockets(function, family):
    try:
        return function(family, socket.SOCK_STREAM) and "made"
    except OSError as error:
        return errno.errorcode[error.errno]

syscalls.no_new_privileges()
syscalls.load_filter(compile_filter())
"""


def behind(code):
    """How a process ends that runs code behind the filter: its exit code, and what it printed."""
    done = subprocess.run([sys.executable, "-c", BEHIND + code], capture_output=True, text=True)
    return done.returncode, done.stdout.strip() or done.stderr


# Below 424 are gaps of this architecture: in one, newer kernels of x86_64 have a call of their own
# that goes past every filter.
FIRST_UNKNOWN = next(number for number in range(424, 600) if name_of(number) is None)

ANSWERS = {
    # Denied: each of these succeeds, or fails for another reason, without a filter.
    "call('unshare', 0)": "EPERM",
    "call('personality', 0xFFFFFFFF)": "EPERM",
    "call('memfd_create', 0, 0)": "EPERM",
    "call('setuid', os.getuid())": "EPERM",
    # Not there, whatever the kernel has.
    f"call({FIRST_UNKNOWN}, 0, 0, 0, 0, 0, 0)": "ENOSYS",
    "call('clone3', 0, 0)": "ENOSYS",
    # Allowed by what their arguments are.
    "sockets(socket.socket, socket.AF_INET)": "EPERM",
    "sockets(socket.socket, socket.AF_NETLINK)": "EPERM",
    "sockets(socket.socketpair, socket.AF_INET)": "EPERM",
    "sockets(socket.socket, socket.AF_UNIX)": "made",
    "sockets(socket.socketpair, socket.AF_UNIX)": "made",
    "call('inotify_init1', 0)": "EPERM",
    "call('fcntl', 1, 1026, 1)": "ENOSYS",
    "call('fcntl', 1, 1024 | 1 << 32, 0)": "ENOSYS",
    "call('fcntl', 1, 1, 0)": "0",
    "call('fcntl', os.pipe()[0], 1032, 0)": "65536",
    "clone(0) == os.wait()[0]": "True",
    "[clone(getattr(syscalls, name)) for name in dir(syscalls) if name.startswith('CLONE_NEW')]": (
        str(["ENOSYS"] * 6)
    ),
    # Done to all appearance.
    "(call('setsid'), os.getsid(0) == os.getpid())": "(0, False)",
    # A child that is ignored would be gone: waiting for it would find none.
    "(signal.signal(17, signal.SIG_IGN), os.waitpid(clone(0), 0)[1])[1]": "0",
    "call('rt_sigaction', 17 | 1 << 32, 0, 0, 8)": "ENOSYS",
    "(signal.signal(10, lambda *_: print('hi')), os.kill(os.getpid(), 10)) and ''": "hi",
}


@pytest.mark.parametrize(("code", "answer"), ANSWERS.items(), ids=ANSWERS)
def test_a_call_is_allowed_denied_or_unknown(code, answer):
    assert behind(f"print({code})") == (0, answer)


FATAL = ["call('kill', 1, 9)", "call('tkill', 1, 9)", "call('tgkill', 1, 1, 9)"]


@pytest.mark.parametrize("code", FATAL)
def test_killing_the_first_process_ends_the_one_that_tries(code):
    assert behind(code)[0] == -signal.SIGSYS


def test_other_processes_can_be_killed():
    code = "child = os.fork() or signal.pause()\nos.kill(child, 9)\nprint(os.wait()[1])"
    assert behind(code) == (0, "9")


@pytest.mark.skipif(platform.machine() != "x86_64", reason="of its two tables of system calls")
def test_a_call_by_the_number_of_another_architecture_is_fatal():
    assert behind("call(0x40000000 | 39)")[0] == -signal.SIGSYS


def test_the_same_filter_each_time():
    assert compile_filter() == compile_filter()
