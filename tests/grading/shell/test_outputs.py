"""Whatever another process claims as outputs, what is kept of it is well-formed and bounded."""

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


def test_many_streams_many_errors_and_large_displays_are_counted():
    stream = {"output_type": "stream", "name": "stdout", "text": "x"}
    other = {"output_type": "stream", "name": "stderr", "text": "x"}
    assert len(sanitised([stream, other] * 10_000)) == 501  # and a line that says how many
    error = {
        "output_type": "error",
        "ename": "E",
        "evalue": "v" * 10**6,
        "traceback": ["t"] * 10**5,
    }
    assert size(sanitised([error])) < 10_000
    assert len(sanitised([error] * 1000)) == 501
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
