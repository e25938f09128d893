"""Drawings in SVG, without what acts in them."""

import re
from xml.etree import ElementTree

from autograder.grading.clean.images import is_data_url

_SVG, _XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_ELEMENTS = frozenset(
    f"{{{_SVG}}}{name}"
    for name in (
        *("svg", "g", "defs", "symbol", "use", "title", "desc", "style", "clipPath", "mask"),
        *("path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "marker", "pattern"),
        *("text", "tspan", "textPath", "image", "linearGradient", "radialGradient", "stop"),
    )
)
_OUTSIDE = re.compile(
    r"\\|@import|expression|image-set|src\s*\(|url\s*\(\s*(?!['\"]?#)", re.IGNORECASE
)

ElementTree.register_namespace("", _SVG)
ElementTree.register_namespace("xlink", _XLINK)


def cleaned(text: str) -> str | None:
    """The drawing with shapes, text and styles alone, or None where it is none.

    The page shows it as an image, where no script runs; this holds for whoever opens it otherwise.
    """
    if "<!ENTITY" in text or "<?xml-stylesheet" in text:
        return None
    try:
        root = ElementTree.fromstring(text)
    except (ElementTree.ParseError, ValueError):
        return None
    if root.tag != f"{{{_SVG}}}svg":
        return None
    _clean(root)
    return ElementTree.tostring(root, encoding="unicode")


def _clean(root: ElementTree.Element) -> None:
    for element in list(root.iter()):  # not by recursion: a file may nest deeper than Python
        for child in list(element):
            style = child.text if child.tag == f"{{{_SVG}}}style" else None
            if child.tag not in _ELEMENTS or _OUTSIDE.search(style or ""):
                element.remove(child)
        for name, value in list(element.attrib.items()):
            if not _may_stay(name, value):
                del element.attrib[name]


def _may_stay(name: str, value: str) -> bool:
    local = name.rpartition("}")[2].lower()
    if local.startswith("on") or _OUTSIDE.search(value):
        return False
    return local != "href" or value.startswith("#") or is_data_url(value)
