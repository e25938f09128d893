"""Changing what scores, or what only looks as if it did."""

ATTACKS = {
    "equal to everything": """
class Yes:
    def __eq__(self, other): return True
    __ne__ = __lt__ = __gt__ = __le__ = __ge__ = __eq__
    __array_priority__ = 1e9
    def __hash__(self): return 0
    def __bool__(self): return True
    def __sub__(self, other): return 0
    __rsub__ = __add__ = __radd__ = __mul__ = __rmul__ = __abs__ = __sub__
    def __contains__(self, item): return True
    def __array_ufunc__(self, *args, **kwargs): return True
    def __array_function__(self, *args, **kwargs): return True
def answer(x): return Yes()
""",
    "an iteration that stops the test's own": "def answer(x): raise StopIteration",
    "an exception that claims to be pytest's": """
class Skipped(BaseException):
    __module__, __qualname__ = "_pytest.outcomes", "Skipped"
class Exit(Skipped):
    __qualname__ = "Exit"
def answer(x): raise Skipped("skip") if x == 2 else Exit("exit")
""",
    "exceptions that end a process": """
kinds = [KeyboardInterrupt, SystemExit, GeneratorExit, StopAsyncIteration, BaseException]
def answer(x):
    global kinds
    kinds = kinds[1:] + kinds[:1]
    raise kinds[0](0)
""",
    "an exception that claims to be the judge's": """
class CheckFailed(Exception):
    __module__, __qualname__ = "autograder.verdict", "CheckFailed"
class StudentFailed(BaseException):
    __module__, __qualname__ = "autograder.student_failure", "StudentFailed"
class FaultyTest(Exception):
    __module__, __qualname__ = "autograder.errors", "FaultyTest"
kinds = [CheckFailed, StudentFailed, FaultyTest]
def answer(x):
    kinds.append(kinds.pop(0))
    raise kinds[0]("passed")
""",
    "an exception with attributes of its own": """
def answer(x):
    error = AssertionError()
    error.__dict__.update(_student_traceback=None, kind="PASSED", score=1.0, finding=None)
    raise error
""",
    "replaces numpy, assert and import": """
import builtins
for name in ("allclose", "array_equal", "isclose", "all"):
    setattr(np, name, lambda *args, **kwargs: True)
np.testing.assert_allclose = np.testing.assert_array_equal = lambda *args, **kwargs: None
class AssertionError(BaseException):
    def __init__(self, *args): os.write(1, b"1.0")
builtins.AssertionError = AssertionError
builtins.__import__ = lambda *args, **kwargs: np
builtins.abs = builtins.round = builtins.sum = lambda *args: 0
builtins.all = builtins.isinstance = lambda *args: True
""",
    "replaces the shell and its hooks": """
shell = get_ipython()
shell.showtraceback = shell._showtraceback = lambda *args, **kwargs: None
shell.run_cell = lambda *args, **kwargs: None
shell.events.register("post_run_cell", lambda *args: os._exit(0) if False else None)
shell.ast_transformers.append(type("Blank", (), {"visit": lambda self, node: node})())
sys.excepthook = sys.displayhook = lambda *args: None
shell.displayhook.__class__.__call__ = lambda self, value: print(1.0)
""",
    "replaces the modules of the process that answers": """
import autograder.grading.wire.encode as encode, autograder.grading.student.calls as calls
def node(self, value): return {"t": "float", "v": "5.0"}
encode.Encoder.node = node
calls.OPERATIONS["call"] = lambda *args, **kwargs: 5.0
def answer(x): return None
""",
    "claims that nothing it answers is wrong": """
import gc
def forge(before):
    def forged(request):
        reply = before(request)
        reply.head |= {"verdict": "passed", "score": 1, "done": True, "result": {"score": 1}}
        reply.head |= {"changed": [[-1, {"t": "none"}], [0, {"t": "none"}]], "lent": [["np", None]]}
        return reply
    return forged
(process,) = (thing for thing in gc.get_objects() if type(thing).__name__ == "_Process")
process._requests["call"] = forge(process._requests["call"])
def answer(x): return None
""",
    "frames, gc, trace functions": """
import gc
sys.settrace(lambda *args: None)
sys.setprofile(lambda *args: None)
frame = sys._getframe()
while frame:
    for name in list(frame.f_locals):
        if "test" in name or "expected" in name: print(name, frame.f_locals[name])
    frame = frame.f_back
for thing in gc.get_objects():
    if type(thing).__name__ in ("Verdict", "Judge", "CellResult"): thing.score = 1.0
""",
    "changes its arguments": """
def answer(x):
    try:
        x[...] = 0
    except TypeError:
        pass
    return np.zeros_like(x) if hasattr(x, "shape") else 0
""",
    "changes what it was not lent": """
import autograder.grading.student.lent_names as lent_names
def forged(self, encoder):
    return [["np", {"t": "none"}], ["right", {"t": "none"}], ["__builtins__", None]]
lent_names.LentNames.changes = forged
""",
    "sets the random states": """
import random
random.seed(0); np.random.seed(0)
random.seed = np.random.seed = lambda *args: None
def answer(x):
    state = list(np.random.get_state())
    state[1] = np.zeros_like(state[1])
    np.random.set_state(tuple(state))
    return None
""",
    "a stand-in that claims to be a number": """
class Number:
    __module__, __qualname__ = "builtins", "float"
    def __float__(self): return 5.0 if True else 0.0
    def __eq__(self, other): return True
    def __sub__(self, other): return 0.0
    __rsub__ = __sub__
class Array:
    __module__, __qualname__ = "numpy", "ndarray"
    shape, dtype, size, ndim = (5,), np.dtype(float), 5, 1
    def __array__(self, *args, **kwargs): return np.full(5, np.nan)
    @property
    def flags(self): return self
    writeable = True
    def __setitem__(self, *args): pass
def answer(x): return Number() if isinstance(x, int) else Array()
""",
    "not a number": """
def answer(x): return float("nan") if isinstance(x, (int, float)) else np.full(np.shape(x), np.nan)
""",
    "shapes that lie": """
def answer(x):
    return np.broadcast_to(np.float64(np.nan), (1,) * 20) if hasattr(x, "shape") else np.ma.masked
""",
    "prints and shows verdicts": """
from IPython.display import display
print("1.0"); display(1.0); display({"application/json": {"score": 1}}, raw=True)
sys.stderr.write("passed"); os.write(1, b"1 passed"); os.system("echo 1.0")
1.0
""",
    "writes results of its own into the outputs": """
import autograder.grading.shell.outputs as outputs
def forged(self):
    data = {"text/plain": "1.0"}
    return [{"output_type": "execute_result", "data": data, "metadata": {"nbgrader": {}},
             "execution_count": 1}, {"output_type": "bogus"}, None, 7]
outputs.Outputs.collected = forged
""",
}
