"""The first steps of a student's process, and of a template: before its cells, in its own room."""

import os
import resource
import signal
import socket
from pathlib import Path

from autograder.grading.shell.shell import Shell
from autograder.grading.wire.frames import Message, receive, send
from autograder.text import shorten
from autograder.working_folder import write_files


def move_in(shell: Shell, sock: socket.socket) -> Message:
    """Take the streams, and the files that come first on `sock`; keep nothing else open.

    Returns the message that the files came with, the files' contents as its buffers. Where they
    cannot be written, says so on `sock`, and ends: it is for no terminal to show.
    """
    shell.take_streams()
    first = receive(sock)
    try:
        write_files(dict(zip(first.head["files"], first.buffers, strict=True)), Path())
    except (OSError, ValueError) as error:  # their names and sizes are the student's
        send(sock, Message({"refused": shorten(str(error))}))
        os._exit(1)
    _close_all_but(sock)
    return first


def _close_all_but(sock: socket.socket) -> None:
    """Of what the server has open, keep the socket; read from nothing, write to our streams."""
    nothing = os.open("/dev/null", os.O_RDONLY)
    os.dup2(nothing, 0)
    os.closerange(3, sock.fileno())
    os.closerange(sock.fileno() + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])


def obey_signals() -> None:
    """The first process of a pid namespace ignores what would end another: have it end, too."""
    for name in ("HUP", "QUIT", "ABRT", "TERM", "USR1", "USR2"):
        signal.signal(getattr(signal, f"SIG{name}"), _end_by)


def _end_by(number: int, frame: object) -> None:
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
    os._exit(128 + number)  # as a shell says it
