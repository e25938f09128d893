"""Ticks placed once a drawing: the picture is the same, to the last pixel."""

from io import BytesIO

import matplotlib
import pytest
from matplotlib import ticker
from matplotlib.figure import Figure

from autograder.grading.shell.tick_cache import ticks_placed_once


def titled():
    figure = Figure(figsize=(4, 3))
    axes = figure.subplots()
    axes.plot([1, 2, 3], [1e9, 2e9, 3e9])
    axes.set(xlabel="below", ylabel="beside")
    axes.set_title("a title beside an offset", loc="left")
    return figure


def shared():
    figure = Figure(figsize=(5, 4), layout="constrained")
    axes = figure.subplots(2, 2, sharex=True, sharey="row")
    image = axes[0, 0].imshow([[1, 2], [3, 4]], aspect="equal")
    figure.colorbar(image, ax=axes)
    axes[1, 1].semilogy([1, 1e5])
    figure.align_labels()
    return figure


def crossing():
    """Axes through the origin, whose labels move with the other axis's limits."""
    figure = Figure(figsize=(4, 3))
    axes = figure.subplots()
    axes.plot([-1, 2], [-3, 4])
    axes.spines["bottom"].set_position(("data", 0))
    axes.spines["left"].set_position(("data", 0))
    axes.set(xlabel="right", ylabel="up", aspect="equal", adjustable="datalim", title="crossing")
    return figure


def above():
    figure = Figure(figsize=(4, 3))
    axes = figure.subplots()
    axes.xaxis.tick_top()
    axes.set(xlabel="above", title="higher still")
    axes.twinx().plot([1, 100])
    axes.secondary_xaxis("bottom", functions=(lambda x: 2 * x, lambda x: x / 2))
    axes.inset_axes([0.2, 0.2, 0.3, 0.3]).set_title("inside")
    return figure


def round_about():
    figure = Figure(figsize=(6, 3))
    figure.add_subplot(1, 2, 1, projection="polar").plot([0, 1], [0, 1])
    figure.add_subplot(1, 2, 2, projection="3d").plot([0, 1], [0, 1], [0, 1])
    return figure


def drawn(figure, **options):
    file = BytesIO()
    figure.savefig(file, format="rgba", **options)
    return file.getvalue()


@pytest.mark.parametrize("make", [titled, shared, crossing, above, round_about])
def test_the_picture_is_the_same(make):
    figure = make()
    with ticks_placed_once(figure):
        quick = drawn(figure, bbox_inches="tight")
    assert quick == drawn(make(), bbox_inches="tight")


class Counting(ticker.FixedLocator):
    asked = 0

    def __call__(self):
        self.asked += 1
        return super().__call__()


@pytest.mark.skipif(matplotlib.__version_info__ < (3, 11), reason="before, it asks twice")
def test_the_places_are_asked_for_once_a_drawing():
    figure = titled()
    counting = Counting([1e9, 2e9])
    figure.axes[0].yaxis.set_major_locator(counting)
    drawn(figure)
    often, counting.asked = counting.asked, 0
    for _ in range(2):
        with ticks_placed_once(figure):
            drawn(figure)
    assert counting.asked == 2 < often


def test_new_limits_are_new_ticks():
    figure = titled()
    with ticks_placed_once(figure):
        drawn(figure)
        figure.axes[0].set_xlim(0, 1000)
        quick = drawn(figure)
    assert quick == drawn(figure)
