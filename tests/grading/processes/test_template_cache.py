"""A notebook's first cells, run once for all who left them alone: nobody can tell."""

import copy
import json
import os
import select
import signal

import psutil
import pytest
from cells import check, given, notebook, solution, submitted
from nbformat import writes

from autograder.grading.engine import Engine
from autograder.grading.one_notebook import grade
from autograder.grading.processes.server_handles import Zygote
from autograder.grading.sandbox import self_check
from autograder.limits import Limits
from autograder.submission.rehearsal import Rehearsal

LIMITS = Limits(cell_seconds=20, restarts=2)
FILES = {"numbers.txt": b"2 4 6", "deep/er.txt": b"deeper"}
ONCE = given("import uuid\nprint(uuid.uuid4())")  # the same in all forks of one template
HONEST = "def answer(x): return x * x + 1"
CHECK = check("test", "assert answer(2) == 5 and answer(3) == 10")
OPENING = [
    given("import os, random, sys, threading\nimport numpy as np\nfrom matplotlib import pyplot"),
    given("np.random.seed(5); drawn = random.random(), np.random.rand(); drawn", "locked"),
    given("pyplot.plot([1, 3, 2]); pyplot.title('given')\nfigure, axes = pyplot.subplots()"),
    given("os.write(1, b'to the descriptor'); print('printed'); os.system('echo a program')"),
    given("print(open('numbers.txt').read(), os.listdir(), file=sys.stderr)\nout = sys.stdout"),
    given("try: input()\nexcept EOFError as error: print(error)"),
    given(""),
    given(
        "import weakref\nclass Ring: pass\nring = Ring(); ring.own = ring; seen = weakref.ref(ring)"
    ),
    given("counts = [0]\n__name__, get_ipython().execution_count"),
]
CLOSING = [
    given("random.random(), np.random.rand(), np.random.default_rng(3).random()"),
    given("print(In, Out, _, __name__, os.getcwd(), os.getpid(), sys.stdout is out, file=out)"),
    given("os.write(2, b'to the other descriptor'); os.system('echo again; cat deep/er.txt')"),
    given("axes.plot([3, 1, 2]); figure"),
    given("import gc\ndel ring; gc.collect(); print(seen())"),
    given(
        "def deep(n):\n    global reached\n    reached = n\n    deep(n + 1)\n"
        "try: deep(0)\nexcept RecursionError: print(reached)"
    ),
    given(
        "def wait(): gate.wait()\ngate, threads = threading.Event(), []\n"
        "try:\n    for _ in range(500): threads.append(threading.Thread(target=wait)); "
        "threads[-1].start()\nexcept RuntimeError as error: print(len(threads), error)\ngate.set()"
    ),
    check("later", "import random\nassert answer(3) == 10\nrandom.random()"),
]
ANSWERS = {
    "honest": HONEST,
    "draws": HONEST + "\nprint(np.random.rand(), random.random())",
    "raises": "1 / 0",
    "ends its process": HONEST
    + "\nif os.path.exists('seen'): os._exit(3)\nopen('seen', 'w').close()",
    "ends it in a test": "counts[0] += 1\ndef answer(x): os.kill(os.getpid(), 9)",
    "changes what is given": "counts.append(1); del drawn; pyplot.close('all')\n" + HONEST,
}


@pytest.fixture(scope="module")
def zygote():
    zygote = Zygote(["numpy", "matplotlib.pyplot"])
    yield zygote.address
    zygote.close()


@pytest.fixture(scope="module")
def with_templates(zygote):
    with Engine(LIMITS, seed=1, zygote=zygote) as engine:
        yield engine


@pytest.fixture(scope="module")
def without_templates(zygote):
    with Engine(LIMITS, seed=1, zygote=zygote, templates=False) as engine:
        yield engine


def printed(graded, index=0):
    """What the cell printed."""
    return "".join(output.get("text", "") for output in graded.notebook.cells[index].outputs)


def unnamed(notebook):
    """The notebook without its cells' ids, which are drawn anew where a cell is put back."""
    for index, cell in enumerate(notebook.cells):
        cell.id = f"cell-{index}"
    return notebook


def ran_once(engine, source, first, second, files=None):
    """Whether two submissions of a notebook that begins with ONCE were forked of one template."""
    told = [printed(grade(engine, source, nb, {}, files or {})) for nb in (first, second)]
    assert all(told)
    return told[0] == told[1]


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_notebook_is_the_same_with_a_template_byte_by_byte(
    with_templates, without_templates, answer
):
    source = notebook(*OPENING, solution("answer", HONEST), *CLOSING, CHECK)
    handed_in = submitted(source, answer=ANSWERS[answer])

    found = [
        grade(engine, source, handed_in, FILES)
        for engine in (with_templates, without_templates, with_templates)
    ]

    assert with_templates.templates > without_templates.templates == 0
    first, without, second = (writes(unnamed(graded.notebook)) for graded in found)
    assert first == without == second
    assert found[0].verdicts == found[1].verdicts == found[2].verdicts


@pytest.mark.parametrize("files", [{"own.txt": b"mine"}, {"numbers.txt": b"other"}])
def test_files_beside_a_notebook_are_seen_by_its_first_cells(
    with_templates, without_templates, files
):
    cells = given("import os\nprint(sorted(os.listdir()), open('numbers.txt').read())"), CHECK
    source = notebook(cells[0], solution("answer", HONEST), cells[1])

    found = [
        grade(engine, source, source, FILES, files)
        for engine in (with_templates, with_templates, without_templates)
    ]

    assert [printed(graded) for graded in found] == [printed(found[2])] * 3


def test_the_first_cells_run_once_for_all_who_left_them_alone(with_templates):
    source = notebook(ONCE, solution("answer", HONEST), CHECK)
    wrong = submitted(source, answer="def answer(x): return 0")
    assert ran_once(with_templates, source, source, wrong)


def test_drawing_printing_and_starting_programs_make_a_template_too(with_templates):
    source = notebook(ONCE, *OPENING, solution("answer", HONEST), CHECK)
    told = [printed(grade(with_templates, source, source, FILES)) for _ in range(2)]
    assert told[0]
    assert told[0] == told[1]


def test_a_module_from_beside_the_notebook_makes_a_template_too(with_templates, without_templates):
    look = given("import helper, os\nprint(helper.name, sorted(os.listdir()))")
    source = notebook(ONCE, look, solution("answer", HONEST), CHECK)
    files = {"helper.py": b"name = 'the helper'"}
    first, second = (grade(with_templates, source, source, files) for _ in range(2))
    assert printed(first) == printed(second)
    without = grade(without_templates, source, source, files)
    assert printed(first, 1) == printed(without, 1) == "the helper ['helper.py']\n"


def test_a_student_who_changed_a_given_cell_has_them_run_anew(with_templates):
    source = notebook(ONCE, given("a = 1"), solution("answer", HONEST), CHECK)
    changed = copy.deepcopy(source)
    changed.cells[1].source = "a = 2"
    assert not ran_once(with_templates, source, source, changed)


def test_a_student_with_files_of_their_own_has_them_run_anew(with_templates):
    source = notebook(ONCE, solution("answer", HONEST), CHECK)
    assert not ran_once(with_templates, source, source, source, {"own.txt": b"mine"})


def test_the_time_at_which_a_submission_was_collected_is_no_file_of_its_own(with_templates):
    source, times = (
        notebook(ONCE, solution("answer", HONEST), CHECK),
        (b"2030-01-01", b"2030-01-02"),
    )
    first, second = (
        printed(grade(with_templates, source, source, {}, {"timestamp.txt": time}))
        for time in times
    )
    assert first == second != ""


LEAVE = {
    "a thread": "import threading as t\nt.Thread(target=t.Event().wait, daemon=True).start()",
    "a process": "import subprocess\nrunning = subprocess.Popen(['sleep', '1000'])",
    "an orphan": "import os\nos.system('sleep 1000 & true')",
    "a file": "open('made.txt', 'w').close()",
    "a file in /tmp": "open('/tmp/made.txt', 'w').close()",
    "a changed file": "open('numbers.txt', 'r+').write('8')",
    "an open file": "file = open('numbers.txt'); file.read(2)",
    "a pipe": "import os\nends = os.pipe()",
    "a stream replaced": "import os\nos.dup2(os.open('/dev/null', os.O_WRONLY), 1)",
    "shared memory": "import mmap\nboard = mmap.mmap(-1, 4096); board[:2] = b'hi'",
    "a mapped file": "import numpy as np\nmapped = np.memmap('numbers.txt', mode='r')",
    "another working folder": "import os\nos.chdir('deep')",
    "an error": "1 / 0",
    "an exit": "import os\nos._exit(3)",
}


@pytest.mark.parametrize("left", LEAVE)
def test_cells_that_leave_more_than_memory_run_for_each_student(
    with_templates, without_templates, left
):
    source = notebook(ONCE, given(LEAVE[left]), solution("answer", HONEST), CHECK)
    first, second = (grade(with_templates, source, source, FILES) for _ in range(2))
    assert printed(first) != printed(second) or left == "an exit"

    without = grade(without_templates, source, source, FILES)
    assert first.verdicts == without.verdicts
    assert unnamed(first.notebook).cells[1:] == unnamed(without.notebook).cells[1:]


def test_cells_that_take_too_long_make_no_template(zygote):
    source = notebook(given("while True: pass"), solution("answer", HONEST), CHECK)
    with Engine(Limits(cell_seconds=0.5), seed=1, zygote=zygote) as engine:
        graded = grade(engine, source, source)
        assert engine.templates == 0
    assert graded.notebook.cells[0].outputs[0].ename == "CellTimeoutError"
    assert [verdict.score for verdict in graded.verdicts] == [1]


def test_a_process_of_a_template_is_shut_in_as_any_other(with_templates):
    source = notebook(ONCE, solution("answer", HONEST), CHECK)
    with self_check.outside() as doors:
        imported = "from autograder.grading.sandbox.self_check import try_all"
        tries = f"{imported}\nprint(try_all({doors!r}))"
        found = grade(with_templates, source, submitted(source, answer=tries))
    assert json.loads(printed(found, 1)) == []
    assert printed(found) == printed(grade(with_templates, source, source))


TRACES = """
import gc, os, socket
def tried(do):
    try: return do()
    except Exception as error: return type(error).__name__
shared.append(1); given.mark = np.mark = os.environ["MARK"] = "marked"
np.random.seed(0)
for folder in (".", "/tmp", "/dev/shm"):
    with open(f"{folder}/mark", "w") as file: file.write("marked")
with open("numbers.txt", "w") as file: file.write("marked")
sockets = [found for found in gc.get_objects() if isinstance(found, socket.socket)]
print(tried(lambda: [found.send(b'{"end": 2}') for found in sockets if found.type == 5]))
print(tried(lambda: os.kill(os.getppid(), 9)), os.listdir("/proc/self/fd"))
print([name for name in os.listdir("/proc") if name.isdigit()])
def answer(x): return x * x + 1
"""
LOOK = """
import os
marks = [os.path.exists(f"{folder}/mark") for folder in (".", "/tmp", "/dev/shm")]
print(shared, hasattr(given, "mark"), hasattr(np, "mark"), "MARK" in os.environ, marks)
print(open("numbers.txt").read(), np.random.rand() == expected)
def answer(x): return x * x + 1
"""


def test_a_student_leaves_nothing_for_the_next_one(with_templates):
    cells = [
        ONCE,
        given("import numpy as np\nshared = []\ndef given(): pass\nnp.random.seed(7)"),
        given("expected = np.random.RandomState(7).rand()"),
    ]
    source = notebook(*cells, solution("answer", HONEST), CHECK)
    hostile, honest = (
        grade(with_templates, source, submitted(source, answer=answer), FILES)
        for answer in (TRACES, LOOK)
    )
    assert printed(hostile) == printed(honest)
    assert printed(hostile, 3).splitlines()[-1] == "['1']"  # the processes that it sees
    assert printed(honest, 3) == "[] False False False [False, False, False]\n2 4 6 True\n"
    assert [verdict.score for verdict in honest.verdicts] == [1]


def test_the_limit_of_memory_counts_what_the_first_cells_use(with_templates, without_templates):
    limit = "import resource\nprint(resource.getrlimit(resource.RLIMIT_AS)[0] // 2**20)"
    given_cells = given("import numpy as np"), given("large = np.zeros(100 * 2**20)")
    source = notebook(*given_cells, solution("answer", HONEST + "\n" + limit), CHECK)
    found = [
        int(printed(grade(engine, source, source), 2))
        for engine in (with_templates, without_templates)
    ]
    assert abs(found[0] - found[1]) < 50


def test_what_a_student_wrote_to_a_descriptor_is_not_the_next_one_s(with_templates):
    source = notebook(ONCE, solution("answer", HONEST), CHECK)
    writes_and_dies = submitted(source, answer="import os\nos.write(1, b'left'); os._exit(0)")
    grade(with_templates, source, writes_and_dies)
    assert "left" not in str(grade(with_templates, source, source).notebook.cells)


def test_a_template_that_was_killed_is_made_anew(zygote):
    source = notebook(ONCE, solution("answer", HONEST), CHECK)
    with Engine(LIMITS, seed=1, zygote=zygote) as engine:
        # A process of each kind, but for a template: the instructor's own run would make it.
        grade(engine, source, notebook(), rehearsal=Rehearsal())
        before = set(psutil.Process().children(recursive=True))
        first = grade(engine, source, source)
        # The zygote is no child of ours only: whatever is new and stays is the template.
        (template,) = [
            process
            for process in psutil.Process().children(recursive=True)
            if process not in before and process.is_running()
        ]
        os.kill(template.pid, signal.SIGKILL)
        select.select([os.pidfd_open(template.pid)], [], [])
        second, third = (grade(engine, source, source) for _ in range(2))
    assert first.verdicts == second.verdicts == third.verdicts
    assert printed(first) != printed(second) == printed(third)


def test_few_templates_are_kept(zygote):
    with Engine(LIMITS, seed=1, zygote=zygote) as engine:
        for number in range(18):
            source = notebook(given(f"a = {number}"), solution("answer", HONEST), CHECK)
            assert [v.score for v in grade(engine, source, source).verdicts] == [1]
        assert engine.templates == 16


def test_another_seed_has_other_random_states(with_templates):
    drawn = given("import random\nprint(random.random())")
    source, told = notebook(drawn, solution("answer", HONEST), CHECK), []
    for seed in (2, 3, 2):
        with_templates.seed = seed
        told.append(printed(grade(with_templates, source, source)))
    with_templates.seed = 1
    assert told[0] == told[2] != told[1]
