"""The sliders of the notebooks: ipywidgets', or where that is not installed, a picture and a line.

from softmax_checks import widgets
widgets.interact(draw, a=widgets.FloatSlider(value=0.0, min=-2, max=2, step=0.1));
"""

from collections.abc import Callable
from typing import Any

from autograder.extras import lacking

__all__ = ["FloatLogSlider", "FloatSlider", "IntSlider", "interact"]

try:
    from ipywidgets import FloatLogSlider, FloatSlider, IntSlider, interact
except ModuleNotFoundError:

    class _Slider:
        """A slider that cannot be moved."""

        def __init__(self, value: float, **_: Any):
            self.value = value

    FloatLogSlider = FloatSlider = IntSlider = _Slider  # type: ignore[misc]

    def interact(function: Callable, **sliders: _Slider) -> Callable:  # type: ignore[misc]
        """Draw once, for the values with which the sliders begin, and say what sliders need."""
        print(f"One picture, without its sliders: {lacking('notebook', 'ipywidgets')}")
        function(**{name: slider.value for name, slider in sliders.items()})
        return function
