"""One axis of a pair of axes: its label, limits, scale, ticks and grid."""

from typing import Any

import numpy as np

from autograder.errors import WireError
from autograder.grading.wire.codecs.figures.plain import UndescribedError, numbers
from autograder.grading.wire.codecs.figures.properties import TEXT, give, told

_SCALES = ("linear", "log", "symlog", "logit")
_MOST_TICKS = 1000
# Where these choose, the receiver's own choose the same.
_LOCATORS = {"AutoLocator", "LogLocator", "SymmetricalLogLocator", "LogitLocator"}
_LOCATORS |= {"AutoDateLocator", "StrCategoryLocator"}
_FORMATTERS = {"ScalarFormatter", "LogFormatterSciNotation", "LogitFormatter"}
_FORMATTERS |= {"AutoDateFormatter", "StrCategoryFormatter"}
_SIDES = ("left", "right", "top", "bottom", "both", "default", "none")
WORDS = (*TEXT, "visible")


def axis_node(axis: Any) -> dict[str, Any]:
    """What the receiver needs to know of an axis. Raises UndescribedError."""
    if (scale := axis.get_scale()) not in _SCALES:
        raise UndescribedError("a scale")
    first = axis.get_major_ticks(1)[0].label1
    return {
        "label": told(axis.label, WORDS),
        "limits": [float(end) for end in axis.get_view_interval()],
        "automatic": bool(axis._get_autoscale_on()),
        "scale": [scale, float(getattr(axis.get_transform(), "base", 10))],
        "ticks": _ticks(axis),
        "sides": [axis.get_label_position(), axis.get_ticks_position()],
        "grid": [bool(kw.get("gridOn")) for kw in (axis._major_tick_kw, axis._minor_tick_kw)],
        "tick labels": [float(first.get_rotation()), float(first.get_fontsize())],
        "visible": bool(axis.get_visible()),
        "words": list(getattr(axis.units, "_mapping", {})),
    }


def _ticks(axis: Any) -> Any:
    """[places, texts]; None where they follow from the scale."""
    usual = type(axis.get_major_locator()).__name__ in _LOCATORS
    usual_texts = type(axis.get_major_formatter()).__name__ in _FORMATTERS
    if usual and usual_texts:
        return None
    places = np.asarray(axis.get_majorticklocs(), float)[:_MOST_TICKS]
    texts = (
        None
        if usual_texts
        else [str(text) for text in axis.get_major_formatter().format_ticks(places)]
    )
    return [places, texts]


def apply_units(axis: Any, parts: Any) -> None:
    """Have the axis know its words in their order, before what is drawn at them comes."""
    words = parts["words"]
    if not all(isinstance(word, str) for word in words):
        raise WireError("an axis of words that are none")
    if words:
        axis.update_units(np.asarray(words, object))


def apply_axis(axis: Any, parts: Any) -> None:
    """Make an axis what is claimed of it."""
    give(axis.label, parts["label"], WORDS)
    scale, base = parts["scale"]
    if scale not in _SCALES:
        raise WireError("an unknown scale")
    if axis.get_scale() != scale:
        axis._set_axes_scale(scale, **({} if scale in ("linear", "logit") else _base(base)))
    _apply_ticks(axis, parts["ticks"])
    label, ticks = parts["sides"]
    if label not in _SIDES or ticks not in (*_SIDES, "unknown"):
        raise WireError("an axis at an unknown side")
    axis.set_label_position(label)
    if ticks != axis.get_ticks_position() and ticks != "unknown":
        axis.set_ticks_position(ticks)
    for which, shown in zip(("major", "minor"), parts["grid"], strict=True):
        kept = axis._major_tick_kw if which == "major" else axis._minor_tick_kw
        if bool(kept.get("gridOn")) != bool(shown):
            axis.grid(bool(shown), which=which)
    _apply_labels(axis, *numbers(parts["tick labels"], 2))
    axis.set_visible(bool(parts["visible"]))
    low, high = numbers(parts["limits"], 2)
    axis._set_lim(low, high, auto=bool(parts["automatic"]))


def _base(base: Any) -> dict[str, float]:
    (found,) = numbers([base], 1)
    if not 1 < found < 1e6:
        raise WireError("a scale without a base")
    return {"base": found}


def _apply_ticks(axis: Any, ticks: Any) -> None:
    if ticks is None:
        return
    places, texts = ticks
    if not isinstance(places, np.ndarray) or places.ndim != 1 or len(places) > _MOST_TICKS:
        raise WireError("ticks that are none, or too many")
    if texts is not None and not all(isinstance(text, str) for text in texts):
        raise WireError("ticks with texts that are none")
    from matplotlib.ticker import FixedFormatter, FixedLocator

    axis.set_major_locator(FixedLocator(numbers(places, len(places))))
    if texts is not None:
        axis.set_major_formatter(FixedFormatter(texts))


def _apply_labels(axis: Any, rotation: float, size: float) -> None:
    first = axis.get_major_ticks(1)[0].label1
    if (first.get_rotation(), first.get_fontsize()) != (rotation, size):
        axis.set_tick_params(labelrotation=rotation, labelsize=size)
