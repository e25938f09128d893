"""Digests of code: a result is good as long as what made it is still the same."""

import hashlib
import sys
from collections.abc import Iterable, Iterator, Mapping
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
    try:
        spec = find_spec(name)
    except (ImportError, ValueError):
        return ""
    if spec is None or not spec.origin:
        return ""
    main = Path(spec.origin)
    if name != "autograder" and _INSTALLED & set(main.parts):
        return _installed_version(name)
    found = sorted(main.parent.rglob("*")) if spec.submodule_search_locations else [main]
    return _content([p for p in found if p.is_file() and "__pycache__" not in p.parts], main.parent)


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
