"""What people see of a graded notebook is clean: nothing of a student's acts in a page.

nbgrader renders graded notebooks for graders (formgrader, on the origin of their Jupyter server)
and for students (feedback) without a filter of its own. So the graded notebook itself is cleaned;
what was handed in stays as it is.
"""

from nbformat import NotebookNode

from autograder.grading.clean import images, markdown, outputs
from autograder.notebook.roles import grade_id, is_as_released, is_solution, new_cell
from autograder.text import visible

# Of formgrader's page, beside a score and a comment for each graded cell.
_PAGE_IDS = {"comment", "end", "notebook", "notebook-container", "statusmessage", "toc", "top"}
_SUFFIXES = ("", "-comment", "_extra_credit")


def clean(graded: NotebookNode, source: NotebookNode) -> None:
    """Clean the graded notebook in place: all outputs, and the text that is the student's.

    source: the instructor's notebook; a cell with the text of one of its cells is left as it is.
    """
    theirs = {cell.source for cell in source.cells if not is_solution(cell)}
    names = {id_ for cell in source.cells if (id_ := grade_id(cell))}
    taken = _PAGE_IDS | {name + suffix for name in names for suffix in _SUFFIXES}
    for index, cell in enumerate(graded.cells):
        if cell.cell_type == "code":
            cell.outputs = [outputs.cleaned(output) for output in cell.outputs]
        if grade_id(cell) and not is_solution(cell):
            continue  # put back from the source
        _clean_attachments(cell)
        # A picture that is missing would keep the page from being made at all.
        known = cell.source in theirs and "attachment:" not in cell.source
        if not known and not is_as_released(cell):
            graded.cells[index] = _clean_text(cell, taken)


def _clean_attachments(cell: NotebookNode) -> None:
    """Keep of the pictures in a cell those that are pictures."""
    for name, bundle in list(cell.get("attachments", {}).items()):
        forms = bundle.items() if isinstance(bundle, dict) else ()
        checked = {mime: images.checked(mime, data) for mime, data in forms if type(data) is str}
        cell.attachments[name] = NotebookNode({m: data for m, data in checked.items() if data})
        if not cell.attachments[name]:
            del cell.attachments[name]


def _clean_text(cell: NotebookNode, taken_ids: set[str]) -> NotebookNode:
    text = visible(cell.source)
    if cell.cell_type == "raw":  # pages take it for HTML
        return new_cell("markdown", markdown.fenced(text), cell.metadata, cell.id)
    if cell.cell_type == "markdown":
        text = markdown.cleaned(text, cell.get("attachments", {}), taken_ids)
    cell.source = text
    return cell
