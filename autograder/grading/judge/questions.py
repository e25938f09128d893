"""Questions to one student process, in values and not in bytes: how each side knows the other's."""

import threading
import time
from collections.abc import Callable, Iterable
from functools import partial
from socket import socket
from typing import Any, TypeVar

from autograder.errors import FaultyTest, WireError
from autograder.grading.judge.callbacks import Callbacks
from autograder.grading.judge.conversation import Conversation, unreadable
from autograder.grading.judge.names.shown_names import ShownNames
from autograder.grading.judge.objects import exceptions
from autograder.grading.judge.objects.lent_names import LentNames
from autograder.grading.judge.objects.own_functions import own_function
from autograder.grading.judge.objects.received import ReceivedObjects
from autograder.grading.judge.objects.sent import SentObjects
from autograder.grading.judge.objects.stand_ins import Owner, is_handle, owner_of
from autograder.grading.judge.surroundings.all_of_it import Surroundings
from autograder.grading.judge.time_limits import TimeLimits
from autograder.grading.wire.codecs.described.known import Known, libraries_of
from autograder.grading.wire.decode import Decoder
from autograder.grading.wire.encode import Encoder
from autograder.grading.wire.frames import Message
from autograder.grading.wire.given_classes import Instances
from autograder.limits import Limits
from autograder.notebook.plan import Plan
from autograder.student_failure import StudentFailed
from autograder.verdict import Kind

Node = Any
T = TypeVar("T")


class Questions:
    """Asks as long as the time allows, and reads the replies as what they are: claims.

    line: the conversation behind it, which knows whether the process was lost.
    """

    def __init__(
        self,
        sock: socket,
        owner: Owner,
        limits: Limits,
        time_limits: TimeLimits,
        scope: dict[str, Any],
        plan: Plan,
        how_it_ended: Callable[[], str],
        around: Surroundings,
    ):
        """
        owner: does what a test cell does with a stand-in for an object of this process.
        scope: the judge's namespace, where the student's names are lent, and classes looked up.
        plan: says which classes are the student's, and which are given.
        how_it_ended: why the process is no more, to follow "the code ...".
        around: what stands around a call, and goes and comes with each.
        """
        self.around = around
        self._owner, self._limits, self._time = owner, limits, time_limits
        self._scope, self._given_functions = scope, frozenset(plan.functions)
        known = Known(libraries_of(plan.imports))
        self._instances = Instances(scope, frozenset(plan.given), known=known)
        self._sent = SentObjects()
        self.received = ReceivedObjects(owner, scope, frozenset(plan.classes), self._instances)
        self.callbacks = Callbacks(self._sent, limits.callbacks, around.answering)
        self.lent = LentNames(scope, self.encoder)
        self.shown = ShownNames(scope, self.encoder)
        self.line = Conversation(
            sock,
            self._serve,
            time_limits.out_of_time,
            how_it_ended,
            limits.reply_bytes(),
            around.clock,
        )
        self._one_at_a_time = threading.RLock()  # a test may call from threads; callbacks nest

    def encoder(self) -> Encoder:
        """For one message."""
        return Encoder(self._node_of, self._instances)

    def ask(self, head: dict[str, Any], encoder: Encoder | None = None) -> Message:
        """Send a request; serve the callbacks that it leads to; return its reply.

        encoder: has the buffers of the nodes in `head`.

        Raises StudentFailed if there is no reply in time.
        """
        with self._one_at_a_time:
            if self.line.lost is not None:
                raise self.line.lost
            encoder = encoder or self.encoder()
            head["rebound"] = self.lent.changes(encoder)
            head["shown"] = head.get("shown", []) + self.shown.changes(encoder, self.lent.names)
            left = self._time.left()
            if left <= 0:
                raise self._time.out_of_time()
            if head["do"] != "run":
                left = min(left, self._limits.call_seconds)
            if (around := self.around.sent(encoder)) is not None:
                head["around"] = around
            question = Message(head | {"seconds": left}, encoder.buffers)
            deadline = time.monotonic() + left + self._limits.grace_seconds
            reply = self.line.ask(question, deadline)
            if (claimed := reply.head.get("around")) is not None:
                self.read(reply, partial(self.around.take, claimed))
            return reply

    def hand_over(self, names: Iterable[str]) -> list[str]:
        """Have the process bind names as the judge does; those that cannot cross as data."""
        encoder = Encoder(self._data_of, self._instances)
        nodes, left = [], []
        for name in names:
            if name in self._scope:
                try:
                    nodes.append([name, "again", encoder.node(self._scope[name])])
                except (FaultyTest, WireError):
                    left.append(name)
        self.ask({"do": "bind", "shown": nodes}, encoder)
        return left

    def read(self, message: Message, reader: Callable[[Decoder], T]) -> T:
        """What `reader` makes of a reply; a malformed one is the student's failure, not ours."""
        try:
            return reader(self._decoder(message))
        except WireError as error:
            raise unreadable(error) from None
        except Exception as error:
            if exceptions.is_students(error):
                raise
            raise unreadable(type(error).__name__) from None

    def _serve(self, call: Message) -> Message:
        return self.callbacks.answer(call, self._decoder(call), self.encoder())

    def _decoder(self, message: Message) -> Decoder:
        return Decoder(message.buffers, self._resolve, self._instances)

    def _node_of(self, value: Any) -> Node:
        value = self.received.coroutines.handle(value)
        if is_handle(value) and owner_of(value) is not self._owner:
            raise StudentFailed(Kind.DIED, "ended the process that this value lived in")
        return self._sent.node(value)

    def _data_of(self, value: Any) -> Node:
        node = self._node_of(value)
        if node["t"] == "callback":
            raise WireError("a function of ours")
        return node

    def _resolve(self, node: Node) -> Any:
        if node["t"] not in ("handle", "object's"):
            return self._sent.resolve(node)
        if "place" in node:
            ours = own_function(node["place"], self._scope, self._given_functions)
            if ours is not None:
                self._sent.add_function(ours, self.received.number(node))
                return ours
        found = self.received.resolve(node)
        if not is_handle(found) and isinstance(found, type):
            self._sent.add_exception_class(found, node["id"])
        return found
