"""Against otter-grader on the same notebook: `python -m benchmarks.otter`.

`otter run` grades one notebook in a fresh kernel. It gets the first notebook of the course with the
instructor's solutions, and the same test cells, hidden parts too, in its own format. Ours is
`autograder grade` on a course of that notebook alone. Otter is installed into an environment of its
own, kept in the user's cache folder, which sees the packages of ours; where that fails, the row
says why.
"""

import json
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.notebook.roles import is_test
from benchmarks import courses
from benchmarks.common import BIN, ROOT, Row, options, say, scratch, seconds_of, show, spread

NOTEBOOK = "1-softmax"
_PACKAGE = "otter-grader"
_TEST = """OK_FORMAT = False
from otter.test_files import test_case

name, points = {name!r}, {points!r}

@test_case(points={points!r})
def test(env):
    exec({source!r}, env)
"""


def rows(submissions: int, runs: int) -> list[Row]:
    """The ratio of seconds a submission, otter's over ours."""
    what = f"`autograder grade`, one notebook, against `otter run` of {_PACKAGE}"
    try:
        otter = _installed()
    except (OSError, subprocess.SubprocessError) as error:
        return [Row(what, [], how=f"{_PACKAGE} could not be installed: {error}")]
    ours, theirs = [], []
    with scratch() as root:
        kinds, notebooks = courses.KINDS[:1], [NOTEBOOK]
        course = courses.softmax_course(root / "course", submissions, kinds, notebooks)
        command = _otter_run(otter, root)
        for run in range(runs):
            fresh = courses.copy(course, root / "ours")
            seconds = seconds_of((BIN / "autograder", "grade", "softmax"), folders=[fresh])
            ours.append(seconds / submissions)
            theirs.append(seconds_of(command, folders=[root]))
            _full_marks(root / "results.json")
            say(f"run {run}: ours {ours[-1]:.2f} s, otter {theirs[-1]:.2f} s a notebook")
    ratios = [t / o for t, o in zip(theirs, ours, strict=True)]
    how = f"{submissions} submissions: {spread(ours, 's')} each; otter: {spread(theirs, 's')} each"
    return [Row(what, ratios, "times", how=how)]


def _installed() -> Path:
    """The folder of otter's programs. Raises OSError or SubprocessError if it cannot be had."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    home = cache / "softmax-autograder" / "otter"
    if not (home / "bin" / "otter").exists():
        say(f"installing {_PACKAGE} into {home}")
        venv.create(home, with_pip=True, clear=True)
        pip = (str(home / "bin" / "python"), *["-m", "pip", "install", "--quiet"], _PACKAGE)
        subprocess.run(pip, check=True, stdout=sys.stderr)
    # Its own packages come first; torch and the course's checks are found in ours.
    ours = [entry for entry in sys.path if entry.endswith("site-packages")]
    [packages] = (home / "lib").glob("python*/site-packages")
    (packages / "ours.pth").write_text("\n".join([*ours, str(ROOT)]) + "\n", encoding="utf-8")
    return home / "bin"


def _otter_run(otter: Path, root: Path) -> list[str | Path]:
    """Write the notebook and the tests in otter's format into `root`; the command to grade it."""
    path = ROOT / "source" / "softmax" / f"{NOTEBOOK}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    with zipfile.ZipFile(root / "autograder.zip", "w") as archive:
        archive.writestr("otter_config.json", "{}")
        for cell in filter(is_test, notebook.cells):
            name, test = _moved(cell)
            archive.writestr(f"tests/{name}.py", test)
    nbformat.write(notebook, root / "submission.ipynb")
    return [otter / "otter", "run", "-a", "autograder.zip", "--no-logo", "submission.ipynb"]


def _moved(cell: NotebookNode) -> tuple[str, str]:
    """Make the test cell one that otter checks at its place; the name and text of its test."""
    marks = cell.metadata.nbgrader
    name = marks.grade_id.replace("-", "_")
    test = _TEST.format(name=name, points=marks.points, source=cell.source)
    cell.source, cell.metadata = "", {"otter": {"tests": [name]}}
    return name, test


def _full_marks(results: Path) -> None:
    tests = json.loads(results.read_text(encoding="utf-8"))["tests"]
    scored = [test for test in tests if test.get("max_score")]
    lost = [test["name"] for test in scored if test["score"] < test["max_score"]]
    if lost or not scored:
        raise RuntimeError(f"otter gave {len(scored)} marks; the right answer lost in: {lost}")


def main() -> None:
    """Measure and print."""
    show(rows(**vars(options(__doc__ or "").parse_args())))


if __name__ == "__main__":
    main()
