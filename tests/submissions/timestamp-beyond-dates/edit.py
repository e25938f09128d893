from pathlib import Path


def edit(folder: Path) -> None:
    (folder / "timestamp.txt").write_text("9" * 30)
