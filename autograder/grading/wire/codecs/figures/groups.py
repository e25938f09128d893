"""Collections: many points, segments or areas as one artist."""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.errors import WireError
from autograder.grading.wire.codecs.figures.artists import (
    Drawn,
    apply_colours,
    colours_node,
)
from autograder.grading.wire.codecs.figures.plain import UndescribedError, path_node, path_of
from autograder.grading.wire.codecs.figures.properties import (
    COLLECTION,
    COMMON,
    give,
    place_of,
    told,
    transform,
)

_MOST_PATHS = 20_000


def _common(axes: Any, found: Any) -> dict[str, Any]:
    values = found.get_array()
    return {
        "values": None if values is None else np.ma.asarray(values),
        "colours": None if values is None else colours_node(found),
        "properties": told(found, COMMON + COLLECTION),
    }


def _apply_common(axes: Any, found: Any, parts: Any) -> None:
    give(found, parts["properties"], COMMON + COLLECTION)
    if parts["values"] is None:
        found.set_array(None)
        return
    if not isinstance(parts["values"], np.ndarray):
        raise WireError("a collection whose values are none")
    apply_colours(found, parts["colours"])
    found.set_array(parts["values"])


def _paths(found: Any) -> list[Any]:
    paths = found.get_paths()
    if len(paths) > _MOST_PATHS:
        raise UndescribedError("too many areas")
    return [path_node(path) for path in paths]


def _read_paths(parts: Any) -> list[Any]:
    if len(parts) > _MOST_PATHS:
        raise WireError("a collection of too many areas")
    return [path_of(*path) for path in parts]


def _points(axes: Any, found: Any) -> dict[str, Any]:
    return {
        "at": np.ma.asarray(found.get_offsets()),
        "place": place_of(axes, found.get_offset_transform()),
        "paths": _paths(found),
        "sizes": np.asarray(found.get_sizes(), float),
        **_common(axes, found),
    }


def _apply_points(axes: Any, found: Any, parts: Any) -> None:
    found.set_paths(_read_paths(parts["paths"]))
    found.set_offset_transform(transform(axes, parts["place"]))
    found.set_offsets(_pairs(parts["at"]))
    found.set_sizes(np.asarray(parts["sizes"], float).reshape(-1))
    found.set_transform(_no_transform())  # the sizes are in points, not in data
    _apply_common(axes, found, parts)


def _no_transform() -> Any:
    from matplotlib.transforms import IdentityTransform

    return IdentityTransform()


def _pairs(points: Any) -> Any:
    if not isinstance(points, np.ndarray) or points.ndim != 2 or points.shape[1] != 2:
        raise WireError("points that are none")
    return points.astype(float)


def _areas(axes: Any, found: Any) -> dict[str, Any]:
    if len(found.get_offsets()) > 1:
        raise UndescribedError("areas that are repeated")  # a hexbin
    place = place_of(axes, found.get_transform())
    return {"paths": _paths(found), "place": place, **_common(axes, found)}


def _apply_areas(axes: Any, found: Any, parts: Any) -> None:
    found._paths = _read_paths(parts["paths"])  # set_paths of each class takes something else
    found.stale = True
    found.set_transform(transform(axes, parts["place"]))
    _apply_common(axes, found, parts)


def _mesh(axes: Any, found: Any) -> dict[str, Any]:
    return {"corners": np.asarray(found.get_coordinates(), float), **_common(axes, found)}


def _apply_mesh(axes: Any, found: Any, parts: Any) -> None:
    corners = parts["corners"]
    if not isinstance(corners, np.ndarray) or corners.ndim != 3 or corners.shape[2] != 2:
        raise WireError("a mesh without corners")
    found._coordinates = corners.astype(float)
    found._bbox.update_from_data_xy(found._coordinates.reshape(-1, 2))
    _apply_common(axes, found, parts)


def _new(name: str, *arguments: Any, **keywords: Any) -> Callable[[Any], Any]:
    def make(axes: Any) -> Any:
        from matplotlib import collections

        found = getattr(collections, name)(*arguments, **keywords)
        return axes.add_collection(found, autolim=False)

    return make


_AREAS = Drawn(_areas, _new("PolyCollection", []), _apply_areas)
_ONE_CELL = np.zeros((2, 2, 2))

#: As `artists.DRAWN`.
DRAWN: dict[str, Drawn] = {
    "PathCollection": Drawn(_points, _new("PathCollection", []), _apply_points),
    "LineCollection": Drawn(_areas, _new("LineCollection", []), _apply_areas),
    "PolyCollection": _AREAS,
    "FillBetweenPolyCollection": _AREAS,
    "QuadMesh": Drawn(_mesh, _new("QuadMesh", _ONE_CELL), _apply_mesh),
}
