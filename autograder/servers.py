"""Our end of a warm server: start it, have it fork a child for a notebook, end that child."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from autograder.errors import EngineError
from autograder.warm import DATAGRAM

_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "VIRTUAL_ENV", "MPLCONFIGDIR", "HF_HOME")
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
    """A forked process, and our end of its socket."""

    pid: int
    sock: socket.socket


class WarmServer:
    """A process of `module`, warmed with `preload`, from which children are forked."""

    def __init__(self, module: str, preload: Sequence[str]):
        self._module = module
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        environment = {name: os.environ[name] for name in _KEPT if name in os.environ} | _SET
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", module, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                cwd="/",  # a folder that outlasts it
                env=environment,
                start_new_session=True,  # Ctrl-C reaches us alone; we end our children in order
            )
        self._control.settimeout(_START_SECONDS)
        self._send({"preload": [*preload, *_later(preload)]})
        self._ready: dict[str, str] | None = None

    def wait_until_warm(self) -> dict[str, str]:
        """Wait for the imports; return the modules that could not be imported, with why."""
        if self._ready is None:
            self._ready = self._receive()["not imported"]
        return self._ready

    def fork(self, options: dict[str, Any]) -> Child:
        """A fresh child; `options` hold its working "folder", its "seed", and what it is to know.

        Raises EngineError if the server is lost.
        """
        self.wait_until_warm()
        ours, theirs = socket.socketpair()
        with theirs:
            self._send(options, [theirs.fileno()])
            return Child(self._receive()["pid"], ours)

    def end(self, child: Child) -> int:
        """Kill a child and what it started; its exit code, negative for a signal it died of."""
        child.sock.close()
        self._send({"end": child.pid})
        return self._receive()["status"]

    def close(self) -> None:
        """End the server and all its children."""
        self._control.close()
        if self._ready is None:  # it may be at its imports for seconds yet, and has no children
            self._process.kill()
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

    def _receive(self) -> dict:
        try:
            data = self._control.recv(DATAGRAM)
        except OSError as error:
            raise self._lost() from error
        if not data:
            raise self._lost()
        return json.loads(data)

    def _lost(self) -> EngineError:
        code = self._process.poll()
        how = "does not answer" if code is None else f"ended with exit code {code}"
        return EngineError(f"the server {self._module} {how}; its messages stand above, on stderr")


def _later(preload: Sequence[str]) -> list[str]:
    packages = {name.partition(".")[0].partition(":")[0] for name in preload}
    return [name for package in sorted(packages) for name in _LATER_IMPORTS.get(package, ())]
