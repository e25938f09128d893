from pathlib import Path


def edit(folder: Path) -> None:
    (folder / "my scratch.ipynb").write_text(
        '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
    )
    (folder / "broken [1].ipynb").write_text("not a notebook")
