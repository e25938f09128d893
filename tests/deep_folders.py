"""Folders in folders, deeper than a function that calls itself for each of them can go."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def deep(folder: Path, levels: int = 1500) -> Iterator[Path]:
    """Make folders in `folder`, each in the one before it; gone at the end, as pytest could not."""
    here = os.open(folder, os.O_RDONLY)
    for _ in range(levels):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    try:
        yield folder / "d"
    finally:
        subprocess.run(["rm", "-rf", folder / "d"], check=True)
