"""The sandbox as the engine asks for it: limits, what may be read, what must not be seen."""

import os
import site
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from autograder.sandbox.quota import Quota
from autograder.sandbox.root import CACHE, HOME


@dataclass(frozen=True)
class Sandbox:
    """What the server of the student processes is told, and its environment."""

    quota: Quota
    readable: tuple[str, ...] = ()  # files and folders that a notebook may read: data sets, weights
    hidden: tuple[str, ...] = ()  # folders that it must never see: the course's

    def for_server(self, packages: Sequence[str]) -> dict[str, Any]:
        """The settings as plain data; `packages` are shown wherever they lie."""
        readable = [*self.readable, str(_hub_cache())]
        return {
            "quota": asdict(self.quota),
            "packages": ["autograder", *packages],
            "readable": readable,
            "hidden": list(self.hidden),
        }

    def environment(self) -> dict[str, str]:
        """Nothing in it names a person or a path of ours, but for where packages lie."""
        found = {
            "HOME": HOME,
            "XDG_CACHE_HOME": CACHE,
            "XDG_CONFIG_HOME": f"{CACHE}/config",
            "IPYTHONDIR": f"{CACHE}/ipython",
            "HF_HUB_CACHE": str(_hub_cache()),
        }
        if site.getusersitepackages() in sys.path:
            found["PYTHONUSERBASE"] = site.getuserbase()
        return found


def _hub_cache() -> Path:
    """Where model weights were downloaded to; the folder above it holds the user's token."""
    cache = os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")
    home = os.environ.get("HF_HOME", Path(cache, "huggingface"))
    return Path(os.environ.get("HF_HUB_CACHE", Path(home, "hub")))
