"""Courses that know nothing of this grader score as in stock nbgrader: its quickstart's, and one of
numerical methods. Stock nbgrader grades the same submissions, each in a kernel."""

import os
import shutil
import subprocess
import sys
from contextlib import chdir
from pathlib import Path

import nbformat
import nbgrader
import pytest
from cells import submitted
from nbgrader.api import Gradebook
from nbgrader.apps import GenerateAssignmentApp, QuickStartApp

from autograder.class_run.runner import Runner

SOURCE = Path(__file__).parent / "any_course" / "source"
SHIPPED = Path(nbgrader.__file__).parent / "docs" / "source" / "user_guide"
CONFIGURE = "\nfrom autograder.plugin import configure\nconfigure(c)\n"
ASSIGNMENTS = ("ps1", "methods")
METHODS = SOURCE / "methods" / "methods.ipynb"

# The shipped notebooks are of an older format.
pytestmark = pytest.mark.filterwarnings("ignore::nbformat.warnings.MissingIDFieldWarning")

# What students hand in; of each, the cells that differ from the instructor's.
ANSWERS = {
    "right": {},
    "other-ways": {
        "interpolant": "import numpy as np\n"
        "def interpolant(points):\n"
        "    x, y = zip(*points)\n"
        "    return Polynomial(np.polyfit(x, y, len(x) - 1)[::-1])",
        "primes": "import itertools\n"
        "def primes():\n"
        "    return (n for n in itertools.count(2) if not any(n % d == 0 for d in range(2, n)))",
        "newton": "from scipy import optimize\n"
        "class Derivative:\n"
        "    def __init__(self, f): self.f = f\n"
        "    def __call__(self, x): return (self.f(x + 1e-5) - self.f(x - 1e-5)) / 2e-5\n"
        "derivative = Derivative\n"
        "def newton(f, x0, fprime=None, tol=1e-10):\n"
        "    try: return optimize.newton(f, x0, fprime or Derivative(f), tol=tol, maxiter=50)\n"
        "    except RuntimeError as error: raise ValueError('no root') from error",
        "in_place": "def push(items, item): items += [item]\n"
        "def rescale(values): values[:] = values / max(values)\n"
        "def count_words(text, counts):\n"
        "    counts.update({w: text.split().count(w) for w in text.split()})",
        "Net": "class Net(nn.Sequential):\n"
        "    def __init__(self, width):\n"
        "        super().__init__()\n"
        "        self.layer = nn.Linear(width, 1, bias=False)\n"
        "        self.last = nn.Tanh()",
        "later": "later = lambda: with_bonus + total",
    },
    "mistaken": {
        "interpolant": "def interpolant(points):\n    return Polynomial([1, 2])",
        "primes": "def primes(): return [2, 3, 5, 7, 11]",
        "read_table": "def read_table(path): return pd.read_csv(path)",
        "Vector": "class Vector:\n"
        "    def __init__(self, x, y): self.x, self.y = x, y\n"
        "    def __add__(self, other): return Vector(self.x + other.x, self.y + other.y)\n"
        "def as_vector(value): return Vector(*value)",
        "Net": "def Net(width): return lambda x: x[:, :1]",
        "newton": "def newton(f, x0, fprime=None, tol=1e-10): return 1.0\n"
        "def derivative(f): return lambda x: f(x + 1) - f(x)",
        "in_place": "def push(items, item): return items + [item]\n"
        "def rescale(values): return values / values.max()",
        "walks": "def walk(n): return np.cumsum(np.random.default_rng().choice([-1, 1], n))\n"
        "def walk_of(rng, n): return walk(n)",
        "totals": "total = 10\nsettings = {}",
        "plotting": "def plot_errors(steps, errors): plt.plot(steps, errors)",
    },
    "half-done": {
        "primes": "raise NotImplementedError()",
        "Vector": "class Vector:\n    def __init__(self, x, y)",
        "Net": "import no_such_module",
        "newton": "def newton(f, x0, fprime=None, tol=1e-10):\n    return f.root",
        "walks": "def walk(n): raise SystemExit\ndef walk_of(rng, n): return np.zeros(n)",
        "totals": "",
        "later": "def later(): return later()",
    },
}


@pytest.fixture(scope="session")
def courses(tmp_path_factory):
    """Two folders with one quickstart course, released and handed in; the second is configured."""
    root = tmp_path_factory.mktemp("any") / "stock"
    with chdir(root.parent):  # it leaves a gradebook where it is run
        run_app(QuickStartApp, str(root))
    shutil.copytree(SHIPPED / "submitted", root / "submitted")
    shutil.copytree(SHIPPED / "source" / "ps1", root / "submitted" / "instructor" / "ps1")
    shutil.copytree(SOURCE, root / "source", dirs_exist_ok=True)
    for student, answers in ANSWERS.items():
        folder = root / "submitted" / student / "methods"
        shutil.copytree(SOURCE / "methods", folder)
        source = nbformat.read(METHODS, as_version=4)
        nbformat.write(submitted(source, **answers), folder / METHODS.name)
    with chdir(root):
        for assignment in ASSIGNMENTS:
            run_app(GenerateAssignmentApp, assignment)
    ours = shutil.copytree(root, root.parent / "ours")
    with (ours / "nbgrader_config.py").open("a") as config:
        config.write(CONFIGURE)
    return root, ours


def run_app(command, *arguments):
    """What `nbgrader COMMAND` does, in this process: to import nbgrader takes it some seconds."""
    app = command()
    app.initialize(list(arguments))
    app.start()


@pytest.fixture(scope="session")
def stock(courses):
    """The scores of stock nbgrader, in a process that has nothing of ours in it."""
    root, _ = courses
    code = "import sys\nfrom nbgrader.apps import AutogradeApp\n"
    code += "for name in sys.argv[1:]:\n    app = AutogradeApp()\n    app.initialize([name])\n"
    command = [sys.executable, "-c", code + "    app.start()", *ASSIGNMENTS]
    # nbgrader finds alembic by the path only.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path}
    found = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)
    assert found.returncode == 0, found.stderr
    return {assignment: scores(root, assignment) for assignment in ASSIGNMENTS}


@pytest.fixture(scope="session")
def ours(courses):
    """The scores of the same submissions by our plugin."""
    _, root = courses
    runner = Runner(root)
    found = {}
    for assignment in ASSIGNMENTS:
        for result in runner.grade(assignment, runner.students(assignment)):
            assert not result.ungraded, result
        found[assignment] = scores(root, assignment)
    return found


def scores(root, assignment):
    """The automatic score of every test cell: {(student, notebook, cell): score}."""
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        return {
            (submission.student.id, notebook.name, grade.name): grade.auto_score
            for submission in gradebook.assignment_submissions(assignment)
            for notebook in submission.notebooks
            for grade in notebook.grades
        }


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_every_cell_scores_as_in_stock_nbgrader(stock, ours, assignment):
    assert len(stock[assignment]) > 20
    assert ours[assignment] == stock[assignment]


@pytest.mark.parametrize("student", ["right", "other-ways"])
def test_right_answers_get_full_marks(ours, student):
    source = nbformat.read(METHODS, as_version=4)
    tests = [
        c.metadata.nbgrader for c in source.cells if c.metadata.get("nbgrader", {}).get("grade")
    ]
    points = {cell.grade_id: cell.points for cell in tests if not cell.solution}
    assert {cell: ours["methods"][student, "methods", cell] for cell in points} == points


def test_wrong_answers_lose_what_they_should(ours):
    found = {cell: score for (who, _, cell), score in ours["methods"].items() if who == "mistaken"}
    assert {cell: score for cell, score in found.items() if score} == {"test-parts": 0.5}
