"""Right answers to notebooks 1 and 2 in many styles, each the source of a student's cell.

Every one must pass every behaviour of its exercise, save those named in `but_for`.
"""

from dataclasses import dataclass

#: The cells that are given, as far as the answers can see them.
GIVEN = """
import functools
import math
import numpy as np
import torch
from torch import nn
import torch.nn.functional as F

def softmax_torch(x):
    return torch.softmax(x, dim=0)

x = torch.tensor([1., 2., 3.])
probabilities = softmax_torch(x)
result = torch.softmax(x, 0)
"""


@dataclass(frozen=True)
class Right:
    """A right answer: the exercise, a name for its style, and its source."""

    exercise: str
    style: str
    source: str
    but_for: frozenset[str] = frozenset()


_GRADIENT = frozenset({"gradient"})


def _softmax(style: str, source: str, but_for: frozenset[str] = frozenset()) -> Right:
    return Right("softmax", style, source, but_for)


_SOFTMAX = (
    _softmax(
        "two steps",
        """
def softmax(xx):
    expos = torch.exp(xx)
    assert (expos >= 0).all()
    return expos / torch.sum(expos)
""",
    ),
    _softmax("lambda", "softmax = lambda xx: xx.exp() / xx.exp().sum()"),
    _softmax("stable", "def softmax(xx):\n    e = (xx - xx.max()).exp()\n    return e / e.sum(0)"),
    _softmax("log space", "def softmax(xx):\n    return (xx - xx.logsumexp(0)).exp()"),
    _softmax("logsumexp", "def softmax(xx): return torch.exp(xx - torch.logsumexp(xx, dim=-1))"),
    _softmax("log of the sum", "def softmax(xx): return torch.exp(xx - xx.exp().sum().log())"),
    _softmax("keepdim", "def softmax(xx):\n    e = torch.exp(xx)\n    return e / e.sum(0, True)"),
    _softmax("reciprocal", "def softmax(xx):\n    e = xx.exp()\n    return e * (1 / e.sum())"),
    _softmax("power of e", "def softmax(xx):\n    e = math.e ** xx\n    return torch.div(e, e.sum())"),
    _softmax("torch.pow", "def softmax(xx):\n    e = torch.pow(math.e, xx)\n    return e / e.sum()"),
    _softmax(
        "partial",
        """
def power(base, xx):
    raised = base ** xx
    return raised / raised.sum()

softmax = functools.partial(power, math.e)
""",
    ),
    _softmax(
        "callable class",
        """
class Softmax:
    def __call__(self, xx):
        expos = self.softmax(xx)
        return expos / expos.sum()

    def softmax(self, xx):
        return xx.exp()

softmax = Softmax()
""",
    ),
    _softmax(
        "module",
        """
class MySoftmax(nn.Module):
    def __init__(self, dim=0):
        super().__init__()
        self.dim = dim

    def forward(self, xx):
        expos = torch.exp(xx)
        return expos / expos.sum(dim=self.dim, keepdim=True)

softmax = MySoftmax()
""",
    ),
    _softmax(
        "method of an instance",
        """
class Functions:
    def softmax(self, xx):
        e = xx.exp()
        return e / e.sum()

functions = Functions()
softmax = functions.softmax
""",
    ),
    _softmax(
        "static method",
        """
class Mine:
    @staticmethod
    def softmax(xx):
        e = xx.exp()
        return e / e.sum()

def softmax(xx):
    return Mine.softmax(xx)
""",
    ),
    _softmax(
        "loop over the entries",
        """
def softmax(xx):
    total = sum(torch.exp(value) for value in xx)
    return torch.stack([torch.exp(value) / total for value in xx])
""",
    ),
    _softmax(
        "filled in a loop",
        """
def softmax(xx):
    out = torch.zeros_like(xx)
    total = torch.exp(xx).sum()
    for i in range(len(xx)):
        out[i] = torch.exp(xx[i]) / total
    return out
""",
    ),
    _softmax(
        "math.exp in a loop",
        """
def softmax(xx):
    expos = [math.exp(value) for value in xx]
    return torch.tensor([e / sum(expos) for e in expos], dtype=xx.dtype)
""",
        _GRADIENT,
    ),
    _softmax(
        "through NumPy",
        """
def softmax(xx):
    z = np.exp(xx.detach().numpy())
    return torch.from_numpy(z / z.sum()).to(xx.dtype)
""",
        _GRADIENT,
    ),
    _softmax(
        "helpers",
        """
def exponentiate(xx):
    return torch.exp(xx)

def normalize(values):
    total = torch.sum(values)
    return values / total

def softmax(xx):
    return normalize(exponentiate(xx))
""",
    ),
    _softmax(
        "helpers defined later",
        """
def softmax(xx):
    return _share(xx.exp())

def _share(values):
    return values / values.sum()
""",
    ),
    _softmax(
        "decorated",
        """
def checked(function):
    @functools.wraps(function)
    def inner(xx):
        out = function(xx)
        assert torch.isclose(out.sum(), torch.ones((), dtype=out.dtype))
        return out
    return inner

@checked
def softmax(xx):
    # the same as torch.softmax(xx, dim=0), F.softmax or nn.Softmax
    "Not torch.softmax(xx, 0): by hand."
    expos = xx.exp()
    return expos / expos.sum()
""",
    ),
    _softmax(
        "wrapped afterwards",
        """
def softmax(xx):
    return xx.exp() / xx.exp().sum()

softmax = torch.no_grad()(softmax) if False else functools.lru_cache(maxsize=0)(softmax)
""",
    ),
    _softmax(
        "local names that shadow",
        """
y = torch.softmax(x, 0)

def softmax(xx):
    probabilities = xx.exp()
    result = probabilities.sum()
    y = probabilities / result
    softmax = y
    return softmax
""",
    ),
    _softmax(
        "an earlier try with the built-in",
        """
softmax = torch.softmax
print(softmax(x, 0), x.softmax(0), F.softmax(x, dim=0))

def softmax(xx):
    expos = torch.exp(xx)
    return expos / expos.sum()

print(torch.allclose(softmax(x), softmax_torch(x)))
""",
    ),
    _softmax(
        "a second dimension",
        """
def softmax(xx):
    column = xx.reshape(-1, 1).exp()
    return (column / column.sum(dim=0)).flatten()
""",
    ),
    _softmax("dot with ones", "def softmax(xx):\n    e = xx.exp()\n    return e / (e @ torch.ones_like(e))"),
    _softmax("einsum", "def softmax(xx):\n    e = xx.exp()\n    return e / torch.einsum('i->', e)"),
    _softmax("cumsum", "def softmax(xx):\n    e = xx.exp()\n    return e / e.cumsum(0)[-1]"),
    _softmax("pairwise differences", "def softmax(xx): return 1 / (xx[None, :] - xx[:, None]).exp().sum(1)"),
    _softmax("F.normalize", "def softmax(xx): return F.normalize(xx.exp(), p=1, dim=0)"),
    _softmax("in float64", "def softmax(xx):\n    e = xx.double().exp()\n    return (e / e.sum()).to(xx.dtype)"),
    _softmax("in place on a copy", "def softmax(xx):\n    e = xx.clone().exp_()\n    return e / e.sum()"),
    _softmax("optional argument", "def softmax(xx, dim=0):\n    e = xx.exp()\n    return e / e.sum(dim)"),
    _softmax("star arguments", "def softmax(*args, **kwargs):\n    e = args[0].exp()\n    return e / e.sum()"),
    _softmax(
        "annotated, with magics",
        """%%time
from torch import Tensor, exp, sum as total

def softmax(xx: Tensor) -> Tensor:
    return exp(xx) / total(exp(xx))
""",
    ),
    _softmax(
        "recursion",
        """
def total(values):
    return values[0] if len(values) == 1 else total(values[:len(values) // 2]) + total(values[len(values) // 2:])

def softmax(xx):
    e = xx.exp()
    return e / total(e)
""",
    ),
    _softmax(
        "autograd function",
        """
class _Softmax(torch.autograd.Function):
    @staticmethod
    def forward(ctx, xx):
        e = xx.exp()
        y = e / e.sum()
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, grad):
        y, = ctx.saved_tensors
        return y * (grad - (grad * y).sum())

softmax = _Softmax.apply
""",
    ),
)


def _numpy(style: str, source: str) -> Right:
    return Right("softmax_numpy", style, source)


_NUMPY = (
    _numpy("two steps", "def softmax_numpy(z):\n    e = np.exp(z)\n    return e / np.sum(e)"),
    _numpy("lambda", "softmax_numpy = lambda z: np.exp(z) / np.exp(z).sum()"),
    _numpy("asarray", "def softmax_numpy(z):\n    z = np.asarray(z, dtype=float)\n    z = z - z.max()\n    return np.exp(z) / np.exp(z).sum()"),
    _numpy("np.max of a list", "def softmax_numpy(z):\n    e = np.exp(z - np.max(z))\n    return e / e.sum(axis=0)"),
    _numpy("log space", "def softmax_numpy(z):\n    z = np.array(z)\n    return np.exp(z - np.log(np.exp(z).sum()))"),
    _numpy("logaddexp", "def softmax_numpy(z):\n    return np.exp(z - np.logaddexp.reduce(z))"),
    _numpy("math.exp", "def softmax_numpy(z):\n    e = [math.exp(v) for v in z]\n    return np.array([v / sum(e) for v in e])"),
    _numpy("power of e", "def softmax_numpy(z):\n    e = np.e ** np.array(z)\n    return e / e.sum()"),
    _numpy("np.power", "def softmax_numpy(z):\n    e = np.power(np.e, z)\n    return np.divide(e, np.add.reduce(e))"),
    _numpy("through torch", "def softmax_numpy(z):\n    e = torch.tensor(z, dtype=torch.float64).exp()\n    return (e / e.sum()).numpy()"),
    _numpy("fromiter", "def softmax_numpy(z):\n    e = np.fromiter(map(math.exp, z), float)\n    return e / np.linalg.norm(e, 1)"),
    _numpy("SciPy's logsumexp", "from scipy.special import logsumexp\ndef softmax_numpy(z):\n    return np.exp(z - logsumexp(z))"),
    _numpy("filled in a loop", "def softmax_numpy(z):\n    out = np.zeros(len(z))\n    for i, v in enumerate(z):\n        out[i] = np.exp(v)\n    out /= out.sum()\n    return out"),
    _numpy("vectorize", "softmax_numpy = lambda z: (lambda e: e / e.sum())(np.vectorize(math.exp)(z))"),
    _numpy("callable class", "class S:\n    def __call__(self, z):\n        e = np.exp(np.array(z))\n        return e / e.sum()\nsoftmax_numpy = S()"),
    _numpy("by way of softmax", "def softmax(xx):\n    return xx.exp() / xx.exp().sum()\ndef softmax_numpy(z):\n    return softmax(torch.tensor(z).double()).numpy() if not isinstance(z, list) else softmax(torch.tensor(z, dtype=torch.float64)).numpy()"),
)

_VARIABLES = (
    Right("unchanged", "a set", "unchanged = {'x + 1', 'x - 100', 'x - x.max()'}"),
    Right("unchanged", "from a list", "unchanged = set(['x - 100', 'x + 1', 'x - x.max()'])"),
    Right("unchanged", "other spaces", "unchanged = {'x+1', 'x-100', 'x - x.max( )'}"),
    Right("unchanged", "frozen", "unchanged = frozenset(('x - 100', 'x + 1', 'x - x.max()'))"),
    Right(
        "unchanged",
        "computed",
        """
candidates = ['x + 1', 'x - 100', 'x - x.max()', 'x * 0.5', 'x * 3.0']
unchanged = {c for c in candidates if torch.allclose(softmax_torch(eval(c)), softmax_torch(x))}
""",
    ),
    Right("expos_x2", "torch.exp", "expos_x2 = torch.exp(50 * x)"),
    Right("expos_x2", "method", "x2 = 50 * x\nexpos_x2 = x2.exp()"),
    Right("expos_x2", "power of e", "expos_x2 = math.e ** (50 * x)"),
    Right("expos_x2", "typed in", "expos_x2 = torch.tensor([5.184705528587072e21, torch.inf, torch.inf])"),
    Right("expos_x2", "loop", "expos_x2 = torch.stack([torch.exp(v) for v in 50 * x])"),
    Right("shifted_x2", "softmax of it", "def softmax(xx):\n    return xx.exp() / xx.exp().sum()\nshifted_x2 = softmax(50 * x - 150.0)"),
    Right("shifted_x2", "in one line", "shifted_x2 = torch.exp(50 * x - 150) / torch.exp(50 * x - 150).sum()"),
    Right("shifted_x2", "the given function", "shifted_x2 = softmax_torch(50 * x - 150.0)"),
    Right("shifted_x2", "the maximum", "x2 = 50 * x\ne = (x2 - x2.max()).exp()\nshifted_x2 = e / e.sum()"),
)


def _stable(style: str, source: str, but_for: frozenset[str] = frozenset()) -> Right:
    return Right("softmax_stable", style, source, but_for)


_STABLE = (
    _stable("shifted", "def softmax_stable(xx):\n    shifted = xx - xx.max()\n    expos = shifted.exp()\n    return expos / expos.sum()"),
    _stable("lambda", "softmax_stable = lambda xx: (lambda e: e / e.sum())((xx - xx.max()).exp())"),
    _stable("logsumexp", "def softmax_stable(xx): return torch.exp(xx - torch.logsumexp(xx, 0))"),
    _stable("logsumexp method", "def softmax_stable(xx): return xx.sub(xx.logsumexp(-1, keepdim=True)).exp()"),
    _stable("own logsumexp", "def logsumexp(xx):\n    top = xx.max()\n    return top + (xx - top).exp().sum().log()\ndef softmax_stable(xx):\n    return (xx - logsumexp(xx)).exp()"),
    _stable("shifted, then the logarithm", "def softmax_stable(xx):\n    s = xx - xx.max()\n    return (s - s.exp().sum().log()).exp()"),
    _stable("detached maximum", "def softmax_stable(xx):\n    e = torch.exp(xx - xx.max().detach())\n    return e / e.sum()"),
    _stable("maximum as a float", "def softmax_stable(xx):\n    e = torch.exp(xx - xx.max().item())\n    return e / e.sum()"),
    _stable("max over a dimension", "def softmax_stable(xx):\n    top, _ = xx.max(dim=0, keepdim=True)\n    e = (xx - top).exp()\n    return e / e.sum(dim=0, keepdim=True)"),
    _stable("amax", "def softmax_stable(xx):\n    e = (xx - torch.amax(xx, 0)).exp()\n    return e / e.sum()"),
    _stable("Python's max", "def softmax_stable(xx):\n    e = torch.exp(xx - max(xx))\n    return e / sum(e)"),
    _stable("sorted", "def softmax_stable(xx):\n    e = torch.exp(xx - xx.sort(descending=True).values[0])\n    return e / e.sum()"),
    _stable("topk", "def softmax_stable(xx):\n    e = torch.exp(xx - xx.topk(1).values)\n    return e / e.sum()"),
    _stable("argmax", "def softmax_stable(xx):\n    e = torch.exp(xx - xx[xx.argmax()])\n    return e / e.sum()"),
    _stable("by way of softmax", "def softmax(xx):\n    return xx.exp() / xx.exp().sum()\ndef softmax_stable(xx):\n    return softmax(xx - xx.max())"),
    _stable("pairwise differences", "def softmax_stable(xx):\n    top = xx - xx.max()\n    return top.exp() / (top[None, :]).exp().sum(1)"),
    _stable("copy, then in place", "def softmax_stable(xx):\n    yy = xx.clone()\n    yy -= xx.max()\n    yy.exp_()\n    return yy / yy.sum()"),
    _stable("in float64", "def softmax_stable(xx):\n    e = (xx.double() - xx.double().max()).exp()\n    return (e / e.sum()).to(xx.dtype)"),
    _stable("in float32 and back", "def softmax_stable(xx):\n    yy = xx.float() if xx.dtype == torch.bfloat16 else xx\n    e = (yy - yy.max()).exp()\n    return (e / e.sum()).type_as(xx)"),
    _stable("loop", "def softmax_stable(xx):\n    top = xx[0]\n    for v in xx:\n        if v > top:\n            top = v\n    expos = [torch.exp(v - top) for v in xx]\n    total = expos[0]\n    for e in expos[1:]:\n        total = total + e\n    return torch.stack([e / total for e in expos])"),
    _stable("math.exp", "def softmax_stable(xx):\n    values = xx.tolist()\n    top = max(values)\n    e = [math.exp(v - top) for v in values]\n    return torch.tensor([v / sum(e) for v in e], dtype=xx.dtype)", _GRADIENT),
    _stable("through NumPy", "def softmax_stable(xx):\n    z = xx.detach().double().numpy()\n    z = np.exp(z - z.max())\n    return torch.from_numpy(z / z.sum()).to(xx.dtype)", _GRADIENT),
    _stable("masked", "def softmax_stable(xx):\n    e = torch.where(xx == -torch.inf, torch.zeros_like(xx), (xx - xx.max()).exp())\n    return e / e.sum()"),
    _stable("power of e", "def softmax_stable(xx):\n    e = math.e ** (xx - xx.max())\n    return e / e.sum()"),
    _stable("module", "class Stable(nn.Module):\n    def forward(self, xx):\n        e = torch.exp(xx - xx.max())\n        return e / e.sum()\nsoftmax_stable = Stable()"),
    _stable("partial", "def _stable(xx, dim):\n    e = (xx - xx.amax(dim, keepdim=True)).exp()\n    return e / e.sum(dim, keepdim=True)\nsoftmax_stable = functools.partial(_stable, dim=0)"),
    _stable("callable class", "class Stable:\n    def __init__(self):\n        self.softmax = lambda e: e / e.sum()\n    def __call__(self, xx):\n        return self.softmax((xx - xx.max()).exp())\nsoftmax_stable = Stable()"),
    _stable("sigmoid for two", "def softmax_stable(xx):\n    if len(xx) == 2:\n        return torch.sigmoid(torch.stack([xx[0] - xx[1], xx[1] - xx[0]]))\n    e = (xx - xx.max()).exp()\n    return e / e.sum()"),
)


def _temperature(style: str, source: str, but_for: frozenset[str] = frozenset()) -> Right:
    return Right("softmax_temperature", style, source, but_for)


_CHECKED = "def softmax_temperature(logits, temperature):\n    if temperature <= 0:\n        raise ValueError('temperature must be positive')\n"

_TEMPERATURE = (
    _temperature("divide, shift", _CHECKED + "    z = logits / temperature\n    e = (z - z.max()).exp()\n    return e / e.sum()"),
    _temperature("shift, divide", _CHECKED + "    e = torch.exp((logits - logits.max()) / temperature)\n    return e / e.sum()"),
    _temperature("logsumexp", _CHECKED + "    z = logits / temperature\n    return (z - z.logsumexp(0)).exp()"),
    _temperature("multiply by the inverse", _CHECKED + "    z = logits * (1 / temperature)\n    e = (z - z.max()).exp()\n    return e / e.sum()"),
    _temperature("by way of softmax_stable", "def softmax_stable(xx):\n    e = (xx - xx.max()).exp()\n    return e / e.sum()\n" + _CHECKED + "    return softmax_stable(logits / temperature)"),
    _temperature("temperature as a tensor", _CHECKED + "    z = logits / torch.tensor(float(temperature))\n    e = (z - z.max()).exp()\n    return e / e.sum()"),
    _temperature("temperature in the dtype", _CHECKED + "    t = torch.as_tensor(temperature, dtype=logits.dtype)\n    z = logits / t\n    e = torch.exp(z - torch.max(z))\n    return e / torch.sum(e)"),
    _temperature("in float64", _CHECKED + "    z = logits.double() / temperature\n    e = (z - z.max()).exp()\n    return (e / e.sum()).to(logits.dtype)"),
    _temperature("not greater", "def softmax_temperature(logits, temperature):\n    if not temperature > 0:\n        raise ValueError(f'{temperature} is not > 0')\n    z = logits / temperature\n    z = z - z.max()\n    return z.exp() / z.exp().sum()"),
    _temperature("own error", "class TemperatureError(ValueError):\n    pass\ndef softmax_temperature(logits, temperature):\n    if float(temperature) <= 0.0:\n        raise TemperatureError\n    z = logits / temperature\n    z = z - z.max()\n    return z.exp() / z.exp().sum()"),
    _temperature("else at the end", "def softmax_temperature(logits, temperature):\n    if temperature > 0:\n        z = (logits - logits.max()) / temperature\n        return z.exp() / z.exp().sum()\n    else:\n        raise ValueError"),
    _temperature("detached maximum", _CHECKED + "    z = logits / temperature\n    e = (z - z.detach().max()).exp()\n    return e / e.sum()"),
    _temperature("loop", _CHECKED + "    top = max(logits)\n    e = [torch.exp((v - top) / temperature) for v in logits]\n    return torch.stack(e) / sum(e)"),
    _temperature("default temperature", "def softmax_temperature(logits, temperature=1.0):\n    if temperature <= 0: raise ValueError('T')\n    z = torch.div(logits, temperature)\n    return torch.exp(z - torch.logsumexp(z, dim=0))"),
    _temperature("lambda and helper", "def positive(t):\n    if t <= 0:\n        raise ValueError(t)\n    return t\nstable = lambda z: (z - z.max()).exp() / (z - z.max()).exp().sum()\nsoftmax_temperature = lambda logits, temperature: stable(logits / positive(temperature))"),
    _temperature("math.exp", _CHECKED + "    values = [v / float(temperature) for v in logits.tolist()]\n    e = [math.exp(v - max(values)) for v in values]\n    return torch.tensor([v / sum(e) for v in e], dtype=logits.dtype)", _GRADIENT),
    _temperature("module", "class Tempered(nn.Module):\n    def forward(self, logits, temperature):\n        if temperature <= 0:\n            raise ValueError('no')\n        z = logits / temperature\n        e = (z - z.max()).exp()\n        return e / e.sum()\nsoftmax_temperature = Tempered()"),
)


def _sweep(style: str, source: str) -> Right:
    return Right("temperature_sweep", style, source)


_ONE = _CHECKED + "    z = logits / temperature\n    e = (z - z.max()).exp()\n    return e / e.sum()\n"

_SWEEP = (
    _sweep("stack", _ONE + "def temperature_sweep(logits, temperatures):\n    return torch.stack([softmax_temperature(logits, t) for t in temperatures])"),
    _sweep("lambda", _ONE + "temperature_sweep = lambda logits, temperatures: torch.stack([softmax_temperature(logits, t) for t in temperatures], dim=0)"),
    _sweep("filled in a loop", _ONE + "def temperature_sweep(logits, temperatures):\n    out = torch.zeros(len(temperatures), len(logits), dtype=logits.dtype)\n    for i, t in enumerate(temperatures):\n        out[i] = softmax_temperature(logits, t)\n    return out"),
    _sweep("cat", _ONE + "def temperature_sweep(logits, temperatures):\n    rows = []\n    for t in temperatures:\n        rows.append(softmax_temperature(logits, t).reshape(1, -1))\n    return torch.cat(rows)"),
    _sweep("broadcast", "def temperature_sweep(logits, temperatures):\n    t = torch.tensor(temperatures, dtype=logits.dtype)\n    z = logits[None, :] / t[:, None]\n    e = (z - z.amax(1, keepdim=True)).exp()\n    return e / e.sum(1, keepdim=True)"),
    _sweep("broadcast, default dtype", "def temperature_sweep(logits, temperatures):\n    z = logits.unsqueeze(0) / torch.tensor(temperatures).unsqueeze(1)\n    z = z - z.max(dim=-1, keepdim=True).values\n    return z.exp() / z.exp().sum(-1, keepdim=True)"),
    _sweep("logsumexp", "def temperature_sweep(logits, temperatures):\n    z = logits / torch.as_tensor(temperatures, dtype=logits.dtype).view(-1, 1)\n    return (z - z.logsumexp(1, keepdim=True)).exp()"),
    _sweep("outer", "def temperature_sweep(logits, temperatures):\n    z = torch.outer(1 / torch.tensor(temperatures, dtype=logits.dtype), logits - logits.max())\n    return z.exp() / z.exp().sum(dim=1)[:, None]"),
    _sweep("NumPy", "def temperature_sweep(logits, temperatures):\n    z = logits.numpy()[None] / np.array(temperatures)[:, None]\n    e = np.exp(z - z.max(axis=1, keepdims=True))\n    return torch.tensor(e / e.sum(axis=1, keepdims=True), dtype=logits.dtype)"),
    _sweep("vmap-free map", _ONE + "def temperature_sweep(logits, temperatures):\n    return torch.vstack(list(map(functools.partial(softmax_temperature, logits), temperatures)))"),
)

RIGHT = (*_SOFTMAX, *_NUMPY, *_VARIABLES, *_STABLE, *_TEMPERATURE, *_SWEEP)
