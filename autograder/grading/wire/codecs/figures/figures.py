"""Figures, axes and artists as values: a figure's number, and the buffer that tells of it.

A message is not read in the order in which it was written, so what it tells of a figure is no part
of the first node that names it. Both sides number their figures at random; one that crosses again,
either way, changes the object that it was.
"""

import json
import sys
from typing import Any

from autograder.errors import WireError
from autograder.grading.wire.codecs.figures.axes import apply_axes, axes_node, frame_node, new_axes
from autograder.grading.wire.codecs.figures.plain import (
    UndescribedError,
    numbers,
    place_in,
    require_plain,
    same,
)
from autograder.grading.wire.codecs.figures.properties import give, told
from autograder.grading.wire.codecs.figures.ticks import WORDS
from autograder.grading.wire.codecs.kind import Kind

_MOST_AXES = 200
_MOST_PIXELS = 2**27  # what a test that draws it may have to hold
_WIDEST = 2**15
_SHARED_TITLES = ("_suptitle", "_supxlabel", "_supylabel")


def description(figure: Any, lenient: bool = False) -> dict[str, Any] | None:
    """A figure in plain data; None where something in it has no description.

    lenient: leave that out instead.
    """
    if figure.subfigs or figure.images:
        return None
    try:
        frames = [frame_node(axes, figure.axes) for axes in figure.axes]
        drawn = [axes_node(axes, lenient) for axes in figure.axes]
        titles = [_title(getattr(figure, name)) for name in _SHARED_TITLES]
    except UndescribedError:
        return None
    current = figure._axstack.current() if figure.axes else None
    return {
        "size": [float(length) for length in figure.get_size_inches()],
        "dpi": float(figure.get_dpi()),
        "colour": [float(part) for part in figure.get_facecolor()],
        "label": str(figure.get_label()),
        "titles": titles,
        "frames": frames,
        "axes": drawn,
        "current": next((i for i, axes in enumerate(figure.axes) if axes is current), None),
    }


def _title(text: Any) -> Any:
    return None if text is None else told(text, WORDS)


def update(decoder: Any, figure: Any, parts: Any) -> None:
    """Make a figure what is claimed of it. May raise anything for what is none."""
    require_plain(parts)
    (width, height), (dpi,) = numbers(parts["size"], 2), numbers([parts["dpi"]], 1)
    across, down = width * dpi, height * dpi
    if not (min(across, down) >= 1 and max(across, down) <= _WIDEST and dpi <= 10_000):
        raise WireError("a figure of no size, or too large a one")
    if across * down > _MOST_PIXELS or len(parts["axes"]) > _MOST_AXES:
        raise WireError("too large a figure")
    figure._came_over = True  # what others claim of it is not drawn unless a test has it drawn
    figure.set_dpi(dpi)
    figure.set_size_inches(width, height)
    figure.set_facecolor(numbers(parts["colour"], 4))
    figure.set_label(parts["label"])
    _apply_frames(figure, parts["frames"])
    for axes, claimed in zip(figure.axes, parts["axes"], strict=True):
        apply_axes(decoder, axes, claimed)
    _apply_titles(figure, parts["titles"])
    if parts["current"] is not None:
        figure.sca(figure.axes[parts["current"]])


def _apply_frames(figure: Any, frames: Any) -> None:
    """Have the figure axes in these frames; those before the first that differs stay."""
    kept = 0
    for axes, frame in zip(list(figure.axes), frames, strict=False):
        if not _has_frame(figure, axes, frame):
            break
        kept += 1
    for axes in figure.axes[kept:]:
        axes.remove()
    for frame in frames[kept:]:
        new_axes(figure, frame)


def _has_frame(figure: Any, axes: Any, frame: Any) -> bool:
    try:
        (grid, bounds, shared), claimed = frame_node(axes, figure.axes), frame
    except UndescribedError:
        return False
    if grid is None:
        return same([grid, bounds, shared], claimed)
    return same([grid, shared], [claimed[0], claimed[2]])


def _apply_titles(figure: Any, titles: Any) -> None:
    makers = figure.suptitle, figure.supxlabel, figure.supylabel
    for name, make, claimed in zip(_SHARED_TITLES, makers, titles, strict=True):
        if claimed is not None:
            give(getattr(figure, name) or make(""), claimed, WORDS)


def _matplotlib(value: Any, module: str, name: str) -> bool:
    found = sys.modules.get(module)
    return found is not None and isinstance(value, getattr(found, name))


def _describe_figure(encoder: Any, figure: Any) -> Any:
    if (parts := _parts(encoder, figure)) is None:
        return None
    if id(figure) not in encoder.told:
        text = json.dumps(encoder.node(parts))
        encoder.told[id(figure)] = encoder.buffer(text.encode())
    return [encoder.known.figures.number(figure), encoder.told[id(figure)]]


def _parts(encoder: Any, figure: Any) -> Any:
    if type(figure).__name__ != "Figure":  # a part of one, which is another's axes
        return None
    if id(figure) not in encoder.descriptions:
        encoder.descriptions[id(figure)] = description(figure)
    return encoder.descriptions[id(figure)]


def _build_figure(decoder: Any, claimed: Any) -> Any:
    number, buffer = claimed
    if type(number) is not int or not 0 <= number < 2**53:
        raise WireError("a figure without a number")
    if number not in decoder.told:
        parts = decoder.value(json.loads(bytes(decoder.data({"b": buffer}))))
        decoder.told[number] = _told_of(decoder, number, parts)
    return decoder.told[number]


def _told_of(decoder: Any, number: int, parts: Any) -> Any:
    figure = decoder.known.figures.find(number)
    if figure is None:
        figure = decoder.known.module("matplotlib.figure").Figure()
        decoder.known.module("matplotlib.backends.backend_agg").FigureCanvasAgg(figure)
        decoder.known.figures.add(figure, number)
    elif same(description(figure), parts):
        return figure
    update(decoder, figure, parts)
    return figure


def _describe_axes(encoder: Any, axes: Any) -> Any:
    return _in_figure(encoder, axes, lambda figure: [figure.axes.index(axes)])


def _describe_artist(encoder: Any, artist: Any) -> Any:
    def place(figure: Any) -> list[int]:
        return [figure.axes.index(artist.axes), artist.axes._children.index(artist)]

    return _in_figure(encoder, artist, place) if artist.axes is not None else None


def _in_figure(encoder: Any, artist: Any, place: Any) -> Any:
    """A part of a figure by its place, where the figure has a description."""
    figure = artist.figure
    try:
        found = place(figure)
    except (AttributeError, ValueError):  # it was removed, or is no figure's
        return None
    return None if _parts(encoder, figure) is None else [figure, *found]


def _build_axes(_: Any, claimed: Any) -> Any:
    figure, place = claimed
    return _figure(figure).axes[place_in(place)]


def _build_artist(_: Any, claimed: Any) -> Any:
    figure, axes, place = claimed
    return _figure(figure).axes[place_in(axes)]._children[place_in(place)]


def _figure(value: Any) -> Any:
    if type(value).__module__ != "matplotlib.figure":
        raise WireError("axes of no figure")
    return value


def _as_it_is(original: Any, changed: Any) -> None:
    """A figure that is told again changed as it was read."""


KINDS = tuple(
    Kind(name, "matplotlib", belongs, describe, build, _as_it_is)
    for name, belongs, describe, build in (
        (
            "figure",
            lambda value: _matplotlib(value, "matplotlib.figure", "Figure"),
            _describe_figure,
            _build_figure,
        ),
        (
            "axes",
            lambda value: _matplotlib(value, "matplotlib.axes", "Axes"),
            _describe_axes,
            _build_axes,
        ),
        (
            "artist",
            lambda value: _matplotlib(value, "matplotlib.artist", "Artist"),
            _describe_artist,
            _build_artist,
        ),
    )
)
