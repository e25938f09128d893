"""`autograder check`: the instructor's own solution, graded, and every test at fault named."""

from contextlib import chdir
from pathlib import Path

from autograder.commands.faults import in_words
from autograder.submission.rehearsal import Rehearsal


def check(root: Path, assignment: str, sandbox: str | None) -> int:
    """Grade the instructor's notebooks and print; returns the exit code, 1 for a test at fault."""
    from autograder.class_run.runner import Runner
    from autograder.commands import tables

    runner = Runner(root, sandbox)
    failed = 0
    with chdir(root):
        for name, found in runner.rehearse(assignment):
            if isinstance(found, Rehearsal):
                faults = found.faults
                lines = [f"{len(found.verdicts) - len(faults)} of {len(found.verdicts)} tests pass"]
                lines += in_words(found).values()
                lines += [f"{v.grade_id}: {v.advice}" for v in found.verdicts if v.advice]
                failed += len(faults)
            else:
                lines, failed = [f"cannot be graded: {found}"], failed + 1
            lines += [f"Warning: {told}" for told in runner.collisions(assignment, name)]
            tables.console().print(tables.plain(f"{name}: {lines[0]}", limit=2000), soft_wrap=True)
            for line in lines[1:]:
                line_of_list = tables.plain(line, limit=2000)
                tables.console().print("  ", line_of_list, sep="", soft_wrap=True)
    return 1 if failed else 0
