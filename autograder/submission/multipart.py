"""Bytes for a worker and back: a head of JSON, and named parts of raw bytes. No pickle.

JSON, and not MessagePack: by its escapes it holds paths that are not UTF-8.
"""

import json
import struct
from collections.abc import Mapping
from typing import Any

_LENGTH = struct.Struct("<Q")  # bytes of the head


def pack(head: Mapping[str, Any], parts: Mapping[str, bytes]) -> bytes:
    """`head`, which must be JSON data, and the parts, in one string of bytes."""
    lengths = [[name, len(part)] for name, part in parts.items()]
    raw = json.dumps({"head": head, "parts": lengths}).encode("ascii")  # escapes any file name
    return b"".join([_LENGTH.pack(len(raw)), raw, *parts.values()])


def unpack(data: bytes) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The inverse of :func:`pack`. Raises ValueError for bytes that it did not make."""
    view = memoryview(data)
    try:
        end = _LENGTH.size + _LENGTH.unpack_from(view)[0]
        content = json.loads(bytes(view[_LENGTH.size : end]))
        head, parts = content["head"], {}
        for name, length in content["parts"]:
            if length < 0 or name in parts:
                raise ValueError(f"a parcel whose part {name!r} has {length} bytes, or comes twice")
            parts[name], end = bytes(view[end : end + length]), end + length
    except (struct.error, LookupError, TypeError) as error:
        raise ValueError(f"{len(data)} bytes that are no parcel") from error
    if end != len(data):
        raise ValueError(f"a parcel of {len(data)} bytes that says it has {end}")
    return head, parts
