"""What `dataclasses.fields` and `asdict` ask a dataclass for, made anew of names and types."""

import dataclasses
from typing import Any


def dataclass_fields(claims: Any) -> dict[str, Any]:
    """The fields of claimed names and types. Raises AttributeError for what are none."""
    pairs = claims if isinstance(claims, list) else []
    if not all(isinstance(p, tuple) and len(p) == 2 and type(p[0]) is str for p in pairs):
        raise AttributeError("__dataclass_fields__")
    return {name: _field(name, kind) for name, kind in pairs}


def _field(name: str, kind: Any) -> Any:
    field = dataclasses.field()
    field.name, field.type = name, kind
    field._field_type = dataclasses._FIELD  # type: ignore[attr-defined]
    return field
