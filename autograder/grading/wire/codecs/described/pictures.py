"""Pillow's images: mode, size, pixels, palette, and what is noted of them."""

import math
import sys
from typing import Any

from autograder.errors import WireError
from autograder.grading.wire.codecs.kind import Kind

_BYTES = {"1": 0, "I": 4, "F": 4, "I;16": 2}  # of a pixel, where it is not one for each band
_BANDS = {"L": 1, "P": 1, "LA": 2, "PA": 2, "La": 2, "RGB": 3, "YCbCr": 3, "LAB": 3, "HSV": 3}
_BANDS |= {"RGBA": 4, "RGBa": 4, "RGBX": 4, "CMYK": 4}
_MOST_NOTES = 1000
_FORMAT = 20  # characters of its name


def _belongs(value: Any) -> bool:
    images = sys.modules.get("PIL.Image")
    return images is not None and isinstance(value, images.Image)


def _describe(_: Any, image: Any) -> Any:
    if image.mode not in _BANDS.keys() | _BYTES.keys():
        return None
    simple = str | int | float | bytes
    notes = {
        name: note
        for name, note in image.info.items()
        if isinstance(name, str)
        and (isinstance(note, simple) or (type(note) is tuple and all(map(_is_number, note))))
    }
    palette = bytes(image.getpalette() or ()) if image.mode in ("P", "PA") else None
    told = image.mode, list(image.size), image.tobytes(), palette, notes, image.format
    return list(told)


def _is_number(value: Any) -> bool:
    return type(value) in (int, float)


def _build(decoder: Any, description: Any) -> Any:
    mode, (width, height), pixels, palette, notes, format_ = description
    if not (type(width) is type(height) is int and width >= 0 and height >= 0):
        raise WireError("an image without a size")
    size = (width + 7) // 8 * height if mode == "1" else _pixel(mode) * width * height
    if type(pixels) is not bytes or len(pixels) != size:
        raise WireError("an image of more or fewer pixels than came")
    decoder.spend(4 * max(width, 1) * max(height, 1))
    images = decoder.known.module("PIL.Image")
    image = images.new(mode, (width, height))
    if width and height:
        image.frombytes(pixels)
    if palette is not None and mode in ("P", "PA"):
        image.putpalette(_checked(palette))
    image.info = _notes(notes)
    image.format = format_[:_FORMAT] if isinstance(format_, str) else None
    return image


def _pixel(mode: Any) -> int:
    return _BANDS.get(mode) or _BYTES[mode]


def _checked(palette: Any) -> bytes:
    if type(palette) is not bytes or len(palette) > 768 or len(palette) % 3:
        raise WireError("an image whose palette is none")
    return palette


def _notes(notes: Any) -> dict[str, Any]:
    if type(notes) is not dict or len(notes) > _MOST_NOTES:
        raise WireError("an image with too many notes")
    simple = str, int, float, bytes, tuple, bool
    if not all(type(name) is str and type(note) in simple for name, note in notes.items()):
        raise WireError("an image with notes that are none")
    if not all(map(_is_finite, notes.values())):
        raise WireError("an image with a note of too large a number")
    return notes


def _is_finite(note: Any) -> bool:
    numbers = note if type(note) is tuple else (note,)
    return all(not isinstance(n, float) or math.isfinite(n) for n in numbers)


def _change(original: Any, changed: Any) -> None:
    from PIL import Image

    Image.Image.__setstate__(original, changed.__getstate__())


KINDS = (Kind("picture", "PIL", _belongs, _describe, _build, _change),)
