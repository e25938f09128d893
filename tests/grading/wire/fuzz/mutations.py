"""Changes to an input that leave its head JSON: bytes at random seldom get past the parser."""

import copy
import json
import random
from typing import Any

SCALARS = [
    *(None, True, False, 0, 1, -1, 2, 3, 7, 255, 624, 625, 2**31, 2**53, 2**63, -(2**63), 10**30),
    *(0.0, -0.0, 1.5, 1e308, float("inf"), float("nan"), "", "a", "x" * 300, "\ud800", "\x00"),
    *("1e9", "0x1", "-0xff", "NaN", "sNaN", "Infinity", "2026-02-28", "Europe/Paris", "2026-W01"),
    *("<f8", "<i8", "|b1", "|u1", "<U1", "<M8[ns]", "<m8[D]", "<f16", "|S1", "O", "F", "leaf"),
    *([], {}, [0], [2, 2], [[1, 2]], {"t": "range", "v": [0, 10**10, 1]}),
    {"t": "array", "d": "<f8", "s": [1], "b": 0},
]


def mutated(data: bytes, words: list[str], seed: int) -> bytes:
    """An input near `data`, one to three changes away. Raises ValueError if its head is no JSON."""
    chance = random.Random(seed)
    text, _, payload = data.partition(b"\n")
    head = json.loads(text)
    if not isinstance(head, dict):
        raise ValueError("no head")
    for _ in range(chance.randint(1, 3)):
        _change(head, words, chance)
    raw = json.dumps(head, separators=(",", ":")).encode("ascii", "replace")
    return raw + b"\n" + payload


def _change(head: dict[str, Any], words: list[str], chance: random.Random) -> None:
    places = list(_places(head))
    if not places:
        head["value"] = chance.choice(SCALARS)
        return
    container, key = chance.choice(places)
    what = chance.randrange(6)
    if what == 0:
        del container[key]
    elif what == 1:
        other, place = chance.choice(places)
        container[key] = copy.deepcopy(other[place])
    elif what == 2:
        container[key] = chance.choice(words)
    elif what == 3 and isinstance(container, list):
        container.append(copy.deepcopy(container[key]))
    elif what == 4 and isinstance(container, dict):
        container[chance.choice(words)] = copy.deepcopy(container[key])
    else:
        container[key] = copy.deepcopy(chance.choice(SCALARS))


def _places(node: Any) -> Any:
    items = node.items() if isinstance(node, dict) else enumerate(node)
    for key, child in list(items):
        yield node, key
        if isinstance(child, dict | list):
            yield from _places(child)
