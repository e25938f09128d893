"""What the commands tell while they work: people on stderr, machines on stdout."""

import json
import sys
from typing import Any


def say(text: str) -> None:
    """A line for people, in which nothing of a submission's acts on the terminal."""
    from autograder.commands import tables

    tables.console(stderr=True).print(tables.plain(text, limit=2000), soft_wrap=True)


def print_json(data: dict[str, Any]) -> None:
    """An object for machines, on a line of its own, at once."""
    sys.stdout.write(json.dumps(data) + "\n")
    sys.stdout.flush()
