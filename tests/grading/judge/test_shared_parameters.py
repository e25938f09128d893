"""A test that changes a student's parameters, by an optimizer or by hand, changes theirs."""

import pytest
from cells import verdict

from autograder.verdict import Kind

SETUP = "import torch\nfrom torch import nn"
NET = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.l = nn.Linear(2, 1)
    def forward(self, x): return self.l(x)
"""

works = {
    "an optimizer's step": (
        NET,
        "n = Net()\nopt = torch.optim.SGD(n.parameters(), lr=.1)\nx = torch.ones(3, 2)\n"
        "before = n.l.weight.detach().clone()\nn(x).pow(2).mean().backward()\nopt.step()\n"
        "assert not torch.equal(before, n.l.weight)",
    ),
    "training": (
        NET,
        "torch.manual_seed(0)\nn = Net()\nopt = torch.optim.Adam(n.parameters(), lr=.1)\n"
        "x = torch.randn(16, 2)\ny = x.sum(1, keepdim=True)\nlosses = []\n"
        "for _ in range(20):\n    opt.zero_grad()\n    loss = (n(x) - y).pow(2).mean()\n"
        "    loss.backward()\n    opt.step()\n    losses.append(loss.item())\n"
        "assert losses[-1] < losses[0] / 2",
    ),
    "a weight that is filled": (
        "net = nn.Sequential(nn.Linear(1, 1, bias=False))",
        "with torch.no_grad():\n    net[0].weight.fill_(2)\n"
        "assert net(torch.ones(1, 1)).item() == 2",
    ),
    "the data of a weight": (
        "net = nn.Linear(1, 1, bias=False)",
        "net.weight.data.fill_(3.)\nassert net(torch.ones(1, 1)).item() == 3",
    ),
    "every parameter, in a loop": (
        NET,
        "n = Net()\nfor p in n.parameters():\n    nn.init.constant_(p, .5)\n"
        "assert n(torch.ones(1, 2)).item() == 1.5",
    ),
    "weights that are loaded": (
        NET,
        "a, b = Net(), Net()\nkept = b.l.weight\nb.load_state_dict(a.state_dict())\n"
        "assert torch.equal(a.l.weight, b.l.weight) and torch.equal(kept, a.l.weight)",
    ),
    "the same parameter is the same object": (NET, "n = Net()\nassert n.l.weight is n.l.weight"),
    "gradients": (
        NET,
        "n = Net()\nw = n.l.weight\nn(torch.ones(1, 2)).sum().backward()\n"
        "assert w.grad.tolist() == [[1, 1]]\nw.grad.zero_()\nn(torch.ones(1, 2)).sum().backward()\n"
        "assert w.grad.tolist() == n.l.weight.grad.tolist() == [[1, 1]]",
    ),
    "a loss with the weights in it": (
        "net = nn.Linear(1, 1, bias=False)",
        "w = net.weight\n(net(torch.ones(1, 1)).sum() + 2 * w.sum()).backward()\n"
        "assert w.grad.item() == net.weight.grad.item() == 3",
    ),
    "the student's training is seen": (
        NET + "def train(n):\n    with torch.no_grad(): n.l.bias.add_(1)",
        "n = Net()\nb = n.l.bias\nbefore = b.item()\ntrain(n)\n"
        "assert abs(b.item() - before - 1) < 1e-6",
    ),
    "a tensor of the notebook": (
        "w = torch.zeros(2, requires_grad=True)\ndef f(x): return (w * x).sum()",
        "with torch.no_grad():\n    w.add_(1)\nassert f(torch.ones(2)).item() == 2",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", works)
def test_works_as_in_one_process(engine, name):
    answer, test = works[name]
    found = verdict(engine, answer, test, setup=SETUP)
    assert found.kind is Kind.PASSED, found


def test_a_step_that_changes_nothing_earns_nothing(engine):
    frozen = NET.replace("return self.l(x)", "return self.l(x).detach()")
    answer, test = works["an optimizer's step"]
    assert verdict(engine, frozen, test, right=answer, setup=SETUP).score == 0
