import json
from pathlib import Path

from examples.edits import SHORTEST


def edit(folder: Path) -> None:
    path = folder / f"{SHORTEST}.ipynb"
    text = json.dumps(json.loads(path.read_text()), indent=4).replace("\n", "\r\n")
    path.write_text(text, encoding="utf-8-sig", newline="")
