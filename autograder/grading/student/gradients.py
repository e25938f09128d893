"""The graphs of calls whose tensors take part in the judge's autograd."""

from collections.abc import Iterable
from typing import Any


class Gradients:
    """Keeps, for each call, the tensors that came in with a gradient and those that went out."""

    def __init__(self):
        self._calls: dict[int, tuple[list[Any], list[Any]]] = {}

    def keep(self, call: int, decoder: Any, encoder: Any) -> None:
        """Remember a call's tensors if its outputs require a gradient."""
        if encoder.with_gradient:
            self._calls[call] = (decoder.with_gradient, list(encoder.with_gradient))

    def forget(self, calls: Iterable[int]) -> None:
        """Drop the graphs of calls that the judge will not ask about again."""
        for call in calls:
            self._calls.pop(call, None)

    def vector_jacobian_product(self, call: int, output: int, gradient: Any) -> list[Any]:
        """The product of `gradient`, shaped as the output, with the call's Jacobian: one tensor, or
        None, for each input. Leaves inside the student's code gather theirs as in one process."""
        inputs, outputs = self._calls[call]
        for tensor in inputs:
            tensor.grad = None
        outputs[output].backward(gradient, retain_graph=True)
        products = [tensor.grad for tensor in inputs]
        for tensor in inputs:
            tensor.grad = None
        return products
