"""Where to load GPT-2 from: its copy on this machine, the hub, or a stand-in. The code is one.

where = gpt2.locate("gpt2")
tokenizer = AutoTokenizer.from_pretrained(where)
model = AutoModelForCausalLM.from_pretrained(where)
plt.title(gpt2.label(where))
"""

import os
from contextlib import suppress
from itertools import product
from pathlib import Path
from threading import Thread
from urllib.request import Request, urlopen

from autograder.extras import need

try:
    from huggingface_hub import constants, hf_hub_url, try_to_load_from_cache
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.utils import logging
except ModuleNotFoundError:
    need("gpt2", "transformers", "huggingface_hub")
    raise

from softmax_checks import gpt2_rows, gpt2_stand_in
from softmax_checks.gpt2_rows import row

__all__ = ["SIZES", "label", "locate", "row"]

SIZES = {"gpt2": "GPT-2 small", "gpt2-large": "GPT-2 large"}

_VARIABLE = "SOFTMAX_GPT2"  # says the place to a call that does not, in a locked cell
_PLACES = ("cache", "hub", "stand-in")
_TO_FETCH = {"gpt2": "0.5 GB", "gpt2-large": "3 GB"}
# What from_pretrained needs: without a vocabulary it makes an empty tokenizer, and says nothing.
_NEEDED = (
    ("config.json", "model.safetensors", "vocab.json", "merges.txt"),
    ("config.json", "model.safetensors", "tokenizer.json"),
)


def locate(model: str = "gpt2", place: str | None = None, *, patience: float = 3.0) -> str:
    """A name or a folder from which `from_pretrained` loads GPT-2 ("gpt2") or "gpt2-large".

    place: by default what the environment's variable SOFTMAX_GPT2 says, or else "cache":
        "cache": the folder of the local cache where the model is there in full, or the stand-in's.
            Nothing is fetched, no network is asked.
        "hub": the cache too; then the hub's name, from which `from_pretrained` fetches half a
            gigabyte (large: 3 GB), where the hub answers within `patience` seconds; or the
            stand-in. With HF_HUB_OFFLINE=1 the hub is not asked.
        "stand-in": the folder of a tiny model with measured GPT-2 logits, whatever else is there.

    Of a stand-in it says so in one printed line, and turns transformers' progress bars off.
    Raises ValueError for another model's name, or another place.
    """
    place = _checked(model, place or os.environ.get(_VARIABLE) or "cache")
    if place == "stand-in":
        return _stand_in(model, "was not asked for")
    cached = _cached(model)
    if cached is not None:
        return str(cached)
    if place == "hub":
        return model if _hub_answers(model, patience) else _stand_in(model, "cannot be had here")
    how = f"to fetch it ({_TO_FETCH[model]}), run %env {_VARIABLE}=hub and then this cell again"
    may_be_fetched = not constants.HF_HUB_OFFLINE  # as it is where notebooks are graded
    return _stand_in(model, "is not on this machine" + (f" ({how})" if may_be_fetched else ""))


def _checked(model: str, place: str) -> str:
    if model not in SIZES:
        raise ValueError(f"no model {model!r}: there are {', '.join(SIZES)}")
    if place not in _PLACES:
        raise ValueError(f"GPT-2 cannot come from {place!r}, only from {', '.join(_PLACES)}")
    return place


def label(where: str | os.PathLike) -> str:
    """What to call the model loaded from `where` in titles: "GPT-2 small", "stand-in with ..."."""
    mark = Path(where) / gpt2_stand_in.MARK
    if mark.is_file():
        return mark.read_text(encoding="utf-8").strip()
    return SIZES["gpt2-large" if "gpt2-large" in str(where) else "gpt2"]


def _cached(model: str) -> Path | None:
    """The cache's folder, not the name: by name, an unreachable hub costs minutes of retries."""
    for repository, names in product((model, f"openai-community/{model}"), _NEEDED):
        files = [try_to_load_from_cache(repository, name) for name in names]
        found = [Path(file) for file in files if isinstance(file, str)]
        if len(found) == len(names):
            return found[0].parent
    return None


def _hub_answers(model: str, patience: float) -> bool:
    """Whether the hub sends the model's configuration in time. A thread: DNS knows no timeout."""
    if constants.HF_HUB_OFFLINE or patience <= 0:
        return False
    answers: list[bool] = []
    request = Request(hf_hub_url(model, "config.json"), method="HEAD")
    asking = Thread(target=lambda: answers.append(_is_there(request, patience)), daemon=True)
    asking.start()
    asking.join(patience)
    return any(answers)


def _is_there(request: Request, patience: float) -> bool:
    try:
        with urlopen(request, timeout=patience) as reply:
            return reply.status == 200
    except (OSError, ValueError):
        return False


def _stand_in(model: str, why: str) -> str:
    print(f"{SIZES[model]} {why}: going on with a {gpt2_stand_in.label(model)}.")
    logging.disable_progress_bar()
    return str(gpt2_stand_in.folder(model))


def _prepare() -> None:
    """Build and load each stand-in once: what transformers keeps of it is every notebook's."""
    for model in SIZES:
        if _cached(model) is None:
            logging.disable_progress_bar()
            where = gpt2_stand_in.folder(model)
            AutoTokenizer.from_pretrained(where)
            AutoModelForCausalLM.from_pretrained(where)
    for model, position in product(gpt2_rows.MODELS, range(gpt2_rows.POSITIONS)):
        gpt2_rows.rebuilt(model, position)


# In a grading server alone, whose forks share what is prepared here, and may not write files.
if os.environ.get("AUTOGRADER_IMPORTS_FOR_ALL"):
    with suppress(Exception):  # `locate` will say in the notebook what is wrong
        _prepare()
