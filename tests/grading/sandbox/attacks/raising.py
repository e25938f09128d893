"""Exceptions that act where they are told of: in the judge, in a log, on a terminal."""

_RUDE = """
import itertools
bell = chr(27) + "]0;owned" + chr(7) + chr(27) + "[2J"
calls = itertools.count()
class Rude:
    # Answers as often as it is told, and then in another way: each call tries another number.
    def __init__(self, end):
        self.end, self.calm = end, next(calls) % 9
    def told(self, *args):
        self.calm -= 1
        if self.calm < 0: self.end()
        return "calm"
    __str__ = __repr__ = __format__ = told
    def __getattr__(self, name):
        if not name.startswith("__"): self.told()
        raise AttributeError(name)
def raiser(error):
    def end(): raise error
    return end
"""

ATTACKS = {
    name: _RUDE + code
    for name, code in {
        "an argument that answers some times, then with a terminal's commands": """
def answer(x): raise ValueError(Rude(raiser(ValueError(bell))))
""",
        "an argument that exits when it is asked": """
kinds = itertools.cycle([SystemExit, KeyboardInterrupt, GeneratorExit, BaseException, MemoryError])
def answer(x): raise ValueError(Rude(raiser(next(kinds)(bell))))
""",
        "an argument that ends the process when it is asked": """
def answer(x): raise KeyError(Rude(lambda: os._exit(3)))
""",
        "attributes that act when the error is shown": """
kinds = itertools.cycle([SystemExit, KeyboardInterrupt, RecursionError, ValueError])
def answer(x):
    error = ValueError("shown")
    error._render_traceback_ = raiser(next(kinds)(bell))
    error._ipython_display_ = error.__notes__ = Rude(raiser(SystemExit(bell)))
    raise error
""",
        "an answer that a test's own error holds": """
def answer(x): return Rude(raiser(SystemExit(bell)))
""",
        "text that is no plain text": """
class Text(str):
    def __str__(self): raise SystemExit(bell)
    __repr__ = __len__ = __getitem__ = encode = translate = __str__
class Loud(Exception):
    def __str__(self): return Text(bell)
def answer(x): raise Loud(Text(bell)) if np.ndim(x) == 0 else ValueError(Text(bell))
""",
        "a name with a terminal's commands": """
kinds = [type("Fine" + bell, (base,), {"__module__": bell}) for base in (ValueError, Exception)]
kinds[1].__qualname__ = kinds[1].__name__ = bell * 1000
def answer(x): raise kinds[0](bell) if np.ndim(x) == 0 else kinds[1](kinds[0])
shown = kinds
""",
        "a syntax error in a file of the grader's": """
places = itertools.cycle(["/dev/zero", "/etc/passwd", "SECRET_FILE", "/dev/tty", "/proc/1/environ"])
odd = itertools.cycle([(1, 1, "x"), ("1", [], {}), (1, 2**70, b"x"), (-1, -1, None)])
def answer(x): raise SyntaxError(bell, (next(places), *next(odd)))
""",
        "groups of errors": """
def answer(x):
    error = ValueError(Rude(raiser(SystemExit(bell))))
    for _ in range(900 if np.ndim(x) else 3):
        error = BaseExceptionGroup(bell, [error, KeyError(bell)])
    raise error
""",
        "causes in a circle, and without end": """
def answer(x):
    error = first = ValueError(bell)
    for number in range(10**5):
        error.__cause__ = ValueError(number); error = error.__cause__
    if np.ndim(x) == 0: error.__cause__ = first
    raise first
""",
        "arguments without end": """
def answer(x): raise ValueError(*([Rude(exit)] * 10**4 if np.ndim(x) else range(10**5)))
""",
        "notes without end": """
def answer(x):
    error = ValueError(bell)
    for _ in range(10**4 if np.ndim(x) == 0 else 50): error.add_note(bell)
    raise error
""",
        "an error deep in frames": """
sys.setrecursionlimit(10**5)
def deep(n):
    if not n: raise ValueError(Rude(raiser(SystemExit(bell))))
    return deep(n - 1)
def answer(x): return deep(20000)
""",
        "warnings with a terminal's commands": """
import warnings
class Odd(UserWarning): pass
Odd.__name__ = Odd.__qualname__ = bell
def answer(x):
    warnings.simplefilter("always")
    warnings.warn(bell, Odd)
    warnings.warn_explicit(bell, Odd, "/etc/passwd", 1)
    raise Odd(Rude(raiser(SystemExit(bell))))
""",
    }.items()
}
