"""Lines, patches, images and texts of a pair of axes, each as its parts; an artist is told by the
name of its class, and one of the receiver's own is given the parts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.errors import WireError
from autograder.grading.wire.codecs.figures.plain import (
    UndescribedError,
    numbers,
    path_node,
    path_of,
)
from autograder.grading.wire.codecs.figures.properties import (
    COMMON,
    LINE,
    MARKER,
    PATCH,
    TEXT,
    give,
    place_of,
    told,
    transform,
)


@dataclass(frozen=True)
class Drawn:
    """A class of artists.

    describe: an artist's parts. Raises UndescribedError.
    make: a new one, on the axes.
    apply: give an artist parts; they are claims.
    """

    describe: Callable[[Any, Any], dict[str, Any]]
    make: Callable[[Any], Any]
    apply: Callable[[Any, Any, Any], None]


def _line(axes: Any, line: Any) -> dict[str, Any]:
    return {
        "x": _values(line.get_xdata(orig=True)),
        "y": _values(line.get_ydata(orig=True)),
        "place": place_of(axes, line.get_transform()),
        "properties": told(line, COMMON + LINE + MARKER),
    }


def _values(data: Any) -> Any:
    """Coordinates as they were given: numbers, dates or words."""
    return data if isinstance(data, np.ndarray) else np.asarray(data)


def _apply_line(axes: Any, line: Any, parts: Any) -> None:
    x, y = parts["x"], parts["y"]
    if not all(isinstance(data, np.ndarray) and data.ndim == 1 for data in (x, y)):
        raise WireError("a line without coordinates")
    if len(x) != len(y):
        raise WireError("a line of more places than heights")
    use_units(axes, x, y)
    line.set_data(x, y)
    line.set_transform(transform(axes, parts["place"]))
    give(line, parts["properties"], COMMON + LINE + MARKER)
    line.recache(always=True)


def use_units(axes: Any, x: Any = None, y: Any = None) -> None:
    """Have the axes know dates and words before they come."""
    for axis, data in ((axes.xaxis, x), (axes.yaxis, y)):
        if data is not None and data.size and data.dtype.kind in "OUSM":
            axis.update_units(data)


def _new_line(axes: Any) -> Any:
    from matplotlib.lines import Line2D

    return axes.add_line(Line2D([], []))


def _patch(axes: Any, patch: Any) -> dict[str, Any]:
    from matplotlib.artist import Artist

    return {
        "place": place_of(axes, Artist.get_transform(patch)),
        "properties": told(patch, COMMON + PATCH),
    }


def _apply_patch(axes: Any, patch: Any, parts: Any) -> None:
    patch.set_transform(transform(axes, parts["place"]))
    give(patch, parts["properties"], COMMON + PATCH)


def _shaped(names: tuple[str, ...], new: Callable[[Any], Any], of: Any = None) -> Drawn:
    """A patch whose shape is numbers, by the names of its getters and setters."""

    def describe(axes: Any, patch: Any) -> dict[str, Any]:
        shape = [_flat(getattr(patch, f"get_{name}")()) for name in names]
        return {"shape": shape, **_patch(axes, patch)}

    def apply(axes: Any, patch: Any, parts: Any) -> None:
        for name, value in zip(names, parts["shape"], strict=True):
            checked = numbers(value, 2) if isinstance(value, list) else _one(value)
            getattr(patch, f"set_{name}")(checked)
        _apply_patch(axes, patch, parts)

    return Drawn(describe, lambda axes: axes.add_patch(new(_patches())), apply)


def _one(value: Any) -> float | None:
    return None if value is None else numbers([value], 1)[0]


def _flat(value: Any) -> Any:
    if isinstance(value, tuple | list | np.ndarray):
        return [_number(item) for item in value]
    return None if value is None else _number(value)


def _number(value: Any) -> float:
    if not isinstance(value, int | float | np.number):
        raise UndescribedError("a place that is no number")
    return float(value)


def _patches() -> Any:
    from matplotlib import patches

    return patches


def _polygon() -> Drawn:
    def describe(axes: Any, patch: Any) -> dict[str, Any]:
        points = np.asarray(patch.get_xy(), float)
        return {"shape": [points, bool(patch.get_closed())], **_patch(axes, patch)}

    def apply(axes: Any, patch: Any, parts: Any) -> None:
        points, closed = parts["shape"]
        patch.set_closed(bool(closed))
        patch.set_xy(path_of(points, None).vertices)
        _apply_patch(axes, patch, parts)

    return Drawn(describe, lambda axes: axes.add_patch(_patches().Polygon([[0, 0]])), apply)


def _path_patch() -> Drawn:
    def describe(axes: Any, patch: Any) -> dict[str, Any]:
        return {"shape": path_node(patch.get_path()), **_patch(axes, patch)}

    def apply(axes: Any, patch: Any, parts: Any) -> None:
        patch.set_path(path_of(*parts["shape"]))
        _apply_patch(axes, patch, parts)

    empty = [[0.0, 0.0]]
    new = lambda axes: axes.add_patch(_patches().PathPatch(path_of(empty, None)))  # noqa: E731
    return Drawn(describe, new, apply)


def _stairs() -> Drawn:
    def describe(axes: Any, patch: Any) -> dict[str, Any]:
        values, edges, baseline = patch.get_data()
        base = baseline if baseline is None else np.asarray(baseline, float)
        return {"shape": [np.asarray(values), np.asarray(edges), base], **_patch(axes, patch)}

    def apply(axes: Any, patch: Any, parts: Any) -> None:
        patch.set_data(*parts["shape"])
        _apply_patch(axes, patch, parts)

    new = lambda axes: axes.add_patch(_patches().StepPatch([1.0], [0.0, 1.0]))  # noqa: E731
    return Drawn(describe, new, apply)


def _wedge() -> Drawn:
    names = ("r", "theta1", "theta2", "width")

    def describe(axes: Any, patch: Any) -> dict[str, Any]:
        shape = [_flat(patch.center), *(_flat(getattr(patch, name)) for name in names)]
        return {"shape": shape, **_patch(axes, patch)}

    def apply(axes: Any, patch: Any, parts: Any) -> None:
        centre, radius, start, end, width = parts["shape"]
        patch.set_center(tuple(numbers(centre, 2)))
        patch.set_radius(_one(radius))
        patch.set_theta1(_one(start))
        patch.set_theta2(_one(end))
        patch.set_width(_one(width))
        _apply_patch(axes, patch, parts)

    new = lambda axes: axes.add_patch(_patches().Wedge((0, 0), 1, 0, 1))  # noqa: E731
    return Drawn(describe, new, apply)


def _image(axes: Any, image: Any) -> dict[str, Any]:
    return {
        "pixels": image.get_array(),
        "extent": _flat(image.get_extent()),
        "origin": image.origin,
        "interpolation": image.get_interpolation(),
        "colours": colours_node(image),
        "properties": told(image, COMMON),
    }


def _apply_image(axes: Any, image: Any, parts: Any) -> None:
    if parts["origin"] not in ("upper", "lower"):
        raise WireError("an image without an origin")
    if not isinstance(parts["pixels"], np.ndarray):
        raise WireError("an image without pixels")
    image.origin = parts["origin"]
    image.set_data(parts["pixels"])
    image._extent = tuple(numbers(parts["extent"], 4))  # set_extent would move the limits
    image.set_interpolation(parts["interpolation"])
    apply_colours(image, parts["colours"])
    give(image, parts["properties"], COMMON)


def _new_image(axes: Any) -> Any:
    from matplotlib.image import AxesImage

    image = AxesImage(axes)
    image.set_data(np.zeros((1, 1)))
    axes.add_image(image)
    image.set_clip_path(axes.patch)
    return image


def colours_node(mappable: Any) -> list[Any]:
    """Which colours stand for which numbers. Raises UndescribedError for a map without a name."""
    import matplotlib
    from matplotlib.colors import LogNorm, Normalize

    cmap, norm = mappable.get_cmap(), mappable.norm
    if cmap.name not in matplotlib.colormaps or matplotlib.colormaps[cmap.name] != cmap:
        raise UndescribedError("colours without a name")
    if type(norm) not in (Normalize, LogNorm):
        raise UndescribedError("a scale of colours")
    ends = [None if end is None else float(end) for end in (norm.vmin, norm.vmax)]
    return [cmap.name, type(norm).__name__, ends, bool(norm.clip)]


def apply_colours(mappable: Any, parts: Any) -> None:
    """Give it these colours. Raises LookupError or WireError for what are none."""
    import matplotlib
    from matplotlib import colors

    name, norm, ends, clip = parts
    if norm not in ("Normalize", "LogNorm") or len(ends) != 2:
        raise WireError("an unknown scale of colours")
    mappable.set_cmap(matplotlib.colormaps[str(name)])
    mappable.set_norm(getattr(colors, norm)(*map(_one, ends), clip=bool(clip)))


def _text(axes: Any, text: Any) -> dict[str, Any]:
    return {
        "at": _flat(text.get_position()),
        "place": place_of(axes, text.get_transform()),
        "properties": told(text, COMMON + TEXT),
    }


def _apply_text(axes: Any, text: Any, parts: Any) -> None:
    text.set_position(tuple(numbers(parts["at"], 2)))
    text.set_transform(transform(axes, parts["place"]))
    give(text, parts["properties"], COMMON + TEXT)


_COORDINATES = {"data", "axes fraction", "axes points", "axes pixels", "figure fraction"}
_COORDINATES |= {"figure points", "figure pixels", "offset points", "offset pixels", "polar"}


def _note(axes: Any, note: Any) -> dict[str, Any]:
    coordinates = [note.xycoords, note._textcoords]
    if not all(name in _COORDINATES for name in coordinates if isinstance(name, str)):
        raise UndescribedError("the place of an annotation")
    if not all(isinstance(name, str) for name in coordinates):
        raise UndescribedError("the place of an annotation")
    return {
        "points to": _flat(note.xy),
        "at": _flat(note.get_position()),
        "coordinates": coordinates,
        "arrow": note.arrow_patch is not None,
        "arrowprops": _arrow(note.arrowprops),
        "properties": told(note, COMMON + TEXT),
    }


def _arrow(arrowprops: Any) -> Any:
    if arrowprops is None:
        return None
    simple = {n: v for n, v in arrowprops.items() if isinstance(v, str | int | float)}
    return simple if len(simple) == len(arrowprops) else {"arrowstyle": "->"}


def _apply_note(axes: Any, note: Any, parts: Any) -> None:
    if not all(name in _COORDINATES for name in parts["coordinates"]):
        raise WireError("an annotation at an unknown place")
    note.xy = tuple(numbers(parts["points to"], 2))
    note.xycoords, note._textcoords = parts["coordinates"]
    note.set_position(tuple(numbers(parts["at"], 2)))
    note.arrowprops = _checked_arrow(parts["arrowprops"])
    if parts["arrow"] and note.arrow_patch is None:
        note.arrow_patch = _patches().FancyArrowPatch((0, 0), (1, 1), arrowstyle="->")
        note.arrow_patch.set_figure(axes.figure)
    give(note, parts["properties"], COMMON + TEXT)


def _checked_arrow(arrowprops: Any) -> Any:
    if arrowprops is None or all(isinstance(v, str | int | float) for v in arrowprops.values()):
        return arrowprops
    raise WireError("an arrow that is none")


def _new_rectangle(patches: Any) -> Any:
    return patches.Rectangle((0, 0), 1, 1)


#: By the name of the class: "Line2D", "Rectangle", ...
DRAWN: dict[str, Drawn] = {
    "Line2D": Drawn(_line, _new_line, _apply_line),
    "Rectangle": _shaped(("xy", "width", "height", "angle"), _new_rectangle),
    "Circle": _shaped(("center", "radius"), lambda p: p.Circle((0, 0))),
    "Ellipse": _shaped(("center", "width", "height", "angle"), lambda p: p.Ellipse((0, 0), 1, 1)),
    "Polygon": _polygon(),
    "FancyArrow": _polygon(),
    "Wedge": _wedge(),
    "PathPatch": _path_patch(),
    "StepPatch": _stairs(),
    "AxesImage": Drawn(_image, _new_image, _apply_image),
    "Text": Drawn(_text, lambda axes: axes.text(0, 0, ""), _apply_text),
    "Annotation": Drawn(_note, lambda axes: axes.annotate("", (0, 0), (0, 0)), _apply_note),
}
