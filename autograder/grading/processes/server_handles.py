"""Our ends of the zygote and of warm servers: start them, have a child forked, end that child."""

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder import errors
from autograder.errors import EngineError
from autograder.grading.processes import zygote as program
from autograder.grading.processes.warm_server import DATAGRAM
from autograder.grading.sandbox.settings import Sandbox

_KEPT = ("PATH", "LANG", "LC_ALL", "TZ")
_KEPT_OUTSIDE = ("HOME", "TMPDIR", "XDG_CACHE_HOME", "MPLCONFIGDIR", "HF_HOME", "HF_HUB_CACHE")
_SET = {
    # Before numpy or torch is imported: with more threads the first matmul of a child hangs.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    # An allocator's thread in the background, where pandas finds pyarrow: a fork would not have it.
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "HF_HUB_OFFLINE": "1",  # without it, a hub that cannot be reached costs minutes
    "TOKENIZERS_PARALLELISM": "false",
    "NBGRADER_EXECUTION": "autograde",  # as nbgrader tells its kernels
}
# No list means every GPU; an empty one means none to CUDA and ROCm, and all to HIP and Level Zero,
# which know no such number as -1.
_NO_GPU = {
    "CUDA_VISIBLE_DEVICES": "",
    "ROCR_VISIBLE_DEVICES": "",
    "HIP_VISIBLE_DEVICES": "-1",
    "ZE_AFFINITY_MASK": "-1",
    "ONEAPI_DEVICE_SELECTOR": "opencl:cpu",
}
_START_SECONDS = 120
_END_SECONDS = 5
# What these import when first used, at seconds a time: here once, not once a notebook.
_FIRST_USE_IMPORTS = {
    "torch": ("torch.autograd.gradcheck", "sympy"),
    "matplotlib": ("matplotlib.pyplot", "matplotlib.backends.backend_agg"),
}


@dataclass(frozen=True)
class Child:
    """A forked process, and our end of its socket.

    pid: its number where its server lives, which may be a pid namespace.
    descriptor: a pidfd; it means this process in any namespace, and no other after its end.
    """

    pid: int
    sock: socket.socket
    descriptor: int


class Zygote:
    """The process whose imports all warm servers share; it begins with them at once.

    address: where a `WarmServer` finds it: one of this process, or another's of the same user.
    """

    def __init__(self, preload: Sequence[str], later: Sequence[str] = (), gpus: bool = False):
        """
        later: those of `preload` that only a fork of it imports, to be found at `later_address`.
        gpus: whether it sees those of the machine.
        """
        self._folder = tempfile.TemporaryDirectory(prefix="autograder-zygote-")
        self.address = str(Path(self._folder.name, "zygote"))
        self._owner, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        first = [name for name in preload if name not in later]
        stages = {self.address: first} | ({later_address(self.address): later} if later else {})
        with theirs, ExitStack() as stack:
            job = os.memfd_create("job")
            stack.callback(os.close, job)
            program.write_job(job, map(_with_first_use, stages.values()), {})
            sockets = [theirs, *(stack.enter_context(_listener(name)) for name in stages)]
            descriptors = [job, *(sock.fileno() for sock in sockets)]
            self._process = subprocess.Popen(
                program.command(descriptors),
                pass_fds=descriptors,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                cwd="/",  # a folder that outlasts it
                # By the name a course's module may know that what it prepares is for all notebooks.
                env=environment(gpus=gpus) | {"AUTOGRADER_IMPORTS_FOR_ALL": "1"},
                start_new_session=True,  # Ctrl-C reaches us alone; we end our children in order
            )

    def close(self) -> None:
        """End it, and every server that is still there."""
        self._owner.close()
        try:
            self._process.wait(timeout=_END_SECONDS)
        except subprocess.TimeoutExpired:  # in the middle of its imports
            self._process.kill()
            self._process.wait()
        self._folder.cleanup()


class Server:
    """Our end of a process that forks a child for each notebook."""

    def __init__(self, control: socket.socket, name: str):
        """name: what it is called where it is lost."""
        self._control, self._name = control, name
        control.settimeout(_START_SECONDS)

    def fork(self, options: dict[str, Any]) -> Child:
        """A fresh child; `options` hold its working "folder", its "seed", and what it is to know.

        Raises EngineError if the server is lost.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            self._send(options, [theirs.fileno()])
            answer, [descriptor] = self._receive(self._control)
            return Child(answer["pid"], ours, descriptor)

    def end(self, child: Child) -> int:
        """Kill a child and what it started; its exit code, negative for a signal it died of."""
        child.sock.close()
        os.close(child.descriptor)
        self._send({"end": child.pid})
        return self._receive(self._control)[0]["status"]

    def close(self) -> None:
        """End the server and all its children."""
        self._control.close()

    def wait_until_ready(self) -> dict[str, str]:
        """Wait for what a server says before it is asked for anything: what it does without.

        Raises what it failed by, EngineError if it is lost.
        """
        answer, _ = self._receive(self._control)
        if "failed" in answer:
            raise getattr(errors, answer["failed"])(answer["why"])
        return answer["apart"]

    def _send(self, request: dict, descriptors: Sequence[int] = ()) -> None:
        try:
            socket.send_fds(self._control, [json.dumps(request).encode()], descriptors)
        except OSError as error:
            raise self._lost() from error

    def _receive(self, sock: socket.socket) -> tuple[dict, list[int]]:
        try:
            data, descriptors, _, _ = socket.recv_fds(sock, DATAGRAM, 1)
        except OSError as error:
            raise self._lost() from error
        if not data:
            raise self._lost()
        return json.loads(data), descriptors

    def _lost(self) -> EngineError:
        return EngineError(
            f"the server {self._name} has ended or does not answer; its messages stand above, "
            "on stderr"
        )


class WarmServer(Server):
    """A server of `module`, forked from a zygote."""

    def __init__(
        self, zygote: str, module: str, sandbox: Sandbox | None = None, gpus: bool = False
    ):
        """
        zygote: the address of one that has not ended.
        sandbox: what stands around the server of the students' processes, where there is one.
        gpus: whether it sees those of the machine, unless it is in a sandbox.
        """
        control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        super().__init__(control, module)
        self._process = -1  # a pidfd, once the server is there
        self._ready: dict[str, str] | None = None
        self._asker = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._asker.settimeout(_START_SECONDS)
        request = {
            "module": module,
            "environment": environment(sandbox, gpus),
            "sandbox": sandbox and sandbox.for_fence(),
        }
        with theirs:
            try:
                self._asker.connect(zygote)
                socket.send_fds(self._asker, [json.dumps(request).encode()], [theirs.fileno()])
            except OSError as error:
                raise self._lost() from error

    def wait_until_warm(self) -> dict[str, str]:
        """Wait for the server; return the imports and first uses it does without, and why."""
        if self._ready is None:
            _, [self._process] = self._receive(self._asker)
            answer, _ = self._receive(self._control)
            if "failed" in answer:
                os.close(self._process)  # of one that ends, or is not ours alone
                self._process = -1
                raise getattr(errors, answer["failed"])(answer["why"])
            self._ready = answer["apart"]
        return self._ready

    def fork(self, options: dict[str, Any]) -> Child:
        """As any server's, once it is warm."""
        self.wait_until_warm()
        return super().fork(options)

    def close(self) -> None:
        """End the server and all its children."""
        super().close()
        self._asker.close()
        if self._process == -1:  # not there yet: it will see that it is not wanted
            return
        if not select.select([self._process], [], [], _END_SECONDS)[0]:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._process, signal.SIGKILL)
        os.close(self._process)
        self._process = -1


def environment(sandbox: Sandbox | None = None, gpus: bool = False) -> dict[str, str]:
    """What a server, and so each of its children, sees of our environment."""
    kept = _KEPT if sandbox else (*_KEPT, *_KEPT_OUTSIDE, *(_NO_GPU if gpus else ()))
    found = {name: os.environ[name] for name in kept if name in os.environ} | _SET
    found |= {} if gpus and not sandbox else _NO_GPU
    return found | sandbox.environment() if sandbox else found


def later_address(address: str) -> str:
    """Where the fork of a zygote is found that has imported its `later` modules too."""
    return f"{address}-later"


def _listener(address: str) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind(address)
    listener.listen()
    return listener


def _with_first_use(modules: Sequence[str]) -> list[str]:
    """The modules, and what they import when they are first used."""
    packages = {name.partition(".")[0].partition(":")[0] for name in modules}
    more = [name for package in sorted(packages) for name in _FIRST_USE_IMPORTS.get(package, ())]
    return [*modules, *more]
