"""The few style declarations that colour a table and can neither cover the page nor load a file."""

import re

# No margin, position, float, height or line-height: by these content leaves its place, and a
# student could lay other marks over the page's.
_PROPERTY = re.compile(
    r"background(-color)?|border(-(bottom|collapse|color|left|right|style|top|width))?|color|"
    r"font-(family|size|style|weight)|((max|min)-)?width|padding(-(bottom|left|right|top))?|"
    r"text-(align|decoration)|white-space"
)
_VALUE = re.compile(r"[\w\s#.,%()+-]{1,500}")
_FUNCTION = re.compile(r"([\w-]*)\(")
_FUNCTIONS = {"rgb", "rgba", "hsl", "hsla", "linear-gradient"}
_BY_ID = re.compile(r"#([A-Za-z][\w-]*)")


def declarations(style: str) -> str:
    """The harmless declarations of a style attribute."""
    pairs = (part.partition(":") for part in style.split(";"))
    stripped = ((name.strip().lower(), value.strip()) for name, _, value in pairs)
    return "; ".join(f"{name}: {value}" for name, value in stripped if _is_harmless(name, value))


def styles_by_id(sheet: str) -> dict[str, str]:
    """The harmless declarations that a style sheet has for single elements, by their id.

    pandas' Styler writes its colours so. Rules for anything wider are left out: they would reach
    beyond the output that they came with.
    """
    found: dict[str, str] = {}
    for rule in sheet.split("}"):
        selectors, _, body = rule.partition("{")
        style = declarations(body)
        named = (_BY_ID.fullmatch(selector.strip()) for selector in selectors.split(","))
        for match in named if style else ():
            if match:
                found[match[1]] = "; ".join(filter(None, [found.get(match[1]), style]))
    return found


def _is_harmless(name: str, value: str) -> bool:
    functions = {function.lower() for function in _FUNCTION.findall(value)}
    known = _PROPERTY.fullmatch(name) and _VALUE.fullmatch(value)
    return bool(known) and functions <= _FUNCTIONS
