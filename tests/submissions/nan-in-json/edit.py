from pathlib import Path

from examples.edits import opened


def edit(folder: Path) -> None:
    with opened(folder) as notebook:
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                data = {"application/json": {"loss": float("nan"), "bound": float("inf")}}
                output = {"output_type": "display_data", "data": data, "metadata": {}}
                cell["outputs"], cell["execution_count"] = [output], float("nan")
