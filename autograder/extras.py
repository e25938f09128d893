"""Libraries that the base install leaves out: where one is missing, its extra is named."""

import sys
from importlib.metadata import packages_distributions
from importlib.util import find_spec

from autograder.errors import MissingExtra

#: What grading imports, beside the base install.
GRADER = (
    *("markdown_it", "nbconvert", "nbformat", "nbgrader", "nh3", "pandas", "PIL"),
    *("rich", "sqlalchemy", "traitlets", "typer", "watchfiles"),
)


def lacking(extra: str, *modules: str) -> str:
    """A line that names those of the top-level modules that cannot be found; "" for none.

    None is imported.
    """
    missing = ", ".join(name for name in modules if find_spec(name) is None)
    # In double quotes: they are quotes to every shell, on Windows too.
    return missing and f'not installed: {missing}; run: pip install "{_installed_as()}[{extra}]"'


def need(extra: str, *modules: str) -> None:
    """Raise MissingExtra, unless all these top-level modules can be found."""
    if line := lacking(extra, *modules):
        raise MissingExtra(line) from None


def need_or_exit(extra: str, *modules: str) -> None:
    """As `need`, for a program that has nobody to catch it: it ends with that line, and 1."""
    if line := lacking(extra, *modules):
        sys.exit(f"Error: {line}")


def _installed_as() -> str:
    """What pip calls this package; in a clone that is not installed, the clone's folder."""
    return next(iter(packages_distributions().get("autograder", ())), ".")
