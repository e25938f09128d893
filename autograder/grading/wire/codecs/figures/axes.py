"""A pair of axes: where it lies, its two axes, and all that is drawn in it."""

from typing import Any

import numpy as np

from autograder.errors import WireError
from autograder.grading.wire.codecs.figures import artists, groups
from autograder.grading.wire.codecs.figures.legends import apply_legend, legend_node
from autograder.grading.wire.codecs.figures.plain import UndescribedError, numbers, place_in, same
from autograder.grading.wire.codecs.figures.properties import give, told
from autograder.grading.wire.codecs.figures.ticks import WORDS, apply_axis, apply_units, axis_node

_DRAWN = artists.DRAWN | groups.DRAWN
_MOST_ROWS = 1000  # of a grid of axes
_ARTIST = 2**14  # bytes, amply
_TITLES = ("title", "_left_title", "_right_title")
_CONTAINERS = ("BarContainer", "ErrorbarContainer", "StemContainer")


def frame_node(axes: Any, others: list[Any]) -> list[Any]:
    """Where it lies and what it shares: two pairs of one frame can be made the same."""
    if type(axes).__name__ != "Axes" or axes.name != "rectilinear" or axes.child_axes:
        raise UndescribedError("axes of another kind")
    shared = [_index(others, mate) for mate in (axes._sharex, axes._sharey)]
    spec = axes.get_subplotspec()
    if spec is None:
        return [None, _numbers(axes.get_position(original=True).bounds), shared]
    first, last = spec.num1, spec.num2
    grid = [int(number) for number in (*spec.get_gridspec().get_geometry(), first, last)]
    return [grid, _numbers(axes.get_position(original=True).bounds), shared]


def _numbers(values: Any) -> list[float]:
    return [float(value) for value in values]


def _index(others: list[Any], mate: Any) -> int | None:
    return next((i for i, other in enumerate(others) if other is mate), None)


def new_axes(figure: Any, frame: Any) -> Any:
    """Axes in this frame. Raises WireError, LookupError or ValueError for what is none."""
    grid, bounds, shared = frame
    mates = [None if mate is None else figure.axes[place_in(mate)] for mate in shared]
    keywords = dict(zip(("sharex", "sharey"), mates, strict=True))
    if grid is None:
        return figure.add_axes(numbers(bounds, 4), **keywords)
    rows, columns, first, last = map(place_in, grid)
    if not (
        0 < rows <= _MOST_ROWS and 0 < columns <= _MOST_ROWS and first <= last < rows * columns
    ):
        raise WireError("axes outside their grid")
    from matplotlib.gridspec import GridSpec

    spec = GridSpec(rows, columns, figure=figure)
    between = spec[first : last + 1] if last > first else spec[first]
    axes = figure.add_subplot(between, **keywords)
    if not np.allclose(axes.get_position(original=True).bounds, place := numbers(bounds, 4)):
        axes.set_position(place)  # a colour bar has taken some of its room, or is one
    return axes


def axes_node(axes: Any, lenient: bool = False) -> dict[str, Any]:
    """All that is drawn in it. Raises UndescribedError.

    lenient: leave out what has no description.
    """
    drawn, children = [], []
    for artist in axes._children:
        name = type(artist).__name__
        try:
            if name not in _DRAWN or not type(artist).__module__.startswith("matplotlib."):
                raise UndescribedError(name)
            drawn.append([name, _DRAWN[name].describe(axes, artist)])
            children.append(artist)
        except UndescribedError:
            if not lenient:
                raise
    return {
        "drawn": drawn,
        "containers": [_container(found, children) for found in axes.containers],
        "axes": [axis_node(axes.xaxis), axis_node(axes.yaxis)],
        "titles": [told(getattr(axes, name), WORDS) for name in _TITLES],
        "legend": legend_node(axes.get_legend()),
        "aspect": aspect if isinstance(aspect := axes.get_aspect(), str) else float(aspect),
        "colour": _numbers(axes.get_facecolor()),
        "shown": [bool(axes.get_visible()), bool(axes.axison), bool(axes.get_frame_on())],
        "spines": [bool(axes.spines[side].get_visible()) for side in _sides(axes)],
        "label": str(axes.get_label()),
        "data": [np.array(axes.dataLim.get_points()), np.array(axes.dataLim.minpos)],
        "next colours": [_cycle(axes._get_lines), _cycle(axes._get_patches_for_fill)],
    }


def _sides(axes: Any) -> list[str]:
    return [side for side in ("left", "right", "top", "bottom") if side in axes.spines]


def _cycle(colours: Any) -> int:
    return int(getattr(_cycler(colours), "_idx", 0))


def _cycler(colours: Any) -> Any:
    """What counts the colours: an object of its own in newer Matplotlib."""
    return getattr(colours, "_prop_cycle", colours)


def _container(found: Any, children: list[Any]) -> Any:
    """A container by the places of its artists among the children."""
    name = type(found).__name__
    if name not in _CONTAINERS:
        return None
    return [name, _places(tuple(found), children), str(found.get_label()), _orientation(found)]


def _orientation(found: Any) -> Any:
    return getattr(found, "orientation", None)


def _places(part: Any, children: list[Any]) -> Any:
    if isinstance(part, tuple | list):
        return [_places(item, children) for item in part]
    return _index(children, part)


def apply_axes(decoder: Any, axes: Any, parts: Any) -> None:
    """Make the axes what is claimed of them; an artist of the same class stays the same object."""
    decoder.spend(_ARTIST * (10 + len(parts["drawn"])))
    for axis, claimed in zip((axes.xaxis, axes.yaxis), parts["axes"], strict=True):
        apply_units(axis, claimed)
    _apply_drawn(axes, parts["drawn"])
    axes.containers = [
        _built(claimed, axes._children) for claimed in parts["containers"] if claimed is not None
    ]
    points, least = (np.asarray(part, float) for part in parts["data"])
    axes.dataLim.set_points(points.reshape(2, 2))
    axes.dataLim._minpos = least.reshape(2)
    axes.ignore_existing_data_limits = not np.isfinite(points).all()
    for name, claimed in zip(_TITLES, parts["titles"], strict=True):
        give(getattr(axes, name), claimed, WORDS)
    if not same(parts["legend"], legend_node(axes.get_legend())):
        apply_legend(axes, parts["legend"])
    for axis, claimed in zip((axes.xaxis, axes.yaxis), parts["axes"], strict=True):
        apply_axis(axis, claimed)
    _apply_looks(axes, parts)


def _apply_looks(axes: Any, parts: Any) -> None:
    visible, axison, framed = map(bool, parts["shown"])
    axes.set_visible(visible)
    axes.axison = axison
    axes.set_frame_on(framed)
    if axes.get_aspect() != parts["aspect"]:
        axes.set_aspect(parts["aspect"])
    axes.set_facecolor(numbers(parts["colour"], 4))
    for side, shown in zip(_sides(axes), parts["spines"], strict=True):
        axes.spines[side].set_visible(bool(shown))
    axes.set_label(str(parts["label"]))
    for colours, place in zip(
        (axes._get_lines, axes._get_patches_for_fill), parts["next colours"], strict=True
    ):
        cycler = _cycler(colours)
        if hasattr(cycler, "_idx"):
            cycler._idx = place_in(place) % len(cycler._cycler_items)


def _apply_drawn(axes: Any, drawn: Any) -> None:
    kept = list(axes._children)
    for place, (name, parts) in enumerate(drawn):
        if name not in _DRAWN:
            raise WireError("an unknown artist")
        kind = _DRAWN[name]
        if place < len(kept) and type(kept[place]).__name__ == name:
            if not _is_already(kind, axes, kept[place], parts):
                kind.apply(axes, kept[place], parts)
            continue
        for artist in kept[place:]:
            artist.remove()
        del kept[place:]
        kept.append(kind.make(axes))
        kind.apply(axes, kept[place], parts)
    for artist in kept[len(drawn) :]:
        artist.remove()


def _is_already(kind: artists.Drawn, axes: Any, artist: Any, parts: Any) -> bool:
    try:
        return same(kind.describe(axes, artist), parts)
    except UndescribedError:
        return False


def _built(claimed: Any, children: list[Any]) -> Any:
    from matplotlib import container

    name, places, label, orientation = claimed
    if name not in _CONTAINERS or orientation not in ("vertical", "horizontal", None):
        raise WireError("an unknown container of artists")
    parts = _at(places, children, depth=3)
    keywords: dict[str, Any] = {"label": str(label)}
    if name == "BarContainer":
        keywords["orientation"] = orientation
    return getattr(container, name)(parts, **keywords)


def _at(places: Any, children: list[Any], depth: int) -> Any:
    if isinstance(places, list) and depth:
        return tuple(_at(item, children, depth - 1) for item in places)
    return None if places is None else children[place_in(places)]
