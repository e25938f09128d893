from pathlib import Path


def edit(folder: Path) -> None:
    (folder / "timestamp.txt").write_text("2030-01-02 03:04:05 UTC")
