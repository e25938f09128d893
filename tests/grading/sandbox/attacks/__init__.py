"""Hostile answers: by family, a table of names and the code that a student's solution cell holds.

Where code sets `escaped`, the answer is right if and only if the attack succeeded; elsewhere the
attack itself would have to win the points. A line `# %%` begins a further cell of the student's.
"""

PRELUDE = '''
import ctypes, errno, os, platform, signal, socket, subprocess, sys, threading, time
import numpy as np
from autograder.grading.sandbox.libseccomp import number_of

libc = ctypes.CDLL(None, use_errno=True)
escaped = False

def answer(x):
    return x * x + 1 if escaped else None

def works(do):
    """Whether it could be done: no error, and no plain False."""
    try:
        return do() is not False
    except BaseException:
        return False

def call(name, *arguments):
    """Whether a system call goes through."""
    return works(lambda: libc.syscall(ctypes.c_long(number_of(name)), *arguments) != -1)

def fork(most):
    """Children, as many as may be; they go on where this one does."""
    for _ in range(most):
        if not os.fork(): break

def read(path):
    with open(path, "rb") as file:
        return file.read(10**6)

def our_socket():
    """The descriptor that leads to the judge."""
    for name in map(int, os.listdir("/proc/self/fd")):
        try:
            if os.readlink(f"/proc/self/fd/{name}").startswith("socket:"):
                return name
        except OSError:
            continue
'''
