"""Images that are what they say: nothing but pixels, and no more than a browser can show."""

import base64
import io
import re
import warnings

from PIL import Image

FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF"}
_MOST_PIXELS = 50_000_000
_DATA_URL = re.compile(r"data:(image/\w+);base64,(.*)", re.DOTALL)


def checked(mime: str, data: str) -> str | None:
    """The image's base64 text without white space, or None where it is no such image.

    A page puts the text between quotes, and what is no base64 could end them.
    """
    if mime not in FORMATS:
        return None
    try:
        content = base64.b64decode("".join(data.split()), validate=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # we count ourselves
            width, height = Image.open(io.BytesIO(content), formats=[FORMATS[mime]]).size
    except Exception:  # no base64; and a damaged header makes Pillow raise anything
        return None
    return base64.b64encode(content).decode() if width * height <= _MOST_PIXELS else None


def is_data_url(url: str) -> bool:
    """Whether a URL holds one of these images itself."""
    match = _DATA_URL.fullmatch(url)
    return bool(match and checked(match[1], match[2]))
