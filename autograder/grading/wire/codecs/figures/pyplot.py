"""The figures that are open in pyplot, and which is current: alike on both sides of a call."""

import sys
from collections.abc import Callable
from typing import Any

from autograder.errors import WireError
from autograder.grading.wire.codecs.figures.figures import description

Node = Any
_MOST_OPEN = 100


class OpenFigures:
    """Of one side: what was open when both last agreed. Tells of it only while it is `shared`."""

    def __init__(self, new_encoder: Callable[[], Any]):
        self._new_encoder = new_encoder
        self._agreed: Any = None
        self.shared = False

    def share(self, shared: bool) -> None:
        """Begin, with nothing agreed on, or end."""
        self.shared, self._agreed = shared, None

    def news(self, encoder: Any) -> Node:
        """What is open, as a node, where it is not as both agreed; else None."""
        if not self.shared or (now := self._snapshot()) == self._agreed:
            return None
        self._agreed = now
        return _node(encoder)

    def take(self, decoder: Any, node: Node) -> None:
        """Have open what the other side has. Raises WireError."""
        found = decoder.value(node)
        try:
            _restore(decoder, found)
        except Exception as error:
            raise WireError(f"no open figures: {type(error).__name__}") from error
        self._agreed = self._snapshot()

    def _snapshot(self) -> Any:
        encoder = self._new_encoder()
        return _node(encoder), encoder.buffers


def _managers() -> dict[int, Any]:
    """By number, the current figure's last."""
    helpers = sys.modules.get("matplotlib._pylab_helpers")
    return dict(helpers.Gcf.figs) if helpers else {}


def _node(encoder: Any) -> Node:
    return [
        [number, told]
        for number, manager in _managers().items()
        if (told := _figure_node(encoder, manager.canvas.figure)) is not None
    ]


def _figure_node(encoder: Any, figure: Any) -> Node:
    """As of any figure, but without what has no description: a look at the rest is worth much."""
    if not encoder.known.allows("matplotlib"):
        return None
    if id(figure) not in encoder.descriptions:
        encoder.descriptions[id(figure)] = description(figure) or description(figure, lenient=True)
    node = encoder.node(figure)
    return node if node["t"] == "figure" else None


def _restore(decoder: Any, found: Any) -> None:
    if len(found) > _MOST_OPEN:
        raise WireError("too many open figures")
    wanted = {_number(number): figure for number, figure in found}
    if not wanted and not _managers():
        return
    helpers = decoder.known.module("matplotlib._pylab_helpers")
    for number, manager in _managers().items():
        if wanted.get(number) is not manager.canvas.figure:
            helpers.Gcf.destroy(number)
    for number, figure in wanted.items():
        if number in _managers():
            helpers.Gcf.set_active(_managers()[number])
        else:
            helpers.Gcf._set_new_active_manager(_adopted(decoder, number, figure))


def _number(number: Any) -> int:
    if type(number) is not int or not 0 < number < 10**6:
        raise WireError("an open figure without a number")
    return number


def _adopted(decoder: Any, number: int, figure: Any) -> Any:
    if type(figure).__module__ != "matplotlib.figure":
        raise WireError("an open figure that is none")
    pyplot = decoder.known.module("matplotlib.pyplot")
    return pyplot._get_backend_mod().new_figure_manager_given_figure(number, figure)


def close_left_open() -> None:
    """Close what calls left open, as the end of their cell does where the notebook lets it."""
    inline = sys.modules.get("matplotlib_inline.config")
    if _managers() and inline and inline.InlineBackend.instance().close_figures:
        sys.modules["matplotlib.pyplot"].close("all")
