"""Frames on a socket: lengths are checked before anything is read, and reads have deadlines."""

import json
import socket
import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from autograder.errors import WireError

_LENGTHS = struct.Struct("<IQ")  # bytes of the head, bytes of the payload
HEAD_BYTES = 32 * 2**20
PAYLOAD_BYTES = 256 * 2**20
BUFFERS = 2**20
PARTS = 2_000_000  # lists and objects of a head: Python needs up to 300 bytes for a few of JSON
_to_json = json.JSONEncoder(separators=(",", ":")).encode
_of_json = json.JSONDecoder().decode


@dataclass
class Message:
    """One frame: `head` is JSON, `buffers` are the bytes that its nodes refer to by index."""

    head: dict[str, Any]
    buffers: Sequence[bytes | bytearray] = field(default_factory=list)


class Lost(ConnectionError):  # noqa: N818 - it says what became of the other side
    """The other side closed the socket, or its process ended."""


def send(
    sock: socket.socket,
    message: Message,
    deadline: float | None = None,
    most_bytes: int = PAYLOAD_BYTES,
) -> None:
    """Write one frame. `deadline` is on time.monotonic()'s clock, in seconds.

    most_bytes: of arrays.

    Raises:
        WireError: the message is larger than a frame may be (nothing was written).
        TimeoutError: the other side did not read in time.
        Lost: the other side is gone.
    """
    head = dict(message.head, buffers=[len(buffer) for buffer in message.buffers])
    raw = _to_json(head).encode("ascii")
    payload = sum(head["buffers"])
    if len(raw) > HEAD_BYTES or payload > most_bytes or len(message.buffers) > BUFFERS:
        raise WireError(
            f"a message of {len(raw) + payload:,} bytes; a frame holds at most "
            f"{HEAD_BYTES:,} of values and {most_bytes:,} of arrays"
        )
    _set_timeout(sock, deadline)
    try:
        sock.sendall(b"".join([_LENGTHS.pack(len(raw), payload), raw, *message.buffers]))
    except (BrokenPipeError, ConnectionResetError) as error:
        raise Lost("the other side closed the socket") from error


def receive(
    sock: socket.socket, deadline: float | None = None, most_bytes: int = PAYLOAD_BYTES
) -> Message:
    """Read one frame, of at most `most_bytes` of arrays.

    Raises:
        WireError: the bytes are no frame, or one that is too large.
        TimeoutError: the frame was not complete at the deadline.
        Lost: the other side is gone.
    """
    head_length, payload_length = _LENGTHS.unpack(_read(sock, _LENGTHS.size, deadline))
    if head_length > HEAD_BYTES or payload_length > most_bytes:
        raise WireError(
            f"a frame of {head_length + payload_length:,} bytes was announced; it may hold "
            f"{HEAD_BYTES:,} of values and {most_bytes:,} of arrays"
        )
    head = _parse(_read(sock, head_length, deadline))
    lengths = head.pop("buffers", None)
    if not isinstance(lengths, list) or not all(type(n) is int and n >= 0 for n in lengths):
        raise WireError("a frame without the lengths of its buffers")
    if len(lengths) > BUFFERS:
        raise WireError(f"a frame of {len(lengths):,} buffers")
    if sum(lengths) != payload_length:
        raise WireError(f"{payload_length} bytes of arrays where {sum(lengths)} were listed")
    return Message(head, [_read(sock, length, deadline) for length in lengths])


def _parse(raw: bytearray) -> dict[str, Any]:
    if len(raw) > PARTS and raw.count(b"[") + raw.count(b"{") > PARTS:
        raise WireError(f"a frame of more than {PARTS:,} lists and objects")
    try:
        head = _of_json(raw.decode("ascii"))
    except (ValueError, RecursionError) as error:
        raise WireError(f"a frame's head is not JSON: {type(error).__name__}") from error
    if not isinstance(head, dict):
        raise WireError("a frame's head is not an object")
    return head


def _read(sock: socket.socket, length: int, deadline: float | None) -> bytearray:
    data, done = bytearray(length), 0
    while done < length:
        _set_timeout(sock, deadline)
        try:
            count = sock.recv_into(memoryview(data)[done:] if done else data)
        except ConnectionResetError as error:
            raise Lost("the other side closed the socket") from error
        if not count:
            raise Lost("the other side closed the socket")
        done += count
    return data


def _set_timeout(sock: socket.socket, deadline: float | None) -> None:
    if deadline is None:
        if sock.gettimeout() is not None:  # to set one is a system call
            sock.settimeout(None)
        return
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise TimeoutError("the deadline has passed")
    sock.settimeout(seconds)
