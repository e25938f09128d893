"""Autograd across the wall."""

import pytest
from cells import verdict

SETUP = "import torch\nfrom torch.autograd import gradcheck"

works = {
    "gradcheck": (
        "def f(x): return x.exp() / x.exp().sum()",
        "assert gradcheck(f, torch.randn(3, dtype=torch.float64, requires_grad=True))",
    ),
    "gradcheck of two inputs and two outputs": (
        "def f(x, y): return x * y, (x.sin() + y).sum()",
        "a, b = (torch.randn(2, dtype=torch.float64, requires_grad=True) for _ in 'ab')\n"
        "assert gradcheck(f, (a, b))",
    ),
    "a chain through judge and student": (
        "def f(x): return x ** 2",
        "x = torch.tensor([3.0], requires_grad=True)\n"
        "(2 * f(f(x) + 1)).sum().backward()\nassert x.grad.item() == 2 * 2 * 10 * 6",
    ),
    "the parameters of a module": (
        "from torch import nn\n"
        "class Net(nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n        self.layer = nn.Linear(2, 1)\n"
        "    def forward(self, x): return self.layer(x)",
        "net = Net()\nx = torch.ones(1, 2, requires_grad=True)\nnet(x).sum().backward()\n"
        "assert isinstance(net, torch.nn.Module)\n"
        "assert torch.allclose(x.grad, net.layer.weight.detach())\n"
        "assert net.layer.weight.grad.tolist() == [[1, 1]]",
    ),
    "no gradient where none is asked for": (
        "def f(x): return x * 2",
        "assert not f(torch.ones(2)).requires_grad\n"
        "with torch.no_grad():\n    assert not f(torch.ones(2, requires_grad=True)).requires_grad",
    ),
    "a backward pass of the student's own": (
        "def f(w):\n    loss = (w ** 2).sum()\n    loss.backward()\n    return loss.item()",
        "w = torch.ones(2, requires_grad=True)\nassert f(w) == 2 and w.grad.tolist() == [2, 2]",
    ),
    "a tensor changed in place": (
        "def f(x): x.mul_(2)",
        "x = torch.ones(2)\nf(x)\nassert x.tolist() == [2, 2]",
    ),
    "the dtype of the input": (
        "def f(x): return x + 1",
        "for kind in (torch.float16, torch.bfloat16, torch.float64):\n"
        "    assert f(torch.zeros(2, dtype=kind)).dtype == kind",
    ),
    "the random state": (
        "def f(): return torch.rand(2)",
        "torch.manual_seed(0)\ngot = f()\n"
        "torch.manual_seed(0)\nassert torch.equal(got, torch.rand(2))",
    ),
}


@pytest.mark.parametrize("what", works)
def test_gradients_cross(engine, what):
    answer, test = works[what]
    found = verdict(engine, "import torch\n" + answer, test, setup=SETUP)
    assert found.score == 1, found.finding


@pytest.mark.parametrize(
    "answer",
    [
        "def f(x): return (x.exp() / x.exp().sum()).detach()",
        "def f(x): return torch.tensor((x.exp() / x.exp().sum()).tolist(), dtype=x.dtype)",
        "def f(x): return x.exp() / x.detach().exp().sum()",
    ],
)
def test_a_broken_graph_fails_gradcheck(engine, answer):
    right = "import torch\ndef f(x): return x.exp() / x.exp().sum()"
    test = (
        "x = torch.ones(3, dtype=torch.float64, requires_grad=True)\n"
        "assert torch.allclose(f(x).sum(), torch.tensor(1.0, dtype=torch.float64))\n"
        "assert gradcheck(f, x)"
    )
    assert verdict(engine, "import torch\n" + answer, test, right, SETUP).score == 0
