"""A class, or some of it, graded by stock nbgrader and by us."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import chdir
from dataclasses import dataclass, field
from pathlib import Path

from autograder.class_run.comparison import copies, marks
from autograder.class_run.comparison.marks import Difference
from autograder.class_run.runner import Runner
from autograder.class_run.workers.pool import Pool
from autograder.errors import CourseError

Told = Callable[[str], None]  # of each submission that stock nbgrader has done


@dataclass
class Comparison:
    """Test cells that got the same marks, those that did not, and whom stock left ungraded."""

    same: int = 0
    differences: list[Difference] = field(default_factory=list)
    ungraded_by_stock: dict[str, str] = field(default_factory=dict)

    @property
    def cells(self) -> int:
        """How many there are."""
        return self.same + len(self.differences)


def compare(
    runner: Runner, assignment: str, students: Sequence[str], pool: Pool, jobs: int, told: Told
) -> Comparison:
    """Grade these students and the instructor's own solution on both roads, in copies.

    jobs: how many submissions stock nbgrader grades at a time. told: is told of each.

    Raises CourseError for a course that cannot be released, or graded at all.
    """
    folders = {s: runner.course.submitted_folder(assignment, s) for s in students}
    with tempfile.TemporaryDirectory(prefix="autograder-compare-") as temporary:
        ours = Path(temporary, "ours")
        copies.make(runner, assignment, folders, ours)
        stocks = [_copy(ours, Path(temporary, f"stock-{k}")) for k in range(jobs)]
        everybody = [*students, copies.SOLUTION]
        failed = dict(_by_stock(stocks, assignment, everybody, told))
        ungraded = _by_us(ours, assignment, everybody, pool)
        stock = {k: v for root in stocks for k, v in marks.stock_marks(root, assignment).items()}
        mine = marks.our_marks(ours, assignment)
    found = marks.differences(stock, mine, ungraded)
    return Comparison(len(stock.keys() | mine.keys()) - len(found), found, failed)


def _copy(root: Path, to: Path) -> Path:
    return shutil.copytree(root, to, symlinks=True)


def _by_stock(
    roots: Sequence[Path], assignment: str, students: Sequence[str], told: Told
) -> Iterator[tuple[str, str]]:
    """Grade them, each copy its share; yields who could not be graded, and why."""

    def share(k: int) -> list[tuple[str, str]]:
        failed = []
        for student in students[k :: len(roots)]:
            words = (assignment, "--student", student)
            done = copies.run_nbgrader(roots[k], "autograde", *words, stock=True)
            if done.returncode:
                failed.append((student, copies.last_words(done)))
            told(student)
        return failed

    with ThreadPoolExecutor(len(roots)) as threads:
        for failed in threads.map(share, range(len(roots))):
            yield from failed


def _by_us(root: Path, assignment: str, students: Sequence[str], pool: Pool) -> dict[str, str]:
    """Grade them; why, by student, for those who stay ungraded."""
    with chdir(root):
        runner = Runner(root)
        results = list(runner.grade(assignment, students, pool=pool))
    if all(result.ungraded for result in results):
        raise CourseError(f"nobody could be graded: {results[0].ungraded}")
    return {result.student: result.ungraded for result in results if result.ungraded}
