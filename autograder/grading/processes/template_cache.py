"""The templates of an engine: each has run a notebook's first cells, and forks students' processes.

`student.template` is what runs in one. A template is made when its notebook is first graded; where
none can be made, that is remembered, and the warm server forks as if there were no templates.
"""

import os
import select
import socket
import time
from collections import OrderedDict
from contextlib import suppress

from autograder.grading.processes.server_handles import Child, Server, WarmServer
from autograder.grading.processes.usage_monitor import UsageMonitor
from autograder.grading.sandbox.file_tree import HOME
from autograder.grading.wire.frames import Message, receive, send
from autograder.limits import Limits
from autograder.working_folder import Files

_WATCH_SECONDS = 0.05
_Key = tuple[tuple[str, ...], tuple[tuple[str, bytes], ...], int]


class Template(Server):
    """Our end of one; it lives in a process that the students' warm server forked."""

    def __init__(self, server: Server, child: Child):
        """child: one that has run its cells, and waits for its control socket."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            socket.send_fds(child.sock, [b"."], [theirs.fileno()])
        super().__init__(ours, "of a notebook's template")
        self._server, self._child = server, child

    def has_ended(self) -> bool:
        """Whether it is of no use any more."""
        return bool(select.select([self._child.descriptor], [], [], 0)[0])

    def stop(self) -> None:
        """End it, and what it has forked."""
        super().close()
        self._server.end(self._child)

    def close(self) -> None:
        """Close our end, where the warm server is about to end, and it with it."""
        super().close()
        self._child.sock.close()
        os.close(self._child.descriptor)


class TemplateCache:
    """The templates that were used last, and what none could be made of."""

    def __init__(self, server: WarmServer, limits: Limits, most: int):
        """most: how many are kept; each is a process with what its cells made."""
        self._server, self._limits, self._most = server, limits, most
        self._made: OrderedDict[_Key, Template | None] = OrderedDict()

    def __len__(self) -> int:
        return sum(template is not None for template in self._made.values())

    def find(self, cells: tuple[str, ...], files: Files, seed: int) -> Template | None:
        """The template that has run these cells; None where there is none, and none can be made.

        files: what lies in its working folder. seed: of its random states when the cells began.

        Raises EngineError if the warm server is lost.
        """
        if not cells or not self._most:
            return None
        key = cells, tuple((name, bytes(files[name])) for name in sorted(files)), seed
        if (known := self._made.get(key)) and known.has_ended():
            self._made.pop(key)
            known.stop()
        if key not in self._made:
            self._make_room()
            self._made[key] = self._make(cells, files, seed)
        self._made.move_to_end(key)
        return self._made[key]

    def close(self) -> None:
        """Close our ends. Asks nothing of the warm server, which may be lost, or busy."""
        for template in filter(None, self._made.values()):
            template.close()
        self._made.clear()

    def _make_room(self) -> None:
        while len(self._made) >= self._most:
            self._forget_oldest()

    def _forget_oldest(self) -> None:
        _, oldest = self._made.popitem(last=False)
        if oldest:
            oldest.stop()

    def _make(self, cells: tuple[str, ...], files: Files, seed: int) -> Template | None:
        limits = self._limits
        options = {
            "folder": HOME,
            "seed": seed,
            "template": True,
            "seconds": limits.cell_seconds,
            "output_characters": limits.output_characters,
            "figures": limits.figures,
        }
        child = self._server.fork(options)
        head = {"files": list(files), "cells": list(cells)}
        with suppress(ConnectionError):  # Lost: it has ended
            send(child.sock, Message(head, list(files.values())))
            if self._runs_through(child, len(cells)):
                return Template(self._server, child)
        self._server.end(child)
        return None

    def _runs_through(self, child: Child, cells: int) -> bool:
        """Wait for its cells, within the limits of a notebook; whether they make a template."""
        limits, watch = self._limits, UsageMonitor(child.descriptor, self._limits)
        ends = time.monotonic() + cells * (limits.cell_seconds + limits.grace_seconds)
        while not select.select([child.sock], [], [], _WATCH_SECONDS)[0]:
            if watch.limit_reached() or time.monotonic() > ends:
                return False
        refused = receive(child.sock, ends + limits.grace_seconds).head["refused"]
        return not refused and not watch.limit_reached()
