"""Figures as PNG: the picture that matplotlib's own tight one is, and nothing cut off."""

from base64 import b64decode
from io import BytesIO

import numpy as np
import pytest
from cells import given, graded, solution
from IPython.core.pylabtools import print_figure
from matplotlib.figure import Figure
from PIL import Image

from autograder.grading.engine import Engine
from autograder.grading.shell.figure_png import png, png_text
from autograder.limits import Limits


def size(data: bytes) -> np.ndarray:
    return np.array(Image.open(BytesIO(data)).size)


def plot(**options) -> Figure:
    figure = Figure(figsize=(4, 2.5), **options)
    axes = figure.subplots()
    axes.plot([1, 2, 3], label="a line")
    axes.set(xlabel="a label below", ylabel="a label beside", title="a title")
    return figure


FIGURES = {
    "plain": plot,
    "a layout": lambda: plot(layout="constrained"),
    "a colour": lambda: plot(facecolor="lightblue", dpi=150),
    "transparent": lambda: plot(facecolor="none"),
}


@pytest.mark.parametrize("make", FIGURES.values(), ids=FIGURES)
def test_the_picture_is_as_large_as_the_usual_one(make):
    assert abs(size(png(make())) - size(print_figure(make()))).max() <= 6


def test_it_is_a_sound_file_of_the_right_colours_and_resolution():
    data = png(plot(facecolor="lightblue", dpi=150))
    Image.open(BytesIO(data)).verify()  # its checksums
    image = Image.open(BytesIO(data))
    assert image.info["dpi"] == pytest.approx((150, 150), abs=0.1)
    pixels = np.asarray(image)
    assert (pixels[0, 0] == (173, 216, 230, 255)).all()
    assert (pixels == (31, 119, 180, 255)).all(axis=-1).any()  # the line, C0


@pytest.mark.parametrize("x", [-3.0, 1.05, 1.5, 4.0])
def test_a_legend_outside_is_not_cut_off(x):
    figure = plot()
    figure.axes[0].legend(bbox_to_anchor=(x, 1), loc="upper left", title="a legend, wide " * 3)
    assert (size(png(figure)) == size(print_figure(figure))).all()


def test_axes_whose_picture_is_of_the_background_are_kept():
    figure = Figure(figsize=(4, 4))
    axes = figure.subplots()
    axes.imshow(np.eye(9) == 2, cmap="gray_r")
    axes.axis("off")
    assert abs(size(png(figure)) - size(print_figure(figure))).max() <= 6


def test_an_empty_figure_is_no_picture():
    assert png(Figure()) is None


def test_an_output_holds_it_as_text():
    assert b64decode(png_text(plot())) == png(plot())


@pytest.mark.parametrize("most", [0, 1])
def test_of_more_figures_than_a_notebook_may_draw_only_the_size_is_shown(most):
    """The first cell is run in a template, the second in each student's process."""
    show = "from matplotlib import pyplot\npyplot.figure(figsize=(2, 1)).gca()\npyplot.show()"
    with Engine(Limits(figures=most), ["matplotlib.pyplot"], seed=1) as engine:
        notebook = graded(engine, given(show), solution("answer", show)).notebook
    first, second = (cell.outputs[0].data for cell in notebook.cells)
    assert ["image/png" in data for data in (first, second)] == [most == 1, False]
    assert second["text/plain"] == "<Figure size 200x100 with 1 Axes>"
