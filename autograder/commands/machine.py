"""What this machine has that matters to grading: told without an import of torch, which is slow."""

import platform
import runpy
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

_MAKERS = {"0x10de": "NVIDIA", "0x1002": "AMD", "0x8086": "Intel"}  # by their numbers on PCI


def describe(gpus: bool, root: Path = Path("/")) -> str:
    """Python's and torch's versions, and the GPUs, in a line.

    gpus: whether the course asks for them. root: of the file system.
    """
    found = ", ".join(dict.fromkeys(_gpus(root)))
    seen = "tests see it, students' code in the sandbox does not" if gpus else "no notebook sees it"
    gpu = f"GPU: {found} ({seen})" if found else "no GPU found"
    return f"Python {platform.python_version()}, {_torch()}, {gpu}"


def _torch() -> str:
    """Its version with the kind of its build ("+cpu", "+cu130"), which its metadata may lack."""
    spec = find_spec("torch")
    if spec is None or spec.origin is None:
        return "no torch"
    told = runpy.run_path(str(Path(spec.origin).with_name("version.py")))
    return f"torch {told['__version__']}"


def _gpus(root: Path) -> Iterator[str]:
    """Those whose drivers are loaded: NVIDIA's by their models, others by their makers."""
    for told in root.glob("proc/driver/nvidia/gpus/*/information"):
        lines = told.read_text(encoding="utf-8", errors="replace").splitlines()
        yield next(
            (line.partition(":")[2].strip() for line in lines if line[:5] == "Model"), "NVIDIA"
        )
    for vendor in root.glob("sys/class/drm/renderD*/device/vendor"):
        maker = _MAKERS.get(vendor.read_text(encoding="ascii").strip(), "another maker's")
        if maker != "NVIDIA":  # told above, by its model
            yield maker
    if (root / "dev/dxg").exists():
        yield "Windows's own"
