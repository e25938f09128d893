"""The judge against a socket that writes anything at any time: the student's failure, soon."""

import itertools
import random
import struct
import sys
import time

import numpy as np
import pytest
import torch
from hostile import LIMITS, Peer, answering, claiming, outcome, peak_bytes, session_with

from autograder.grading.judge.objects.stand_ins import is_handle
from autograder.grading.wire.frames import HEAD_BYTES, PAYLOAD_BYTES, Message, send
from autograder.limits import Limits
from autograder.student_failure import StudentFailed
from autograder.verdict import Kind

UNREADABLE, DIED, TIMED_OUT = Kind.UNREADABLE, Kind.DIED, Kind.TIMED_OUT
MOST_SECONDS = LIMITS.cell_seconds + LIMITS.grace_seconds + 2  # and what a busy machine adds
PATIENT = Limits(cell_seconds=60, callbacks=100)
GIB = 2**30


def drip(peer: Peer) -> None:
    peer.read()
    for byte in itertools.chain(struct.pack("<IQ", 1000, 0), itertools.repeat(32)):
        peer.raw(bytes([byte]))
        time.sleep(0.05)  # the judge's wait is what is tested


def silent(*parts: bytes):
    def peer(peer: Peer) -> None:
        peer.read()
        peer.raw(*parts)
        peer.read()  # until the judge is gone

    return peer


def stops_reading(peer: Peer) -> None:
    peer.sock.recv(1)
    while True:
        time.sleep(LIMITS.cell_seconds)
        peer.raw(b"")


FRAMES = {
    "nonsense": (silent(b"\xff" * 64), UNREADABLE),
    "a page of the web": (silent(b"HTTP/1.1 200 OK\r\n\r\n"), UNREADABLE),
    "nothing": (silent(b""), TIMED_OUT),
    "half a length": (silent(b"\x10\x00"), TIMED_OUT),
    "half a frame": (silent(struct.pack("<IQ", 100, 0), b"{"), TIMED_OUT),
    "a frame at the cap that never comes": (
        silent(struct.pack("<IQ", HEAD_BYTES, PAYLOAD_BYTES)),
        TIMED_OUT,
    ),
    "a frame beyond the cap": (silent(struct.pack("<IQ", HEAD_BYTES + 1, 0)), UNREADABLE),
    "a byte now and then": (drip, TIMED_OUT),
    "the end": (lambda peer: peer.sock.close(), DIED),
    "the end in the middle": (lambda peer: peer.raw(struct.pack("<IQ", 100, 0), b"{"), DIED),
    "nothing, and reads nothing": (stops_reading, TIMED_OUT),
}


@pytest.mark.parametrize("name", FRAMES)
def test_bytes_that_are_no_answer_end_in_time(name):
    peer, kind = FRAMES[name]
    if name == "the end in the middle":
        write = peer

        def peer(peer: Peer) -> None:
            peer.read()
            write(peer)
            peer.sock.close()

    started = time.monotonic()
    argument = np.zeros(2**20) if "reads nothing" in name else 1
    assert outcome(peer, argument) is kind
    assert time.monotonic() - started < MOST_SECONDS


def stale(peer: Peer) -> None:
    """Answers a call with the number of the one before."""
    first = peer.read().head["number"]
    peer.reply(value=1)
    peer.read()
    peer.reply(to=first, value=2)
    peer.read()


def ahead(peer: Peer) -> None:
    """Writes the answer to the next call with that of the first."""
    number = peer.read().head["number"]
    peer.reply(value=1)
    for guess in (number, number + 1, 2, None):
        peer.reply(to=guess, value="forged")
    peer.read()


@pytest.mark.parametrize("peer", [stale, ahead])
def test_an_answer_to_another_question_is_refused(peer):
    with session_with(peer) as session:
        assert session.operate("call", 1) == 1
        with pytest.raises(StudentFailed) as failed:
            session.operate("call", 2)
        assert failed.value.kind is UNREADABLE
        assert session.lost is failed.value


def test_an_answer_before_any_question_is_refused():
    def peer(peer: Peer) -> None:
        send(peer.sock, Message({"to": 1, "value": 1}))
        peer.read()

    assert outcome(peer) is UNREADABLE


CALLS = {
    "of nothing": {"id": 1, "args": [], "kwargs": []},
    "without a number": {"args": [], "kwargs": []},
    "of a list": {"id": [], "args": [], "kwargs": []},
    "without arguments": {"id": 1},
    "with a fraction over nothing": {
        "id": 1,
        "args": [{"t": "fraction", "v": [1, 0]}],
        "kwargs": [],
    },
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_call_of_what_was_not_offered_is_refused(call):
    assert outcome(answering(do="callback", **call), 1) is UNREADABLE
    if "fraction" not in str(call):
        call = call | {"id": 99}
    assert outcome(answering(do="callback", **call), lambda: 1) is UNREADABLE


def offered(peer: Peer) -> int:
    """The number of the function that came as the first argument."""
    return peer.asked["args"]["v"][0]["id"]


def test_a_call_as_part_of_another_question_is_refused():
    def peer(peer: Peer) -> None:
        peer.read()
        peer.reply(do="callback", id=offered(peer), args=[], kwargs=[], to=7)
        peer.read()

    assert outcome(peer, lambda: 1) is UNREADABLE


def storm(peer: Peer) -> None:
    peer.read()
    for _ in range(10_000):
        peer.reply(do="callback", id=offered(peer), args=[], kwargs=[])
        peer.read()


def test_a_storm_of_calls_ends_at_their_limit():
    calls = []
    assert outcome(storm, lambda: calls.append(1), limits=PATIENT) is TIMED_OUT
    assert len(calls) == PATIENT.callbacks


def test_a_storm_of_large_calls_takes_no_more_memory_than_one():
    payload = bytes(2**26)

    def peer(peer: Peer) -> None:
        peer.read()
        node = {"t": "bytes", "b": 0}
        for _ in range(10):
            peer.reply(payload, do="callback", id=offered(peer), args=[node], kwargs=[])
            peer.read()
        peer.reply(value=len(payload))

    def work() -> None:
        assert outcome(peer, lambda data: len(data), limits=PATIENT) == 2**26

    assert peak_bytes(work) < 6 * len(payload)


def test_a_nest_of_calls_without_an_end_is_an_error_that_the_student_gets():
    told = []

    def peer(peer: Peer) -> None:
        while True:
            answer = peer.read().head
            if "raised" in answer:
                told.append(answer["raised"]["text"])
                peer.asked["number"] = numbers[-len(told)]
                peer.reply(
                    raised={"mro": [["builtins", "ValueError"]], "text": "", "traceback": ""}
                )
            elif "do" in answer:
                numbers.append(answer["number"])
                peer.reply(do="callback", id=offered(peer), args=[], kwargs=[])

    numbers: list[int] = []
    with session_with(peer, PATIENT) as session:

        def again():
            return session.operate("call", again)

        with pytest.raises(ValueError, match=r"^$"):
            again()
    assert any("nested" in text for text in told)


HANDLE = {"t": "handle", "id": 1, "can": [], "mro": []}
RAISED = {"mro": [["builtins", "ValueError"]], "text": "no", "traceback": ""}
DEEP = "[" * 900 + "]" * 900
REPLIES = {
    "no value": '{"to":NUMBER,"buffers":[]}',
    "a handle of no number": '{"t":"handle","id":"1","can":[],"mro":[]}',
    "a handle of a number of all": '{"t":"handle","id":1e400,"can":[],"mro":[]}',
    "a handle of a huge number": HANDLE | {"id": 10**4000},
    "a handle of many classes": HANDLE | {"mro": [["a", "b"]] * 10**5},
    "a handle that can do much": HANDLE | {"can": [str(n) for n in range(10**5)]},
    "a handle of no classes": HANDLE | {"mro": [1]},
    "a class of nobody": HANDLE | {"class": [[1, 2], 3]},
    "a value that was not sent": {"t": "callback", "id": 3},
    "a module": {"t": "global", "module": "os", "name": "system"},
    "a reference": {"t": "ref", "id": 1},
    "numbers without an end": '{"t":"int","v":"' + "f" * 2**20 + '"}',
    "a decimal to the end": {"t": "decimal", "v": "1e999999999"},
    "a fraction from text": {"t": "fraction", "v": ["1e999999999", 1]},
    "a number of a million digits": "9" * 10**6,
    "deep": DEEP,
    "as deep as a parser goes": "[" * 200_000,
}


@pytest.mark.parametrize("name", REPLIES)
def test_a_claim_that_is_none_is_unreadable(name):
    claim = REPLIES[name]
    if isinstance(claim, dict):
        assert outcome(answering(value=claim)) is UNREADABLE
    elif name == "no value":
        assert outcome(lambda peer: peer.serve(lambda p: p.claim(claim))) is UNREADABLE
    else:
        assert outcome(claiming(claim)) is UNREADABLE


ARRAY = {"t": "array", "d": "<f8", "s": [1], "b": 0}
HEADS = {
    "a place beyond the arguments": {"changed": [[9, 1]]},
    "a place from the end": {"changed": [[-1, [5]]]},
    "a place that is none": {"changed": [[[], 1]]},
    "a keyword that was not given": {"changed": [["x", 1]]},
    "changes that are none": {"changed": 7},
    "a name that was not lent": {"lent": [["open", 1]]},
    "names that are none": {"lent": {"a": 1}},
    "a raised number": {"raised": 5},
    "a raised nothing": {"raised": {"x": 1}},
    "too many raised classes": {"raised": RAISED | {"mro": [["a", "b"]] * 10**5}},
    "raised without text": {"raised": {"mro": []}},
    "unreadable by its own word": {"unreadable": [[]] * 1000},
}


@pytest.mark.parametrize("name", HEADS)
def test_a_reply_that_lies_is_unreadable_and_changes_nothing(name):
    argument = [1]
    assert outcome(answering(**HEADS[name]), argument) is UNREADABLE
    assert argument == [1]


def state(**changed):
    return {"t": "dict", "v": [*({"random": PYTHON, "numpy": NUMPY} | changed).items()]}


KEY = {"t": "array", "d": "<u4", "s": [624], "b": 0}
NUMPY = {"t": "tuple", "v": ["MT19937", KEY, 624, 0, 0.0]}
PYTHON = {"t": "tuple", "v": [3, {"t": "tuple", "v": [1] * 624 + [5]}, None]}
STATES = {
    "NumPy's position far outside": {"numpy": NUMPY | {"v": ["MT19937", KEY, 10**6, 0, 0.0]}},
    "NumPy's position below": {"numpy": NUMPY | {"v": ["MT19937", KEY, -5, 0, 0.0]}},
    "NumPy's position no number": {"numpy": NUMPY | {"v": ["MT19937", KEY, True, 0, 0.0]}},
    "NumPy's words too few": {"numpy": NUMPY | {"v": ["MT19937", [1], 1, 0, 0.0]}},
    "NumPy's number that is kept": {"numpy": NUMPY | {"v": ["MT19937", KEY, 1, 1, "x"]}},
    "Python's words too few": {"random": PYTHON | {"v": [3, {"t": "tuple", "v": [1]}, None]}},
    "Python's number that is kept": {"random": PYTHON | {"v": [*PYTHON["v"][:2], "x"]}},
    "Python's of another version": {"random": PYTHON | {"v": [2, *PYTHON["v"][1:]]}},
    "torch's too short": {"torch": {"t": "tensor", "d": "uint8", "s": [8], "b": 1}},
    "torch's of another kind": {"torch": {"t": "tensor", "d": "float32", "s": [2], "b": 1}},
    "torch's no tensor": {"torch": 1},
    "nothing": {"random": None},
}


@pytest.mark.parametrize("name", STATES)
def test_a_random_state_that_is_none_is_unreadable(name):
    peer = answering(bytes(4 * 624), bytes(8), states=state(**STATES[name]))
    assert outcome(peer) is UNREADABLE
    random.random(), np.random.rand(700), torch.rand(9)  # whatever was set can still be drawn from


def test_a_random_state_that_is_one_is_taken():
    assert outcome(answering(bytes(4 * 624), states=state(), value=1)) == 1


AMPLIFIED = {
    "empty lists": "[" + "[]," * (10 * 2**20) + "[]]",
    "nested lists": "[" + '[[["a"]]],' * (3 * 2**20) + "0]",
    "small objects": "[" + '{"":{}},' * (4 * 2**20) + "0]",
    "sets": "[" + '{"t":"set","v":[]},' * 1_500_000 + "0]",
    "texts": "[" + '"\\u0100b",' * (3 * 2**20) + "0]",
    "numbers": "[" + "1.5," * (8 * 2**20 - 100) + "0]",
}


@pytest.mark.parametrize("name", AMPLIFIED)
def test_a_head_of_many_small_parts_takes_bounded_memory(name):
    def work() -> None:
        assert outcome(claiming(AMPLIFIED[name]), limits=PATIENT) is UNREADABLE

    assert peak_bytes(work) < 0.9 * GIB


def test_each_new_object_is_one_more_until_there_are_too_many():
    numbers = itertools.count(1)

    def answer(peer: Peer) -> None:
        handles = [HANDLE | {"id": next(numbers)} for _ in range(40_000)]
        peer.reply(value=handles)

    with session_with(lambda peer: peer.serve(answer), PATIENT) as session:
        kept = [session.operate("call") for _ in range(2)]
        assert all(map(is_handle, kept[1]))
        with pytest.raises(StudentFailed, match="more than 100,000 objects"):
            session.operate("call")


def test_an_object_claims_classes_without_importing_them():
    lazy = [["torch", "onnx"], ["scipy", "signal.fft"], ["scipy", "ndimage"], ["torch", "_dynamo"]]
    absent = [name for name in ("torch.onnx", "scipy.ndimage") if name not in sys.modules]
    found = outcome(answering(value=HANDLE | {"mro": lazy}))
    assert not isinstance(found, torch.Tensor)
    assert all(name not in sys.modules for name in absent)


@pytest.mark.parametrize(
    "kind", ["__import__", "exit", "class", "x" * 10**5, "ValueError\x00", "\ud800", "Handle"]
)
def test_an_error_of_any_name_is_raised_as_an_error(kind):
    raised = RAISED | {"mro": [["builtins", kind], ["__main__", kind], ["builtins", "Exception"]]}
    with pytest.raises(Exception, match="no"):
        outcome(answering(raised=raised))


def test_numbers_asked_of_an_object_are_what_it_says_or_an_error():
    class_of = HANDLE | {"can": ["len", "index", "float", "bool", "iter", "next"]}
    answers = iter([class_of, -1, 2**63, "one", 1.5, None])

    def answer(peer: Peer) -> None:
        peer.reply(value=next(answers))

    with session_with(lambda peer: peer.serve(answer)) as session:
        handle = session.operate("call")
        with pytest.raises(ValueError, match="__len__"):
            len(handle)
        with pytest.raises(OverflowError):
            len(handle)
        with pytest.raises(TypeError):
            float(handle)
        with pytest.raises(TypeError):
            range(handle)
        with pytest.raises(TypeError):
            bool(handle)


def test_items_without_an_end_run_out_of_time():
    handle = HANDLE | {"can": ["iter", "next"]}

    def items(session):
        return sum(1 for _ in session.operate("call"))

    assert outcome(answering(value=handle), ask=items) is TIMED_OUT


GRADIENTS = {"none": [], "too many": [1, 2, 3], "numbers": [1], "another shape": [ARRAY]}


@pytest.mark.parametrize("name", ["too many", "numbers", "another shape"])
def test_gradients_of_another_shape_are_unreadable(name):
    def answer(peer: Peer) -> None:
        if peer.asked["do"] == "gradient":
            peer.reply(bytes(8), value=GRADIENTS[name])
        else:
            tensor = {"t": "tensor", "d": "float64", "s": [3], "b": 0, "g": "inner"}
            peer.reply(bytes(24), value=tensor)

    def ask(session):
        x = torch.ones(3, dtype=torch.float64, requires_grad=True)
        session.operate("call", x).sum().backward()

    assert outcome(lambda peer: peer.serve(answer), ask=ask) is UNREADABLE


OUTPUTS = {
    "many": [{"output_type": "stream", "name": "stdout", "text": "x"}] * 100_000,
    "long": [{"output_type": "stream", "name": "stdout", "text": "x" * 2**22}] * 5,
    "of kinds that are none": [{"output_type": "display_data", "data": {"<b>": 1, "a/json": [1]}}],
    "none": [None, 1, [], {"output_type": []}, {"output_type": "error", "traceback": 3}],
    "no list": {"a": 1},
}


@pytest.mark.parametrize("name", OUTPUTS)
def test_outputs_of_any_kind_are_bounded(name, capsys):
    assert outcome(answering(outputs=OUTPUTS[name], value=3), limits=PATIENT) == 3
    with session_with(answering(outputs=OUTPUTS[name])) as session:
        reply = session.run("pass")
        assert reply.failed is None
    capsys.readouterr()


STREAM = '{"output_type":"stream","text":DEEP}'
RICH = '{"output_type":"display_data","data":{"a/json":DEEP}}'


@pytest.mark.parametrize("output", [STREAM, RICH], ids=["stream", "rich"])
def test_outputs_nested_deeper_than_a_notebook_may_be_cost_their_cell(output, capsys):
    kinds = {}
    for depth in (10, 90, 110, *range(sys.getrecursionlimit() - 200, sys.getrecursionlimit(), 10)):
        deep = output.replace("DEEP", "[" * depth + "]" * depth)
        claim = '{"to":NUMBER,"buffers":[],"value":1,"outputs":[' + deep + "]}"
        with session_with(
            lambda peer, claim=claim: peer.serve(lambda p: p.claim(claim))
        ) as session:
            failed = session.run("pass").failed
            kinds[depth] = failed and failed.kind
    assert kinds.pop(10) is kinds.pop(90) is None
    assert set(kinds.values()) == {UNREADABLE}
    capsys.readouterr()
