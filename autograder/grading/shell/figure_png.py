"""A figure as a PNG, as the inline backend shows it, for half of what that costs.

To crop a picture to what is drawn on it, matplotlib lays the figure out twice and asks every text
for its extent. Here it is drawn once, on a larger canvas, and cropped by its pixels.
"""

from base64 import b64encode
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import numpy as np
from IPython.core.pylabtools import print_figure

from autograder.grading.shell.tick_cache import ticks_placed_once

_MARGIN = 1.0  # inches around the figure that are drawn too: a label or a legend may stand there
_PAD = 0.1  # inches left around what is drawn, matplotlib's savefig.pad_inches
_LEVEL = 1  # of zlib: 6, the default, takes 20 ms more a figure to make it a tenth smaller


def png_text(figure: Any) -> str | None:
    """`png` in base64, as an output of a cell holds it."""
    picture = png(figure)
    return None if picture is None else b64encode(picture).decode("ascii")


def png(figure: Any) -> bytes | None:
    """The figure, cropped to its axes and whatever else is drawn; None for an empty figure."""
    if not figure.axes and not figure.lines:
        return None
    pixels = _drawn(figure)
    is_drawn = pixels != pixels[0, 0]
    rows, columns = (_extent(is_drawn.any(axis=axis)) for axis in (1, 0))
    at_edge = _touches(rows, pixels.shape[0]) or _touches(columns, pixels.shape[1])
    if at_edge or not all(_is_in_reach(figure, artist) for artist in _placed_freely(figure)):
        return print_figure(figure, "png", pil_kwargs={"compress_level": _LEVEL})
    return _encoded(figure, _with_axes(figure, pixels, rows, columns))


def _drawn(figure: Any) -> np.ndarray:
    """The figure and its margin: (height, width) uint32, the four bytes RGBA of each pixel."""
    from matplotlib.transforms import Bbox

    (width, height), raw = figure.get_size_inches(), BytesIO()
    area = Bbox([[-_MARGIN, -_MARGIN], [width + _MARGIN, height + _MARGIN]])
    colours = {"facecolor": figure.get_facecolor(), "edgecolor": figure.get_edgecolor()}
    with ticks_placed_once(figure):
        figure.canvas.print_figure(raw, format="rgba", dpi=figure.dpi, bbox_inches=area, **colours)
    columns = int((width + 2 * _MARGIN) * figure.dpi)
    return np.frombuffer(raw.getbuffer(), np.uint32).reshape(-1, columns)


def _extent(drawn: np.ndarray) -> tuple[int, int]:
    """The first and the last True, or an empty extent at the end."""
    places = np.flatnonzero(drawn)
    return (int(places[0]), int(places[-1])) if len(places) else (len(drawn), 0)


def _touches(extent: tuple[int, int], size: int) -> bool:
    return extent[0] == 0 or extent[1] == size - 1


def _placed_freely(figure: Any) -> Iterator[Any]:
    """What may stand far from the figure: axes, texts, legends and tables."""
    yield from (*figure.axes, *figure.texts, *figure.legends)
    for axes in figure.axes:
        legend = axes.get_legend()
        yield from (*axes.texts, *axes.tables, *axes.child_axes, *([legend] if legend else []))


def _is_in_reach(figure: Any, artist: Any) -> bool:
    """Whether an artist lies on the figure and its margin, and so was drawn."""
    if not artist.get_visible():
        return True
    extent, (width, height) = _place(artist, figure), figure.bbox.size
    margin = _MARGIN * figure.dpi
    x_fits = extent.x0 >= -margin and extent.x1 <= width + margin
    return x_fits and extent.y0 >= -margin and extent.y1 <= height + margin


def _place(artist: Any, figure: Any) -> Any:
    """Where it is, in pixels from the figure's corner; of a legend, where it was drawn."""
    from matplotlib.legend import Legend

    if not isinstance(artist, Legend):
        return artist.get_window_extent()
    margin = _MARGIN * figure.dpi  # its frame stands where it stood on the larger canvas
    return artist.get_frame().get_window_extent().translated(-margin, -margin)


def _with_axes(figure: Any, pixels: np.ndarray, rows: tuple, columns: tuple) -> np.ndarray:
    """The part of the picture that holds these rows and columns and all visible axes."""
    margin, pad, height = _MARGIN * figure.dpi, _PAD * figure.dpi, pixels.shape[0]
    boxes = [axes.bbox for axes in figure.axes if axes.get_visible()]
    left = min([columns[0], *(margin + box.x0 for box in boxes)])
    right = max([columns[1], *(margin + box.x1 for box in boxes)])
    top = min([rows[0], *(height - margin - box.y1 for box in boxes)])
    bottom = max([rows[1], *(height - margin - box.y0 for box in boxes)])
    across = slice(max(round(left - pad), 0), round(right + pad) + 1)
    return pixels[max(round(top - pad), 0) : round(bottom + pad) + 1, across]


def _encoded(figure: Any, pixels: np.ndarray) -> bytes:
    from PIL import Image

    file = BytesIO()
    size = pixels.shape[1], pixels.shape[0]
    image = Image.frombuffer("RGBA", size, pixels.tobytes(), "raw", "RGBA", 0, 1)
    image.save(file, format="png", compress_level=_LEVEL, dpi=(figure.dpi, figure.dpi))
    return file.getvalue()
