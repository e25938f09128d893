"""A Dask scheduler and workers as separate processes, on this host or in network namespaces."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from distributed import Client


def until(what, condition, seconds=90):
    """Poll until the condition holds; returns what it gave."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
        time.sleep(0.05)
    return found


class Cluster:
    """Processes that a test starts; a context manager that ends them."""

    def __init__(self, folder: Path, **environment: str):
        self.folder = folder
        self._file = folder / "scheduler.json"
        self._environment = {**os.environ, **environment}
        self.processes: list[subprocess.Popen] = []

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _start(self, program, *arguments, within=(), **environment):
        command = [*within, sys.executable, "-m", f"distributed.cli.{program}", *arguments]
        log = (self.folder / f"{program}-{len(self.processes)}.log").open("w")
        process = subprocess.Popen(
            command, stdout=log, stderr=log, env=self._environment | environment, cwd=self.folder
        )
        self.processes.append(process)
        return process

    def scheduler(self, *arguments, within=()):
        """Start the scheduler; returns its address."""
        options = ["--port", "0", "--no-dashboard", "--scheduler-file", str(self._file)]
        self._start("dask_scheduler", *options, *arguments, within=within)
        until("the scheduler", lambda: self._file.exists() and self._file.read_text())
        return json.loads(self._file.read_text())["address"]

    def worker(self, address, *arguments, within=(), **environment):
        """Start a worker with its nanny."""
        place = str(self.folder / f"worker-{len(self.processes)}")
        options = ["--nthreads", "1", "--no-dashboard", "--local-directory", place]
        self._start("dask_worker", address, *options, *arguments, within=within, **environment)


def pids(client: Client) -> dict[str, int]:
    """The worker processes, by address."""
    return client.run(os.getpid)


def kill(pid: int) -> None:
    """As a machine without memory would."""
    os.kill(pid, signal.SIGKILL)
