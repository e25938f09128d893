"""The legend of a pair of axes."""

from typing import Any

from autograder.errors import WireError
from autograder.grading.wire.codecs.figures.plain import numbers
from autograder.grading.wire.codecs.figures.properties import (
    COMMON,
    LINE,
    MARKER,
    PATCH,
    give,
    told,
)

_MOST = 1000


def legend_node(legend: Any) -> Any:
    """Its texts, samples and place; None where there is none."""
    if legend is None:
        return None
    place = legend._loc
    return {
        "texts": [text.get_text() for text in legend.get_texts()],
        "samples": [_sample(handle) for handle in legend.legend_handles],
        "title": legend.get_title().get_text(),
        "place": place if isinstance(place, int) else [float(part) for part in place],
        "columns": int(legend._ncols),
        "frame": bool(legend.get_frame_on()),
        "visible": bool(legend.get_visible()),
    }


def _sample(handle: Any) -> list[Any]:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    if isinstance(handle, Line2D):
        return ["line", told(handle, COMMON + LINE + MARKER)]
    if isinstance(handle, Patch):
        return ["patch", told(handle, COMMON + PATCH)]
    return ["other", {}]


def apply_legend(axes: Any, parts: Any) -> None:
    """Give the axes this legend, or none."""
    if parts is None:
        if axes.get_legend() is not None:
            axes.get_legend().remove()
        return
    texts, place = parts["texts"], parts["place"]
    if len(texts) > _MOST or not all(isinstance(text, str) for text in [*texts, parts["title"]]):
        raise WireError("a legend of texts that are none, or too many")
    samples = [_built(*sample) for sample in parts["samples"]][: len(texts)]
    samples += [_built("other", {})] * (len(texts) - len(samples))
    legend = axes.legend(
        samples,
        texts,
        loc=place if type(place) is int and 0 <= place <= 10 else tuple(numbers(place, 2)),
        title=parts["title"] or None,
        ncols=int(numbers([parts["columns"]], 1)[0]) or 1,
        frameon=bool(parts["frame"]),
    )
    legend.set_visible(bool(parts["visible"]))


def _built(kind: Any, properties: Any) -> Any:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Rectangle

    if kind == "patch":
        give(found := Rectangle((0, 0), 1, 1), properties, COMMON + PATCH)
        return found
    line = Line2D([], [])
    if kind == "line":
        give(line, properties, COMMON + LINE + MARKER)
    return line
