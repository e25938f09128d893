"""Properties of artists, by the names of Matplotlib's own getters and setters."""

from typing import Any

import numpy as np

from autograder.errors import WireError
from autograder.grading.wire.codecs.figures.plain import UndescribedError

COMMON = ("visible", "label", "zorder", "gid")
LINE = ("color", "linestyle", "linewidth", "drawstyle", "fillstyle")
MARKER = ("marker", "markersize", "markerfacecolor", "markeredgecolor", "markeredgewidth")
PATCH = ("facecolor", "edgecolor", "linewidth", "linestyle", "hatch", "fill")
COLLECTION = ("facecolor", "edgecolor", "linewidth", "linestyle", "hatch")
_LETTERS = ("text", "color", "fontsize", "fontweight", "fontstyle", "rotation")
TEXT = (*_LETTERS, "horizontalalignment", "verticalalignment")
_SIZES = ("linewidth", "markersize", "markeredgewidth", "fontsize")
_LARGEST = 10_000  # points


def told(artist: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """The properties of these names, and whether it is transparent."""
    found = {name: getattr(artist, f"get_{name}")() for name in names}
    return {"alpha": artist.get_alpha(), **{name: _plain(value) for name, value in found.items()}}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str | np.ndarray):
        return value
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    raise UndescribedError(type(value).__name__)


def give(artist: Any, properties: dict[str, Any], names: tuple[str, ...]) -> None:
    """Set them. Raises WireError where some are missing, ValueError for what is none."""
    if properties.keys() != {"alpha", *names}:
        raise WireError("an artist whose properties are others")
    from matplotlib.artist import Artist

    artist.set_alpha(None)
    for name in names:
        getattr(artist, f"set_{name}")(_given(name, properties[name]))
    base: Any = Artist
    base._set_alpha_for_array(artist, properties["alpha"])  # the colours have it in them


def _given(name: str, value: Any) -> Any:
    if name == "linestyle" and isinstance(value, list):  # of a collection: (offset, dashes)
        return [(start, dashes and tuple(dashes)) for start, dashes in value]
    if name in ("color", "markerfacecolor", "markeredgecolor") and isinstance(value, list):
        return tuple(value)
    if name in _SIZES and not np.all(np.abs(np.asarray(value, float)) <= _LARGEST):
        raise WireError("an artist of too large a size")
    if name == "marker" and not isinstance(value, str | int | None):
        raise WireError("a marker that is none")
    return value


def transform(axes: Any, place: Any) -> Any:
    """What takes coordinates of this place to pixels. Raises KeyError for an unknown place."""
    return _transforms(axes)[place]


def _transforms(axes: Any) -> dict[str, Any]:
    return {
        "data": axes.transData,
        "axes": axes.transAxes,
        "x data": axes.get_xaxis_transform(which="grid"),
        "y data": axes.get_yaxis_transform(which="grid"),
        "figure": axes.figure.transFigure,
    }


def place_of(axes: Any, found: Any) -> str:
    """The place whose transform this is. Raises UndescribedError."""
    for name, known in _transforms(axes).items():
        if found is known:  # equal they all are, as long as the limits are 0 and 1
            return name
    raise UndescribedError("a transform")
