"""Our end of a warm server: start it, have it fork a child for a notebook, end that child."""

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from autograder import errors
from autograder.errors import EngineError
from autograder.sandbox.settings import Sandbox
from autograder.warm import DATAGRAM

_KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "VIRTUAL_ENV")
_KEPT_OUTSIDE = ("HOME", "TMPDIR", "XDG_CACHE_HOME", "MPLCONFIGDIR", "HF_HOME", "HF_HUB_CACHE")
_SET = {
    # Before numpy or torch is imported: with more threads the first matmul of a child hangs.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "HF_HUB_OFFLINE": "1",  # without it, a hub that cannot be reached costs minutes
    "TOKENIZERS_PARALLELISM": "false",
    "PYTHONDONTWRITEBYTECODE": "1",
    "NBGRADER_EXECUTION": "autograde",  # as nbgrader tells its kernels
}
_START_SECONDS = 120
# What these import when first used, at seconds a time: here once, not once a notebook.
_LATER_IMPORTS = {
    "torch": ("torch._dynamo", "torch.autograd.gradcheck", "sympy"),
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


class WarmServer:
    """A process of `module`, warmed with `preload`, from which children are forked."""

    def __init__(self, module: str, preload: Sequence[str], sandbox: Sandbox | None = None):
        """
        sandbox: what stands around the server and its children; only the student's knows one.
        """
        self._module = module
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", module, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                cwd=tempfile.gettempdir(),
                env=_environment(sandbox),
                start_new_session=True,  # Ctrl-C reaches us alone; we end our children in order
            )
        self._control.settimeout(_START_SECONDS)
        preload = [*preload, *_later(preload)]
        self._send({"preload": preload, "sandbox": sandbox and sandbox.for_server(preload)})
        self._ready: dict[str, str] | None = None

    def wait_until_warm(self) -> dict[str, str]:
        """Wait for the imports; return the modules that could not be imported, with why."""
        if self._ready is None:
            answer, _ = self._receive()
            if "failed" in answer:
                raise getattr(errors, answer["failed"])(answer["why"])
            self._ready = answer["not imported"]
        return self._ready

    def fork(self, options: dict[str, Any]) -> Child:
        """A fresh child; `options` hold its working "folder", its "seed", and what it is to know.

        Raises EngineError if the server is lost.
        """
        self.wait_until_warm()
        ours, theirs = socket.socketpair()
        with theirs:
            self._send(options, [theirs.fileno()])
            answer, [descriptor] = self._receive()
            return Child(answer["pid"], ours, descriptor)

    def end(self, child: Child) -> int:
        """Kill a child and what it started; its exit code, negative for a signal it died of."""
        child.sock.close()
        os.close(child.descriptor)
        self._send({"end": child.pid})
        return self._receive()[0]["status"]

    def close(self) -> None:
        """End the server and all its children."""
        self._control.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _send(self, request: dict, descriptors: Sequence[int] = ()) -> None:
        try:
            socket.send_fds(self._control, [json.dumps(request).encode()], descriptors)
        except OSError as error:
            raise self._lost() from error

    def _receive(self) -> tuple[dict, list[int]]:
        try:
            data, descriptors, _, _ = socket.recv_fds(self._control, DATAGRAM, 1)
        except OSError as error:
            raise self._lost() from error
        if not data:
            raise self._lost()
        return json.loads(data), descriptors

    def _lost(self) -> EngineError:
        code = self._process.poll()
        how = "does not answer" if code is None else f"ended with exit code {code}"
        return EngineError(f"the server {self._module} {how}; its messages stand above, on stderr")


def _environment(sandbox: Sandbox | None) -> dict[str, str]:
    """What a server, and so each of its children, sees of our environment."""
    kept = _KEPT if sandbox else (*_KEPT, *_KEPT_OUTSIDE)
    found = {name: os.environ[name] for name in kept if name in os.environ} | _SET
    return found | sandbox.environment() if sandbox else found


def _later(preload: Sequence[str]) -> list[str]:
    packages = {name.partition(".")[0].partition(":")[0] for name in preload}
    return [name for package in sorted(packages) for name in _LATER_IMPORTS.get(package, ())]
