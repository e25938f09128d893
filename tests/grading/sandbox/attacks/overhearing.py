"""Answers that wait for the test to tell them what is right, by a name that both bind.

Each is a solution cell that binds `expected` and `answer`; the hidden test binds `expected`, too.
"""

_WATCHED = """
expected = None
def told(value, x): return value(x) if callable(value) else value
"""

ATTACKS = {
    name: _WATCHED + code
    for name, code in {
        "reads the name": """
def answer(x): return 0 if expected is None else told(expected, x)
""",
        "reads it by way of the globals": """
def answer(x): return told(globals().get("expected") or 0, x)
""",
        "looks through the notebook's namespace": """
def answer(x):
    names = get_ipython().user_ns
    return next((told(v, x) for k, v in names.items() if k == "expected" and v is not None), 0)
""",
        "watches it in a thread": """
import threading, time
seen = []
def watch():
    while True:
        if expected is not None: seen.append(expected)
        time.sleep(0.001)
threading.Thread(target=watch, daemon=True).start()
def answer(x):
    time.sleep(0.02)
    return told(seen[-1], x) if seen else 0
""",
    }.items()
}
