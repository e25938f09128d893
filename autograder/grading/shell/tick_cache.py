"""While a figure is drawn, each axis places its ticks once.

Otherwise matplotlib has an axis do so up to six times a drawing: to draw it, and for the places of
its label, its spine and the title, each time with the extents of all its labels.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

# Methods of matplotlib's that are private: in a version that lacks one, all goes its usual way.
_PLACE, _BOXES = "_update_ticks", "_get_ticklabel_bboxes"


class _Ticks:
    """The ticks of one axis and the boxes of their labels, until the axes move or change limits."""

    def __init__(self, axis: Any):
        self._axis = axis
        self._place: Callable[[], list] = getattr(axis, _PLACE)
        self._boxes: Callable[[list, Any], tuple] = getattr(axis, _BOXES)
        self._where: tuple = ()
        self._ticks: list = []
        self._boxed: tuple | None = None

    def place(self) -> list:
        axes = self._axis.axes
        # The limits of both axes: a spine, with its labels, may stand at a number of the other.
        where = (*axes.viewLim.bounds, *axes.bbox.bounds, axes.get_figure().dpi)
        if where != self._where:
            self._ticks, self._boxed, self._where = self._place(), None, where
        return self._ticks

    def boxes(self, ticks: list, renderer: Any) -> tuple:
        if ticks is not self._ticks:
            return self._boxes(ticks, renderer)
        if self._boxed is None:
            self._boxed = self._boxes(ticks, renderer)
        return self._boxed


@contextmanager
def ticks_placed_once(figure: Any) -> Iterator[None]:
    """Let each axis of the figure keep its ticks while the body draws it; then all is as before."""
    axes = [axis for one in figure.axes for axis in (one.xaxis, one.yaxis) if _is_plain(axis)]
    for axis in axes:
        ticks = _Ticks(axis)
        vars(axis).update({_PLACE: ticks.place, _BOXES: ticks.boxes})
    try:
        yield
    finally:
        for axis in axes:
            del vars(axis)[_PLACE], vars(axis)[_BOXES]


def _is_plain(axis: Any) -> bool:
    """One of matplotlib's own, straight axes: those of a polar or a 3-D plot move their ticks."""
    from matplotlib.axis import XAxis, YAxis

    if type(axis) not in (XAxis, YAxis):
        return False
    return all(hasattr(axis, name) and name not in vars(axis) for name in (_PLACE, _BOXES))
