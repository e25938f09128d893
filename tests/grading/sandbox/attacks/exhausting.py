"""Using up what a machine has. None of it may cost more than the notebook's own limits."""

_CELL = "\n# %%\n"  # begins a further one

ATTACKS = {
    "a fork bomb": """
def answer(x):
    while True:
        try: os.fork()
        except OSError: pass
""",
    "a fork bomb of a cell": """
while True:
    try: os.fork()
    except OSError: pass
""",
    "threads": """
threads = []
def answer(x):
    while True:
        try:
            threads.append(threading.Thread(target=time.sleep, args=(100,), daemon=True))
            threads[-1].start()
        except RuntimeError:
            time.sleep(0.01)
""",
    "memory of one process": """
def answer(x):
    kept = []
    while True: kept.append(np.ones(2**20))
""",
    "memory of many processes": """
def answer(x):
    fork(20)
    kept = np.ones(2**23)
    time.sleep(60)
""",
    "memory that is shared": """
import mmap
def answer(x):
    kept = []
    while True:
        try:
            kept.append(mmap.mmap(-1, 2**24))
            kept[-1].write(b"x" * 2**24)
        except (OSError, MemoryError):
            if not os.fork(): time.sleep(60)
            kept.clear()
""",
    "memory in files": """
def answer(x):
    for folder in ("/tmp", "/dev/shm", "/home/student"):
        for number in range(1000):
            try:
                with open(f"{folder}/{number}", "wb") as file: file.write(bytes(2**22))
            except OSError: break
    print("files", sum(os.stat(f"/tmp/{n}").st_size for n in os.listdir("/tmp")))
""",
    "files without end": """
for number in range(10**6): open(f"/tmp/{number}", "w").close()
""",
    "memory in pipes": """
import fcntl
def answer(x):
    kept = []
    fork(60)
    while True:
        try:
            kept.append(os.pipe())
            fcntl.fcntl(kept[-1][1], 1031, 2**20)
            os.set_blocking(kept[-1][1], False)
            while True: os.write(kept[-1][1], bytes(2**16))
        except BlockingIOError: pass
        except OSError: time.sleep(60)
""",
    "memory in sockets": """
def answer(x):
    kept = []
    fork(60)
    while True:
        try:
            pair = socket.socketpair()
            kept.append(pair)
            for end in pair:
                end.setblocking(False)
                while True:
                    try: end.send(bytes(2**16))
                    except BlockingIOError: break
        except OSError: time.sleep(60)
""",
    "descriptors in flight": """
def answer(x):
    one, other = socket.socketpair()
    while True: socket.send_fds(one, [b"x"], [one.fileno(), other.fileno()] * 100)
""",
    "output without end": """
def answer(x):
    while True: print("x" * 10**6)
""",
    "output without end, by descriptor": """
def answer(x):
    while True: os.write(1, bytes(10**6)), os.write(2, bytes(10**6))
""",
    "output without end, of a program": "!yes",
    "rich output without end": """
from IPython.display import display
def answer(x):
    while True: display({"text/plain": "x" * 10**6}, raw=True)
""",
    "large outputs of many cells": _CELL.join(
        [
            "from IPython.display import display",
            *["display({'text/plain': 'x' * 2**19}, raw=True)"] * 9,
            *["display({'application/json': ['\\0' * 999] * 99}, raw=True)"] * 9,
            *["display({'n' * 2**19: 'x', 'text/html': '<p>' * 2**17}, raw=True)"] * 3,
        ]
    ),
    "tracebacks of many cells": _CELL.join(
        [
            "shell = get_ipython()",
            *["for _ in range(30): shell._showtraceback(OSError, OSError(), ['y' * 5000] * 99)"]
            * 5,
            "names = {}; print('\\x1b[2J' * 2**17)",
            *["exec('def f(): raise OSError(' + '1, ' * 9**5 + ')', names); names['f']()"] * 3,
        ]
    ),
    "text that goes by turns to two streams": """
for number in range(10**4): print("x" * 100); print("y" * 100, file=sys.stderr)
def answer(x):
    for number in range(500): print("x" * 5000); print("y" * 5000, file=sys.stderr)
""",
    "displays that change and are cleared": """
from IPython.display import clear_output, display, update_display
for number in range(40): display({"text/plain": "x"}, raw=True, display_id="one")
for number in range(5):
    update_display({"text/plain": f"{number}" + "x" * 2**16}, raw=True, display_id="one")
for number in range(1000): clear_output(wait=True); display({"text/plain": "x" * 99}, raw=True)
def answer(x):
    for number in range(20): display({"text/plain": "x" * 2**17}, raw=True, display_id="other")
    update_display({"text/plain": "x" * 2**19}, raw=True, display_id="other")
""",
    "the largest answer, again and again": """
def answer(x): return np.zeros(2**24 if isinstance(x, int) else (2**12, 2**12))
""",
    "an answer of many small parts": """
def answer(x): return [[] for _ in range(10**6)]
""",
    "an answer that expands": """
def answer(x): return np.broadcast_to(0.0, (2**20, 2**20))
""",
    "numbers that collide": """
def answer(x): return {number * (2**61 - 1) for number in range(20000)}
""",
    "a number of a million digits": """
def answer(x): return 10 ** 10**6
""",
    "stops itself": """
def answer(x): os.kill(os.getpid(), signal.SIGSTOP); time.sleep(60)
""",
    "stops all its threads by force": """
def answer(x):
    if not os.fork():
        while True: os.kill(1, signal.SIGSTOP)
    time.sleep(60)
""",
    "blocks every signal": """
def answer(x):
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
    while True: pass
""",
    "catches every signal": """
def answer(x):
    signal.setitimer(signal.ITIMER_REAL, 0)
    for number in range(1, 65):
        try: signal.signal(number, lambda *args: None)
        except (OSError, ValueError): pass
    while True:
        try: time.sleep(1)
        except BaseException: pass
""",
    "catches everything": """
while True:
    try:
        while True: pass
    except BaseException: pass
""",
    "never comes back from C": """
def answer(x): return libc.pause()
""",
    "sleeps when it is thrown away": """
class Slow:
    def __del__(self): time.sleep(60)
kept = Slow()
import atexit
atexit.register(time.sleep, 60)
def answer(x): return Slow()
""",
    "dies whenever it is asked": """
def answer(x): os._exit(0)
""",
    "dies by each signal": """
signals = [signal.SIGSEGV, signal.SIGABRT, signal.SIGTERM, signal.SIGKILL]
def answer(x):
    libc.signal(signal.SIGSEGV, 0)
    ctypes.string_at(0)
""",
    "zombies": """
def answer(x):
    while True:
        if not os.fork(): os._exit(0)
""",
    "processor time of many": """
def answer(x):
    fork(30)
    while True: pass
""",
    "deep recursion": """
sys.setrecursionlimit(10**9)
def answer(x): return answer(x)
""",
    "calls itself through the test's function": """
def apply(f, x): return apply(f, f(x))
def answer(x): return apply(lambda y: y, x)
""",
    "an error of ten megabytes": """
def answer(x): raise ValueError("x" * 10**7)
""",
    "errors within errors": """
def answer(x):
    error = None
    for number in range(10**5):
        found = ValueError(number); found.__context__ = error; error = found
    raise error
""",
    "an error that cannot be shown": """
class Rude(Exception):
    def __str__(self): raise self
    __repr__ = __str__
    @property
    def args(self): time.sleep(60)
    @property
    def __dict__(self): raise self
def answer(x): raise Rude
""",
    "locks on files": """
import fcntl
def answer(x):
    file = open("locked", "w")
    place = 0
    while True:
        fcntl.lockf(file, fcntl.LOCK_EX, 1, place); place += 2
""",
    "timers": """
def answer(x):
    timer = ctypes.c_int()
    while True: libc.timer_create(0, None, ctypes.byref(timer))
""",
}
