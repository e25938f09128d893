"""The functions of libseccomp that compile a filter, and no others: each as seccomp.h has it.

Written with ctypes: libseccomp's own binding has to be compiled, against headers that few machines
have. The library is loaded when it is first used, so that this module can be imported anywhere.
"""

import ctypes
import errno
import os
from functools import cache
from typing import Self

from autograder.errors import MissingLayer

SCMP_ACT_KILL_PROCESS, SCMP_ACT_ALLOW = 0x80000000, 0x7FFF0000
SCMP_CMP_NE, SCMP_CMP_EQ, SCMP_CMP_MASKED_EQ = 1, 4, 7
_SCMP_ARCH_NATIVE, _SCMP_FLTATR_ACT_BADARCH, _NR_SCMP_ERROR = 0, 2, -1


def scmp_act_errno(number: int) -> int:
    """The action that lets a call fail with this errno; 0 has it seem to succeed."""
    return 0x00050000 | number & 0xFFFF


class ScmpArgCmp(ctypes.Structure):
    """A condition on an argument (0 to 5): its datum, or for MASKED_EQ a mask and its datum."""

    _fields_ = [
        ("arg", ctypes.c_uint),
        ("op", ctypes.c_int),
        ("datum_a", ctypes.c_uint64),
        ("datum_b", ctypes.c_uint64),
    ]


_int, _uint32, _pointer, _string = ctypes.c_int, ctypes.c_uint32, ctypes.c_void_p, ctypes.c_char_p
_conditions = ctypes.POINTER(ScmpArgCmp)
_FUNCTIONS: dict[str, tuple] = {  # what each returns, and its arguments
    "seccomp_init": (_pointer, _uint32),
    "seccomp_release": (None, _pointer),
    "seccomp_attr_set": (_int, _pointer, _int, _uint32),
    "seccomp_syscall_resolve_name": (_int, _string),
    "seccomp_syscall_resolve_num_arch": (_pointer, _uint32, _int),
    "seccomp_rule_add_array": (_int, _pointer, _uint32, _int, ctypes.c_uint, _conditions),
    "seccomp_export_bpf": (_int, _pointer, _int),
    "free": (None, _pointer),  # of the C library that libseccomp itself is linked with
}


@cache
def _library() -> ctypes.CDLL:
    try:
        library = ctypes.CDLL("libseccomp.so.2")
    except OSError as error:
        mend = "install libseccomp (`apt install libseccomp2`)"
        raise MissingLayer("seccomp", str(error), mend) from error
    for name, (result, *arguments) in _FUNCTIONS.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


def number_of(name: str) -> int:
    """The number that this architecture gives a system call; below -1 where it has none.

    Raises OSError (ENOSYS) for a name that libseccomp does not know.
    """
    number = _library().seccomp_syscall_resolve_name(name.encode())
    if number == _NR_SCMP_ERROR:
        raise OSError(errno.ENOSYS, "libseccomp knows no system call of this name", name)
    return number


def name_of(number: int) -> str | None:
    """The system call that has this number here, or None where libseccomp knows none."""
    library = _library()
    found = library.seccomp_syscall_resolve_num_arch(_SCMP_ARCH_NATIVE, number)
    if found is None:
        return None
    try:
        return ctypes.string_at(found).decode()
    finally:
        library.free(found)


class Filter:
    """A filter in the making, for this architecture; leaving `with` frees it.

    Every method raises OSError where libseccomp refuses.
    """

    def __init__(self, default: int):
        """default: the action for calls that no rule is for."""
        self._library = _library()
        self._context = self._library.seccomp_init(default)
        if self._context is None:
            raise OSError(errno.EINVAL, "seccomp_init knows no such action", f"{default:#x}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._library.seccomp_release(self._context)
        self._context = None  # libseccomp refuses this, and would use what it has freed

    def set_bad_arch(self, action: int) -> None:
        """What comes of the calls of other architectures."""
        self._do("seccomp_attr_set", _SCMP_FLTATR_ACT_BADARCH, action)

    def add(self, action: int, name: str, *conditions: ScmpArgCmp) -> None:
        """A rule: what comes of a call whose arguments fulfil all conditions."""
        array = (ScmpArgCmp * len(conditions))(*conditions)
        self._do("seccomp_rule_add_array", action, number_of(name), len(conditions), array)

    def to_bpf(self) -> bytes:
        """The program for the kernel, 8 bytes an instruction."""
        with os.fdopen(os.memfd_create("filter"), "rb") as file:
            self._do("seccomp_export_bpf", file.fileno())
            file.seek(0)
            return file.read()

    def _do(self, function: str, *arguments: object) -> None:
        result = getattr(self._library, function)(self._context, *arguments)
        if result < 0:
            raise OSError(-result, os.strerror(-result), function)
