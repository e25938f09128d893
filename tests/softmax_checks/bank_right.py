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

RIGHT = (
    Right(
        "softmax",
        "two steps",
        """
def softmax(xx):
    expos = torch.exp(xx)
    assert (expos >= 0).all()
    return expos / torch.sum(expos)
""",
    ),
    Right("softmax", "lambda", "softmax = lambda xx: xx.exp() / xx.exp().sum()"),
    Right(
        "softmax",
        "stable",
        """
def softmax(xx):
    e = (xx - xx.max()).exp()
    return e / e.sum(0)
""",
    ),
    Right(
        "softmax",
        "log space",
        """
def softmax(xx):
    return (xx - xx.logsumexp(0)).exp()
""",
    ),
    Right(
        "softmax",
        "logsumexp",
        "def softmax(xx): return torch.exp(xx - torch.logsumexp(xx, dim=-1))",
    ),
    Right(
        "softmax", "log of the sum", "def softmax(xx): return torch.exp(xx - xx.exp().sum().log())"
    ),
    Right(
        "softmax",
        "keepdim",
        """
def softmax(xx):
    e = torch.exp(xx)
    return e / e.sum(0, True)
""",
    ),
    Right(
        "softmax",
        "reciprocal",
        """
def softmax(xx):
    e = xx.exp()
    return e * (1 / e.sum())
""",
    ),
    Right(
        "softmax",
        "power of e",
        """
def softmax(xx):
    e = math.e ** xx
    return torch.div(e, e.sum())
""",
    ),
    Right(
        "softmax",
        "torch.pow",
        """
def softmax(xx):
    e = torch.pow(math.e, xx)
    return e / e.sum()
""",
    ),
    Right(
        "softmax",
        "partial",
        """
def power(base, xx):
    raised = base ** xx
    return raised / raised.sum()

softmax = functools.partial(power, math.e)
""",
    ),
    Right(
        "softmax",
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
    Right(
        "softmax",
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
    Right(
        "softmax",
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
    Right(
        "softmax",
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
    Right(
        "softmax",
        "loop over the entries",
        """
def softmax(xx):
    total = sum(torch.exp(value) for value in xx)
    return torch.stack([torch.exp(value) / total for value in xx])
""",
    ),
    Right(
        "softmax",
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
    Right(
        "softmax",
        "math.exp in a loop",
        """
def softmax(xx):
    expos = [math.exp(value) for value in xx]
    return torch.tensor([e / sum(expos) for e in expos], dtype=xx.dtype)
""",
        _GRADIENT,
    ),
    Right(
        "softmax",
        "through NumPy",
        """
def softmax(xx):
    z = np.exp(xx.detach().numpy())
    return torch.from_numpy(z / z.sum()).to(xx.dtype)
""",
        _GRADIENT,
    ),
    Right(
        "softmax",
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
    Right(
        "softmax",
        "helpers defined later",
        """
def softmax(xx):
    return _share(xx.exp())

def _share(values):
    return values / values.sum()
""",
    ),
    Right(
        "softmax",
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
    Right(
        "softmax",
        "wrapped afterwards",
        """
def softmax(xx):
    return xx.exp() / xx.exp().sum()

softmax = torch.no_grad()(softmax) if False else functools.lru_cache(maxsize=0)(softmax)
""",
    ),
    Right(
        "softmax",
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
    Right(
        "softmax",
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
    Right(
        "softmax",
        "a second dimension",
        """
def softmax(xx):
    column = xx.reshape(-1, 1).exp()
    return (column / column.sum(dim=0)).flatten()
""",
    ),
    Right(
        "softmax",
        "dot with ones",
        """
def softmax(xx):
    e = xx.exp()
    return e / (e @ torch.ones_like(e))
""",
    ),
    Right(
        "softmax",
        "einsum",
        """
def softmax(xx):
    e = xx.exp()
    return e / torch.einsum('i->', e)
""",
    ),
    Right(
        "softmax",
        "cumsum",
        """
def softmax(xx):
    e = xx.exp()
    return e / e.cumsum(0)[-1]
""",
    ),
    Right(
        "softmax",
        "pairwise differences",
        "def softmax(xx): return 1 / (xx[None, :] - xx[:, None]).exp().sum(1)",
    ),
    Right("softmax", "F.normalize", "def softmax(xx): return F.normalize(xx.exp(), p=1, dim=0)"),
    Right(
        "softmax",
        "in float64",
        """
def softmax(xx):
    e = xx.double().exp()
    return (e / e.sum()).to(xx.dtype)
""",
    ),
    Right(
        "softmax",
        "in place on a copy",
        """
def softmax(xx):
    e = xx.clone().exp_()
    return e / e.sum()
""",
    ),
    Right(
        "softmax",
        "optional argument",
        """
def softmax(xx, dim=0):
    e = xx.exp()
    return e / e.sum(dim)
""",
    ),
    Right(
        "softmax",
        "star arguments",
        """
def softmax(*args, **kwargs):
    e = args[0].exp()
    return e / e.sum()
""",
    ),
    Right(
        "softmax",
        "annotated, with magics",
        """%%time
from torch import Tensor, exp, sum as total

def softmax(xx: Tensor) -> Tensor:
    return exp(xx) / total(exp(xx))
""",
    ),
    Right(
        "softmax",
        "recursion",
        """
def total(values):
    half = len(values) // 2
    return total(values[:half]) + total(values[half:]) if half else values[0]

def softmax(xx):
    e = xx.exp()
    return e / total(e)
""",
    ),
    Right(
        "softmax",
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
    Right(
        "softmax_numpy",
        "two steps",
        """
def softmax_numpy(z):
    e = np.exp(z)
    return e / np.sum(e)
""",
    ),
    Right("softmax_numpy", "lambda", "softmax_numpy = lambda z: np.exp(z) / np.exp(z).sum()"),
    Right(
        "softmax_numpy",
        "asarray",
        """
def softmax_numpy(z):
    z = np.asarray(z, dtype=float)
    z = z - z.max()
    return np.exp(z) / np.exp(z).sum()
""",
    ),
    Right(
        "softmax_numpy",
        "np.max of a list",
        """
def softmax_numpy(z):
    e = np.exp(z - np.max(z))
    return e / e.sum(axis=0)
""",
    ),
    Right(
        "softmax_numpy",
        "log space",
        """
def softmax_numpy(z):
    z = np.array(z)
    return np.exp(z - np.log(np.exp(z).sum()))
""",
    ),
    Right(
        "softmax_numpy",
        "logaddexp",
        """
def softmax_numpy(z):
    return np.exp(z - np.logaddexp.reduce(z))
""",
    ),
    Right(
        "softmax_numpy",
        "math.exp",
        """
def softmax_numpy(z):
    e = [math.exp(v) for v in z]
    return np.array([v / sum(e) for v in e])
""",
    ),
    Right(
        "softmax_numpy",
        "power of e",
        """
def softmax_numpy(z):
    e = np.e ** np.array(z)
    return e / e.sum()
""",
    ),
    Right(
        "softmax_numpy",
        "np.power",
        """
def softmax_numpy(z):
    e = np.power(np.e, z)
    return np.divide(e, np.add.reduce(e))
""",
    ),
    Right(
        "softmax_numpy",
        "through torch",
        """
def softmax_numpy(z):
    e = torch.tensor(z, dtype=torch.float64).exp()
    return (e / e.sum()).numpy()
""",
    ),
    Right(
        "softmax_numpy",
        "fromiter",
        """
def softmax_numpy(z):
    e = np.fromiter(map(math.exp, z), float)
    return e / np.linalg.norm(e, 1)
""",
    ),
    Right(
        "softmax_numpy",
        "SciPy's logsumexp",
        """
from scipy.special import logsumexp
def softmax_numpy(z):
    return np.exp(z - logsumexp(z))
""",
    ),
    Right(
        "softmax_numpy",
        "filled in a loop",
        """
def softmax_numpy(z):
    out = np.zeros(len(z))
    for i, v in enumerate(z):
        out[i] = np.exp(v)
    out /= out.sum()
    return out
""",
    ),
    Right(
        "softmax_numpy",
        "vectorize",
        "softmax_numpy = lambda z: (lambda e: e / e.sum())(np.vectorize(math.exp)(z))",
    ),
    Right(
        "softmax_numpy",
        "callable class",
        """
class S:
    def __call__(self, z):
        e = np.exp(np.array(z))
        return e / e.sum()
softmax_numpy = S()
""",
    ),
    Right(
        "softmax_numpy",
        "by way of softmax",
        """
def softmax(xx):
    return xx.exp() / xx.exp().sum()
def softmax_numpy(z):
    return softmax(torch.tensor(z, dtype=torch.float64)).numpy()
""",
    ),
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
    Right(
        "expos_x2",
        "method",
        """
x2 = 50 * x
expos_x2 = x2.exp()
""",
    ),
    Right("expos_x2", "power of e", "expos_x2 = math.e ** (50 * x)"),
    Right(
        "expos_x2",
        "typed in",
        "expos_x2 = torch.tensor([5.184705528587072e21, torch.inf, torch.inf])",
    ),
    Right("expos_x2", "loop", "expos_x2 = torch.stack([torch.exp(v) for v in 50 * x])"),
    Right(
        "shifted_x2",
        "softmax of it",
        """
def softmax(xx):
    return xx.exp() / xx.exp().sum()
shifted_x2 = softmax(50 * x - 150.0)
""",
    ),
    Right(
        "shifted_x2",
        "in one line",
        "shifted_x2 = torch.exp(50 * x - 150) / torch.exp(50 * x - 150).sum()",
    ),
    Right("shifted_x2", "the given function", "shifted_x2 = softmax_torch(50 * x - 150.0)"),
    Right(
        "shifted_x2",
        "the maximum",
        """
x2 = 50 * x
e = (x2 - x2.max()).exp()
shifted_x2 = e / e.sum()
""",
    ),
    Right(
        "softmax_stable",
        "shifted",
        """
def softmax_stable(xx):
    shifted = xx - xx.max()
    expos = shifted.exp()
    return expos / expos.sum()
""",
    ),
    Right(
        "softmax_stable",
        "lambda",
        "softmax_stable = lambda xx: (lambda e: e / e.sum())((xx - xx.max()).exp())",
    ),
    Right(
        "softmax_stable",
        "logsumexp",
        "def softmax_stable(xx): return torch.exp(xx - torch.logsumexp(xx, 0))",
    ),
    Right(
        "softmax_stable",
        "logsumexp method",
        "def softmax_stable(xx): return xx.sub(xx.logsumexp(-1, keepdim=True)).exp()",
    ),
    Right(
        "softmax_stable",
        "own logsumexp",
        """
def logsumexp(xx):
    top = xx.max()
    return top + (xx - top).exp().sum().log()
def softmax_stable(xx):
    return (xx - logsumexp(xx)).exp()
""",
    ),
    Right(
        "softmax_stable",
        "shifted, then the logarithm",
        """
def softmax_stable(xx):
    s = xx - xx.max()
    return (s - s.exp().sum().log()).exp()
""",
    ),
    Right(
        "softmax_stable",
        "detached maximum",
        """
def softmax_stable(xx):
    e = torch.exp(xx - xx.max().detach())
    return e / e.sum()
""",
    ),
    Right(
        "softmax_stable",
        "maximum as a float",
        """
def softmax_stable(xx):
    e = torch.exp(xx - xx.max().item())
    return e / e.sum()
""",
    ),
    Right(
        "softmax_stable",
        "max over a dimension",
        """
def softmax_stable(xx):
    top, _ = xx.max(dim=0, keepdim=True)
    e = (xx - top).exp()
    return e / e.sum(dim=0, keepdim=True)
""",
    ),
    Right(
        "softmax_stable",
        "amax",
        """
def softmax_stable(xx):
    e = (xx - torch.amax(xx, 0)).exp()
    return e / e.sum()
""",
    ),
    Right(
        "softmax_stable",
        "Python's max",
        """
def softmax_stable(xx):
    e = torch.exp(xx - max(xx))
    return e / sum(e)
""",
    ),
    Right(
        "softmax_stable",
        "sorted",
        """
def softmax_stable(xx):
    e = torch.exp(xx - xx.sort(descending=True).values[0])
    return e / e.sum()
""",
    ),
    Right(
        "softmax_stable",
        "topk",
        """
def softmax_stable(xx):
    e = torch.exp(xx - xx.topk(1).values)
    return e / e.sum()
""",
    ),
    Right(
        "softmax_stable",
        "argmax",
        """
def softmax_stable(xx):
    e = torch.exp(xx - xx[xx.argmax()])
    return e / e.sum()
""",
    ),
    Right(
        "softmax_stable",
        "by way of softmax",
        """
def softmax(xx):
    return xx.exp() / xx.exp().sum()
def softmax_stable(xx):
    return softmax(xx - xx.max())
""",
    ),
    Right(
        "softmax_stable",
        "pairwise differences",
        """
def softmax_stable(xx):
    top = xx - xx.max()
    return top.exp() / (top[None, :]).exp().sum(1)
""",
    ),
    Right(
        "softmax_stable",
        "copy, then in place",
        """
def softmax_stable(xx):
    yy = xx.clone()
    yy -= xx.max()
    yy.exp_()
    return yy / yy.sum()
""",
    ),
    Right(
        "softmax_stable",
        "in float64",
        """
def softmax_stable(xx):
    e = (xx.double() - xx.double().max()).exp()
    return (e / e.sum()).to(xx.dtype)
""",
    ),
    Right(
        "softmax_stable",
        "in float32 and back",
        """
def softmax_stable(xx):
    yy = xx.float() if xx.dtype == torch.bfloat16 else xx
    e = (yy - yy.max()).exp()
    return (e / e.sum()).type_as(xx)
""",
    ),
    Right(
        "softmax_stable",
        "loop",
        """
def softmax_stable(xx):
    top = xx[0]
    for v in xx:
        if v > top:
            top = v
    expos = [torch.exp(v - top) for v in xx]
    total = expos[0]
    for e in expos[1:]:
        total = total + e
    return torch.stack([e / total for e in expos])
""",
    ),
    Right(
        "softmax_stable",
        "math.exp",
        """
def softmax_stable(xx):
    values = xx.tolist()
    top = max(values)
    e = [math.exp(v - top) for v in values]
    return torch.tensor([v / sum(e) for v in e], dtype=xx.dtype)
""",
        _GRADIENT,
    ),
    Right(
        "softmax_stable",
        "through NumPy",
        """
def softmax_stable(xx):
    z = xx.detach().double().numpy()
    z = np.exp(z - z.max())
    return torch.from_numpy(z / z.sum()).to(xx.dtype)
""",
        _GRADIENT,
    ),
    Right(
        "softmax_stable",
        "masked",
        """
def softmax_stable(xx):
    e = torch.where(xx == -torch.inf, torch.zeros_like(xx), (xx - xx.max()).exp())
    return e / e.sum()
""",
    ),
    Right(
        "softmax_stable",
        "power of e",
        """
def softmax_stable(xx):
    e = math.e ** (xx - xx.max())
    return e / e.sum()
""",
    ),
    Right(
        "softmax_stable",
        "module",
        """
class Stable(nn.Module):
    def forward(self, xx):
        e = torch.exp(xx - xx.max())
        return e / e.sum()
softmax_stable = Stable()
""",
    ),
    Right(
        "softmax_stable",
        "partial",
        """
def _stable(xx, dim):
    e = (xx - xx.amax(dim, keepdim=True)).exp()
    return e / e.sum(dim, keepdim=True)
softmax_stable = functools.partial(_stable, dim=0)
""",
    ),
    Right(
        "softmax_stable",
        "callable class",
        """
class Stable:
    def __init__(self):
        self.softmax = lambda e: e / e.sum()
    def __call__(self, xx):
        return self.softmax((xx - xx.max()).exp())
softmax_stable = Stable()
""",
    ),
    Right(
        "softmax_stable",
        "sigmoid for two",
        """
def softmax_stable(xx):
    if len(xx) == 2:
        return torch.sigmoid(torch.stack([xx[0] - xx[1], xx[1] - xx[0]]))
    e = (xx - xx.max()).exp()
    return e / e.sum()
""",
    ),
    Right(
        "softmax_temperature",
        "divide, shift",
        """
def softmax_temperature(logits, temperature):
    if temperature <= 0:
        raise ValueError('temperature must be positive')
    z = logits / temperature
    e = (z - z.max()).exp()
    return e / e.sum()
""",
    ),
    Right(
        "softmax_temperature",
        "shift, divide",
        """
def softmax_temperature(logits, temperature):
    if temperature <= 0:
        raise ValueError('temperature must be positive')
    e = torch.exp((logits - logits.max()) / temperature)
    return e / e.sum()
""",
    ),
    Right(
        "softmax_temperature",
        "logsumexp",
        """
def softmax_temperature(logits, temperature):
    if temperature <= 0:
        raise ValueError('temperature must be positive')
    z = logits / temperature
    return (z - z.logsumexp(0)).exp()
""",
    ),
    Right(
        "softmax_temperature",
        "multiply by the inverse",
        """
def softmax_temperature(logits, temperature):
    if temperature <= 0:
        raise ValueError('temperature must be positive')
    z = logits * (1 / temperature)
    e = (z - z.max()).exp()
    return e / e.sum()
""",
    ),
    Right(
        "softmax_temperature",
        "by way of softmax_stable",
        """
def softmax_stable(xx):
    e = (xx - xx.max()).exp()
    return e / e.sum()
def softmax_temperature(logits, temperature):
    if temperature <= 0:
        raise ValueError('temperature must be positive')
    return softmax_stable(logits / temperature)
""",
    ),
    Right(
        "softmax_temperature",
        "temperature as a tensor",
        """
def softmax_temperature(logits, temperature):
    if temperature <= 0:
        raise ValueError('temperature must be positive')
    z = logits / torch.tensor(float(temperature))
    e = (z - z.max()).exp()
    return e / e.sum()
""",
    ),
    Right(
        "softmax_temperature",
        "temperature in the dtype",
        """
def softmax_temperature(logits, temperature):
    if temperature <= 0:
        raise ValueError('temperature must be positive')
    t = torch.as_tensor(temperature, dtype=logits.dtype)
    z = logits / t
    e = torch.exp(z - torch.max(z))
    return e / torch.sum(e)
""",
    ),
    Right(
        "softmax_temperature",
        "in float64",
        """
def softmax_temperature(logits, temperature):
    if temperature <= 0:
        raise ValueError('temperature must be positive')
    z = logits.double() / temperature
    e = (z - z.max()).exp()
    return (e / e.sum()).to(logits.dtype)
""",
    ),
    Right(
        "softmax_temperature",
        "not greater",
        """
def softmax_temperature(logits, temperature):
    if not temperature > 0:
        raise ValueError(f'{temperature} is not > 0')
    z = logits / temperature
    z = z - z.max()
    return z.exp() / z.exp().sum()
""",
    ),
    Right(
        "softmax_temperature",
        "own error",
        """
class TemperatureError(ValueError):
    pass
def softmax_temperature(logits, temperature):
    if float(temperature) <= 0.0:
        raise TemperatureError
    z = logits / temperature
    z = z - z.max()
    return z.exp() / z.exp().sum()
""",
    ),
    Right(
        "softmax_temperature",
        "else at the end",
        """
def softmax_temperature(logits, temperature):
    if temperature > 0:
        z = (logits - logits.max()) / temperature
        return z.exp() / z.exp().sum()
    else:
        raise ValueError
""",
    ),
    Right(
        "softmax_temperature",
        "detached maximum",
        """
def softmax_temperature(logits, temperature):
    if temperature <= 0:
        raise ValueError('temperature must be positive')
    z = logits / temperature
    e = (z - z.detach().max()).exp()
    return e / e.sum()
""",
    ),
    Right(
        "softmax_temperature",
        "loop",
        """
def softmax_temperature(logits, temperature):
    if temperature <= 0:
        raise ValueError('temperature must be positive')
    top = max(logits)
    e = [torch.exp((v - top) / temperature) for v in logits]
    return torch.stack(e) / sum(e)
""",
    ),
    Right(
        "softmax_temperature",
        "default temperature",
        """
def softmax_temperature(logits, temperature=1.0):
    if temperature <= 0: raise ValueError('T')
    z = torch.div(logits, temperature)
    return torch.exp(z - torch.logsumexp(z, dim=0))
""",
    ),
    Right(
        "softmax_temperature",
        "lambda and helper",
        """
def positive(t):
    if t <= 0:
        raise ValueError(t)
    return t
stable = lambda z: (z - z.max()).exp() / (z - z.max()).exp().sum()
softmax_temperature = lambda logits, temperature: stable(logits / positive(temperature))
""",
    ),
    Right(
        "softmax_temperature",
        "math.exp",
        """
def softmax_temperature(logits, temperature):
    if temperature <= 0:
        raise ValueError('temperature must be positive')
    values = [v / float(temperature) for v in logits.tolist()]
    e = [math.exp(v - max(values)) for v in values]
    return torch.tensor([v / sum(e) for v in e], dtype=logits.dtype)
""",
        _GRADIENT,
    ),
    Right(
        "softmax_temperature",
        "module",
        """
class Tempered(nn.Module):
    def forward(self, logits, temperature):
        if temperature <= 0:
            raise ValueError('no')
        z = logits / temperature
        e = (z - z.max()).exp()
        return e / e.sum()
softmax_temperature = Tempered()
""",
    ),
    Right(
        "temperature_sweep",
        "stack",
        """
def softmax_temperature(logits, temperature):
    if temperature <= 0:
        raise ValueError('temperature must be positive')
    z = logits / temperature
    e = (z - z.max()).exp()
    return e / e.sum()
def temperature_sweep(logits, temperatures):
    return torch.stack([softmax_temperature(logits, t) for t in temperatures])
""",
    ),
    Right(
        "temperature_sweep",
        "lambda",
        """
def softmax_temperature(logits, temperature):
    if temperature <= 0:
        raise ValueError('temperature must be positive')
    z = logits / temperature
    e = (z - z.max()).exp()
    return e / e.sum()
temperature_sweep = lambda logits, temperatures: torch.stack(
    [softmax_temperature(logits, t) for t in temperatures], dim=0
)
""",
    ),
    Right(
        "temperature_sweep",
        "filled in a loop",
        """
def softmax_temperature(logits, temperature):
    if temperature <= 0:
        raise ValueError('temperature must be positive')
    z = logits / temperature
    e = (z - z.max()).exp()
    return e / e.sum()
def temperature_sweep(logits, temperatures):
    out = torch.zeros(len(temperatures), len(logits), dtype=logits.dtype)
    for i, t in enumerate(temperatures):
        out[i] = softmax_temperature(logits, t)
    return out
""",
    ),
    Right(
        "temperature_sweep",
        "cat",
        """
def softmax_temperature(logits, temperature):
    if temperature <= 0:
        raise ValueError('temperature must be positive')
    z = logits / temperature
    e = (z - z.max()).exp()
    return e / e.sum()
def temperature_sweep(logits, temperatures):
    rows = []
    for t in temperatures:
        rows.append(softmax_temperature(logits, t).reshape(1, -1))
    return torch.cat(rows)
""",
    ),
    Right(
        "temperature_sweep",
        "broadcast",
        """
def temperature_sweep(logits, temperatures):
    t = torch.tensor(temperatures, dtype=logits.dtype)
    z = logits[None, :] / t[:, None]
    e = (z - z.amax(1, keepdim=True)).exp()
    return e / e.sum(1, keepdim=True)
""",
    ),
    Right(
        "temperature_sweep",
        "broadcast, default dtype",
        """
def temperature_sweep(logits, temperatures):
    z = logits.unsqueeze(0) / torch.tensor(temperatures).unsqueeze(1)
    z = z - z.max(dim=-1, keepdim=True).values
    return z.exp() / z.exp().sum(-1, keepdim=True)
""",
    ),
    Right(
        "temperature_sweep",
        "logsumexp",
        """
def temperature_sweep(logits, temperatures):
    z = logits / torch.as_tensor(temperatures, dtype=logits.dtype).view(-1, 1)
    return (z - z.logsumexp(1, keepdim=True)).exp()
""",
    ),
    Right(
        "temperature_sweep",
        "outer",
        """
def temperature_sweep(logits, temperatures):
    z = torch.outer(1 / torch.tensor(temperatures, dtype=logits.dtype), logits - logits.max())
    return z.exp() / z.exp().sum(dim=1)[:, None]
""",
    ),
    Right(
        "temperature_sweep",
        "NumPy",
        """
def temperature_sweep(logits, temperatures):
    z = logits.numpy()[None] / np.array(temperatures)[:, None]
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return torch.tensor(e / e.sum(axis=1, keepdims=True), dtype=logits.dtype)
""",
    ),
    Right(
        "temperature_sweep",
        "vmap-free map",
        """
def softmax_temperature(logits, temperature):
    if temperature <= 0:
        raise ValueError('temperature must be positive')
    z = logits / temperature
    e = (z - z.max()).exp()
    return e / e.sum()
def temperature_sweep(logits, temperatures):
    return torch.vstack(list(map(functools.partial(softmax_temperature, logits), temperatures)))
""",
    ),
)
