"""Where GPT-2 is found, and the stand-in: through the very calls that the notebook makes.

Each runs in a process of its own: whether the hub may be asked is fixed at import.
"""

import http.server
import json
import os
import subprocess
import sys
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from softmax_checks import gpt2, gpt2_rows

REPOSITORY = Path(__file__).parents[2]
NOTEBOOK = """
import json, sys
import torch
from softmax_checks import gpt2
state = torch.get_rng_state()
report = {}
for name in ("gpt2", "gpt2-large"):
    where = gpt2.locate(name)
    assert where == gpt2.locate(name)
    from transformers import AutoModelForCausalLM, AutoTokenizer
    tokenizer = AutoTokenizer.from_pretrained(where)
    model = AutoModelForCausalLM.from_pretrained(where)
    report[name] = {
        "label": gpt2.label(where), "vocabulary": tokenizer.vocab_size, "training": model.training
    }
    for text in sys.argv[2:]:
        tokens = tokenizer(text, return_tensors="pt")
        with torch.no_grad():
            logits = model(**tokens).logits
        report[name][text] = tokens.input_ids[0].tolist()
        torch.save(logits[0], f"{sys.argv[1]}.{name}.{len(report[name])}")
report["random state kept"] = torch.equal(state, torch.get_rng_state())
json.dump(report, open(sys.argv[1], "w"))
"""
STORMY, PLATYPUSES = "It was a dark and stormy", "A plethora of platypuses."


def start(code: str, *arguments: object, **environment: object) -> subprocess.Popen:
    """Start Python on the code, offline unless told otherwise."""
    variables = {"HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1", **os.environ}
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        env={**variables, **{name: str(value) for name, value in environment.items()}},
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen) -> tuple[str, str]:
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    return output, errors


class StandIns:
    """What two notebooks that started at the same time, with an empty cache, saw."""

    def __init__(self, folder: Path):
        self.cache, self.reports = folder / "cache", [folder / "first", folder / "second"]
        texts = (STORMY, PLATYPUSES, gpt2_rows.text())
        started = [
            start(NOTEBOOK, report, *texts, XDG_CACHE_HOME=self.cache, HF_HOME=folder / "none")
            for report in self.reports
        ]
        self.printed = [finish(process) for process in started]
        self.seen = [json.loads(report.read_text()) for report in self.reports]

    def logits(self, name: str, text: str) -> np.ndarray:
        import torch

        index = [*self.seen[0][name]].index(text) + 1
        return torch.load(f"{self.reports[0]}.{name}.{index}").numpy()


@pytest.fixture(scope="module")
def stand_ins(tmp_path_factory):
    return StandIns(tmp_path_factory.mktemp("stand-ins"))


def naive(logits: np.ndarray) -> np.ndarray:
    with np.errstate(all="ignore"):
        exponentials = np.exp(logits)
        return exponentials / exponentials.sum(axis=-1, keepdims=True)


def exact(logits: np.ndarray) -> np.ndarray:
    return naive(logits.astype(np.float64))


def test_the_stand_in_says_so_in_one_line_and_loads_quietly(stand_ins):
    for output, errors in stand_ins.printed:
        lines = output.splitlines()
        assert len(lines) == 4  # two models, each located twice
        assert all("stand-in with measured GPT-2" in line for line in lines)
        assert errors == ""


def test_its_label_says_whose_logits_they_are(stand_ins):
    labels = [stand_ins.seen[0][name]["label"] for name in ("gpt2", "gpt2-large")]
    assert labels == [
        "stand-in with measured GPT-2 small logits",
        "stand-in with measured GPT-2 medium logits",
    ]


def test_two_processes_build_it_at_once_and_leave_one_of_each(stand_ins):
    assert stand_ins.seen[0] == stand_ins.seen[1]
    left = sorted(
        path.name for path in (stand_ins.cache / "autograder" / "softmax-checks").iterdir()
    )
    assert [name.rpartition("-")[0] for name in left] == ["gpt2-large-stand-in", "gpt2-stand-in"]


def test_it_leaves_the_notebooks_random_state_alone(stand_ins):
    assert stand_ins.seen[0]["random state kept"]


def test_its_tokenizer_is_gpt2s(stand_ins):
    seen = stand_ins.seen[0]["gpt2"]
    assert (seen["vocabulary"], seen["training"]) == (50257, False)
    assert seen[STORMY] == [1026, 373, 257, 3223, 290, 6388, 88]
    assert seen[PLATYPUSES] == [32, 35146, 286, 40315, 4464, 2664, 13]


@pytest.mark.parametrize(("name", "rows"), [("gpt2", "gpt2"), ("gpt2-large", "gpt2-medium")])
def test_the_measured_text_gets_the_measured_logits(stand_ins, name, rows):
    logits = stand_ins.logits(name, gpt2_rows.text())
    for position in range(gpt2_rows.POSITIONS):
        np.testing.assert_allclose(
            logits[position], gpt2_rows.rebuilt(rows, position), rtol=0, atol=3e-4
        )


def test_the_naive_formula_fails_on_the_small_models_platypuses(stand_ins):
    logits = stand_ins.logits("gpt2", PLATYPUSES)
    wrong, right = naive(logits), exact(logits)
    assert np.isnan(wrong[5]).all()
    assert (wrong[4] == 0).sum() > 40_000
    assert wrong[-1].max() == pytest.approx(0.2581, abs=1e-3)
    assert right[-1].max() == pytest.approx(0.2301, rel=0.02)


@pytest.mark.parametrize(("name", "text"), [("gpt2", STORMY), ("gpt2-large", PLATYPUSES)])
def test_the_naive_formula_is_right_elsewhere(stand_ins, name, text):
    logits = stand_ins.logits(name, text)
    tokens = np.argmax(logits, axis=-1)
    every_row = np.arange(len(logits))
    np.testing.assert_allclose(
        naive(logits)[every_row, tokens], exact(logits)[every_row, tokens], rtol=1e-4
    )
    np.testing.assert_allclose(naive(logits)[-1], exact(logits)[-1], rtol=1e-3)


LOCATE = """
import sys
from softmax_checks import gpt2
place, patience, *names = sys.argv[1:]
for name in names:
    where = gpt2.locate(name, place or None, patience=float(patience))
    print(where, "is", gpt2.label(where))
"""


class _Hub(http.server.BaseHTTPRequestHandler):
    def do_HEAD(self):
        self.server.asked.append(self.path)
        self.send_response(200 if self.path.endswith("/config.json") else 404)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def hub():
    """A hub on this machine; before it serves it accepts connections and never answers."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Hub) as server:
        server.asked = []
        yield server


def address(hub: http.server.HTTPServer) -> str:
    return f"http://127.0.0.1:{hub.server_port}"


def cached(home: Path, model: str) -> Path:
    """A folder of the hub's cache in which the model is there in full."""
    repository = home / "hub" / f"models--{model}"
    snapshot = repository / "snapshots" / "0123456"
    snapshot.mkdir(parents=True)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text("0123456")
    for name in ("config.json", "model.safetensors", "vocab.json", "merges.txt"):
        (snapshot / name).touch()
    return snapshot


STAND_IN = "stand-in with measured GPT-2 small logits"


def places(hub: http.server.HTTPServer, home: Path) -> dict[str, object]:
    return {"HF_HOME": home, "HF_ENDPOINT": address(hub), "HF_HUB_OFFLINE": 0}


def test_a_cached_model_is_its_folder_and_for_another_the_hub_is_asked(tmp_path, hub):
    snapshot = cached(tmp_path, "gpt2-large")
    Thread(target=hub.serve_forever, daemon=True).start()
    output, _ = finish(start(LOCATE, "hub", 30, "gpt2-large", "gpt2", **places(hub, tmp_path)))
    hub.shutdown()
    assert output.splitlines() == [f"{snapshot} is GPT-2 large", "gpt2 is GPT-2 small"]
    assert [path.split("/")[1] for path in hub.asked] == ["gpt2"]


def test_nothing_is_asked_of_the_hub_unless_that_is_said(tmp_path, hub):
    snapshot = cached(tmp_path, "gpt2-large")
    Thread(target=hub.serve_forever, daemon=True).start()
    output, _ = finish(start(LOCATE, "", 30, "gpt2", "gpt2-large", **places(hub, tmp_path)))
    told, small, large = output.splitlines()
    assert told.startswith("GPT-2 small is not on this machine")
    assert "0.5 GB" in told
    assert "%env SOFTMAX_GPT2=hub" in told
    assert small.endswith(f" is {STAND_IN}")
    assert large == f"{snapshot} is GPT-2 large"
    assert hub.asked == []
    offline = places(hub, tmp_path) | {"HF_HUB_OFFLINE": 1}
    assert "%env" not in finish(start(LOCATE, "", 30, "gpt2", **offline))[0]
    asking = start(LOCATE, "", 30, "gpt2", **places(hub, tmp_path), SOFTMAX_GPT2="hub")
    assert finish(asking)[0] == "gpt2 is GPT-2 small\n"
    hub.shutdown()


@pytest.mark.parametrize(("argument", "variable"), [("stand-in", "hub"), ("", "stand-in")])
def test_the_stand_in_can_be_had_though_the_model_is_there(tmp_path, hub, argument, variable):
    cached(tmp_path, "gpt2")
    said = places(hub, tmp_path) | {"SOFTMAX_GPT2": variable}
    told, located = finish(start(LOCATE, argument, 30, "gpt2", **said))[0].splitlines()
    assert told == f"GPT-2 small was not asked for: going on with a {STAND_IN}."
    assert located.endswith(f" is {STAND_IN}")


def test_neither_a_hub_that_does_not_answer_nor_a_cache_that_cannot_be_written_stops_it(
    tmp_path, hub
):
    (tmp_path / "a file").touch()
    unwritable = {"XDG_CACHE_HOME": tmp_path / "a file", "TMPDIR": tmp_path}
    process = start(LOCATE, "hub", 0.2, "gpt2", **places(hub, tmp_path), **unwritable)
    told, located = finish(process)[0].splitlines()
    assert told == f"GPT-2 small cannot be had here: going on with a {STAND_IN}."
    assert located.startswith(str(tmp_path / "softmax-checks-"))
    assert located.endswith(STAND_IN)
    assert not list(tmp_path.glob("softmax-checks-*"))  # gone with the process


def test_the_checks_alone_do_not_wait_for_transformers():
    code = "import sys, softmax_checks; print('transformers' in sys.modules)"
    assert finish(start(code))[0] == "False\n"


def test_another_models_name_is_refused():
    with pytest.raises(ValueError, match="there are gpt2, gpt2-large"):
        gpt2.locate("gpt2-xl")


def test_another_place_is_refused():
    with pytest.raises(ValueError, match="only from cache, hub, stand-in"):
        gpt2.locate("gpt2", "disk")
