"""A peer that is no student process of ours but a bare socket, which may write anything."""

import contextlib
import os
import socket
import struct
import tempfile
import threading
import time
from collections.abc import Callable
from typing import Any

from autograder.grading.judge.session import Session
from autograder.grading.judge.surroundings.all_of_it import Surroundings
from autograder.grading.wire.frames import Message, receive, send
from autograder.limits import Limits
from autograder.notebook.plan import Plan
from autograder.student_failure import StudentFailed

LIMITS = Limits(cell_seconds=1, grace_seconds=0.2, callbacks=100)


class Peer:
    """The far end of the judge's socket."""

    def __init__(self, sock: socket.socket):
        self.sock = sock
        self.asked: dict[str, Any] = {}  # the head of the last request

    def read(self) -> Message:
        """The next frame of the judge's."""
        message = receive(self.sock)
        self.asked = message.head if "do" in message.head else self.asked
        return message

    def reply(self, *buffers: bytes, **head: Any) -> None:
        """Answer the last request: with None, unless told otherwise."""
        send(self.sock, Message({"to": self.asked["number"], "value": None} | head, buffers))

    def raw(self, *parts: bytes) -> None:
        """Write bytes as they are."""
        self.sock.sendall(b"".join(parts))

    def claim(self, head: str, payload: int = 0) -> None:
        """Write a frame with this text of JSON, in which NUMBER is the number that was asked."""
        text = head.replace("NUMBER", str(self.asked["number"])).encode()
        self.raw(struct.pack("<IQ", len(text), payload), text)

    def serve(self, answer: Callable[["Peer"], None]) -> None:
        """Answer every request in the same way until the judge is gone."""
        while True:
            self.read()
            answer(self)


@contextlib.contextmanager
def session_with(
    peer: Callable[[Peer], None], limits: Limits = LIMITS, scope: Any = None, folder: Any = None
):
    """A session whose student process is `peer`, in a cell that began just now.

    folder: the judge's working folder is `work` in it; a fresh one without.
    """
    ours, theirs = socket.socketpair()

    def live() -> None:
        with contextlib.suppress(OSError):  # the judge has had enough
            peer(Peer(theirs))

    thread = threading.Thread(target=live)
    thread.start()
    made = tempfile.TemporaryDirectory()
    ends = time.monotonic() + limits.notebook_seconds
    scope, plan = {} if scope is None else scope, Plan(())
    work = os.path.join(folder or made.name, "work")
    os.makedirs(work, exist_ok=True)
    session: Session
    around = Surroundings(scope, limits, plan, lambda *of, **by: session.operate(*of, **by), work)
    ended = "ended the process that runs it"
    session = Session(ours, limits, scope, plan, ends, lambda: ended, around)
    session.start_cell(session.outputs)
    try:
        yield session
    finally:
        ours.shutdown(socket.SHUT_RDWR)
        ours.close()
        thread.join()
        made.cleanup()
        theirs.close()


def outcome(
    peer: Callable[[Peer], None], *arguments: Any, ask: Any = None, limits: Limits = LIMITS
) -> Any:
    """What a call of the peer's gives: a value, or the kind of its failure."""
    with session_with(peer, limits) as session:
        try:
            return ask(session) if ask else session.operate("call", *arguments)
        except StudentFailed as failed:
            return failed.kind


def answering(*buffers: bytes, **head: Any) -> Callable[[Peer], None]:
    """A peer that answers each request so."""
    return lambda peer: peer.serve(lambda peer: peer.reply(*buffers, **head))


def claiming(value: str) -> Callable[[Peer], None]:
    """A peer that answers each request with a value of this text of JSON."""
    return lambda peer: peer.serve(
        lambda peer: peer.claim('{"to":NUMBER,"buffers":[],"value":' + value + "}")
    )


def peak_bytes(work: Callable[[], Any]) -> int:
    """How far the memory of this process rose at most while `work` ran."""
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")  # the peak begins anew
    before = _status("VmRSS")
    work()
    return _status("VmHWM") - before


def _status(name: str) -> int:
    with open(f"/proc/{os.getpid()}/status") as file:
        line = next(line for line in file if line.startswith(name))
    return int(line.split()[1]) * 1024
