"""Digests of code: a result is good as long as what made it is still the same."""

import hashlib
import sys
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path

_INSTALLED = {"site-packages", "dist-packages"}


def code_digest(modules: Iterable[str]) -> str:
    """A digest of this package and of what a course imports ("numpy", "torch.nn:functional").

    Of a package that lies in the course's own repository all files count; of an installed one, the
    file that pip wrote last of all: its main one, with its time. Nothing is imported.
    """
    digest = hashlib.sha256(sys.version.encode())
    for name in sorted({"autograder", *(module.split(":")[0].split(".")[0] for module in modules)}):
        for path in _files(name):
            status = path.stat()
            told = f"{path} {status.st_size} "
            digest.update(told.encode("utf-8", "surrogateescape"))
            if _INSTALLED & set(path.parts):
                digest.update(str(status.st_mtime_ns).encode())
            else:
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _files(name: str) -> Iterator[Path]:
    try:
        spec = find_spec(name)
    except (ImportError, ValueError):
        return
    if name in sys.stdlib_module_names or spec is None or not spec.origin:
        return
    main = Path(spec.origin)
    if _INSTALLED & set(main.parts) or not spec.submodule_search_locations:
        yield main
        return
    for path in sorted(main.parent.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path
