"""Wrong answers to notebooks 1 and 2, as students really write them, and what each must lose."""
# ruff: noqa: E501  (what an answer loses stays on one line)

from collections.abc import Callable
from dataclasses import dataclass
from textwrap import dedent, indent


@dataclass(frozen=True)
class Wrong:
    """A wrong answer: the exercise, its story, its source, and the behaviours it loses.

    loses: names joined by ", "; "*" is every behaviour. All other behaviours are kept.
    """

    exercise: str
    story: str
    source: str
    loses: str


def _body_of(exercise: str, parameters: str, before: str = "", first: str = "") -> Callable:
    """Makes a Wrong of the body of the function that the exercise asks for."""

    def make(story: str, body: str, loses: str) -> Wrong:
        code = indent(first + dedent(body).strip("\n"), "    ")
        return Wrong(exercise, story, f"{before}def {exercise}({parameters}):\n{code}", loses)

    return make


_REFUSE = "if temperature <= 0:\n    raise ValueError('T')\n"
_RIGHT = """
def softmax_temperature(logits, temperature):
    z = logits / temperature
    e = (z - z.max()).exp()
    return e / e.sum()

"""

_softmax = _body_of("softmax", "xx")
_numpy = _body_of("softmax_numpy", "z")
_stable = _body_of("softmax_stable", "xx")
_temperature = _body_of("softmax_temperature", "logits, temperature")
_checked = _body_of("softmax_temperature", "logits, temperature", first=_REFUSE)
_sweep = _body_of("temperature_sweep", "logits, temperatures", before=_RIGHT)

WRONG = (
    _softmax("forgot exp", "return xx / xx.sum()", "*"),
    _softmax("forgot to normalise", "return torch.exp(xx)", "*"),
    _softmax(
        "divides by the maximum",
        """
        e = xx.exp()
        return e / e.max()
        """,
        "*",
    ),
    _softmax(
        "mean in place of sum",
        """
        e = xx.exp()
        return e / e.mean()
        """,
        "*",
    ),
    _softmax("divides by the length", "return xx.exp() / len(xx)", "*"),
    _softmax("absolute values in the sum", "return xx.exp() / xx.abs().exp().sum()", "*"),
    _softmax("sum of absolute inputs", "return xx.abs() / xx.abs().sum()", "*"),
    _softmax("sum before exp", "return xx.exp() / xx.sum().exp()", "*"),
    _softmax("sigmoid", "return torch.sigmoid(xx)", "*"),
    _softmax(
        "sign",
        """
        e = (-xx).exp()
        return e / e.sum()
        """,
        "*",
    ),
    _softmax("powers of two", "return 2 ** xx / (2 ** xx).sum()", "*"),
    _softmax(
        "log in place of exp",
        """
        e = xx.log()
        return e / e.sum()
        """,
        "*",
    ),
    _softmax("squares", "return xx ** 2 / (xx ** 2).sum()", "*"),
    _softmax("the example's answer", "return torch.tensor([0.0900, 0.2447, 0.6652])", "*"),
    _softmax(
        "the example's answer in full", "return torch.softmax(torch.tensor([1., 2., 3.]), 0)", "*"
    ),
    _softmax("the example's sum", "return xx.exp() / 30.1929", "*"),
    _softmax("uses the global x", "return xx.exp() / x.exp().sum()", "*"),
    _softmax(
        "only three entries",
        """
        a, b, c = xx.exp()
        return torch.stack([a, b, c]) / (a + b + c)
        """,
        "*",
    ),
    _softmax(
        "indexes three entries",
        """
        e = xx.exp()
        return e / (e[0] + e[1] + e[2])
        """,
        "*",
    ),
    _softmax(
        "rounds to four digits",
        """
        e = xx.exp()
        return torch.round(e / e.sum(), decimals=4)
        """,
        "*",
    ),
    _softmax(
        "e typed as 2.718",
        """
        e = 2.718 ** xx
        return e / e.sum()
        """,
        "*",
    ),
    _softmax(
        "small number in the denominator",
        """
        e = xx.exp()
        return e / (e.sum() + 1e-6)
        """,
        "values, one entry, gradient, by hand",
    ),
    _softmax(
        "tiny number in the denominator",
        """
        e = xx.exp()
        return e / (e.sum() + 1e-12)
        """,
        "values, gradient, by hand",
    ),
    _softmax(
        "clamps negative inputs",
        """
        e = xx.clamp(min=0).exp()
        return e / e.sum()
        """,
        "*",
    ),
    _softmax(
        "relu afterwards",
        """
        e = xx.exp() - 1
        return e.relu() / e.relu().sum()
        """,
        "*",
    ),
    _softmax(
        "dimension 1",
        """
        e = xx.exp()
        return e / e.sum(dim=1)
        """,
        "*",
    ),
    _softmax(
        "a column comes back",
        """
        e = xx.exp().unsqueeze(1)
        return e / e.sum()
        """,
        "*",
    ),
    _softmax(
        "a row comes back",
        """
        e = xx.exp()[None]
        return e / e.sum()
        """,
        "*",
    ),
    _softmax(
        "float64 comes back",
        """
        e = xx.double().exp()
        return e / e.sum()
        """,
        "values, one entry, not tied to the example, equal to the built-in, by hand",
    ),
    _softmax(
        "always float32",
        """
        e = xx.float().exp()
        return e / e.sum()
        """,
        "values, gradient, by hand",
    ),
    _softmax(
        "a list comes back",
        """
        e = xx.exp()
        return (e / e.sum()).tolist()
        """,
        "*",
    ),
    _softmax(
        "a tuple comes back",
        """
        e = xx.exp()
        return e / e.sum(), e.sum()
        """,
        "*",
    ),
    _softmax(
        "an array comes back",
        """
        e = np.exp(xx.detach().numpy())
        return e / e.sum()
        """,
        "*",
    ),
    _softmax(
        "prints",
        """
        e = xx.exp()
        print(e / e.sum())
        """,
        "*",
    ),
    _softmax(
        "forgot return",
        """
        e = xx.exp()
        e / e.sum()
        """,
        "*",
    ),
    _softmax("still a stub", "raise NotImplementedError()", "*"),
    _softmax("pass", "pass", "*"),
    _softmax(
        "detached",
        """
        e = xx.detach().exp()
        return e / e.sum()
        """,
        "gradient",
    ),
    Wrong(
        "softmax",
        "no_grad",
        """
        @torch.no_grad()
        def softmax(xx):
            e = xx.exp()
            return e / e.sum()
        """,
        "gradient",
    ),
    _softmax(
        "sum as a number",
        """
        e = xx.exp()
        return e / e.sum().item()
        """,
        "gradient",
    ),
    _softmax(
        "through NumPy",
        """
        e = np.exp(xx.detach().numpy())
        return torch.tensor(e / e.sum())
        """,
        "gradient",
    ),
    _softmax(
        "NumPy without detach",
        """
        e = np.exp(xx.numpy())
        return torch.tensor(e / e.sum())
        """,
        "gradient",
    ),
    _softmax(
        "torch.tensor of the result",
        """
        e = xx.exp()
        return torch.tensor(e / e.sum())
        """,
        "gradient",
    ),
    _softmax(
        "in place",
        """
        xx.exp_()
        return xx / xx.sum()
        """,
        "gradient",
    ),
    _softmax(
        "normalised twice",
        """
        e = xx.exp()
        p = e / e.sum()
        return p.exp() / p.exp().sum()
        """,
        "*",
    ),
    _softmax("log-softmax", "return xx - xx.exp().sum().log()", "*"),
    _softmax(
        "one-hot",
        """
        out = torch.zeros_like(xx)
        out[xx.argmax()] = 1
        return out
        """,
        "*",
    ),
    _softmax("uniform", "return torch.ones_like(xx) / len(xx)", "*"),
    _softmax(
        "sorted",
        """
        e = xx.sort().values.exp()
        return e / e.sum()
        """,
        "*",
    ),
    _softmax(
        "returns the sum",
        """
        e = xx.exp()
        return (e / e.sum()).sum()
        """,
        "*",
    ),
    _softmax(
        "first entry alone",
        """
        e = xx.exp()
        return e[0] / e.sum()
        """,
        "*",
    ),
    _softmax(
        "drops repeated entries",
        """
        e = xx.unique().exp()
        return e / e.sum()
        """,
        "*",
    ),
    _softmax(
        "sum without the last",
        """
        e = xx.exp()
        return e / e[:-1].sum()
        """,
        "*",
    ),
    _softmax(
        "loop that skips the first",
        """
        e = xx.exp()
        total = 0
        for i in range(1, len(e)):
            total += e[i]
        return e / total
        """,
        "*",
    ),
    _softmax("missing parentheses", "return xx.exp() / xx.exp() + xx.exp().sum()", "*"),
    _softmax(
        "misspelt",
        """
        e = xx.expp()
        return e / e.sum()
        """,
        "*",
    ),
    _softmax(
        "asserts the example",
        """
        assert len(xx) == 3
        e = xx.exp()
        return e / e.sum()
        """,
        "*",
    ),
    _softmax(
        "one entry is an error",
        """
        e = xx.exp()
        return (e / e.sum()).squeeze()
        """,
        "one entry",
    ),
    Wrong("softmax", "a tensor and not a function", "softmax = x.exp() / x.exp().sum()", "*"),
    _softmax("torch.softmax", "return torch.softmax(xx, dim=0)", "by hand"),
    Wrong(
        "softmax",
        "F.softmax by another name",
        """
        from torch.nn.functional import softmax as f
        def softmax(xx):
            return f(xx, 0)
        """,
        "by hand",
    ),
    _softmax("method", "return xx.softmax(0)", "by hand"),
    Wrong(
        "softmax",
        "nn.Softmax",
        """
        layer = nn.Softmax(dim=0)
        softmax = layer
        """,
        "by hand",
    ),
    Wrong("softmax", "the given function", "softmax = softmax_torch", "by hand"),
    _softmax("calls the given function", "return softmax_torch(xx)", "by hand"),
    _softmax("softmin", "return F.softmin(-xx, dim=0)", "by hand"),
    _softmax("exp of log_softmax", "return F.log_softmax(xx, dim=0).exp()", "by hand"),
    Wrong(
        "softmax",
        "SciPy's",
        """
        import scipy.special
        def softmax(xx):
            return torch.from_numpy(scipy.special.softmax(xx.detach().numpy()))
        """,
        "gradient, by hand",
    ),
    _softmax("Categorical", "return torch.distributions.Categorical(logits=xx).probs", "by hand"),
    _numpy("forgot exp", "return np.array(z) / np.sum(z)", "*"),
    _numpy("forgot to normalise", "return np.exp(z)", "*"),
    _numpy("sum of the inputs", "return np.exp(z) / np.sum(z)", "*"),
    _numpy(
        "a list comes back",
        """
        e = np.exp(z)
        return list(e / e.sum())
        """,
        "*",
    ),
    _numpy(
        "a tensor comes back",
        """
        e = torch.tensor(z).double().exp()
        return e / e.sum()
        """,
        "*",
    ),
    _numpy(
        "float32",
        """
        e = np.exp(np.array(z, dtype=np.float32))
        return e / e.sum()
        """,
        "*",
    ),
    _numpy(
        "by way of float32 torch",
        """
        e = torch.tensor(z, dtype=torch.float32).exp()
        return (e / e.sum()).numpy().astype(float)
        """,
        "*",
    ),
    _numpy(
        "the example's length",
        """
        e = np.exp(z)
        return e / sum(e[i] for i in range(7))
        """,
        "*",
    ),
    _numpy(
        "truncates to integers",
        """
        e = np.exp(np.array(z, dtype=int))
        return e / e.sum()
        """,
        "*",
    ),
    _numpy(
        "divides by the maximum",
        """
        e = np.exp(z)
        return e / np.max(e)
        """,
        "*",
    ),
    _numpy(
        "rounds",
        """
        e = np.exp(z)
        return np.round(e / e.sum(), 3)
        """,
        "*",
    ),
    _numpy(
        "arrays only",
        """
        e = np.exp(z - z.max())
        return e / e.sum()
        """,
        "*",
    ),
    _numpy(
        "lists only",
        """
        z.append(0.0)
        e = np.exp(z[:-1])
        return e / e.sum()
        """,
        "*",
    ),
    _numpy(
        "np.exp2",
        """
        e = np.exp2(z)
        return e / e.sum()
        """,
        "*",
    ),
    _numpy(
        "expm1",
        """
        e = np.expm1(z)
        return e / e.sum()
        """,
        "*",
    ),
    _numpy(
        "a column",
        """
        e = np.exp(z).reshape(-1, 1)
        return e / e.sum()
        """,
        "*",
    ),
    _numpy(
        "a matrix of quotients",
        """
        e = np.exp(z)
        return e[:, None] / e[None, :]
        """,
        "*",
    ),
    _numpy(
        "small number in the denominator",
        """
        e = np.exp(z)
        return e / (e.sum() + 1e-9)
        """,
        "*",
    ),
    _numpy(
        "forgot return",
        """
        e = np.exp(z)
        e /= e.sum()
        """,
        "*",
    ),
    Wrong(
        "softmax_numpy",
        "SciPy's",
        """
        from scipy.special import softmax as sm
        def softmax_numpy(z):
            return sm(np.array(z, dtype=float))
        """,
        "by hand",
    ),
    _numpy(
        "torch's",
        "return torch.softmax(torch.tensor(z, dtype=torch.float64), 0).numpy()",
        "by hand",
    ),
    Wrong(
        "unchanged",
        "all",
        "unchanged = {'x + 1', 'x - 100', 'x - x.max()', 'x * 0.5', 'x * 3.0'}",
        "*",
    ),
    Wrong("unchanged", "the others", "unchanged = {'x * 0.5', 'x * 3.0'}", "*"),
    Wrong("unchanged", "one is missing", "unchanged = {'x + 1', 'x - 100'}", "*"),
    Wrong(
        "unchanged",
        "one too many",
        "unchanged = {'x + 1', 'x - 100', 'x - x.max()', 'x * 3.0'}",
        "*",
    ),
    Wrong("unchanged", "empty", "unchanged = set()", "*"),
    Wrong("unchanged", "one string", "unchanged = 'x + 1, x - 100, x - x.max()'", "*"),
    Wrong("unchanged", "a list", "unchanged = ['x + 1', 'x - 100', 'x - x.max()']", "*"),
    Wrong("unchanged", "a dict", "unchanged = {}", "*"),
    Wrong("unchanged", "values and not strings", "unchanged = {1, -100}", "*"),
    Wrong("unchanged", "as it was", "unchanged = ...", "*"),
    Wrong("unchanged", "None", "unchanged = None", "*"),
    Wrong("unchanged", "other words", "unchanged = {'x+1', 'x-100', 'x-max(x)'}", "*"),
    Wrong(
        "expos_x2",
        "normalised",
        """
        x2 = 50 * x
        expos_x2 = x2.exp() / x2.exp().sum()
        """,
        "*",
    ),
    Wrong("expos_x2", "exp of x", "expos_x2 = x.exp()", "*"),
    Wrong(
        "expos_x2",
        "shifted",
        """
        x2 = 50 * x
        expos_x2 = (x2 - x2.max()).exp()
        """,
        "*",
    ),
    Wrong("expos_x2", "50 times exp", "expos_x2 = 50 * x.exp()", "*"),
    Wrong("expos_x2", "float64", "expos_x2 = (50 * x).double().exp()", "*"),
    Wrong("expos_x2", "nan_to_num", "expos_x2 = (50 * x).exp().nan_to_num()", "*"),
    Wrong("expos_x2", "a list", "expos_x2 = (50 * x).exp().tolist()", "*"),
    Wrong("expos_x2", "ones", "expos_x2 = torch.tensor([1., torch.inf, torch.inf])", "*"),
    Wrong("expos_x2", "the function", "expos_x2 = torch.exp", "*"),
    Wrong("expos_x2", "x2 itself", "expos_x2 = 50 * x", "*"),
    Wrong("expos_x2", "all infinite", "expos_x2 = torch.full((3,), torch.inf)", "*"),
    Wrong("shifted_x2", "not shifted", "shifted_x2 = (50 * x).exp() / (50 * x).exp().sum()", "*"),
    Wrong("shifted_x2", "only shifted", "shifted_x2 = 50 * x - 150", "*"),
    Wrong("shifted_x2", "x", "shifted_x2 = softmax_torch(x - 150)", "*"),
    Wrong("shifted_x2", "x2 after", "shifted_x2 = softmax_torch(50 * x) - 150.0", "*"),
    Wrong("shifted_x2", "one-hot", "shifted_x2 = torch.tensor([0., 0., 1.])", "*"),
    Wrong(
        "shifted_x2",
        "shifted the other way",
        """
        x2 = 50 * x
        shifted_x2 = (x2 + 150).exp() / (x2 + 150).exp().sum()
        """,
        "*",
    ),
    Wrong("shifted_x2", "log", "shifted_x2 = (50 * x - 150).log_softmax(0)", "*"),
    Wrong("shifted_x2", "a string", "shifted_x2 = '0, 0, 1'", "*"),
    Wrong("shifted_x2", "float64", "shifted_x2 = softmax_torch(50 * x.double() - 150)", "*"),
    _stable(
        "the plain formula",
        """
        e = xx.exp()
        return e / e.sum()
        """,
        "large logits, very negative logits, equal to the built-in, shift invariance, entries of -inf, dtypes",
    ),
    _stable(
        "subtracts the minimum",
        """
        e = (xx - xx.min()).exp()
        return e / e.sum()
        """,
        "large logits, very negative logits, equal to the built-in, entries of -inf",
    ),
    _stable(
        "subtracts the mean",
        """
        e = (xx - xx.mean()).exp()
        return e / e.sum()
        """,
        "large logits, very negative logits, equal to the built-in, entries of -inf",
    ),
    _stable(
        "subtracts the median",
        """
        e = (xx - xx.median()).exp()
        return e / e.sum()
        """,
        "large logits, very negative logits, equal to the built-in, entries of -inf",
    ),
    _stable(
        "subtracts the sum",
        """
        e = (xx - xx.sum()).exp()
        return e / e.sum()
        """,
        "large logits, very negative logits, equal to the built-in, shift invariance, entries of -inf, dtypes",
    ),
    _stable(
        "subtracts the last",
        """
        e = (xx - xx[-1]).exp()
        return e / e.sum()
        """,
        "large logits, equal to the built-in, entries of -inf",
    ),
    _stable(
        "subtracts the first",
        """
        e = (xx - xx[0]).exp()
        return e / e.sum()
        """,
        "large logits, very negative logits, equal to the built-in, entries of -inf",
    ),
    _stable(
        "adds the maximum",
        """
        e = (xx + xx.max()).exp()
        return e / e.sum()
        """,
        "large logits, very negative logits, equal to the built-in, shift invariance, entries of -inf, dtypes",
    ),
    _stable(
        "subtracts 150",
        """
        e = (xx - 150).exp()
        return e / e.sum()
        """,
        "*",
    ),
    _stable(
        "subtracts the absolute maximum",
        """
        e = (xx - xx.abs().max()).exp()
        return e / e.sum()
        """,
        "large logits, very negative logits, equal to the built-in, shift invariance, entries of -inf",
    ),
    _stable(
        "only when large",
        """
        if xx.max() > 80:
            xx = xx - xx.max()
        return xx.exp() / xx.exp().sum()
        """,
        "very negative logits, equal to the built-in, shift invariance, entries of -inf",
    ),
    _stable(
        "maximum, at least 0",
        """
        e = (xx - max(0, xx.max())).exp()
        return e / e.sum()
        """,
        "very negative logits, equal to the built-in, shift invariance, entries of -inf",
    ),
    _stable(
        "divides by the maximum",
        """
        e = (xx / xx.max()).exp()
        return e / e.sum()
        """,
        "*",
    ),
    _stable(
        "divides by the norm",
        """
        e = (xx / xx.norm()).exp()
        return e / e.sum()
        """,
        "*",
    ),
    _stable(
        "standardised",
        """
        e = ((xx - xx.max()) / xx.std()).exp()
        return e / e.sum()
        """,
        "*",
    ),
    _stable(
        "min-max scaled",
        """
        e = ((xx - xx.max()) / (xx.max() - xx.min())).exp()
        return e / e.sum()
        """,
        "*",
    ),
    _stable("numerator only", "return (xx - xx.max()).exp() / xx.exp().sum()", "*"),
    _stable("denominator only", "return xx.exp() / (xx - xx.max()).exp().sum()", "*"),
    _stable(
        "subtracts after exp",
        """
        e = xx.exp() - xx.exp().max()
        return e / e.sum()
        """,
        "*",
    ),
    _stable("forgot the sum", "return (xx - xx.max()).exp()", "*"),
    _stable(
        "forgot exp",
        """
        z = xx - xx.max()
        return z / z.sum()
        """,
        "*",
    ),
    _stable(
        "clamped at 80",
        """
        e = xx.clamp(max=80).exp()
        return e / e.sum()
        """,
        "large logits, very negative logits, equal to the built-in, shift invariance, entries of -inf, dtypes",
    ),
    _stable(
        "clamped after the shift",
        """
        e = (xx - xx.max()).clamp(min=-20).exp()
        return e / e.sum()
        """,
        "large logits, very negative logits, equal to the built-in, entries of -inf",
    ),
    _stable(
        "nan_to_num",
        """
        e = xx.exp()
        return (e / e.sum()).nan_to_num()
        """,
        "large logits, very negative logits, equal to the built-in, shift invariance, entries of -inf, dtypes",
    ),
    _stable(
        "nan becomes 1",
        """
        e = xx.exp()
        return (e / e.sum()).nan_to_num(1.0)
        """,
        "large logits, very negative logits, equal to the built-in, shift invariance, entries of -inf, dtypes",
    ),
    _stable(
        "nan_to_num of the exponentials",
        """
        e = xx.exp().nan_to_num()
        return e / e.sum()
        """,
        "large logits, very negative logits, equal to the built-in, shift invariance, entries of -inf, dtypes",
    ),
    _stable(
        "float64 in place of a shift",
        """
        e = xx.double().exp()
        return (e / e.sum()).to(xx.dtype)
        """,
        "large logits, very negative logits, shift invariance, entries of -inf",
    ),
    _stable(
        "float64 comes back",
        """
        e = (xx - xx.max()).double().exp()
        return e / e.sum()
        """,
        "large logits, very negative logits, equal to the built-in, shift invariance, entries of -inf, dtypes, input not modified, by hand",
    ),
    _stable(
        "float32 comes back",
        """
        xx = xx.float()
        e = (xx - xx.max()).exp()
        return e / e.sum()
        """,
        "large logits, very negative logits, entries of -inf, dtypes, input not modified, gradient, by hand",
    ),
    _stable(
        "by way of float32",
        """
        z = xx.float()
        e = (z - z.max()).exp()
        return (e / e.sum()).to(xx.dtype)
        """,
        "large logits, very negative logits, dtypes, input not modified, gradient, by hand",
    ),
    _stable(
        "in place",
        """
        xx -= xx.max()
        return xx.exp() / xx.exp().sum()
        """,
        "input not modified, gradient",
    ),
    _stable(
        "in place, with no_grad",
        """
        with torch.no_grad():
            xx -= xx.max()
        return xx.exp() / xx.exp().sum()
        """,
        "input not modified, gradient",
    ),
    _stable(
        "sub_", "return xx.sub_(xx.max()).exp() / xx.exp().sum()", "input not modified, gradient"
    ),
    _stable(
        "exp in place of the shifted",
        """
        e = xx.detach()
        e -= e.max()
        return e.exp() / e.exp().sum()
        """,
        "input not modified, gradient",
    ),
    _stable(
        "out=",
        """
        e = torch.exp(xx - xx.max(), out=xx)
        return e / e.sum()
        """,
        "input not modified, gradient",
    ),
    _stable(
        "replaces -inf in the input",
        """
        xx[xx == -torch.inf] = -1e9
        e = (xx - xx.max()).exp()
        return e / e.sum()
        """,
        "input not modified, gradient",
    ),
    _stable(
        "item",
        """
        values = [v.item() for v in xx]
        top = max(values)
        e = torch.tensor([math.exp(v - top) for v in values], dtype=xx.dtype)
        return e / e.sum()
        """,
        "gradient",
    ),
    _stable(
        "torch.tensor without a dtype",
        """
        top = max(xx)
        e = torch.tensor([math.exp(v - top) for v in xx])
        return e / e.sum()
        """,
        "large logits, very negative logits, entries of -inf, dtypes, input not modified, gradient, by hand",
    ),
    _stable(
        "NumPy",
        """
        z = xx.numpy()
        e = np.exp(z - z.max())
        return torch.from_numpy(e / e.sum())
        """,
        "dtypes, gradient",
    ),
    Wrong(
        "softmax_stable",
        "no_grad",
        """
        @torch.no_grad()
        def softmax_stable(xx):
            e = (xx - xx.max()).exp()
            return e / e.sum()
        """,
        "gradient",
    ),
    _stable(
        "the sum detached",
        """
        e = (xx - xx.max()).exp()
        return e / e.sum().detach()
        """,
        "gradient",
    ),
    _stable(
        "drops -inf",
        """
        xx = xx[xx > -torch.inf]
        e = (xx - xx.max()).exp()
        return e / e.sum()
        """,
        "entries of -inf",
    ),
    _stable(
        "-inf is an error",
        """
        assert torch.isfinite(xx).all()
        e = (xx - xx.max()).exp()
        return e / e.sum()
        """,
        "entries of -inf, input not modified",
    ),
    _stable(
        "-inf becomes 0",
        """
        xx = torch.where(xx == -torch.inf, torch.zeros_like(xx), xx)
        e = (xx - xx.max()).exp()
        return e / e.sum()
        """,
        "entries of -inf",
    ),
    _stable(
        "-inf becomes nan",
        """
        z = xx - xx.min()
        e = (xx - xx.max() + 0 * z).exp()
        return e / e.sum()
        """,
        "entries of -inf",
    ),
    _stable(
        "small number in the denominator",
        """
        e = (xx - xx.max()).exp()
        return e / (e.sum() + 1e-6)
        """,
        "large logits, very negative logits, entries of -inf, dtypes, input not modified, gradient, by hand",
    ),
    _stable(
        "tiny number in the denominator",
        """
        e = (xx - xx.max()).exp()
        return e / (e.sum() + 1e-9)
        """,
        "large logits, very negative logits, entries of -inf, dtypes, input not modified, gradient, by hand",
    ),
    _stable(
        "floor under the probabilities",
        """
        e = (xx - xx.max()).exp()
        return (e / e.sum()).clamp(min=1e-12)
        """,
        "large logits, very negative logits, equal to the built-in, entries of -inf",
    ),
    _stable(
        "normalised twice",
        """
        e = (xx - xx.max()).exp()
        p = e / e.sum()
        return p.exp() / p.exp().sum()
        """,
        "*",
    ),
    _stable(
        "rounded",
        """
        e = (xx - xx.max()).exp()
        return (e / e.sum()).round(decimals=6)
        """,
        "*",
    ),
    _stable(
        "one-hot when large",
        """
        if xx.max() > 80:
            return (xx == xx.max()).to(xx.dtype)
        return xx.exp() / xx.exp().sum()
        """,
        "large logits, very negative logits, equal to the built-in, shift invariance, entries of -inf, dtypes",
    ),
    _stable(
        "the answer for x2",
        """
        if xx.max() > 80:
            return torch.tensor([3.7835e-44, 1.9287e-22, 1.])
        return xx.exp() / xx.exp().sum()
        """,
        "large logits, very negative logits, equal to the built-in, shift invariance, entries of -inf, dtypes",
    ),
    Wrong(
        "softmax_stable",
        "the global x2",
        """
        x2 = 50 * x
        def softmax_stable(xx):
            e = (xx - x2.max()).exp()
            return e / e.sum()
        """,
        "*",
    ),
    _stable(
        "maximum of a dimension as a pair",
        """
        e = (xx - xx.max(dim=0)).exp()
        return e / e.sum()
        """,
        "*",
    ),
    _stable(
        "argmax in place of max",
        """
        e = (xx - xx.argmax()).exp()
        return e / e.sum()
        """,
        "large logits, very negative logits, equal to the built-in, shift invariance, entries of -inf, dtypes",
    ),
    _stable(
        "forgot return",
        """
        e = (xx - xx.max()).exp()
        e / e.sum()
        """,
        "*",
    ),
    _stable("still a stub", "raise NotImplementedError", "*"),
    _stable("torch.softmax", "return torch.softmax(xx - xx.max(), 0)", "by hand"),
    _stable(
        "naive in log space",
        "return (xx - xx.exp().sum().log()).exp()",
        "large logits, very negative logits, equal to the built-in, shift invariance, entries of -inf, dtypes",
    ),
    _stable(
        "log1p trick",
        """
        e = (xx - xx.max()).exp()
        return (e.log() - e.sum().log1p()).exp()
        """,
        "*",
    ),
    Wrong(
        "softmax_stable",
        "calls a plain softmax",
        """
        def softmax(xx):
            return xx.exp() / xx.exp().sum()
        def softmax_stable(xx):
            return softmax(xx)
        """,
        "large logits, very negative logits, equal to the built-in, shift invariance, entries of -inf, dtypes",
    ),
    _stable(
        "shifts, then forgets it",
        """
        shifted = xx - xx.max()
        return xx.exp() / xx.exp().sum()
        """,
        "large logits, very negative logits, equal to the built-in, shift invariance, entries of -inf, dtypes",
    ),
    _checked(
        "ignores the temperature",
        """
        z = logits
        e = (z - z.max()).exp()
        return e / e.sum()
        """,
        "values, low temperature, high temperature, large logits, refuses temperatures <= 0, gradient, by hand",
    ),
    _checked(
        "multiplies",
        """
        z = logits * temperature
        e = (z - z.max()).exp()
        return e / e.sum()
        """,
        "values, low temperature, high temperature, large logits, refuses temperatures <= 0, gradient, by hand",
    ),
    _checked(
        "numerator only",
        "return (logits / temperature).exp() / logits.exp().sum()",
        "values, low temperature, high temperature, large logits, refuses temperatures <= 0, gradient, by hand",
    ),
    _checked(
        "divides the probabilities",
        """
        z = logits
        e = (z - z.max()).exp()
        return e / e.sum() / temperature
        """,
        "values, low temperature, high temperature, large logits, refuses temperatures <= 0, gradient, by hand",
    ),
    _checked(
        "divides the exponentials",
        """
        e = logits.exp() / temperature
        return e / e.sum()
        """,
        "values, low temperature, high temperature, large logits, refuses temperatures <= 0, gradient, by hand",
    ),
    _checked(
        "the plain formula",
        """
        e = (logits / temperature).exp()
        return e / e.sum()
        """,
        "low temperature, large logits",
    ),
    _checked(
        "shifts by the unscaled maximum",
        """
        z = logits / temperature - logits.max()
        return z.exp() / z.exp().sum()
        """,
        "low temperature, high temperature, large logits",
    ),
    _checked(
        "shifts by the minimum",
        """
        z = logits / temperature
        e = (z - z.min()).exp()
        return e / e.sum()
        """,
        "low temperature, large logits",
    ),
    _checked(
        "shifts after exp",
        """
        z = logits / temperature
        e = z.exp() - z.max()
        return e / e.sum()
        """,
        "*",
    ),
    _checked(
        "powers of probabilities",
        """
        e = (logits - logits.max()).exp()
        p = (e / e.sum()) ** (1 / temperature)
        return p / p.sum()
        """,
        "low temperature, high temperature, large logits",
    ),
    _temperature(
        "accepts everything",
        """
        z = logits / temperature
        e = (z - z.max()).exp()
        return e / e.sum()
        """,
        "refuses temperatures <= 0",
    ),
    _temperature(
        "accepts 0",
        """
        if temperature < 0:
            raise ValueError
        z = logits / temperature
        e = (z - z.max()).exp()
        return e / e.sum()
        """,
        "refuses temperatures <= 0",
    ),
    _temperature(
        "refuses only 0",
        """
        if temperature == 0:
            raise ValueError
        z = logits / temperature
        e = (z - z.max()).exp()
        return e / e.sum()
        """,
        "refuses temperatures <= 0",
    ),
    _temperature(
        "assert",
        """
        assert temperature > 0
        z = logits / temperature
        e = (z - z.max()).exp()
        return e / e.sum()
        """,
        "refuses temperatures <= 0",
    ),
    _temperature(
        "Exception",
        """
        if temperature <= 0:
            raise Exception('T')
        z = logits / temperature
        e = (z - z.max()).exp()
        return e / e.sum()
        """,
        "refuses temperatures <= 0",
    ),
    _temperature(
        "TypeError",
        """
        if temperature <= 0:
            raise TypeError('T')
        z = logits / temperature
        e = (z - z.max()).exp()
        return e / e.sum()
        """,
        "refuses temperatures <= 0",
    ),
    _temperature(
        "ZeroDivisionError",
        """
        z = logits * (1 / temperature)
        e = (z - z.max()).exp()
        return e / e.sum()
        """,
        "refuses temperatures <= 0",
    ),
    _temperature(
        "returns None",
        """
        if temperature <= 0:
            return None
        z = logits / temperature
        e = (z - z.max()).exp()
        return e / e.sum()
        """,
        "refuses temperatures <= 0",
    ),
    _temperature(
        "prints",
        """
        if temperature <= 0:
            print('T must be positive')
        z = logits / temperature
        e = (z - z.max()).exp()
        return e / e.sum()
        """,
        "refuses temperatures <= 0",
    ),
    _temperature(
        "returns the error",
        """
        if temperature <= 0:
            return ValueError('T')
        z = logits / temperature
        e = (z - z.max()).exp()
        return e / e.sum()
        """,
        "refuses temperatures <= 0",
    ),
    _temperature(
        "refuses small ones",
        """
        if temperature < 1e-3:
            raise ValueError
        z = logits / temperature
        e = (z - z.max()).exp()
        return e / e.sum()
        """,
        "low temperature, large logits",
    ),
    _temperature(
        "refuses below 1",
        """
        if temperature < 1:
            raise ValueError
        z = logits / temperature
        e = (z - z.max()).exp()
        return e / e.sum()
        """,
        "values, low temperature, large logits, refuses temperatures <= 0, gradient, by hand",
    ),
    _temperature(
        "floor under the temperature",
        """
        z = logits / max(temperature, 0.1)
        e = (z - z.max()).exp()
        return e / e.sum()
        """,
        "low temperature, refuses temperatures <= 0",
    ),
    _checked(
        "small number added to the temperature",
        """
        z = logits / (temperature + 1e-8)
        e = (z - z.max()).exp()
        return e / e.sum()
        """,
        "values, temperature one, gradient, by hand",
    ),
    _checked(
        "bigger number added to the temperature",
        """
        z = logits / (temperature + 1e-4)
        e = (z - z.max()).exp()
        return e / e.sum()
        """,
        "*",
    ),
    _checked(
        "argmax at a low temperature",
        """
        if temperature < 0.01:
            out = torch.zeros_like(logits)
            out[logits.argmax()] = 1.
            return out
        z = logits / temperature
        e = (z - z.max()).exp()
        return e / e.sum()
        """,
        "low temperature",
    ),
    _checked(
        "uniform at a high temperature",
        """
        if temperature > 1000:
            return torch.full_like(logits, 1 / len(logits))
        z = logits / temperature
        e = (z - z.max()).exp()
        return e / e.sum()
        """,
        "high temperature",
    ),
    _checked(
        "integer temperature",
        """
        z = logits / int(temperature)
        e = (z - z.max()).exp()
        return e / e.sum()
        """,
        "values, low temperature, large logits, refuses temperatures <= 0, gradient, by hand",
    ),
    _checked(
        "floor division",
        """
        z = logits // temperature
        e = (z - z.max()).exp()
        return e / e.sum()
        """,
        "*",
    ),
    _checked(
        "square root",
        """
        z = logits / temperature ** 0.5
        e = (z - z.max()).exp()
        return e / e.sum()
        """,
        "values, low temperature, high temperature, large logits, refuses temperatures <= 0, gradient, by hand",
    ),
    _checked(
        "beta",
        """
        z = logits / (1 / temperature)
        e = (z - z.max()).exp()
        return e / e.sum()
        """,
        "values, low temperature, high temperature, large logits, refuses temperatures <= 0, gradient, by hand",
    ),
    _checked(
        "forgot to normalise",
        """
        z = logits / temperature
        return (z - z.max()).exp()
        """,
        "*",
    ),
    _checked(
        "clamped",
        """
        z = (logits / temperature).clamp(-80, 80)
        return z.exp() / z.exp().sum()
        """,
        "low temperature, large logits",
    ),
    _checked(
        "nan_to_num",
        """
        e = (logits / temperature).exp()
        return (e / e.sum()).nan_to_num()
        """,
        "low temperature, large logits",
    ),
    _checked(
        "detached",
        """
        z = logits.detach() / temperature
        e = (z - z.max()).exp()
        return e / e.sum()
        """,
        "gradient",
    ),
    _checked(
        "float64 comes back",
        """
        z = logits.double() / temperature
        e = (z - z.max()).exp()
        return e / e.sum()
        """,
        "values, temperature one, low temperature, high temperature, large logits, refuses temperatures <= 0, by hand",
    ),
    _checked(
        "in place",
        """
        logits /= temperature
        z = logits
        e = (z - z.max()).exp()
        return e / e.sum()
        """,
        "gradient",
    ),
    _checked(
        "in place, with no_grad",
        """
        with torch.no_grad():
            logits /= temperature
        z = logits
        e = (z - z.max()).exp()
        return e / e.sum()
        """,
        "gradient",
    ),
    _checked(
        "small number in the denominator",
        """
        z = logits / temperature
        e = (z - z.max()).exp()
        return e / (e.sum() + 1e-8)
        """,
        "values, temperature one, low temperature, high temperature, gradient, by hand",
    ),
    _checked("the built-in", "return torch.softmax(logits / temperature, dim=-1)", "by hand"),
    _checked(
        "forgot return",
        """
        z = logits / temperature
        e = (z - z.max()).exp()
        e / e.sum()
        """,
        "*",
    ),
    Wrong(
        "softmax_temperature",
        "arguments the other way round",
        """
        def softmax_temperature(temperature, logits):
            if temperature <= 0:
                raise ValueError
            z = logits / temperature
            e = (z - z.max()).exp()
            return e / e.sum()
        """,
        "*",
    ),
    _checked(
        "float64 in place of a shift",
        """
        e = (logits.double() / temperature).exp()
        return (e / e.sum()).to(logits.dtype)
        """,
        "low temperature, large logits",
    ),
    _sweep(
        "transposed",
        """
        return torch.stack([softmax_temperature(logits, t) for t in temperatures], dim=1)
        """,
        "*",
    ),
    _sweep("a list", "return [softmax_temperature(logits, t) for t in temperatures]", "*"),
    _sweep(
        "returns in the loop",
        """
        for t in temperatures:
            return softmax_temperature(logits, t)
        """,
        "*",
    ),
    _sweep(
        "only the last",
        """
        for t in temperatures:
            row = softmax_temperature(logits, t)
        return row
        """,
        "*",
    ),
    _sweep(
        "one long vector",
        """
        return torch.cat([softmax_temperature(logits, t) for t in temperatures])
        """,
        "*",
    ),
    _sweep(
        "float32 table",
        """
        out = torch.zeros(len(temperatures), len(logits))
        for i, t in enumerate(temperatures):
            out[i] = softmax_temperature(logits, t)
        return out
        """,
        "shape and dtype",
    ),
    _sweep(
        "float64 table",
        """
        out = torch.zeros(len(temperatures), len(logits), dtype=torch.float64)
        for i, t in enumerate(temperatures):
            out[i] = softmax_temperature(logits, t)
        return out
        """,
        "*",
    ),
    _sweep(
        "square table",
        """
        out = torch.zeros(len(logits), len(logits), dtype=logits.dtype)
        for i, t in enumerate(temperatures):
            out[i] = softmax_temperature(logits, t)
        return out
        """,
        "*",
    ),
    _sweep(
        "sorted",
        """
        return torch.stack([softmax_temperature(logits, t) for t in sorted(temperatures)])
        """,
        "values, shape and dtype",
    ),
    _sweep(
        "reversed",
        """
        return torch.stack([softmax_temperature(logits, t) for t in temperatures[::-1]])
        """,
        "*",
    ),
    _sweep(
        "without the last",
        """
        return torch.stack([softmax_temperature(logits, t) for t in temperatures[:-1]])
        """,
        "*",
    ),
    _sweep(
        "four fixed temperatures",
        """
        return torch.stack([softmax_temperature(logits, t) for t in (0.3, 0.6, 1.0, 1.4)])
        """,
        "*",
    ),
    _sweep(
        "same temperature",
        """
        return torch.stack([softmax_temperature(logits, temperatures[0]) for t in temperatures])
        """,
        "*",
    ),
    _sweep(
        "multiplies",
        """
        return torch.stack([softmax_temperature(logits, 1 / t) for t in temperatures])
        """,
        "*",
    ),
    _sweep(
        "numpy array",
        """
        return torch.stack([softmax_temperature(logits, t) for t in temperatures]).numpy()
        """,
        "*",
    ),
    _sweep(
        "normalised over everything",
        """
        z = logits[None] / torch.tensor(temperatures, dtype=logits.dtype)[:, None]
        e = (z - z.max()).exp()
        return e / e.sum()
        """,
        "*",
    ),
    _sweep(
        "one maximum for all rows",
        """
        z = logits[None] / torch.tensor(temperatures, dtype=logits.dtype)[:, None]
        e = (z - z.max()).exp()
        return e / e.sum(1, keepdim=True)
        """,
        "values",
    ),
    _sweep(
        "over the wrong dimension",
        """
        z = logits[None] / torch.tensor(temperatures, dtype=logits.dtype)[:, None]
        e = (z - z.max()).exp()
        return e / e.sum(0)
        """,
        "*",
    ),
    _sweep(
        "naive",
        """
        z = logits[None] / torch.tensor(temperatures, dtype=logits.dtype)[:, None]
        return z.exp() / z.exp().sum(1, keepdim=True)
        """,
        "values",
    ),
    _sweep(
        "without keepdim",
        """
        z = logits[None] / torch.tensor(temperatures, dtype=logits.dtype)[:, None]
        e = z.exp()
        return e / e.sum(1)
        """,
        "*",
    ),
    _sweep(
        "by an index",
        """
        return torch.stack([softmax_temperature(logits, i + 1) for i in range(len(temperatures))])
        """,
        "*",
    ),
    _sweep(
        "adds the rows", "return sum(softmax_temperature(logits, t) for t in temperatures)", "*"
    ),
    _sweep(
        "compounds",
        """
        rows = []
        for t in temperatures:
            logits = softmax_temperature(logits, t)
            rows.append(logits)
        return torch.stack(rows)
        """,
        "*",
    ),
    _sweep(
        "three dimensions",
        """
        return torch.stack([softmax_temperature(logits, t)[None] for t in temperatures])
        """,
        "*",
    ),
    _sweep("a generator", "yield from (softmax_temperature(logits, t) for t in temperatures)", "*"),
    _sweep("a dict", "return {t: softmax_temperature(logits, t) for t in temperatures}", "*"),
    _sweep(
        "forgot return", "torch.stack([softmax_temperature(logits, t) for t in temperatures])", "*"
    ),
    _sweep(
        "squeezed",
        """
        return torch.stack([softmax_temperature(logits, t) for t in temperatures]).squeeze()
        """,
        "shape and dtype",
    ),
    _sweep(
        "the built-in",
        """
        return torch.stack([torch.softmax(logits / t, 0) for t in temperatures])
        """,
        "by hand",
    ),
    Wrong(
        "temperature_sweep",
        "by way of a helper with the built-in",
        """
        def softmax_temperature(logits, temperature):
            if temperature <= 0:
                raise ValueError('T')
            z = logits / temperature
            return F.softmax(z, 0)
        def temperature_sweep(logits, temperatures):
            return torch.stack([softmax_temperature(logits, t) for t in temperatures])
        """,
        "by hand",
    ),
)
