"""The sandbox as the engine asks for it: limits, what may be read, what must not be seen."""

import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from autograder.grading.sandbox.file_tree import CACHE, HOME, TEMPORARY
from autograder.quota import Quota


@dataclass(frozen=True)
class Sandbox:
    """What the server of the student processes is told, and its environment."""

    quota: Quota
    packages: tuple[str, ...] = ()  # shown wherever they lie
    readable: tuple[str, ...] = ()  # files and folders that a notebook may read, such as a data set
    hidden: tuple[str, ...] = ()  # folders that it must never see: the course's

    def for_fence(self) -> dict[str, Any]:
        """The arguments of a Fence, as plain data."""
        readable = [*self.readable, str(_hub_cache()), str(_cache() / "autograder")]
        return {
            "quota": asdict(self.quota),
            "packages": ["autograder", *self.packages],
            "readable": [os.path.expanduser(path) for path in readable],
            "hidden": list(self.hidden),
        }

    def environment(self) -> dict[str, str]:
        """Nothing in it names a person or a path of ours, but for where packages lie."""
        return {
            "HOME": HOME,
            "TMPDIR": TEMPORARY,
            "XDG_CACHE_HOME": CACHE,
            "XDG_CONFIG_HOME": f"{CACHE}/config",
            "IPYTHONDIR": f"{CACHE}/ipython",
            "HF_HUB_CACHE": str(_hub_cache()),
        }


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


def _hub_cache() -> Path:
    """Where model weights were downloaded to; the folder above it holds the user's token."""
    home = os.environ.get("HF_HOME") or _cache() / "huggingface"
    return Path(os.environ.get("HF_HUB_CACHE") or Path(home, "hub"))
