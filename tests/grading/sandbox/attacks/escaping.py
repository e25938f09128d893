"""Roads out of the sandbox: each sets `escaped` if it gets through."""

ATTACKS = {
    "mounts": """
escaped = works(lambda: call("mount", b"/tmp", b"/home/student", b"", 4096, 0)) or works(
    lambda: call("umount2", b"/proc", 2)) or works(lambda: call("open_tree", -100, b"/", 1)) or (
    works(lambda: call("fsopen", b"tmpfs", 0)))
""",
    "new namespaces": """
escaped = any(call("unshare", flag) for flag in (0x10000000, 0x20000, 0x40000000, 0x20000000, 0x80))
""",
    "new namespaces by clone and clone3": """
class Args(ctypes.Structure):
    _fields_ = [("flags", ctypes.c_uint64)] + [(f"f{n}", ctypes.c_uint64) for n in range(10)]
def cloned(*arguments):
    pid = libc.syscall(ctypes.c_long(number_of(arguments[0])), *arguments[1:])
    if pid == 0: libc._exit(0)
    return pid > 0
args = Args(0x10000000, *[0] * 10); args.f3 = 17
escaped = works(lambda: cloned("clone3", ctypes.byref(args), ctypes.c_size_t(88))) or cloned(
    "clone", ctypes.c_ulong(0x10000000 | 17), 0, 0, 0, 0)
""",
    "enters the namespaces of the first process": """
def enter():
    descriptor = os.open("/proc/1/ns/mnt", os.O_RDONLY)
    return call("setns", descriptor, 0)
escaped = works(enter)
""",
    "other roots": """
escaped = any(works(lambda path=path: read(path)) for path in (
    "/proc/1/root/etc/shadow", "/proc/self/root/etc/shadow", "/etc/shadow", "/../../etc/shadow",
    "/box/../etc/shadow", "/proc/1/cwd/../../etc/shadow")) or call("chroot", b"/tmp")
""",
    "a descriptor of a folder outside": """
for name in os.listdir("/proc/self/fd"):
    escaped = escaped or works(lambda: os.stat(f"/proc/self/fd/{name}/../etc/shadow"))
escaped = escaped or works(lambda: os.fchdir(0)) or works(lambda: os.fchdir(1))
""",
    "a file by its handle": """
handle = ctypes.create_string_buffer(b"\\x08\\0\\0\\0\\x01\\0\\0\\0\\x02" + bytes(15), 128)
escaped = call("open_by_handle_at", -100, handle, 0) or call(
    "name_to_handle_at", -100, b"/tmp", handle, handle, 0)
""",
    "traces and reads processes": """
escaped = call("ptrace", 16, 1, 0, 0) or call("ptrace", 0, 0, 0, 0) or call(
    "process_vm_readv", os.getppid(), 0, 0, 0, 0, 0) or call("pidfd_getfd", 3, 0, 0)
""",
    "the kernel's settings": """
escaped = any(works(lambda path=path: open(path, "w").write("1")) for path in (
    "/proc/sys/kernel/core_pattern", "/proc/sys/vm/overcommit_memory", "/proc/sysrq-trigger",
    "/proc/sys/kernel/modprobe", "/proc/sys/kernel/hostname", "/proc/sys/net/ipv4/ip_forward",
    "/sys/fs/cgroup/release_agent", "/sys/kernel/uevent_helper", "/proc/self/uid_map",
    "/proc/self/gid_map", "/proc/self/loginuid"))
""",
    "devices": """
escaped = any(works(lambda path=path: os.open(path, os.O_RDWR)) for path in (
    "/dev/mem", "/dev/kmsg", "/dev/tty", "/dev/console", "/dev/ptmx", "/dev/vda", "/dev/sda",
    "/dev/kvm", "/dev/fuse", "/dev/net/tun", "/dev/loop-control")) or works(
    lambda: os.mknod("disk", 0o60666, os.makedev(8, 0))) or works(
    lambda: os.mknod("memory", 0o20666, os.makedev(1, 1)))
""",
    "programs with the set-uid bit": """
import glob, stat
found = [p for p in glob.glob("/usr/bin/*") if works(lambda: os.stat(p).st_mode & 0o6000 or False)]
for program in [*found, "/usr/bin/su", "/usr/bin/mount"]:
    for arguments in ([program, "-c", "id -u"], [program]):
        done = None
        try:
            done = subprocess.run(arguments, capture_output=True, timeout=1, text=True)
        except (OSError, subprocess.SubprocessError):
            continue
        escaped = escaped or done.stdout.strip() == "0"
os.chmod("/home/student", 0o4777)
""",
    "becomes another user": """
escaped = works(lambda: os.setuid(0)) or works(lambda: os.setresuid(0, 0, 0)) or works(
    lambda: os.setgroups([0])) or works(lambda: os.chown("/home/student", 0, 0)) or os.getuid() == 0
""",
    "system calls of other architectures": """
import mmap
def x32():
    return libc.syscall(ctypes.c_long(0x40000000 | 39)) != -1
def i386():
    # mov eax, 20 (getpid of i386); int 0x80; ret
    code = mmap.mmap(-1, 4096, prot=7)
    code.write(bytes.fromhex("b814000000cd80c3"))
    address = ctypes.addressof(ctypes.c_char.from_buffer(code))
    return ctypes.CFUNCTYPE(ctypes.c_int)(address)() > 0
def in_child(do):
    child = os.fork()
    if not child:
        os._exit(0 if works(do) else 1)
    return os.waitpid(child, 0)[1] == 0
escaped = platform.machine() == "x86_64" and (in_child(x32) or in_child(i386))
""",
    "young system calls": """
block = ctypes.create_string_buffer(256)
escaped = any(call(name, 8, block, 0, 0, 0, 0) for name in (
    "io_uring_setup", "userfaultfd", "bpf", "perf_event_open", "keyctl", "add_key", "personality",
    "memfd_create", "memfd_secret", "kexec_load", "init_module", "fanotify_init", "syslog",
    "shmget", "semget", "msgget", "mq_open", "modify_ldt", "vmsplice", "quotactl"))
""",
    "a program without a file": """
def run():
    path = "/home/student/program"
    with open(path, "wb") as file: file.write(b"#!/bin/sh\\nexit 0\\n")
    os.chmod(path, 0o6755)
    descriptor = os.open(path, os.O_RDONLY)
    os.unlink(path)
    return call("memfd_create", b"x", 0)
escaped = works(run)
""",
    "takes the filter off, or puts on another": """
class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_char_p)]
allow = Program(1, b"\\x06\\0\\0\\0\\0\\0\\xff\\x7f")
child = os.fork()
if not child:
    libc.prctl(22, 2, ctypes.byref(allow), 0, 0)  # one more filter: the strictest answer counts
    libc.prctl(22, 0, 0, 0, 0)
    libc.prctl(38, 0, 0, 0, 0)
    os._exit(0 if call("unshare", 0x10000000) else 1)
escaped = os.waitpid(child, 0)[1] == 0
""",
    "raises its limits": """
import resource
everything = (resource.RLIM_INFINITY,) * 2
escaped = any(works(lambda kind=kind: resource.setrlimit(kind, everything)) for kind in (
    resource.RLIMIT_AS, resource.RLIMIT_NPROC, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE,
    resource.RLIMIT_NOFILE, resource.RLIMIT_MEMLOCK, resource.RLIMIT_CORE))
""",
    "a better place with the scheduler": """
class Parameter(ctypes.Structure): _fields_ = [("priority", ctypes.c_int)]
escaped = works(lambda: os.nice(-5)) or works(
    lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))) or works(
    lambda: os.setpriority(os.PRIO_PROCESS, 0, -10)) or call("ioprio_set", 1, 0, (1 << 13) | 0)
""",
    "the network": """
import urllib.request
def reach(family, address):
    with socket.socket(family, socket.SOCK_STREAM) as found:
        found.settimeout(1); found.connect(address)
escaped = works(lambda: reach(socket.AF_INET, ("127.0.0.1", PORT))) or works(
    lambda: reach(socket.AF_INET, ("1.1.1.1", 53))) or works(
    lambda: socket.getaddrinfo("example.org", 80)) or works(
    lambda: urllib.request.urlopen("http://127.0.0.1:PORT", timeout=1)) or works(
    lambda: reach(socket.AF_INET6, ("::1", PORT)))
""",
    "other families of sockets": """
families = [n for n in range(2, 46)]
escaped = any(works(lambda: socket.socket(n, kind)) for n in families for kind in (1, 2, 3, 5)) or (
    any(works(lambda: socket.socketpair(n, 1)) for n in families))
""",
    "abstract sockets outside": """
def reach():
    with socket.socket(socket.AF_UNIX) as found: found.connect("\\0ABSTRACT")
escaped = works(reach)
""",
    "goes back to the template that it was forked of": """
import gc
def done(do): return works(lambda: bool(do()) or True)
from autograder.grading.sandbox.fence import Fence
from autograder.quota import Quota
fence = Fence(Quota(*[2**30] * 7), (), (), ())
def home():
    fence.nest()
    fence.fork() or os._exit(0)
escaped = len(os.listdir("/proc/self/fd")) > 5  # ours, and the one that lists them
escaped = escaped or done(home) or done(lambda: fence.make_room())
for thing in gc.get_objects():
    if isinstance(thing, socket.socket) and thing.fileno() not in (-1, our_socket()):
        escaped = escaped or done(lambda: thing.send(b'{"end": 2}'))
for place in ("/home/student", "/tmp", "/proc"):
    escaped = escaped or libc.umount2(place.encode(), 2) == 0
escaped = escaped or os.getppid() != 0
""",
    "types into the terminal": """
import fcntl, termios
for descriptor in (0, 1, 2):
    escaped = escaped or works(lambda: fcntl.ioctl(descriptor, termios.TIOCSTI, b"x"))
escaped = escaped or works(lambda: os.open("/dev/tty", os.O_RDWR)) or os.isatty(2)
""",
    "writes outside its folders": """
# Folders on the way to an environment below /tmp are its own too: they lie in the same file system.
own = os.stat("/home/student").st_dev
places = ["/", "/usr", "/usr/bin", "/etc", "/cache", "/dev", "/bin", "/box", sys.prefix, "/tmp",
          "/var/tmp", "/dev/shm", "SECRET_FOLDER", "/home", os.path.dirname(np.__file__),
          os.path.dirname(os.__file__), *filter(None, sys.path)]
import autograder
places.append(os.path.dirname(autograder.__file__))
def write(place):
    open(place + "/WRITTEN", "w").close()
    return os.stat(place).st_dev != own
escaped = any(works(lambda: write(place)) for place in places) or any(
    works(lambda: open(path, "ab")) for path in (np.__file__, autograder.__file__, sys.executable))
""",
    "links that a grader may follow": """
for number, target in enumerate(("/etc/shadow", "SECRET_FILE", "/proc/1/environ", "..")):
    os.symlink(target, f"link-{number}")
escaped = works(lambda: os.link("/usr/bin/env", "hard")) or works(lambda: read("link-1"))
""",
    "processes outside": """
pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
escaped = len(pids) > 3 or works(lambda: os.kill(ENGINE_PID, 0)) or works(
    lambda: os.pidfd_open(ENGINE_PID))
""",
    "kills all that it may": """
def answer(x):
    os.kill(-1, signal.SIGKILL)
    os.kill(0, signal.SIGKILL)
""",
    "a debugger's rights over its parent": """
libc.prctl(4, 1, 0, 0, 0); libc.prctl(36, 1, 0, 0, 0); libc.prctl(0x59616d61, -1, 0, 0, 0)
escaped = works(lambda: open("/proc/1/mem", "r+b")) and os.getpid() != 1
""",
    "outlives the notebook": """
for signal_ in range(1, 65):
    try: signal.signal(signal_, signal.SIG_IGN)
    except (OSError, ValueError): pass
if not os.fork():
    os.setsid()
    if not os.fork():
        libc.prctl(1, 0, 0, 0, 0)
        os.closerange(0, 100)
        while True: time.sleep(1)
    os._exit(0)
""",
    "hides from its parents": """
libc.prctl(36, 1, 0, 0, 0)
for _ in range(3):
    if os.fork() == 0:
        os.setsid(); signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
        time.sleep(1000)
""",
    "watches, leases and hints on files that others use": """
import fcntl
file, folder = open("own", "w+"), os.open(".", os.O_RDONLY)
hint = ctypes.c_uint64(3)
escaped = any([
    call("inotify_init1", 0),
    works(lambda: fcntl.fcntl(folder, 1026, 1)),
    call("fcntl", folder, ctypes.c_ulong(1026 | 1 << 32), 1),
    works(lambda: fcntl.fcntl(file, 1024, fcntl.F_WRLCK)),
    call("fcntl", file.fileno(), 1036, ctypes.byref(hint)),
])
""",
    "children that take their processor time with them": """
import resource
def used():
    found = resource.getrusage(resource.RUSAGE_CHILDREN)
    return found.ru_utime + found.ru_stime
def goes_uncounted(ignore):
    before = used()
    works(ignore)
    child = os.fork()
    if not child:
        while time.process_time() < 0.05: pass
        os._exit(0)
    works(lambda: os.waitpid(child, 0))
    return used() - before < 0.02
ignored, no_zombies = (ctypes.c_ulong * 4)(1), (ctypes.c_ulong * 4)(0, 2)
escaped = any(map(goes_uncounted, [
    lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN),
    lambda: call("rt_sigaction", signal.SIGCHLD, no_zombies, None, 8),
    lambda: call("rt_sigaction", ctypes.c_ulong(signal.SIGCHLD | 1 << 32), ignored, None, 8),
]))
""",
}
