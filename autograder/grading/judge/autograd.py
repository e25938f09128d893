"""Gradients across the wall: backward of a remote call is a remote vector-Jacobian product."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

Product = Callable[[Any], list[Any]]


@cache
def _function() -> Any:
    import torch
    from torch.autograd.function import once_differentiable

    class RemoteCall(torch.autograd.Function):
        @staticmethod
        def forward(ctx, product, output, *inputs):
            ctx.product, ctx.count = product, len(inputs)
            return output.view_as(output)

        @staticmethod
        @once_differentiable
        def backward(ctx, gradient):
            products = ctx.product(gradient.contiguous())
            # A call may have no input that requires a gradient: its parameters are the student's.
            return None, None, *(products or [None] * ctx.count)

    return RemoteCall


def fits(products: Sequence[Any], inputs: Sequence[Any]) -> bool:
    """Whether these are gradients of the inputs; none at all stand for a call without inputs."""
    import torch

    if not products:
        return True
    pairs = zip(products, inputs, strict=False)
    return len(products) == len(inputs) and all(
        found is None or (type(found) is torch.Tensor and found.shape == tensor.shape)
        for found, tensor in pairs
    )


def attach(output: Any, inputs: Sequence[Any], product: Product) -> Any:
    """`output` as a tensor whose gradient flows to `inputs` by `product(gradient of the output)`.

    product: takes a tensor shaped as the output; returns a tensor or None for each input.
    """
    import torch

    if not torch.is_grad_enabled():
        return output
    return _function().apply(product, output, *(inputs or [torch.zeros(0, requires_grad=True)]))
