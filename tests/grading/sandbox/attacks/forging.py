"""Bytes of the student's own on the socket to the judge, at any time."""

_FRAMES = """
import json, struct
def frame(head, payload=b"", length=None):
    raw = json.dumps({"buffers": []} | head).encode()
    return struct.pack("<IQ", length or len(raw), len(payload)) + raw + payload
def write(data): return os.write(our_socket(), data)
five = {"value": {"t": "float", "v": "5.0"}, "outputs": [], "operators": []}
"""

ATTACKS = {
    name: _FRAMES + code
    for name, code in {
        "nonsense": """
def answer(x): write(os.urandom(1000))
""",
        "an answer before the question": """
for _ in range(5): write(frame(five))
""",
        "half a frame": """
def answer(x): write(frame(five)[:-5]); time.sleep(60)
""",
        "a frame that announces 2^60 bytes": """
def answer(x): write(struct.pack("<IQ", 2**31, 2**60))
""",
        "a frame of nothing but brackets": """
def answer(x):
    raw = b"[" * 10**6
    write(struct.pack("<IQ", len(raw), 0) + raw)
""",
        "a verdict, as the judge would tell the engine": """
result = {"cell": 1, "outputs": [], "verdict": {"grade_id": "exact", "points": 1, "score": 1}}
def answer(x):
    for head in ({"result": result}, {"done": True}, {"failed": "SystemExit", "why": "."}):
        write(frame(head))
""",
        "calls of functions that were not offered": """
def answer(x):
    for number in (0, 1, -1, "1", None, 2**70, [1]):
        write(frame({"do": "callback", "id": number, "args": [], "kwargs": []}))
""",
        "a thread that writes for ever": """
def flood():
    while True: write(frame(five))
threading.Thread(target=flood, daemon=True).start()
""",
        "a child that answers in its place": """
def answer(x):
    if os.fork(): return None
    while True:
        write(frame(five)); time.sleep(0.001)
""",
        "an old answer again": """
import autograder.grading.student.process as process
before, kept = process.send, []
def replay(sock, message, **limits):
    kept.append(message)
    before(sock, kept[0], **limits)
process.send = replay
""",
        "descriptors instead of an answer": """
def answer(x):
    ours = socket.socket(fileno=os.dup(our_socket()))
    for _ in range(100): socket.send_fds(ours, [b"x"], [0, 1, 2])
""",
        "closes the socket and lives on": """
def answer(x):
    os.close(our_socket()); time.sleep(60)
""",
        "reads the judge's next question itself": """
def answer(x):
    listener = socket.socket(fileno=os.dup(our_socket()))
    threading.Thread(target=lambda: listener.recv(10**6), daemon=True).start()
""",
        "handles to objects that are not there": """
def answer(x):
    node = {"t": "handle", "id": 10**9, "can": ["call", "operators", "iter", "array"]}
    write(frame({"value": node | {"mro": [["numpy", "ndarray"]]}, "outputs": []}))
""",
        "handles all the way down": """
import itertools
import autograder.grading.wire.encode as encode
from autograder.grading.student.objects import CAPABILITIES
numbers = itertools.count(1000)
def node(self, value):
    claims = {"id": next(numbers), "can": [*CAPABILITIES, "class", "operators"]}
    return {"t": "handle", "mro": [["numpy", "ndarray"], ["builtins", "float"]]} | claims
encode.Encoder.node = node
""",
        "an object that becomes arrays without end": """
class Array:
    shape, ndim, size = (5,), 1, 5
    def __array__(self, *args, **kwargs): return self
    def __float__(self): return self
    def __len__(self): return 2**62
    def __getitem__(self, place): return self
    def __iter__(self): return self
    def __next__(self): return self
import autograder.grading.student.operations as operations
operations.OPERATIONS["array"] = operations.OPERATIONS["float"] = lambda value, *more: value
def answer(x): return Array()
""",
        "the notebook's own sockets to the grader's server": """
import socket as sockets
for name in range(3, 300):
    try: sockets.socket(fileno=os.dup(name)).sendall(b'{"end": 1}')
    except OSError: pass
""",
        "an object of a class that claims a base which is equal to all": """
import autograder.grading.student.objects as objects
names = objects._names
more = [["unittest.mock", "_ANY"], ["numpy", "ndarray"], ["builtins", "float"]]
objects._names = lambda mro: names(mro)[:1] + more if mro[0] is Anything else names(mro)
class Anything:
    pass
def answer(x): return Anything()
""",
        "lists that each hold the next one twice": """
def answer(x):
    one = [5]
    for _ in range(80): one = [one, one]
    return one
""",
        "the same as what no question held": """
def answer(x):
    for number in (0, 1, 10**9, -1, "0", True):
        write(frame(five | {"value": {"t": "same", "n": number}}))
""",
        "a class of bases without end": """
class Base: pass
for _ in range(150): Base = type("Base", (Base,), {})
def answer(x): return Base()
""",
        "outputs without end, by its own word": """
import autograder.grading.shell.outputs as outputs
text = {"output_type": "display_data", "metadata": {}, "data": {"text/plain": "x" * 10**7}}
outputs.Outputs.collected = lambda self: [text] * 3
def answer(x): return None
""",
    }.items()
}
