from pathlib import Path


def edit(folder: Path) -> None:
    (folder / "data.csv").symlink_to("/home/student/laptop.csv")
