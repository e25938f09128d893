"""Rows of next-token logits with the shape of GPT-2's own, rebuilt from measured figures.

The figures in `data/gpt2_logit_figures.json` were measured on the logits that the Apache-2.0
repository dmlc/gluon-nlp publishes (scripts/gpt2, commit 2c5420e2ee33864c4c0ecdb07a83c5e3b2fc2025)
for the 14 tokens of `text()`: for each position the 64 largest logits with their token ids, and 257
quantiles of the other 50,193. A row from here is therefore *rebuilt, not captured*: its largest
logits are GPT-2's, its small ones only have GPT-2's distribution.
"""

import json
from functools import cache
from pathlib import Path

import numpy as np
import torch

VOCABULARY = 50257
POSITIONS = 14
MODELS = ("gpt2", "gpt2-medium")

FIGURES = Path(__file__).parent / "data" / "gpt2_logit_figures.json"
_SEED = 0  # which token gets which of the small logits


@cache
def _figures() -> dict:
    return json.loads(FIGURES.read_text(encoding="utf-8"))


def text() -> str:
    """The text on which the figures were measured: 14 GPT-2 tokens."""
    return _figures()["text"]


@cache
def rebuilt(model: str = "gpt2", position: int = 3) -> np.ndarray:
    """The logits that follow a token of `text()`, (50257,) float32, read-only.

    model: one of `MODELS`, "gpt2" being GPT-2 small. position: 0 to 13.
    The 64 largest stand at their own token ids; the others are spread along the measured quantiles
    (linearly between two of them) and dealt to the other ids by a fixed seed.
    Raises ValueError for a model or a position that was not measured.
    """
    if model not in MODELS or position not in range(POSITIONS):
        raise ValueError(
            f"no figures for model {model!r}, position {position!r}: "
            f"models are {', '.join(MODELS)}, positions 0 to {POSITIONS - 1}"
        )
    figures = _figures()["models"][model][position]
    row = np.empty(VOCABULARY, dtype=np.float32)
    others = np.ones(VOCABULARY, dtype=bool)
    others[figures["top_ids"]] = False
    row[others] = _dealt(figures["quantiles_of_the_rest"], int(others.sum()), position)
    row[figures["top_ids"]] = figures["top_logits"]
    row.flags.writeable = False  # cached: a caller must not change the next caller's row
    return row


def row(model: str = "gpt2", position: int = 3) -> torch.Tensor:
    """`rebuilt` as a new tensor, (50257,) float32: the caller may change it."""
    return torch.from_numpy(rebuilt(model, position).copy())


def _dealt(quantiles: list[float], count: int, position: int) -> np.ndarray:
    """`count` numbers with these equally spaced quantiles, in a random but fixed order."""
    ranks = np.linspace(0, 1, count)
    values = np.interp(ranks, np.linspace(0, 1, len(quantiles)), quantiles)
    return np.random.default_rng([_SEED, position]).permutation(values)
