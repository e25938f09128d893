"""Course folders to grade in. The engine's servers are shared by all tests of a process."""

import os
import shutil
import sys
import sysconfig
from pathlib import Path
from textwrap import dedent

from autograder import fast_imports  # noqa: F401  (comes before nbgrader)

# isort: split
import pytest
import small_course
from hypothesis import settings
from nbgrader_api import release

from autograder.grading.engine import Engine
from autograder.limits import Limits

settings.register_profile("busy machine", deadline=None)
settings.load_profile("busy machine")

# Stock nbgrader calls alembic by its bare name; our plugin helps itself, where it is configured.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])


# By how long they take, in processor seconds or in waiting.
_LONG = (
    "test_any_course",
    "test_dask_cluster",
    "test_install",
    "test_submissions",
    "test_hostile",
    "test_answers_345",
    "test_banks_12",
    "test_notebooks",
    "test_resume",
    "test_hostile_values",
    "test_watch",
    "test_compare_with_stock",
    "test_writer",
    "test_pages",
)


def pytest_collection_modifyitems(items):
    """The files that take longest go first: with a process for each core, none is left alone.

    pytest-xdist has an order of its own, by the number of tests, unless --no-loadscope-reorder.
    """
    order = {name: place for place, name in enumerate(_LONG)}
    items.sort(key=lambda item: order.get(item.path.stem, len(order)))


@pytest.fixture(scope="session")
def released_course(tmp_path_factory):
    """The small course after `nbgrader generate_assignment`; not to be written into."""
    root = tmp_path_factory.mktemp("released")
    small_course.write_course(root)
    release(root, small_course.ASSIGNMENT)
    return root


@pytest.fixture
def course(released_course, tmp_path):
    """A released small course of the test's own, without submissions."""
    return shutil.copytree(released_course, tmp_path / "course")


@pytest.fixture(scope="session")
def engine():
    """An engine with the libraries of the tests warm, and time enough for a busy machine."""
    preload = ["numpy", "scipy.integrate", "scipy.optimize", "pandas", "torch", "pytest"]
    with Engine(Limits(cell_seconds=20), [*preload, "matplotlib.pyplot"], seed=1) as engine:
        yield engine


@pytest.fixture(scope="session")
def hasty_engine():
    """An engine whose cells run out of time after two seconds."""
    limits = Limits(cell_seconds=2, grace_seconds=0.5, restarts=2, callbacks=100, reply_mib=1)
    with Engine(limits, ["numpy"], seed=1) as engine:
        yield engine


@pytest.fixture
def module(request):
    """A function that puts a module where those of libraries are, and returns its name."""
    path = Path(sysconfig.get_path("purelib"), f"_of_{request.path.stem}_{os.getpid()}.py")

    def write(source):
        path.write_text(dedent(source))
        return path.stem

    yield write
    path.unlink(missing_ok=True)
