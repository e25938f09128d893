"""`autograder grade --dask`, against what a local run leaves; real schedulers and workers."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from dask_cluster import Cluster, kill, pids, until
from distributed import Client
from small_course import ASSIGNMENT, hand_in, submission
from tables_of import rows
from typer.testing import CliRunner

import autograder
from autograder.class_run.runner import Runner
from autograder.class_run.workers import dask_cluster as cluster_module
from autograder.class_run.workers.dask_cluster import DaskPool
from autograder.commands.cli import app
from autograder.errors import ClusterError, MissingExtra
from autograder.submission.worker_messages import Bundle

WRONG = "def double(x):\n    return x"
ENDLESS = "def double(x):\n    while True: pass"
SRC = Path(autograder.__file__).parent


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A scheduler and two workers, and its address."""
    with Cluster(tmp_path_factory.mktemp("cluster")) as started:
        started.address = started.scheduler()
        for _ in range(2):
            started.worker(started.address)
        yield started


@pytest.fixture(scope="module")
def classroom(released_course, tmp_path_factory):
    """A class of which one submission cannot be read, and the same after a local run."""
    root = shutil.copytree(released_course, tmp_path_factory.mktemp("class") / "course")
    with (root / "nbgrader_config.py").open("a") as config:
        config.write("c.Grade.seed = 5\n")
    for number in range(8):
        hand_in(root, f"s{number}", submission(double=WRONG) if number % 2 else submission())
    (hand_in(root, "broken", submission()) / "doubling.ipynb").write_text("{")
    here = shutil.copytree(root, root.parent / "here")
    done = CliRunner().invoke(app, ["grade", ASSIGNMENT, "--course", str(here), "--jobs", "1"])
    assert "8 graded, 4 lost points, 1 ungraded" in done.output
    return root, here


@pytest.fixture
def class_of(classroom, tmp_path):
    """The class before it is graded, for one test."""
    return shutil.copytree(classroom[0], tmp_path / "course")


@pytest.fixture
def here(classroom):
    """The class as workers of this machine leave it."""
    return classroom[1]


def command(course, *arguments):
    options = ["grade", ASSIGNMENT, "--course", str(course), "--json", *arguments]
    return [sys.executable, "-c", "from autograder.commands.cli import app; app()", *options]


@contextlib.contextmanager
def grading(course, *arguments):
    """`autograder grade --json` as a process of its own."""
    with subprocess.Popen(
        command(course, *arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def left(root):
    """What a run leaves: graded files by path, byte for byte, and the gradebook's rows."""
    folder = root / "autograded"
    paths = [p for p in folder.rglob("*") if p.is_file() and not p.name.startswith(".")]
    files = {str(path.relative_to(folder)): path for path in paths}
    return {name: path.read_bytes() for name, path in files.items()}, rows(root)


def test_a_local_cluster_leaves_what_local_workers_leave(class_of, here):
    options = ["grade", ASSIGNMENT, "--jobs", "1", "--dask", "local", "--course"]
    done = CliRunner().invoke(app, [*options, str(class_of)])
    assert done.exit_code == 1, done.output  # for the one that is broken
    assert left(class_of) == left(here)


def test_a_worker_killed_in_the_middle_is_replaced_and_changes_nothing(class_of, cluster, here):
    with Client(cluster.address) as client, grading(class_of, "--dask", cluster.address) as run:
        client.wait_for_workers(2, timeout=90)
        first = run.stdout.readline()
        before = pids(client)
        busy = until("a busy worker", lambda: {a for a, t in client.processing().items() if t})
        killed = before[busy.pop()]
        kill(killed)
        others, problems = run.communicate(timeout=120)
        assert run.returncode == 1, problems
        told = [json.loads(line) for line in (first + others).splitlines()]
        assert [t["student"] for t in told if t.get("status") == "ungraded"] == ["broken"]
        until("its successor", lambda: len(found := pids(client)) == 2 and found)
        assert killed not in pids(client).values()
    assert left(class_of) == left(here)


def test_one_that_kills_its_workers_is_named_and_the_others_are_graded(class_of, tmp_path):
    hand_in(class_of, "endless", submission(double=ENDLESS))
    environment = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}
    with (class_of / "nbgrader_config.py").open("a") as config:
        config.write("c.Grade.cell_seconds = 60\n")
    with Cluster(tmp_path, **environment) as cluster:
        address = cluster.scheduler()
        cluster.worker(address)
        with Client(address) as client:
            client.wait_for_workers(1, timeout=90)
            students = ("--student", "s1", "--student", "endless")
            with grading(class_of, "--dask", address, *students) as run:
                told = [json.loads(run.stdout.readline())]  # of the one before it

                def killed_or_done():
                    with contextlib.suppress(OSError):  # it is being replaced
                        if any(client.processing().values()):
                            for pid in pids(client).values():
                                kill(pid)
                    return run.poll() is not None

                until("the end", killed_or_done)
                told += [json.loads(line) for line in run.stdout.read().splitlines()]
    status = {t["student"]: t for t in told if "student" in t}
    assert status["s1"]["status"] == "graded"
    assert status["endless"]["status"] == "ungraded"
    assert "died" in status["endless"]["reason"]


def test_ctrl_c_cancels_what_is_in_flight_and_ends_the_servers(class_of, cluster):
    """A busy worker ends its servers when the cell in hand is out of time."""
    hand_in(class_of, "endless", submission(double=ENDLESS))
    with (class_of / "nbgrader_config.py").open("a") as config:
        config.write("c.Grade.cell_seconds = 5\n")
    with Client(cluster.address) as client, grading(class_of, "--dask", cluster.address) as run:
        run.stdout.readline()
        run.send_signal(signal.SIGINT)
        out, problems = run.communicate(timeout=30)
        assert run.returncode == 130, problems
        assert json.loads(out.splitlines()[-1])["summary"]["stopped"]
        until("no task", lambda: not any(client.processing().values()))
        workers = pids(client).values()
        until("no server", lambda: not any(children(pid) for pid in workers))


def children(pid):
    """Zygotes of a worker process; with them go all servers."""
    found = Path(f"/proc/{pid}/task").glob("*/children")
    numbers = " ".join(path.read_text() for path in found).split()
    lines = [Path(f"/proc/{number}/cmdline").read_text() for number in numbers]
    return [line for line in lines if "autograder.grading.processes.zygote" in line]


def test_a_lost_scheduler_is_said_and_takes_no_marks(class_of, tmp_path):
    with Cluster(tmp_path) as cluster:
        address = cluster.scheduler()
        cluster.worker(address)
        with grading(class_of, "--dask", address) as run:
            run.stdout.readline()
            kill(cluster.processes[0].pid)
            out, problems = run.communicate(timeout=90)
    assert run.returncode == 1
    assert "lost" in problems
    assert "run the same command again" in problems
    assert "Traceback" not in problems
    assert not [t for t in map(json.loads, out.splitlines()) if t.get("status") == "ungraded"]


def test_a_client_that_is_given_is_used_and_stays_connected(class_of, cluster, here):
    runner = Runner(class_of)
    with Client(cluster.address) as client:
        with DaskPool(client, 1) as pool:
            results = list(runner.grade(ASSIGNMENT, runner.students(ASSIGNMENT), pool=pool))
        assert client.submit(len, "still there").result() == 11
    assert len(results) == 9
    assert left(class_of) == left(here)


def test_who_does_not_answer_is_named(monkeypatch):
    monkeypatch.setattr(cluster_module, "ANSWER_SECONDS", 1)
    with pytest.raises(ClusterError, match=r"tcp://127.0.0.1:9.*dask scheduler"):
        DaskPool("tcp://127.0.0.1:9", 1)


def test_without_dask_the_mend_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingExtra, match=r"not installed: distributed; .*\[cluster\]"):
        DaskPool("local", 1)


def test_a_worker_with_other_code_is_refused(tmp_path):
    other = tmp_path / "other" / "autograder"
    shutil.copytree(SRC, other)
    with (other / "verdict.py").open("a") as file:
        file.write("# another version\n")
    with Cluster(tmp_path) as cluster:
        address = cluster.scheduler()
        cluster.worker(address, PYTHONPATH=str(other.parent))
        with DaskPool(address, 1) as pool:
            told = r"1 of 1 workers have other versions.*autograder is \w+ there and \w+ here"
            with pytest.raises(ClusterError, match=told):
                pool.open(Bundle({}).to_bytes())


def namespaces_permitted():
    """Whether network namespaces can be made here; says why not."""
    if not shutil.which("ip"):
        return "iproute2 is not installed"
    name = f"autograder-try-{os.getpid()}"
    tried = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True)
    subprocess.run(["ip", "netns", "delete", name], capture_output=True)
    return tried.stderr.strip()


@pytest.fixture
def hosts():
    """Three hosts on a bridge, each a network namespace: the command in front, and the address."""
    if why := namespaces_permitted():
        pytest.skip(f"no network namespaces: {why}")
    mark = os.getpid() % 10000
    names = [f"autograder-{mark}-{number}" for number in range(4)]

    def ip(*words):
        subprocess.run(["ip", *words], check=True, capture_output=True)

    try:
        for name in names:
            ip("netns", "add", name)
            ip("-n", name, "link", "set", "lo", "up")
        switch, *machines = names
        ip("-n", switch, "link", "add", "bridge", "type", "bridge")
        ip("-n", switch, "link", "set", "bridge", "up")
        found = []
        for number, name in enumerate(machines, start=1):
            peer = ("peer", "name", f"port{number}", "netns", switch)
            ip("-n", name, "link", "add", "eth0", "type", "veth", *peer)
            ip("-n", name, "address", "add", f"10.77.0.{number}/24", "dev", "eth0")
            ip("-n", name, "link", "set", "eth0", "up")
            ip("-n", switch, "link", "set", f"port{number}", "master", "bridge", "up")
            found.append((("ip", "netns", "exec", name), f"10.77.0.{number}"))
        yield found
    finally:
        for name in names:
            subprocess.run(["ip", "netns", "delete", name], capture_output=True)


def test_across_hosts_nothing_changes(class_of, here, hosts, tmp_path):
    """The scheduler and a worker on one host, a worker on another, the gradebook on a third."""
    (first, at_first), (second, at_second), (third, _) = hosts
    with Cluster(tmp_path) as cluster:
        address = cluster.scheduler("--host", at_first, within=first)
        cluster.worker(address, "--host", at_first, within=first)
        cluster.worker(address, "--host", at_second, within=second)
        wait = f"from distributed import Client; Client({address!r}).wait_for_workers(2, 90)"
        subprocess.run([*third, sys.executable, "-c", wait], check=True, timeout=100)
        done = subprocess.run(
            [*third, *command(class_of, "--dask", address)], capture_output=True, timeout=120
        )
    assert done.returncode == 1, done.stderr
    assert left(class_of) == left(here)
