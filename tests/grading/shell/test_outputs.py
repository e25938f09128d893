"""Whatever another process claims as outputs, what is kept of it is well-formed and bounded."""

import pytest

from autograder.grading.shell.output_budget import OutputBudget
from autograder.grading.shell.outputs import Outputs, sanitised


def size(outputs):
    return len(str(outputs))


def test_text_is_cut_in_the_middle_by_whoever_reads_it():
    text = "a" * 900 + "b" * 900
    (kept,) = sanitised([{"output_type": "stream", "name": "stdout", "text": text}], "stderr", 600)
    assert kept["text"].startswith("a" * 400 + "\n… 1,000 characters left out …\n")
    assert kept["text"].endswith("b" * 400)


def test_what_was_cut_at_its_source_is_not_cut_again():
    source = Outputs(600)
    source.stream("stdout", "a" * 1_000_000)
    collected = source.collected()
    assert sanitised(collected, most_characters=600) == collected


def test_the_count_of_what_was_left_out_at_its_source_is_told_too():
    source = Outputs()
    for number in range(2000):
        source.stream("stdout" if number % 2 else "stderr", "x")
    for number in range(3):
        source.error("E", f"{number}", [])
    collected = source.collected()
    assert collected[-2]["text"] == "… 752 outputs left out …\n"
    *_, text, last = sanitised(collected)
    assert text["text"].endswith("… 752 outputs left out …\n")
    assert last == collected[-1]


def test_many_streams_many_errors_and_large_displays_are_counted():
    stream = {"output_type": "stream", "name": "stdout", "text": "x"}
    other = {"output_type": "stream", "name": "stderr", "text": "x"}
    assert len(sanitised([stream, other] * 10_000)) == 503  # and a line that says how many
    error = {
        "output_type": "error",
        "ename": "E",
        "evalue": "v" * 10**6,
        "traceback": ["t"] * 10**5,
    }
    assert size(sanitised([error])) < 10_000
    assert len(sanitised([error] * 1000)) == 504  # and the last of them
    plot = {"output_type": "display_data", "data": {"image/png": "a" * 10**6}, "metadata": {}}
    kept = sanitised([plot] * 30)
    assert size(kept) < 9_000_000
    assert "left out" in kept[-1]["text"]


def test_what_is_no_output_is_dropped():
    for claim in (
        None,
        3,
        {},
        [None, 1, {}, {"output_type": "odd"}, {"output_type": "display_data"}],
    ):
        assert sanitised(claim) == []


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def error(text):
    return {"output_type": "error", "ename": "E", "evalue": text, "traceback": [text] * 90}


def display(**data):
    return {"output_type": "display_data", "data": data, "metadata": {}}


def test_runs_of_text_share_their_room_and_its_tail_is_the_cell_s():
    outputs = Outputs(600)
    for number in range(100):
        outputs.stream("stdout", f"<{number:02}>" + "a" * 96)
        outputs.stream("stderr", "b" * 100)
    texts = [output["text"] for output in outputs.collected()]
    assert texts[0] == "<00>" + "a" * 96
    assert texts[-2:] == ["<99>" + "a" * 96, "b" * 100]
    assert texts[50] == "\n… 100 characters left out …\n"
    left_out = sum("left out" in text for text in texts) * 100
    assert left_out + sum(len(text) for text in texts if "left out" not in text) == 20_000


def test_short_writes_are_as_one_long_one():
    whole, parts = Outputs(1000), Outputs(1000)
    text = "".join(map(chr, range(0x4E00, 0x4E00 + 7000)))
    whole.stream("stdout", text)
    for start in range(0, len(text), 7):
        parts.stream("stdout", text[start : start + 7])
    assert parts.collected() == whole.collected()
    assert parts.collected()[0]["text"].startswith(text[:500])
    assert parts.collected()[0]["text"].endswith(text[-500:])


@pytest.mark.parametrize(
    "many",
    {
        "errors": [error("x" * 5000)] * 99,
        "types": [display(**{f"{n} of {m}": "x" * 99 for n in range(10**4)}) for m in range(20)],
        "control characters": [display(text="\x01" * 10**6)] * 30,
        "streams": [stream("x" * 5000, name) for name in ("stdout", "stderr") * 300],
        "json": [display(**{"application/json": ["x" * 999] * 999})] * 20,
    }.items(),
    ids=lambda item: item[0],
)
def test_no_kind_of_output_has_room_without_end(many):
    kept = sanitised(many[1])
    assert size(kept) < 9_000_000
    assert "left out" in str(kept[-2:])


def test_an_error_after_whatever_was_shown_is_told():
    for before in ([display(text="x")] * 600, [error("y" * 5000)] * 600):
        *_, last = sanitised([*before, error("the last")])
        assert last["evalue"] == "the last"


def test_a_display_that_is_changed_again_and_again_has_no_more_room():
    outputs = Outputs()
    outputs.rich("display_data", {"text/plain": "first"}, {}, display_id="one")
    for number in range(30):
        outputs.update("one", {"text/plain": f"{number}" + "x" * 5_000_000}, {})
    outputs.rich("display_data", {"text/plain": "y" * 5_000_000}, {})
    outputs.update("one", {"text/plain": "z" * 9_000_000}, {})
    kept = outputs.collected()
    assert kept[0]["data"]["text/plain"].startswith("29x")
    assert kept[1:] == [stream("… 2 outputs left out …\n")]


def test_what_is_cleared_has_its_room_again():
    outputs = Outputs(1000)
    for number in range(20):
        outputs.clear(wait=True)
        outputs.stream("stdout", f"{number}" * 500)
        outputs.rich("display_data", {"text/plain": f"{number}" + "x" * 3_000_000}, {})
    text, shown = outputs.collected()
    assert text["text"] == "19" * 500
    assert shown["data"]["text/plain"].startswith("19x")


def test_a_notebook_s_outputs_share_a_budget_and_what_is_over_is_counted_in_its_cell():
    budget = OutputBudget(1_000_000)
    plot, text = display(png="a" * 400_000), stream("b")
    assert budget.fit([plot, text]) == [plot, text]
    assert budget.fit([plot, text]) == [plot, text]
    note, small, failed = budget.fit([plot, error("d" * 5000), plot, text, error("c" * 5000)])
    assert note["text"] == (
        "… left out (displays: 2, tracebacks: 2): the outputs of a notebook may have 0.953674 MiB "
        "together …\n"
    )
    assert small == text
    assert failed == error("c" * 5000) | {"evalue": "c" * 200, "traceback": []}
