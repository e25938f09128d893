"""Figures across the wire: alike to the pixel where they can be, refused where they are none."""

import copy
import json
import time
from typing import Any

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from autograder.errors import WireError
from autograder.grading.wire.codecs.described.known import Known
from autograder.grading.wire.codecs.figures.figures import description
from autograder.grading.wire.decode import Decoder
from autograder.grading.wire.encode import Encoder
from autograder.grading.wire.given_classes import Instances


def side() -> Instances:
    """One side of the wall, which knows Matplotlib and no figure yet."""
    return Instances({}, frozenset(), known=Known(["matplotlib"]))


def cross(value: Any, sender: Instances, receiver: Instances) -> Any:
    """The value as the receiver has it."""
    encoder = Encoder(instances=sender)
    node = encoder.node(value)
    return Decoder(encoder.buffers, instances=receiver).value(node)


def figure(draw: Any = None) -> tuple[Any, Any]:
    """A figure and its axes, with something drawn."""
    found = Figure()
    FigureCanvasAgg(found)
    axes = found.add_subplot()
    if draw is not None:
        draw(axes)
    return found, axes


def pixels(of: Any) -> np.ndarray:
    of.canvas.draw()
    return np.asarray(of.canvas.buffer_rgba())


def legend(axes: Any) -> None:
    axes.plot([1, 2], label="one")
    axes.bar([1], [2], label="two")
    axes.legend(loc="upper left", title="which")


DRAW = {
    "nothing": lambda axes: None,
    "lines": lambda axes: axes.plot([1, 2, 3], [1, 4, 2], "ro--", alpha=0.5),
    "bars": lambda axes: axes.bar(["a", "b"], [1, 2], color=["r", "g"], yerr=0.1, capsize=3),
    "histogram": lambda axes: axes.hist([1, 1, 2, 3], bins=3),
    "spans": lambda axes: (axes.axhline(1), axes.axvspan(0, 1, alpha=0.3), axes.vlines([2], 0, 1)),
    "an area": lambda axes: axes.fill_between([1, 2, 3], [1, 3, 2], alpha=0.5),
    "a mesh": lambda axes: axes.pcolormesh(np.arange(6).reshape(2, 3), cmap="plasma"),
    "an image": lambda axes: axes.imshow(np.eye(3), cmap="gray"),
    "a pie": lambda axes: axes.pie([1, 2], labels=["a", "b"]),
    "boxes": lambda axes: axes.boxplot([1, 2, 3, 9]),
    "stems": lambda axes: axes.stem([1, 2, 3]),
    "steps": lambda axes: axes.stairs([1, 3, 2]),
    "texts": lambda axes: (axes.text(0.2, 0.3, "t"), axes.set_title("T"), axes.set_xlabel("x")),
    "a legend": legend,
    "scales": lambda axes: (axes.plot([1, 10, 100]), axes.set_yscale("log"), axes.set_xlim(2, 0)),
    "no frame": lambda axes: axes.axis("off"),
}


@pytest.mark.parametrize("name", DRAW)
def test_a_figure_looks_on_the_other_side_as_it_did(name):
    ours, _ = figure(DRAW[name])
    theirs = cross(ours, side(), side())
    assert theirs is not ours
    assert np.mean(pixels(theirs) != pixels(ours)) < 1e-3  # an edge of a shape may be rounded


def test_what_comes_back_is_the_same_figure_with_the_same_artists():
    ours, axes = figure(lambda axes: axes.plot([1, 2]))
    here, there = side(), side()
    line = axes.lines[0]
    theirs = cross(axes, here, there)
    theirs.lines[0].set_color("r")
    theirs.bar([1, 2], [3, 4])
    theirs.set_ylabel("y")
    assert cross(theirs, there, here) is axes
    assert axes.lines[0] is line
    assert line.get_color() == "r"
    assert len(axes.containers[0]) == 2
    assert axes.get_ylabel() == "y"
    theirs.patches[0].remove()
    theirs.figure.delaxes(theirs)
    assert cross(theirs.figure, there, here) is ours or ours.axes == []


def test_parts_of_one_figure_stay_parts_of_one():
    ours, axes = figure(lambda axes: axes.plot([1, 2]))
    found, part, line = cross([ours, axes, axes.lines[0]], side(), side())
    assert found.axes[0] is part
    assert part.lines[0] is line


def test_what_has_no_description_has_none():
    polar = Figure()
    polar.add_subplot(projection="polar")
    contour, _ = figure(lambda axes: axes.contour(np.eye(3)))
    assert description(polar) is None
    assert description(contour) is None
    assert description(contour, lenient=True) is not None
    with pytest.raises(WireError, match="no plain data"):
        Encoder(instances=side()).node(polar)


def places(part: Any, above: tuple = ()):
    """The way to each part of a description."""
    yield above
    if isinstance(part, dict | list):
        for key, item in part.items() if isinstance(part, dict) else enumerate(part):
            yield from places(item, (*above, key))


def put(whole: Any, way: tuple, part: Any) -> Any:
    """The description with another part there."""
    if not way:
        return part
    changed = copy.copy(whole)
    changed[way[0]] = put(whole[way[0]], way[1:], part)
    return changed


def everything(axes: Any) -> None:
    for name in ("lines", "bars", "an area", "an image", "a pie", "texts", "a legend", "steps"):
        DRAW[name](axes)
    axes.scatter([1, 2], [3, 4], c=[1, 2])
    axes.pcolormesh(np.eye(2))
    axes.annotate("a", (1, 2), (3, 4), arrowprops={"arrowstyle": "->"})
    axes.set_xticks([0, 1], ["a", "b"])


JUNK = [None, -1, 10**12, 1e308, float("nan"), "x", [], [[]], {}, True, np.zeros((2, 3)), [1] * 3]
JUNK += [np.array([None, {}], object), "data", (lambda: 1)]


class Claim(Encoder):
    """Encodes a description as a claimed figure."""

    def figure(self, parts: Any) -> Any:
        node = self.node(parts)
        return {"t": "figure", "v": [7, self.buffer(json.dumps(node).encode())]}


@pytest.mark.parametrize("part", range(len(JUNK)))
def test_any_part_at_all_is_a_figure_or_a_wire_error(part):
    whole = description(figure(everything)[0])
    started = time.thread_time()
    ways = list(places(whole))
    refused = 0
    for way in ways[part :: len(JUNK)]:
        claim = Claim(lambda value: {"t": "handle", "id": 1}, instances=side())
        try:
            node = claim.figure(put(whole, way, JUNK[part]))
            Decoder(claim.buffers, lambda node: object(), side()).value(node)
        except WireError:
            refused += 1
    assert refused > len(ways) / len(JUNK) / 3
    assert time.thread_time() - started < 300


@pytest.mark.parametrize(
    ("way", "claim"),
    [
        (("size",), [1e6, 1e6]),
        (("size",), [0, 1]),
        (("dpi",), 1e9),
        (("axes", 0, "drawn", 0, 0), "eval"),
        (("axes", 0, "drawn", 0, 0), "Figure"),
        (("axes", 0, "drawn", 0, 1, "properties", "linewidth"), 1e9),
        (("axes", 0, "drawn", 0, 1, "properties", "marker"), [[0, 0]]),
        (("axes", 0, "drawn", 0, 1, "place"), "transData"),
        (("axes", 0, "drawn", 0, 1, "x"), np.zeros(3)),
        (("axes", 0, "axes", 0, "scale"), ["function", 1]),
        (("axes", 0, "axes", 0, "limits"), [0, float("inf")]),
        (("axes", 0, "axes", 0, "label", "fontsize"), 1e9),
        (("axes", 0, "axes", 0, "label"), {"alpha": None, "usetex": True}),
        (("axes", 0, "axes", 0, "ticks"), [np.arange(5000.0), None]),
        (("axes", 0, "containers"), [["BarContainer", [99], "", "vertical"]]),
        (("axes", 0, "containers"), [["Container", [0], "", "vertical"]]),
        (("frames", 0, 0), [10**6, 10**6, 0, 0]),
        (("frames", 0, 2), [5, None]),
        (("frames",), []),
        (("axes",), []),
        (("current",), 3),
    ],
    ids=str,
)
def test_a_claim_of_no_figure_is_a_wire_error(way, claim):
    whole = description(figure(lambda axes: axes.plot([1, 2]))[0])
    encoder = Claim(instances=side())
    node = encoder.figure(put(whole, way, claim))
    with pytest.raises(WireError):
        Decoder(encoder.buffers, instances=side()).value(node)


def test_a_figure_within_itself_or_without_a_number_is_a_wire_error():
    for node, buffers in (
        ({"t": "figure", "v": [7, 0]}, [b'{"t": "figure", "v": [7, 0]}']),
        ({"t": "figure", "v": [-1, 0]}, [b"{}"]),
        ({"t": "figure", "v": [7, 0]}, [b"[" * 10**6]),
        ({"t": "figure", "v": [7, 3]}, []),
        ({"t": "axes", "v": [3, 0]}, []),
        ({"t": "artist", "v": [None, 0, 0]}, []),
    ):
        with pytest.raises(WireError):
            Decoder(buffers, instances=side()).value(node)


def test_no_figure_comes_where_the_notebook_has_no_matplotlib():
    encoder = Claim(instances=side())
    node = encoder.figure(description(figure()[0]))
    with pytest.raises(WireError, match="does not import"):
        Decoder(encoder.buffers, instances=Instances({}, frozenset())).value(node)


class Watchful:
    """A stand-in: whoever asks it something has the student's code run."""

    def __str__(self):
        raise AssertionError("it was asked")


def test_no_stand_in_is_asked_while_a_figure_is_read():
    whole = description(figure(lambda axes: axes.plot([1, 2]))[0])
    claim = Claim(lambda value: {"t": "handle", "id": 1}, instances=side())
    node = claim.figure(put(whole, ("axes", 0, "label"), lambda: 1))
    with pytest.raises(WireError, match="part of type Watchful"):
        Decoder(claim.buffers, lambda node: Watchful(), side()).value(node)
