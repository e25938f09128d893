"""Digests of code: a result is good as long as what made it is still the same."""

import hashlib
import sys
from collections.abc import Iterable, Mapping
from importlib import metadata
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
            if _is_installed(path):
                digest.update(str(status.st_mtime_ns).encode())
            else:
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _files(name: str) -> list[Path]:
    main = None if name in sys.stdlib_module_names else _main_file(name)
    if main is None:
        return []
    return [main] if _is_installed(main) else _all_files(main)


def _main_file(name: str) -> Path | None:
    """A module's file, or its package's __init__.py; None for what is not here."""
    try:
        spec = find_spec(name)
    except (ImportError, ValueError):
        return None
    return Path(spec.origin) if spec is not None and spec.origin else None


def _is_installed(main: Path) -> bool:
    return bool(_INSTALLED & set(main.parts))


def _all_files(main: Path) -> list[Path]:
    """The module's file, or all that lies in its package."""
    found = sorted(main.parent.rglob("*")) if main.stem == "__init__" else [main]
    return [path for path in found if path.is_file() and "__pycache__" not in path.parts]


Versions = Mapping[str, str]  # by package; "python" among them


def code_versions(modules: Iterable[str]) -> dict[str, str]:
    """What grades here, alike on two machines if and only if the code is: "torch" -> "2.13.0".

    A package that pip installed is known by its version; this one, and one that lies in the
    course's own repository, by a digest of its files. What is not here is "". Nothing is imported.
    """
    names = {module.split(":")[0].split(".")[0] for module in modules} | {"autograder"}
    found = {n: _version(n) for n in sorted(names - sys.stdlib_module_names - {"python"})}
    return {"python": sys.version.split()[0]} | found


def differences(wanted: Versions, found: Versions) -> str:
    """In what the two differ, in words; "" where they are alike."""
    names = [name for name in wanted if wanted[name] != found.get(name, "")]
    told = (
        f"{n} is {found.get(n) or 'missing'} there and {wanted[n] or 'missing'} here" for n in names
    )
    return "; ".join(told)


def _version(name: str) -> str:
    main = _main_file(name)
    if main is None:
        return ""
    if name != "autograder" and _is_installed(main):
        return _installed_version(name)
    return _content(_all_files(main), main.parent)


def _installed_version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:  # the package has another name than its module
        given = metadata.packages_distributions().get(name, ())
        return ", ".join(f"{package} {metadata.version(package)}" for package in sorted(set(given)))


def _content(paths: Iterable[Path], folder: Path) -> str:
    digest = hashlib.sha256()
    for path in paths:
        name = path.relative_to(folder).as_posix().encode("utf-8", "surrogateescape")
        digest.update(name + b" " + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]
