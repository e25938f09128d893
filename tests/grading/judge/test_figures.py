"""Tests of plots: figures are the judge's own objects, and hold what the student's code drew."""

import pytest
from cells import check, given, solution, verdict, verdicts

from autograder.verdict import Kind

SETUP = "import matplotlib as mpl\nimport matplotlib.pyplot as plt\nimport numpy as np"

works = {
    "axes that the test gives": (
        "def f(ax):\n    ax.plot([1, 2, 3], label='a')\n    ax.set_xlabel('step')",
        "fig, ax = plt.subplots()\nf(ax)\nassert ax.get_xlabel() == 'step'\n"
        "assert len(ax.lines) == 1 and ax.lines[0].get_label() == 'a' and fig.axes == [ax]",
    ),
    "axes by keyword, drawn on by both": (
        "def f(x, ax=None):\n    ax.plot(x, 2 * x, 'k--')",
        "fig, ax = plt.subplots()\nline, = ax.plot([1, 2])\nf(np.arange(3), ax=ax)\n"
        "assert ax.lines[0] is line and len(ax.lines) == 2\n"
        "assert ax.lines[1].get_color() == 'k' and ax.lines[1].get_linestyle() == '--'",
    ),
    "a line that the student changes": (
        "def f(ax): ax.lines[0].set_color('red')",
        "fig, ax = plt.subplots()\nline, = ax.plot([1, 2])\nf(ax)\n"
        "assert line.get_color() == 'red'",
    ),
    "the next colour": (
        "def f(ax): ax.plot([2, 1])",
        "fig, ax = plt.subplots()\nax.plot([1, 2])\nf(ax)\nax.plot([3, 3])\n"
        "assert [mpl.colors.to_hex(one.get_color()) for one in ax.lines] == "
        "[mpl.colors.to_hex(f'C{i}') for i in range(3)]",
    ),
    "limits that follow the data": (
        "def f(ax): ax.plot([0, 10], [0, 100])",
        "fig, ax = plt.subplots()\nax.plot([-10, 0], [0, 1])\nf(ax)\n"
        "assert ax.get_xlim() == (-11, 11)\nax.plot([20], [0])\nassert ax.get_xlim()[1] > 20",
    ),
    "many axes": (
        "def f(axs):\n    for i, ax in enumerate(axs.flat):\n        ax.set_title(f'no {i}')",
        "fig, axs = plt.subplots(2, 2)\nf(axs)\nassert axs[1, 0].get_title() == 'no 2'",
    ),
    "a figure that the test gives": (
        "def f(fig):\n    ax = fig.add_subplot()\n    ax.bar(['a', 'b'], [1, 2])\n"
        "    fig.suptitle('all')",
        "fig = plt.figure()\nf(fig)\nassert fig._suptitle.get_text() == 'all'\n"
        "assert [p.get_height() for p in fig.axes[0].patches] == [1, 2]",
    ),
    "the current axes": (
        "def f():\n    plt.plot([1, 2, 3])\n    plt.title('T')",
        "plt.close('all')\nf()\nax = plt.gca()\n"
        "assert ax.get_title() == 'T' and len(ax.lines) == 1",
    ),
    "the current figure, drawn into by both": (
        "def f(): plt.plot([2, 1], label='theirs')",
        "plt.figure(figsize=(3, 2))\nplt.plot([1, 2], label='ours')\nf()\n"
        "assert [one.get_label() for one in plt.gca().lines] == ['ours', 'theirs']\n"
        "assert tuple(plt.gcf().get_size_inches()) == (3, 2) and len(plt.get_fignums()) == 1",
    ),
    "the test's axes as pyplot's": (
        "def f(): plt.xlabel('x')",
        "fig, (one, other) = plt.subplots(1, 2)\nplt.sca(one)\nf()\n"
        "assert (one.get_xlabel(), other.get_xlabel()) == ('x', '') and plt.gca() is one",
    ),
    "how many figures are open": (
        "def f():\n    plt.figure(); plt.figure(7)",
        "f()\nassert plt.get_fignums() == [1, 7] and plt.gcf().number == 7\n"
        "plt.close('all')\nassert plt.get_fignums() == []\nf()\nassert len(plt.get_fignums()) == 2",
    ),
    "a figure that the student closes": (
        "def f(): plt.close('all')",
        "plt.plot([1])\nf()\nassert not plt.get_fignums()",
    ),
    "a figure and its axes, returned": (
        "def f():\n    fig, ax = plt.subplots(figsize=(4, 3))\n    ax.hist([1, 1, 2], bins=2)\n"
        "    return fig, ax",
        "fig, ax = f()\nassert ax in fig.axes and isinstance(fig, mpl.figure.Figure)\n"
        "assert [p.get_height() for p in ax.patches] == [2, 1] and ax.figure is fig\n"
        "assert tuple(fig.get_size_inches()) == (4, 3)",
    ),
    "lines and bars, returned": (
        "def f():\n    fig, ax = plt.subplots()\n"
        "    return ax.plot([1, 2]), ax.bar([1, 2], [3, 4])",
        "(line,), bars = f()\nassert isinstance(line, mpl.lines.Line2D)\n"
        "assert line in line.axes.lines and bars[1].get_height() == 4\n"
        "assert bars[0].axes is line.axes",
    ),
    "points": (
        "def f(x, y):\n    fig, ax = plt.subplots()\n    ax.scatter(x, y, c=['r', 'b'], s=[4, 9])\n"
        "    return ax",
        "points = f([1, 2], [3, 4]).collections[0]\n"
        "assert np.allclose(points.get_offsets(), [[1, 3], [2, 4]])\n"
        "assert np.allclose(points.get_sizes(), [4, 9])\n"
        "assert np.allclose(points.get_facecolors()[1], mpl.colors.to_rgba('b'))",
    ),
    "an image": (
        "def f(m):\n    fig, ax = plt.subplots()\n    ax.imshow(m, cmap='gray', vmin=0, vmax=2)\n"
        "    return ax",
        "image, = f(np.eye(3)).images\nassert np.array_equal(image.get_array(), np.eye(3))\n"
        "assert image.get_cmap().name == 'gray' and image.get_clim() == (0, 2)",
    ),
    "ticks, scales, grid": (
        "def f(ax):\n    ax.set_xticks([0, 1], ['no', 'yes'], rotation=45)\n"
        "    ax.set_yscale('log')\n    ax.set_ylim(1, 100)\n    ax.grid(True)",
        "fig, ax = plt.subplots()\nf(ax)\nfig.canvas.draw()\n"
        "assert [t.get_text() for t in ax.get_xticklabels()] == ['no', 'yes']\n"
        "assert ax.get_xticklabels()[0].get_rotation() == 45 and ax.get_yscale() == 'log'\n"
        "assert ax.get_ylim() == (1, 100) and ax.xaxis.get_gridlines()[0].get_visible()",
    ),
    "a legend": (
        "def f(ax):\n    ax.plot([1], 'r', label='a')\n    ax.plot([2], label='b')\n"
        "    ax.legend(title='which', loc='lower left')",
        "fig, ax = plt.subplots()\nf(ax)\nlegend = ax.get_legend()\n"
        "assert [t.get_text() for t in legend.get_texts()] == ['a', 'b']\n"
        "assert legend.get_title().get_text() == 'which' and legend._loc == 3\n"
        "assert mpl.colors.same_color(legend.get_lines()[0].get_color(), 'r')",
    ),
    "dates and words": (
        "import datetime\ndef f(ax, bx):\n"
        "    ax.plot([datetime.date(2026, 1, d) for d in (1, 2)], [1, 2])\n"
        "    bx.plot(['z', 'a'], [1, 2])",
        "fig, (ax, bx) = plt.subplots(1, 2)\nf(ax, bx)\nfig.canvas.draw()\n"
        "assert str(ax.lines[0].get_xdata()[0]) == '2026-01-01'\n"
        "assert [t.get_text() for t in bx.get_xticklabels()] == ['z', 'a']",
    ),
    "two scales": (
        "def f(ax):\n    other = ax.twinx()\n    other.plot([5, 6])\n    other.set_ylabel('right')",
        "fig, ax = plt.subplots()\nf(ax)\nother = fig.axes[1]\n"
        "assert other.get_ylabel() == 'right' and other.yaxis.get_label_position() == 'right'\n"
        "assert ax.get_shared_x_axes().joined(ax, other)",
    ),
    "texts and arrows": (
        "def f(ax):\n    ax.text(.5, .5, 'mid', transform=ax.transAxes, ha='center')\n"
        "    ax.annotate('top', (1, 2), (3, 4), arrowprops={'arrowstyle': '->'})",
        "fig, ax = plt.subplots()\nf(ax)\n"
        "assert [t.get_text() for t in ax.texts] == ['mid', 'top']\n"
        "assert ax.texts[1].xy == (1, 2) and ax.texts[1].get_position() == (3, 4)\n"
        "fig.canvas.draw()",
    ),
    "what has no description, returned": (
        "def f():\n    ax = plt.figure().add_subplot(projection='polar')\n    ax.plot([1, 2])\n"
        "    return ax",
        "ax = f()\nassert ax.name == 'polar' and len(ax.lines) == 1",
    ),
    "what has no description, in the current figure": (
        "def f():\n    plt.contour(np.random.rand(3, 3))\n    plt.title('levels')",
        "f()\nassert plt.gca().get_title() == 'levels'",
    ),
    "a picture of a returned figure": (
        "def f():\n    fig, ax = plt.subplots()\n    ax.plot([1, 2])\n    return fig",
        "import io\nout = io.BytesIO()\nf().savefig(out, format='png')\n"
        "assert out.getvalue()[1:4] == b'PNG'",
    ),
    "pandas draws": (
        "import pandas as pd\ndef f(df): return df.plot(x='a', y='b', title='P')",
        "import pandas as pd\nax = f(pd.DataFrame({'a': [1, 2], 'b': [3, 4]}))\n"
        "assert ax.get_title() == 'P' and list(ax.lines[0].get_ydata()) == [3, 4]",
    ),
}


@pytest.mark.parametrize("name", works)
def test_works_as_in_one_process(engine, name):
    answer, test = works[name]
    found = verdict(engine, answer, test, setup=SETUP)
    assert found.kind is Kind.PASSED, found


def test_a_figure_that_a_solution_cell_binds_is_the_same_in_each_test(engine):
    cells = [
        given(SETUP),
        solution("draw", "fig, ax = plt.subplots()\nax.plot([1, 2])\ndef more(): ax.plot([3, 4])"),
        check("first", "kept = ax\nmore()\nassert kept is ax and len(ax.lines) == 2"),
        check("second", "assert ax is kept and len(ax.lines) == 2 and fig.axes == [ax]"),
    ]
    assert [found.score for found in verdicts(engine, *cells).values()] == [1, 1]


def test_what_a_call_left_open_is_closed_with_its_cell(engine):
    cells = [
        given(SETUP),
        solution("f", "def f(): plt.plot([1, 2])"),
        check("first", "f()\nassert len(plt.get_fignums()) == 1"),
        check("second", "assert plt.get_fignums() == []\nf()\nassert len(plt.gca().lines) == 1"),
        solution("g", "n = len(plt.get_fignums())"),
        check("third", "assert n == 0"),
    ]
    assert [found.score for found in verdicts(engine, *cells).values()] == [1, 1, 1]


def test_open_figures_stay_where_the_notebook_asks_for_it(engine):
    cells = [
        given(SETUP + "\n%config InlineBackend.close_figures = False"),
        solution("f", "plt.plot([1, 2])\nplt.title('kept')"),
        check("test", "assert plt.gca().get_title() == 'kept' and len(plt.gca().lines) == 1"),
    ]
    assert verdicts(engine, *cells)["test"].kind is Kind.PASSED


wrong = {
    "another label": ("def f(ax): ax.set_xlabel('y')", "f(ax)\nassert ax.get_xlabel() == 'x'"),
    "nothing drawn": ("def f(ax): pass", "f(ax)\nassert len(ax.lines) == 1"),
    "a label equal to all": (
        "class S(str):\n    __eq__ = lambda s, o: True\n    __hash__ = str.__hash__\n"
        "def f(ax): ax.set_xlabel(S('y'))",
        "f(ax)\nassert ax.get_xlabel() == 'x'",
    ),
    "axes of a class of its own": (
        "class A(mpl.axes.Axes):\n    def get_xlabel(self): return S()\n"
        "class S(str):\n    __eq__ = lambda s, o: True\n"
        "def f(ax): return A(plt.figure(), (0, 0, 1, 1))",
        "assert f(ax).get_xlabel() == 'x'",
    ),
    "pyplot replaced in the student's process": (
        "def f(ax):\n    plt.gca = lambda: type('A', (), {'get_xlabel': lambda s: 'x'})()",
        "f(ax)\nassert plt.gca().get_xlabel() == 'x'",
    ),
}


@pytest.mark.parametrize("name", wrong)
def test_no_marks_for_what_is_wrong(engine, name):
    answer, test = wrong[name]
    test = "fig, ax = plt.subplots()\n" + test
    assert verdict(engine, answer, test, right="def f(ax): 1 / 0", setup=SETUP).score == 0
