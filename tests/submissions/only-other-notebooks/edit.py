from pathlib import Path


def edit(folder: Path) -> None:
    (folder / "3-repeated-softmax.ipynb").rename(folder / "3-repeated-softmax (1).ipynb")
