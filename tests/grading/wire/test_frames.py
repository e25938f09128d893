"""Frames: what is not one, or is too large, is refused before it costs anything."""

import contextlib
import json
import socket
import struct
import threading
import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.errors import WireError
from autograder.grading.wire.frames import Lost, Message, receive, send

MOMENT = 0.2  # seconds


@pytest.fixture
def ends():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def received(raw: bytes) -> Message:
    """What a reader makes of these bytes, after which the writer is gone."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        writer = threading.Thread(target=_write, args=(ours, raw))
        writer.start()
        try:
            return receive(theirs)
        finally:
            theirs.shutdown(socket.SHUT_RDWR)
            writer.join()


def _write(sock: socket.socket, raw: bytes) -> None:
    with contextlib.suppress(OSError):  # the reader refused the rest
        sock.sendall(raw)
        sock.shutdown(socket.SHUT_WR)


def frame(head: bytes, payload: bytes = b"") -> bytes:
    return struct.pack("<IQ", len(head), len(payload)) + head + payload


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), json_values), st.lists(st.binary()))
def test_a_message_arrives_as_it_was_sent(head, buffers):
    head.pop("buffers", None)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        send(ours, Message(head, buffers))
        assert receive(theirs) == Message(head, buffers)


@pytest.mark.parametrize(
    "raw",
    [
        struct.pack("<IQ", 2**32 - 1, 0),
        struct.pack("<IQ", 2, 2**63),
        frame(b""),
        frame(b"\xff\xfe"),
        frame(b"[]"),
        frame(b"7"),
        frame(b"{}"),
        frame(b'{"buffers": 3}'),
        frame(b'{"buffers": [-1]}'),
        frame(b'{"buffers": [true]}', b"x"),
        frame(b'{"buffers": [1.0]}', b"x"),
        frame(b'{"buffers": [2]}', b"x"),
        frame(b'{"buffers": []}', b"x"),
        frame(b'{"buffers": [4, -3]}', b"x"),
        frame(b'{"buffers": ' + json.dumps([0] * 3_000_000).encode() + b"}"),
        frame(b"[" * 100_000),
        frame(b'{"buffers": [' + b"1" * 10_000 + b"]}"),
    ],
    ids=lambda raw: repr(raw[:40]),
)
def test_what_is_no_frame_is_a_wire_error(raw):
    with pytest.raises(WireError):
        received(raw)


def test_an_announced_length_alone_costs_nothing():
    tracemalloc.start()
    try:
        with pytest.raises(WireError, match="announced"):
            received(struct.pack("<IQ", 2**31, 2**40))
        assert tracemalloc.get_traced_memory()[1] < 1e6
    finally:
        tracemalloc.stop()


@given(st.integers(0, len(frame(b'{"buffers": [3]}', b"abc")) - 1))
def test_a_frame_that_breaks_off_is_a_lost_connection(length):
    with pytest.raises(Lost):
        received(frame(b'{"buffers": [3]}', b"abc")[:length])


@given(st.binary(max_size=100))
def test_bytes_at_random_are_an_error_of_the_wire(raw):
    with pytest.raises((WireError, Lost)):
        received(raw)


def test_a_frame_that_does_not_come_ends_at_the_deadline(ends):
    ours, theirs = ends
    ours.sendall(frame(b'{"buffers": [3]}', b"abc")[:-1])
    started = time.monotonic()
    with pytest.raises(TimeoutError):
        receive(theirs, started + MOMENT)
    assert time.monotonic() - started >= MOMENT


def test_a_reader_that_does_not_read_is_not_waited_for_beyond_the_deadline(ends):
    ours, _ = ends
    with pytest.raises(TimeoutError):
        send(ours, Message({}, [bytes(2**24)]), time.monotonic() + MOMENT)


def test_a_reader_that_is_gone_is_a_lost_connection(ends):
    ours, theirs = ends
    theirs.close()
    with pytest.raises(Lost):
        send(ours, Message({}))


def test_a_message_too_large_for_a_frame_is_refused_before_it_is_sent(ends):
    ours, theirs = ends
    with pytest.raises(WireError, match="a frame holds at most"):
        send(ours, Message({"text": "x" * 2**25}))
    send(ours, Message({"small": True}))
    assert receive(theirs).head == {"small": True}
