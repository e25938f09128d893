"""Questions to a student's process, each with a number that its reply must carry.

The process may write anything at any time, so the first thing that is no answer ends it: whatever
comes after might be taken for the answer to something else.
"""

import secrets
from collections.abc import Callable
from socket import socket
from typing import Any

from autograder.errors import FaultyTest, WireError
from autograder.grading.judge.surroundings.clock import Clock
from autograder.grading.wire.frames import Lost, Message, receive, send
from autograder.student_failure import StudentFailed
from autograder.verdict import Kind

_DEEPEST = 50  # questions within answers: each costs frames of Python's stack, which ends


def unreadable(problem: object) -> StudentFailed:
    """The failure of a process that wrote what is no answer."""
    return StudentFailed(Kind.UNREADABLE, f"gave an answer that cannot be read: {problem}"[:500])


class Conversation:
    """One socket. After it is lost, every question fails with how it was lost."""

    def __init__(
        self,
        sock: socket,
        answer: Callable[[Message], Message],
        out_of_time: Callable[[], StudentFailed],
        how_it_ended: Callable[[], str],
        most_bytes: int,
        clock: Clock,
    ):
        """
        answer: to what the student's code asks of us meanwhile; raises WireError for nonsense.
        how_it_ended: why the process is no more, to follow "the code ...".
        most_bytes: of the arrays of one reply.
        clock: is told of the time that is spent in waiting.
        """
        self._sock, self._answer, self._most_bytes = sock, answer, most_bytes
        self._clock = clock
        self._out_of_time, self._how_it_ended = out_of_time, how_it_ended
        self._open = 0  # questions that wait for their replies
        self.lost: StudentFailed | None = None
        self.waiting = False  # a frame is on its way: half of one leaves the socket of no use

    def ask(self, question: Message, deadline: float) -> Message:
        """The reply to a question; answers what the student's code asks until it comes.

        deadline: for all of it, on time.monotonic()'s clock, in seconds.

        Raises StudentFailed if there is no reply, RecursionError for too deep a nest of questions,
        FaultyTest for a question that is too large.
        """
        if self.lost is not None:
            raise self.lost
        if self._open == _DEEPEST:
            raise RecursionError(f"calls between test and answer nested deeper than {_DEEPEST}")
        number = secrets.randbits(53)  # not to be guessed, so no reply is written in advance
        self._open += 1
        try:
            self._put(Message(question.head | {"number": number}, question.buffers), deadline)
            with self._clock.waiting():
                while "do" in (message := self._next(number, deadline)).head:
                    self._frame(send, self._answer(message), deadline)
            return message
        except WireError as error:
            self.lost = unreadable(error)
            raise self.lost from None
        finally:
            self._open -= 1

    def _put(self, question: Message, deadline: float) -> None:
        try:
            with self._clock.waiting(sum(map(len, question.buffers)) or 1):
                self._frame(send, question, deadline)
        except WireError as error:  # nothing was written
            raise FaultyTest(f"a test passes too much to the student's code: {error}") from None

    def _next(self, number: int, deadline: float) -> Message:
        message = self._frame(receive, deadline, self._most_bytes)
        if message.head.get("to") != number:
            raise WireError("it answers what was not asked")
        return message

    def _frame(self, move: Callable[..., Any], *arguments: Any) -> Any:
        """Send or receive one frame; if that ends before the frame does, the process is lost."""
        self.waiting = True
        try:
            return move(self._sock, *arguments)
        except TimeoutError:
            self.lost = self._out_of_time()
        except Lost:
            self.lost = StudentFailed(Kind.DIED, self._how_it_ended())
        except WireError:
            raise
        except MemoryError:
            self.lost = unreadable("it takes more memory than there is")
        except BaseException as error:
            self.lost = unreadable(type(error).__name__)
            raise
        finally:
            self.waiting = False
        raise self.lost
