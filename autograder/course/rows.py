"""The gradebook's rows of one submission: those that nbgrader's autograde would leave.

nbgrader opens the database afresh for each of its steps and commits once a cell; here a submission
is one transaction of some ten statements, so that it is in the gradebook as a whole or not at all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from nbformat import NotebookNode
from nbgrader import api
from nbgrader.api import new_uuid
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import compute_checksum, determine_grade, is_grade, is_solution, is_task
from sqlalchemy import Connection, bindparam, insert, select, update

from autograder.errors import SubmissionError
from autograder.notebook.roles import is_test
from autograder.submission.result import Marks
from autograder.verdict import Verdict, waits

_STUDENT, _COMMENT, _GRADE = (m.__table__ for m in (api.Student, api.Comment, api.Grade))
_SUBMISSION, _NOTEBOOK = api.SubmittedAssignment.__table__, api.SubmittedNotebook.__table__


@dataclass(frozen=True)
class CellMark:
    """What nbgrader reads of one cell of a graded notebook.

    score: None for a cell that waits for a grader; comment: None for no comment.
    """

    name: str
    graded: bool
    commented: bool
    score: float | None = None
    comment: str | None = None


def cell_marks(notebook: NotebookNode) -> list[CellMark]:
    """The marks and automatic comments of a graded notebook, as nbgrader's SaveAutoGrades reads.

    A test cell that waits for a grader has no score and says why in a comment: formgrader shows
    the comments of answers alone, so that of the last answer before the cell says it, too.
    """
    marks: list[CellMark] = []
    for cell in filter(_is_marked, notebook.cells):
        marks.append(_cell_mark(cell))
        if is_test(cell) and marks[-1].comment:
            _tell_answer(marks)
    return marks


def _tell_answer(marks: list[CellMark]) -> None:
    """Add the last mark's comment to that of the last answer before it."""
    for place in range(len(marks) - 2, -1, -1):
        if (answer := marks[place]).commented:
            told = "\n\n".join(filter(None, (answer.comment, marks[-1].comment)))
            marks[place] = replace(answer, comment=told)
            return


def _is_marked(cell: NotebookNode) -> bool:
    return bool(is_grade(cell) or is_solution(cell) or is_task(cell))


def _cell_mark(cell: NotebookNode) -> CellMark:
    if is_test(cell) and waits(cell):
        verdict = Verdict.from_json(dict(cell.metadata["autograder"]))
        why = verdict.finding.problem if verdict.finding else ""
        comment = f"`{verdict.grade_id}` waits for a grader: {why}"
        return CellMark(verdict.grade_id, graded=True, commented=False, comment=comment)
    checksum = cell.metadata.nbgrader.get("checksum")
    untouched = is_solution(cell) and checksum == compute_checksum(cell)
    return CellMark(
        name=cell.metadata.nbgrader.grade_id,
        graded=bool(is_grade(cell)),
        commented=bool(is_solution(cell) or is_task(cell)),
        score=determine_grade(cell)[0] if is_grade(cell) else None,
        comment="No response." if untouched else None,
    )


@dataclass(frozen=True)
class Cells:
    """The ids of one released notebook, and of its graded and its commented cells, by name."""

    id: str
    graded: Mapping[str, str]
    commented: Mapping[str, str]
    points: Mapping[str, float]  # by the id of a graded cell


@dataclass(frozen=True)
class Layout:
    """What the gradebook knows of an assignment, read once for a run."""

    id: str
    duedate: datetime | None
    notebooks: Mapping[str, Cells] = field(default_factory=dict)

    @classmethod
    def read(cls, gradebook: api.Gradebook, assignment: str) -> "Layout":
        """The layout of the assignment. Raises nbgrader's MissingEntry where there is none."""
        found = gradebook.find_assignment(assignment)
        return cls(found.id, found.duedate, {n.name: _cells(n) for n in found.notebooks})


def _cells(notebook: api.Notebook) -> Cells:
    graded = [*notebook.grade_cells, *notebook.task_cells]
    commented = [*notebook.solution_cells, *notebook.task_cells]
    return Cells(
        notebook.id,
        {cell.name: cell.id for cell in graded},
        {cell.name: cell.id for cell in commented},
        {cell.id: cell.max_score for cell in graded},
    )


class Entry:
    """One student's rows, in a transaction of the connection; those that are missing are made."""

    def __init__(
        self, connection: Connection, layout: Layout, student: str, timestamp: datetime | None
    ):
        self._db, self._layout, self._student = connection, layout, student
        self._add_student()
        self.id, self._timestamp, self._extension = self._submission(timestamp)
        self.notebooks = self._notebooks()
        released = layout.notebooks
        graded = {(self.notebooks[n], i) for n in released for i in released[n].graded.values()}
        self._add_missing(_GRADE, graded, {"needs_manual_grade": True})
        commented = {
            (self.notebooks[n], i) for n in released for i in released[n].commented.values()
        }
        self._add_missing(_COMMENT, commented, {})

    # -- what nbgrader does before it looks into the notebooks ------------------------------

    def _add_student(self) -> None:
        known = select(_STUDENT.c.id).where(_STUDENT.c.id == self._student)
        if self._db.execute(known).first() is None:
            self._db.execute(insert(_STUDENT).values(id=self._student))

    def _submission(self, timestamp: datetime | None) -> tuple[str, Any, Any]:
        table, mine = _SUBMISSION, {"assignment_id": self._layout.id, "student_id": self._student}
        query = select(table.c.id, table.c.timestamp, table.c.extension).filter_by(**mine)
        if found := self._db.execute(query).first():
            if timestamp is not None:
                row = update(table).where(table.c.id == found.id)
                self._db.execute(row.values(timestamp=timestamp))
            return found.id, timestamp or found.timestamp, found.extension
        new = {"id": new_uuid(), "timestamp": timestamp, **mine}
        self._db.execute(insert(table).values(new))
        return new["id"], timestamp, None

    def _notebooks(self) -> dict[str, str]:
        """The ids of the submitted notebooks, by name."""
        query = select(_NOTEBOOK.c.notebook_id, _NOTEBOOK.c.id).filter_by(assignment_id=self.id)
        found = {row.notebook_id: row.id for row in self._db.execute(query)}
        wanted = [cells.id for cells in self._layout.notebooks.values()]
        new = [
            {"id": new_uuid(), "notebook_id": id_, "assignment_id": self.id, "flagged": False}
            for id_ in wanted
            if id_ not in found
        ]
        if new:
            self._db.execute(insert(_NOTEBOOK), new)
        found |= {row["notebook_id"]: row["id"] for row in new}
        return {name: found[cells.id] for name, cells in self._layout.notebooks.items()}

    def _add_missing(self, table: Any, wanted: set[tuple[str, str]], values: Any) -> None:
        """Rows for those pairs of notebook and cell that have none yet."""
        query = select(table.c.notebook_id, table.c.cell_id)
        query = query.where(table.c.notebook_id.in_(self.notebooks.values()))
        missing = wanted - {(row.notebook_id, row.cell_id) for row in self._db.execute(query)}
        new = [
            {"id": new_uuid(), "notebook_id": notebook, "cell_id": cell, **values}
            for notebook, cell in sorted(missing)
        ]
        if new:
            self._db.execute(insert(table), new)

    # -- the marks --------------------------------------------------------------------------

    def give_nothing(self, name: str) -> None:
        """A notebook that was not handed in: no points, and nothing for a grader to look at."""
        rows = update(_GRADE).filter_by(notebook_id=self.notebooks[name])
        self._db.execute(rows.values(auto_score=0, needs_manual_grade=False))

    def give(self, name: str, marks: Sequence[CellMark]) -> None:
        """The automatic marks and comments of a notebook; what a grader gave stays.

        Raises SubmissionError for a cell that the gradebook does not know.
        """
        cells, notebook = self._layout.notebooks[name], self.notebooks[name]
        query = select(_GRADE.c.cell_id, _GRADE.c.manual_score).filter_by(notebook_id=notebook)
        by_hand = {row.cell_id for row in self._db.execute(query) if row.manual_score is not None}
        grades = [(_known(cells.graded, mark, name), mark.score) for mark in marks if mark.graded]
        self._update(
            _GRADE,
            [
                {
                    "cell": cell,
                    "of": notebook,
                    "auto_score": score,
                    "needs_manual_grade": score is None or cell in by_hand,
                }
                for cell, score in grades
            ],
        )
        comments = [(_known(cells.commented, m, name), m.comment) for m in marks if m.commented]
        comments += self._comments_on_tests(notebook, cells, marks)
        texts = [{"cell": cell, "of": notebook, "auto_comment": text} for cell, text in comments]
        self._update(_COMMENT, texts)

    def _comments_on_tests(
        self, notebook: str, cells: Cells, marks: Sequence[CellMark]
    ) -> list[tuple[str, str | None]]:
        """Why test cells wait; nothing any more where they did and now do not."""
        why = {cells.graded[m.name]: m.comment for m in marks if not m.commented and m.comment}
        self._add_missing(_COMMENT, {(notebook, cell) for cell in why}, {})
        tests = set(cells.graded.values()) - set(cells.commented.values())
        query = select(_COMMENT.c.cell_id).filter_by(notebook_id=notebook)
        there = {row.cell_id for row in self._db.execute(query)}
        return [(cell, why.get(cell)) for cell in sorted(tests & there)]

    def _update(self, table: Any, rows: Sequence[Mapping[str, Any]]) -> None:
        """Set the rows' other values where cell_id is "cell" and notebook_id is "of"."""
        if rows:
            names = [name for name in rows[0] if name not in ("cell", "of")]
            here = (table.c.cell_id == bindparam("cell"), table.c.notebook_id == bindparam("of"))
            changed = update(table).where(*here).values({n: bindparam(n) for n in names})
            self._db.execute(changed, rows)

    def forget(self) -> None:
        """Take back what an autograder gave, penalties too: all waits for its grades again."""
        ids = list(self.notebooks.values())
        self._db.execute(update(_GRADE).where(_GRADE.c.notebook_id.in_(ids)).values(
            auto_score=None, needs_manual_grade=True))  # fmt: skip
        self._db.execute(update(_NOTEBOOK).where(_NOTEBOOK.c.id.in_(ids)).values(
            late_submission_penalty=None))  # fmt: skip

    def penalise(self, name: str, step: AssignLatePenalties) -> None:
        """Set the penalty that the course's plugin gives for lateness, or none."""
        notebook, late, penalty = self.notebooks[name], self._seconds_late(), None
        if late > 0:
            query = select(api.SubmittedNotebook.score).where(_NOTEBOOK.c.id == notebook)
            score = self._db.execute(query).scalar_one()
            step.init_plugin()
            penalty = step.plugin_inst.late_submission_penalty(self._student, score, late)
            if penalty is not None:
                penalty = step._check_late_penalty(SimpleNamespace(score=score), penalty)
        row = update(_NOTEBOOK).where(_NOTEBOOK.c.id == notebook)
        self._db.execute(row.values(late_submission_penalty=penalty))

    def _seconds_late(self) -> float:
        due = self._layout.duedate
        if due is None or self._timestamp is None:
            return 0.0
        return (self._timestamp - due - (self._extension or due - due)).total_seconds()


def _known(cells: Mapping[str, str], mark: CellMark, notebook: str) -> str:
    if mark.name not in cells:
        raise SubmissionError(f"{notebook}.ipynb: the gradebook knows no cell {mark.name!r}")
    return cells[mark.name]


def read_marks(connection: Connection, layout: Layout, student: str) -> list[Marks]:
    """What the gradebook holds of a student's submission, a notebook each, by name."""
    if not student.isascii() and any(map(_is_half_a_pair, student)):  # a folder's name, in bytes
        return []  # which no database can be asked for
    query = (
        select(_NOTEBOOK.c.notebook_id, _NOTEBOOK.c.late_submission_penalty, *_GRADE.c)
        .join(_SUBMISSION, _NOTEBOOK.c.assignment_id == _SUBMISSION.c.id)
        .join(_GRADE, _GRADE.c.notebook_id == _NOTEBOOK.c.id, isouter=True)
        .where(_SUBMISSION.c.assignment_id == layout.id, _SUBMISSION.c.student_id == student)
    )
    rows: dict[str, list[Any]] = {}
    for row in connection.execute(query):
        rows.setdefault(row[0], []).append(row)
    found = ((n, c, rows[c.id]) for n, c in sorted(layout.notebooks.items()) if c.id in rows)
    return [
        Marks(
            notebook=name,
            score=sum(map(_score, grades)),
            max_score=sum(cells.points.values()),
            penalty=grades[0].late_submission_penalty or 0.0,
            to_review=sum(cells.points[g.cell_id] for g in grades if g.needs_manual_grade),
        )
        for name, cells, grades in found
    ]


def _is_half_a_pair(character: str) -> bool:
    return "\ud800" <= character <= "\udfff"


def extensions(connection: Connection, layout: Layout) -> dict[str, timedelta]:
    """How much longer a student has than the others, for those who have."""
    table = _SUBMISSION
    query = select(table.c.student_id, table.c.extension).filter_by(assignment_id=layout.id)
    rows = connection.execute(query.where(table.c.extension.is_not(None)))
    return {row.student_id: row.extension for row in rows}


def _score(grade: Any) -> float:
    """The points of one cell, as nbgrader adds them up: a grader's word counts first."""
    given = grade.auto_score if grade.manual_score is None else grade.manual_score
    return 0.0 if given is None else given + (grade.extra_credit or 0.0)
