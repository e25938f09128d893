"""What a warm server's children leave on the terminal of who grades."""

import contextlib

from autograder.grading.processes.server_handles import WarmServer, Zygote

FAILS = """
import autograder.grading.processes.warm_server as warm_server

def run(sock, options, fence):
    raise ValueError("\\x1b]0;title\\x07\\x1b[2J" + "x" * 10**6 + "\\n" * 10**4 + "the end\\u202e")

def main(control, sandbox, apart):
    warm_server.serve(control, warm_server.NoFence(), lambda: run, apart)
"""


def test_an_error_of_a_child_is_plain_lines_and_few(module, capfd):
    zygote = Zygote([])
    with (
        contextlib.closing(zygote),
        contextlib.closing(WarmServer(zygote.address, module(FAILS))) as server,
    ):
        child = server.fork({"folder": "/"})
        assert child.sock.recv(1) == b""  # it has ended
        server.end(child)
    told = capfd.readouterr().err
    assert "a child:" in told
    assert told.endswith("the end\n")
    assert all(character.isprintable() or character == "\n" for character in told)
    assert len(told) < 40_000
