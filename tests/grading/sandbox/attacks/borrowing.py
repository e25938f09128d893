"""Right answers that are not written by hand, by names that the source does not show.

Each is a solution cell for `softmax`. What the released notebook imports is in place.
"""

_BY_NAME = """
import sys, threading
_module = __import__("soft" + "max_checks." + "soft" + "max", fromlist=["x"])
_theirs = getattr(_module, "exp" + "ected")
_ready = getattr(torch, "soft" + "max")
def theirs(xx): return _theirs(xx).reference.to(xx.dtype)
def ready(xx): return _ready(xx, 0)
def in_a_thread(function):
    def answer(xx):
        found = []
        thread = threading.Thread(target=lambda: found.append(function(xx)))
        thread.start(); thread.join()
        return found[0]
    return answer
"""

# What the submitted source shows.
SHOWN = {
    "imports the checks' answer": """
from softmax_checks.softmax import expected
def softmax(xx): return expected(xx).reference.to(xx.dtype)
""",
    "imports it under another name": """
import softmax_checks.softmax as y
softmax = lambda xx: y.expected(xx).reference.to(xx.dtype)
""",
    "imports it in the call": """
def softmax(xx):
    from softmax_checks import softmax as exercise
    return exercise.expected(xx).reference.to(xx.dtype)
""",
    "asks the check that is given": """
def softmax(xx): return check.softmax.expected(xx).reference.to(xx.dtype)
""",
    "asks it by way of a helper": """
right = getattr(check, "".join("xamtfos"[::-1]))
def helper(xx): return right.expected(xx).reference
def softmax(xx): return helper(xx).to(xx.dtype)
""",
    "import_module": """
import importlib
right = importlib.import_module("softmax_checks.softmax")
def softmax(xx): return right.expected(xx).reference.to(xx.dtype)
""",
    "__import__": """
def softmax(xx):
    return __import__("softmax_checks").check.softmax.expected(xx).reference.to(xx.dtype)
""",
    "sys.modules": """
import sys
def softmax(xx): return sys.modules["softmax_checks.softmax"].expected(xx).reference.to(xx.dtype)
""",
    "a star": """
from softmax_checks import *
def softmax(xx): return log_softmax.expected(xx[None]).reference[0].exp().to(xx.dtype)
""",
    "the engine": """
from autograder.checks import exercise
right = getattr(exercise.sys.modules["soft" + "max_checks"].check, "soft" + "max")
def softmax(xx): return right.expected(xx).reference.to(xx.dtype)
""",
}

# What only a record of the call can tell.
BUILT_AT_RUN_TIME = {
    name: _BY_NAME + code
    for name, code in {
        "the checks' answer": "softmax = theirs",
        "the checks' answer, in a thread": "softmax = in_a_thread(theirs)",
        "the check that is given, among the globals": """
def softmax(xx):
    right = globals()["che" + "ck"]
    return getattr(right, "soft" + "max").expected(xx).reference.to(xx.dtype)
""",
        "an exercise among all that are given": """
def softmax(xx):
    (one,) = (e for e in vars(sys.modules["__main__"])["che" + "ck"] if e.name == "soft" + "max")
    return one.expected(xx).reference.to(xx.dtype)
""",
        "the code of the checks' answer, as the notebook's own": """
copied = type(_theirs)(_theirs.__code__, vars(_module) | {"__name__": "__main__"})
def softmax(xx): return copied(xx).reference.to(xx.dtype)
""",
        "the built-in, in a thread": "softmax = in_a_thread(ready)",
        "the built-in, in a thread of another kind": """
import _thread
start = _thread.start_new_thread
def softmax(xx):
    found, done = [], _thread.allocate_lock()
    done.acquire()
    start(lambda: (found.append(ready(xx)), done.release()), ())
    done.acquire()
    return found[0]
""",
        "the built-in, in a pool that runs already": """
from concurrent.futures import ThreadPoolExecutor
pool = ThreadPoolExecutor(2)
assert list(pool.map(abs, [1] * 9))
def softmax(xx): return pool.submit(ready, xx).result()
""",
        "the checks' answer, in a pool that runs already": """
from concurrent.futures import ThreadPoolExecutor
pool = ThreadPoolExecutor(2)
assert list(pool.map(abs, [1] * 9))
def softmax(xx): return pool.submit(theirs, xx).result()
""",
        "the built-in, by asyncio": """
import asyncio
def softmax(xx):
    loop = asyncio.new_event_loop()
    try: return loop.run_until_complete(loop.run_in_executor(None, ready, xx))
    finally: loop.close()
""",
        "the built-in, as TorchScript": """
traced = torch.jit.trace(ready, torch.ones(3))
def softmax(xx): return torch.jit.wait(torch.jit.fork(traced, xx))
""",
        "the built-in, by vmap": """
def softmax(xx): return torch.func.vmap(ready)(xx[None])[0]
""",
        "the built-in, as an operator of one's own": """
@torch.library.custom_op("mine::answer", mutates_args=())
def answer(xx: torch.Tensor) -> torch.Tensor: return ready(xx)
softmax = in_a_thread(answer)
""",
        "the built-in, as the gradient of another": """
def softmax(xx):
    leaf = xx.detach().requires_grad_()
    return torch.autograd.grad(getattr(torch, "log_" + "soft" + "max")(leaf, 0).sum(), leaf)[0] \\
        * 0 + ready(xx)
""",
        "the built-in, profiled": """
def softmax(xx):
    with torch.autograd.profiler.profile(): return ready(xx)
""",
        "SciPy's, in a thread": """
import scipy.special
found = getattr(scipy.special, "soft" + "max")
softmax = in_a_thread(lambda xx: torch.from_numpy(found(xx.numpy())))
""",
        "the built-in, in a child": """
import os, pickle
def softmax(xx):
    read, write = os.pipe()
    if not os.fork():
        os.write(write, pickle.dumps(ready(xx).numpy())); os._exit(0)
    return torch.from_numpy(pickle.loads(os.read(read, 10**5)))
""",
        "the built-in, in a program": """
import json, subprocess, sys
code = "import json, math, sys; x = json.load(sys.stdin); e = [math.exp(v) for v in x]; \\
print([v / sum(e) for v in e])"
def softmax(xx):
    done = subprocess.run([sys.executable, "-c", code], input=json.dumps(xx.double().tolist()),
                          capture_output=True, text=True)
    return torch.tensor(json.loads(done.stdout), dtype=xx.dtype)
""",
    }.items()
}

#: By hand, and to be taken for it, whatever the answer is made with.
HONEST = {
    "plain": "def softmax(xx): return xx.exp() / xx.exp().sum()",
    "in threads": """
from concurrent.futures import ThreadPoolExecutor
def softmax(xx):
    with ThreadPoolExecutor(2) as pool:
        powers = torch.stack(list(pool.map(torch.exp, xx)))
    return powers / powers.sum()
""",
    "in a pool of the notebook's": """
from multiprocessing.pool import ThreadPool
pool = ThreadPool(2)
def softmax(xx):
    powers = torch.stack(pool.map(torch.exp, xx.unbind()))
    return powers / powers.sum()
""",
    "as TorchScript": """
def _softmax(xx): return xx.exp() / xx.exp().sum()
softmax = torch.jit.trace(_softmax, torch.ones(3))
""",
    "with a label": """
def softmax(xx):
    with torch.profiler.record_function("softmax"): return xx.exp() / xx.exp().sum()
""",
    "checked by the student": """
def softmax(xx):
    "Checked by softmax_checks: see softmax_checks/softmax.py, import softmax_checks"
    return xx.exp() / xx.exp().sum()
from softmax_checks import check as mine
mine.softmax(softmax, "values"); check.softmax(softmax, "by hand")
assert torch.allclose(softmax(torch.ones(3)), torch.softmax(torch.ones(3), 0))
""",
    "with a profile of its own": """
import sys
def softmax(xx):
    sys.setprofile(lambda *args: None)
    try: return xx.exp() / xx.exp().sum()
    finally: sys.setprofile(None)
""",
    "in NumPy and Python": """
import math, functools
import numpy as np
from scipy.special import logsumexp
@functools.cache
def power(v): return math.exp(v)
def softmax(xx):
    powers = np.array([power(v) for v in xx.tolist()])
    assert np.isclose(np.log(powers.sum()), logsumexp(xx.double().numpy()), rtol=1e-3)
    return torch.from_numpy(powers / powers.sum()).to(xx.dtype)
""",
}
