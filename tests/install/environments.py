"""Python environments of chosen packages, made in a second: links to those of this environment."""

import os
import subprocess
import sys
import venv
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

SITE = Path(metadata.distribution("pip").locate_file(""))  # where this environment's packages lie


class Environment:
    """An empty environment in a folder, to which packages are added."""

    def __init__(self, home: Path):
        venv.create(home, with_pip=False)
        self.bin = home / "bin"
        self.site = home / "lib" / "python{}.{}".format(*sys.version_info) / "site-packages"

    def install(self, archive: Path) -> None:
        """As `pip install ARCHIVE`, for a wheel or an sdist, without what it needs."""
        tools = self.site.parent / "tools"  # for an sdist, in the place of a download of them
        link(tools, closure(["setuptools"]))
        options = ["--quiet", "--no-deps", "--no-index", "--no-build-isolation"]
        pip = [sys.executable, "-m", "pip", "--python", str(self.bin / "python"), "install"]
        _succeeded(subprocess.run([*pip, *options, archive], env=_variables(PYTHONPATH=tools)))

    def requirements(self) -> list[str]:
        """What the packages that `install` was given need, by no extra."""
        installed = metadata.distributions(path=[str(self.site)])
        needed = (Requirement(text) for found in installed for text in found.requires or ())
        return [str(need) for need in needed if "extra" not in str(need.marker)]

    def show(self, requirements: Iterable[str]) -> None:
        """Show these, and all that they need, as they are installed in this environment."""
        link(self.site.parent / "shown", closure(requirements))
        self._add(self.site.parent / "shown")

    def show_all(self) -> None:
        """Show every package of this environment, but nothing that is installed as editable."""
        self._add(SITE)

    def _add(self, folder: Path) -> None:
        (self.site / "shown.pth").write_text(f"{folder}\n")

    def run(self, *command: object, **settings: object) -> subprocess.CompletedProcess:
        """Run a command of the environment; its folder is first on the PATH."""
        program, *arguments = map(str, command)
        path = os.pathsep.join([str(self.bin), os.environ["PATH"]])
        return subprocess.run(
            [self.bin / program, *arguments],
            **{"capture_output": True, "text": True, "timeout": 120, **settings},
            env=_variables(PATH=path),
        )


def closure(requirements: Iterable[str]) -> set[str]:
    """The names of the distributions that these requirements bring, markers and extras heeded."""
    found: set[tuple[str, str]] = set()
    waiting = [Requirement(text) for text in requirements]
    while waiting:
        wanted = waiting.pop()
        for extra in ("", *wanted.extras):
            if (wanted.name, extra) not in found:
                found.add((wanted.name, extra))
                waiting += _needed_by(wanted.name, extra)
    return {name for name, _ in found}


def _needed_by(name: str, extra: str) -> list[Requirement]:
    needed = map(Requirement, metadata.distribution(name).requires or ())
    return [need for need in needed if not need.marker or need.marker.evaluate({"extra": extra})]


def link(folder: Path, names: Iterable[str]) -> None:
    """Link the modules and the metadata of these distributions into a folder."""
    folder.mkdir(exist_ok=True)
    for name in names:
        distribution = metadata.distribution(name)
        parts = {file.parts[0] for file in distribution.files or ()}
        for part in parts - {"..", "__pycache__"}:
            if not (folder / part).exists():
                (folder / part).symlink_to(distribution.locate_file(part))


def _variables(**changed: object) -> dict[str, str]:
    """Of this process's, what says nothing of where Python's modules are."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**kept, "HF_HUB_OFFLINE": "1"} | {name: str(value) for name, value in changed.items()}


def _succeeded(done: subprocess.CompletedProcess) -> None:
    assert done.returncode == 0, done
