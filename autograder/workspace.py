"""A notebook's working folder: copies of the files that lie beside it, gone when it is graded."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def workspace(folders: Sequence[Path]) -> Iterator[str]:
    """A fresh folder with copies of the regular files of `folders`, notebooks apart."""
    with tempfile.TemporaryDirectory(prefix="autograder-", ignore_cleanup_errors=True) as made:
        for folder in folders:
            _copy_files(folder, Path(made))
        yield made


def _copy_files(folder: Path, workspace: Path) -> None:
    for path in sorted(folder.rglob("*")):
        # A link could point anywhere: of a submission, only real files and folders are taken.
        if path.is_symlink() or not path.is_file() or path.suffix == ".ipynb":
            continue
        if any(parent.is_symlink() for parent in path.parents if folder in parent.parents):
            continue
        target = workspace / path.relative_to(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
