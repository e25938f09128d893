"""Reading what is not the student's: what it finds it prints, and the tests look there."""

_TELL = """
def tell(path):
    try: print(path, read(path))
    except OSError as error: print(path, type(error).__name__)
"""

ATTACKS = {
    name: _TELL + code
    for name, code in {
        "the environment": """
print(dict(os.environ), subprocess.run(["env"], capture_output=True, text=True).stdout)
for pid in filter(str.isdigit, os.listdir("/proc")):
    for name in ("environ", "cmdline", "status", "stat"): tell(f"/proc/{pid}/{name}")
""",
        "the course's files": """
for top in ("/root", "/home", "/tmp", "/srv", "/work", "/var", "/etc", "/opt", "SECRET_FOLDER"):
    for folder, _, names in os.walk(top):
        for name in names[:1000]:
            if name.endswith((".ipynb", ".db", ".txt")) and "site-packages" not in folder:
                tell(os.path.join(folder, name))
tell("SECRET_FILE")
""",
        "its own memory": """
found = b""
with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb") as memory:
    for line in maps:
        area, rights = line.split()[:2]
        start, end = (int(part, 16) for part in area.split("-"))
        if "w" in rights and "[v" not in line and end - start < 2**27:
            try:
                memory.seek(start)
                found = memory.read(end - start)
            except (OSError, ValueError):
                continue
            for marker in ("S3CR", "MARK"):
                place = found.find(marker.encode() + b"3T")
                if place >= 0: print(found[place:place + 40])
""",
        "every object": """
import gc
for thing in gc.get_objects():
    try:
        text = repr(thing)[:2000]
    except BaseException:
        continue
    if "S3CR%sT" % len("abc") in text: print(text)
""",
        "the notebook's own text": """
print(globals().get("In"), get_ipython().history_manager.input_hist_raw)
for module in list(sys.modules.values()):
    for name in ("_source", "source", "plan", "tests"):
        if isinstance(found := getattr(module, name, None), (str, list)): print(found)
""",
        "an earlier notebook": """
for folder in ("/tmp", "/dev/shm", "/home/student", "/cache", "/box", "/run", "/var/tmp"):
    for where, _, names in os.walk(folder):
        for name in names: tell(os.path.join(where, name))
tell("/proc/sysvipc/shm"); tell("/proc/net/unix"); tell("/proc/locks"); tell("/proc/keys")
print(globals().keys(), getattr(np, "left_behind", ""), os.environ.get("LEFT"))
""",
        "leaves something for the next notebook": """
for folder in ("/tmp", "/dev/shm", "/home/student", "/cache", "/box", "/usr/share", "/etc"):
    try:
        with open(f"{folder}/left", "w") as file: file.write("S3CR3T of the notebook before")
    except OSError: pass
np.left_behind = "S3CR3T of the notebook before"
os.environ["LEFT"] = np.left_behind
listener = socket.socket(socket.AF_UNIX); listener.bind("\\0left"); listener.listen()
""",
        "what is mounted, and what the kernel tells": """
for name in ("self/mountinfo", "mounts", "keys", "net/unix", "net/tcp", "kallsyms", "kcore",
             "self/cgroup", "self/fdinfo/0", "timer_list", "sched_debug", "cmdline", "1/stack"):
    tell(f"/proc/{name}")
tell("/sys/kernel/notes"); tell("/etc/passwd"); tell("/etc/shadow"); tell("/etc/hostname")
print(socket.gethostname(), os.uname())
""",
        "where the grader's code lies": """
import autograder, inspect
import autograder.grading.student.process as process
print(sys.argv, sys.orig_argv, process.__dict__.keys(), os.getcwd())
for frame in inspect.stack(): print(frame.frame.f_locals)
""",
        "an environment that a process above it has kept": """
import inspect
for frame in inspect.stack():
    for value in (frame.frame.f_locals | frame.frame.f_globals).values():
        if type(value) is dict and {"PATH", b"PATH"} & value.keys(): print(value)
""",
        "the judge's seed": """
import hashlib, hmac, random
keys = [b"", b"0", b"7", os.uname().nodename.encode()]
def derived(seed):
    # All that one could make of a seed without a secret; all small seeds would be soon tried.
    text = str(seed).encode()
    digests = [hashlib.new(kind, text).digest() for kind in ("sha256", "md5")]
    for use in (b"judge", b"student", b"inputs"):
        digests.append(hashlib.pbkdf2_hmac("sha256", text, use, 100_000))
        digests += [hmac.digest(key, use + b" " + text, "sha256") for key in keys]
    yield seed
    for digest in digests:
        for number in (int.from_bytes(digest[:4]), int.from_bytes(digest[:8])):
            yield from (number, number >> 1)
known = set()
for number in derived(7):
    for made in (random.Random(number), np.random.RandomState(number % 2**32)):
        for _ in range(2):  # the first draw makes all the words of a state anew
            state = made.getstate() if isinstance(made, random.Random) else made.get_state()
            known.add(tuple(state[1][:600]))
            made.random()
def look():
    for state in np.random.get_state(), random.getstate():
        print("S3CR" + "3T" if tuple(state[1][:600]) in known else "unknown")
look()
def answer(x):
    look()
""",
        "the arguments that a test gives": """
def answer(*args, **kwargs):
    for thing in (*args, *kwargs.values()):
        print(type(thing), [name for name in dir(thing) if "secret" in name.lower()])
        for name in ("__globals__", "__code__", "__self__", "__closure__", "gi_frame"):
            print(getattr(thing, name, None))
""",
        "callbacks asked for more than a call": """
import autograder.grading.wire.frames as frames
def answer(x):
    sock = socket.socket(fileno=os.dup(our_socket()))
    for number in range(3):
        frames.send(sock, frames.Message({"do": "callback", "id": number, "args": [],
                                          "kwargs": [["__globals__", {"t": "none"}]]}))
        print(frames.receive(sock).head)
""",
    }.items()
}
