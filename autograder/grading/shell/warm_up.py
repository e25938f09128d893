"""What libraries do at their first use, done once in a warm server instead of in each child.

Without it each notebook pays again for imports inside of functions, for tables that are built when
they are first asked for, and for pages that a child writes to and the server had not touched yet.
"""

import sys
from collections.abc import Callable
from contextlib import suppress

Take = Callable[[str, Callable[[], None]], None]  # given a library's name, and its first use
_used: set[str] = set()  # in this process, or in the one that it is a fork of


def just_take(_library: str, use: Callable[[], None]) -> None:
    """The simplest `Take`."""
    use()


def warm_up(take: Take = just_take) -> None:
    """Use torch and matplotlib once, where they are loaded. Leaves no figure and no setting.

    take: is given each one's name and first use, to call it or not.
    """
    for module, use in (("torch", _use_torch), ("matplotlib", _use_matplotlib)):
        if module in sys.modules and module not in _used:
            _used.add(module)
            with suppress(Exception):  # an old or a broken library: its own cells will say so
                take(module, use)


def _use_torch() -> None:
    import torch

    from autograder.aten_operators import recording_operators

    x = torch.tensor([1.0, 2.0], dtype=torch.float64, requires_grad=True)
    torch.autograd.gradcheck(lambda values: (values.exp() / values.sum()).log(), x)
    with recording_operators():
        x.exp().sum().backward()
    repr(x)


def _use_matplotlib() -> None:
    from matplotlib.figure import Figure

    from autograder.grading.shell.figure_png import png

    figure = Figure()
    left, right = figure.subplots(1, 2)
    left.semilogy([1e-3, 1, 1e3], "o-", label="0123456789 abcdefghijklmnopqrstuvwxyz -.,:=()")
    left.set(title="$x_1$ ABCDEFGHIJKLMNOPQRSTUVWXYZ", xlabel="$10^{-2}$", ylabel="y")
    left.set(xticks=[0, 1], yticks=[1])  # a tick costs more than anything else that is drawn
    left.minorticks_off()
    left.legend()
    right.set(xticks=[0, 1], yticks=[1])
    right.bar_label(right.bar(["a", "b"], [1, 2]))
    png(figure)
