"""Parameters of the student's: a test that changes one, by hand or by an optimizer, changes theirs.

The student's side numbers each leaf that requires a gradient as it crosses; the judge gets the same
tensor for the same number. With each call, what changed since both agreed goes over.
"""

import itertools
import sys
import weakref
from collections import OrderedDict
from typing import Any

from autograder.errors import WireError

Node = Any
_MOST = 2000  # that the judge keeps: one that a test changes and drops is to cross all the same
_SMALL = 2**18  # bytes: of a larger one, only its version is looked at


class SharedTensors:
    """Of one side. Without torch it holds nothing, and imports nothing."""

    def __init__(self) -> None:
        self._tensors: OrderedDict[int, Any] = OrderedDict()  # on the judge's side, by number
        self._own: dict[int, tuple[int, Any]] = {}  # on the student's, by identity
        self._agreed: dict[int, Any] = {}
        self._next = itertools.count(1)

    def number(self, tensor: Any) -> int:
        """The number of a leaf of this side's, a new one when it is first asked for."""
        found = self._own.get(id(tensor))
        if found is None or found[1]() is not tensor:
            found = self._own[id(tensor)] = next(self._next), weakref.ref(tensor)
            self._agreed[found[0]] = _state(tensor)
        return found[0]

    def met(self, number: Any, tensor: Any) -> Any:
        """The tensor of a number that arrives: the one that it was, with what it is now."""
        if type(number) is not int or not 0 < number < 2**53:
            raise WireError("a tensor without a number")
        kept = self._tensors.get(number)
        if kept is None or kept.shape != tensor.shape or kept.dtype != tensor.dtype:
            kept = self._tensors[number] = tensor
        else:
            _give(kept, tensor, tensor.grad)
        self._tensors.move_to_end(number)
        self._agreed[number] = _state(kept)
        while len(self._tensors) > _MOST:
            self._agreed.pop(self._tensors.popitem(last=False)[0], None)
        return kept

    def news(self, encoder: Any) -> list[Node]:
        """Those that changed since both sides agreed, as nodes."""
        changed = []
        for number, tensor in self._alive():
            if (now := _state(tensor)) != self._agreed.get(number):
                self._agreed[number] = now
                grad = None if tensor.grad is None else encoder.node(tensor.grad.detach())
                changed.append([number, encoder.node(tensor.detach()), grad])
        return changed

    def take(self, decoder: Any, claimed: Any) -> None:
        """Make tensors what the other side has made of them. Raises WireError."""
        known = dict(self._alive())
        for number, value, grad in claimed:
            if (tensor := known.get(number)) is not None:
                _give(tensor, *decoder.items({"v": [value, grad]}))
                self._agreed[number] = _state(tensor)

    def _alive(self) -> list[tuple[int, Any]]:
        for identity, (number, find) in list(self._own.items()):
            if find() is None:
                del self._own[identity]
                self._agreed.pop(number, None)
        own = [(number, find()) for number, find in self._own.values()]
        return [*self._tensors.items(), *((n, tensor) for n, tensor in own if tensor is not None)]


def _state(tensor: Any) -> Any:
    """What tells that a tensor or its gradient changed; `.data` counts no versions."""
    parts: list[Any] = []
    for part in (tensor, tensor.grad):
        if part is None:
            parts.append(None)
        elif part.numel() * part.element_size() <= _SMALL and part.is_cpu:
            flat = part.detach().resolve_conj().resolve_neg().contiguous().reshape(-1)
            parts.append(
                flat.view(sys.modules["torch"].uint8).numpy().tobytes() if len(flat) else b""
            )
        else:
            parts.append((id(part), part._version))
    return parts


def _give(tensor: Any, value: Any, grad: Any) -> None:
    import torch

    for part in (value, grad):
        fits = part is None or (isinstance(part, torch.Tensor) and part.shape == tensor.shape)
        if not fits or (part is not None and part.dtype != tensor.dtype):
            raise WireError("another tensor than it was")
    if value is None:
        raise WireError("a tensor that is none")
    with torch.no_grad():
        if not torch.equal(tensor, value):
            tensor.copy_(value)
    if grad is None or tensor.grad is None or not torch.equal(tensor.grad, grad):
        tensor.grad = None if grad is None else grad.detach()
