"""What came of this submission? Marks and files in their places, or the reason why it has none."""

from dataclasses import replace

from autograder.class_run.reading import HandedIn
from autograder.course.provenance import Record
from autograder.course.writer import Writer
from autograder.errors import CannotFork, CourseError, MissingLayer
from autograder.plugin.assignment import Assignment
from autograder.submission.folder_check import is_active
from autograder.submission.result import Result, first_mistake, reason
from autograder.submission.worker_messages import Outcome

_FOR_EVERYBODY = {kind.__name__: kind for kind in (MissingLayer, CannotFork)}


def write(
    writer: Writer, assignment: Assignment, handed_in: HandedIn, record: Record, outcome: Outcome
) -> Result:
    """Have the one writer keep what a worker made of a submission.

    record: what the outcome was made from.

    Raises CourseError where nothing can be written at all, MissingLayer or CannotFork where no
    submission can be graded on this machine.
    """
    student = handed_in.student
    raise_if_for_everybody(outcome)
    try:
        if outcome.ungraded:
            writer.refuse(student, handed_in.timestamp, known=True)
            return Result(student, ungraded=outcome.ungraded, seconds=outcome.seconds)
        mistakes = {name: first_mistake(found) for name, found in outcome.verdicts.items()}
        # Formgrader would serve a student's pages as its own; they stay where they came in.
        handed = handed_in.submission.files
        beside = {name: data for name, data in handed.items() if not is_active(name)}
        beside |= assignment.beside
        record = replace(record, mistakes=mistakes)
        marks = writer.save(student, handed_in.timestamp, outcome, beside, record)
    except CourseError:  # nothing can be written at all
        raise
    except Exception as error:  # whatever it is, it is this submission's
        writer.refuse(student, handed_in.timestamp, known=True)
        return Result(student, ungraded=reason(error), seconds=outcome.seconds)
    return Result(student, marks=marks, mistakes=mistakes, seconds=outcome.seconds)


def raise_if_for_everybody(outcome: Outcome) -> None:
    """Raise MissingLayer or CannotFork where it is the reason, as it will be for all others."""
    if fault := _FOR_EVERYBODY.get(outcome.fault):
        raise fault(outcome.ungraded)
