from pathlib import Path


def edit(folder: Path) -> None:
    (folder / "заметки 📝.txt").write_text("σ", encoding="utf-8")
