from pathlib import Path


def edit(folder: Path) -> None:
    source = folder.parents[2] / "source" / folder.name / "3-repeated-softmax.ipynb"
    (folder / "data.txt").symlink_to(source)
