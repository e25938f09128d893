"""The rebuilt rows behave, under the naive float32 formula, as the captured rows do."""

from pathlib import Path

import numpy as np
import pytest

from softmax_checks import gpt2_rows

CAPTURED = Path(__file__).parents[3] / "shared" / "gpt2"
FILES = {"gpt2": "117M_gt_logits.npy", "gpt2-medium": "345M_gt_logits.npy"}
ROWS = [(model, position) for model in FILES for position in range(gpt2_rows.POSITIONS)]


def naive(row: np.ndarray) -> np.ndarray:
    """exp / sum in float32, as a student first writes it."""
    with np.errstate(all="ignore"):
        exponentials = np.exp(row)
        return exponentials / exponentials.sum()


def exact(row: np.ndarray) -> np.ndarray:
    exponentials = np.exp(row.astype(np.float64) - row.max())
    return exponentials / exponentials.sum()


@pytest.fixture(scope="module")
def captured():
    if not CAPTURED.is_dir():
        pytest.skip("../shared/gpt2 is absent: the captured rows are not part of the repository")
    return {model: np.load(CAPTURED / file)[0] for model, file in FILES.items()}


def test_a_row_is_float32_over_the_whole_vocabulary_and_the_same_each_time():
    row = gpt2_rows.rebuilt()
    assert (row.dtype, row.shape) == (np.float32, (50257,))
    assert np.array_equal(row, gpt2_rows.rebuilt("gpt2", 3))


def test_a_caller_cannot_change_the_next_callers_row():
    with pytest.raises(ValueError, match="read-only"):
        gpt2_rows.rebuilt()[0] = 0


@pytest.mark.parametrize(("model", "position"), [("gpt3", 0), ("gpt2", 14), ("gpt2", -1)])
def test_rows_that_were_not_measured_are_refused(model, position):
    with pytest.raises(ValueError, match="positions 0 to 13"):
        gpt2_rows.rebuilt(model, position)


def test_row_2_loses_43_851_probabilities():
    assert (naive(gpt2_rows.rebuilt("gpt2", 2)) == 0).sum() == pytest.approx(43_851, abs=5)


def test_row_3_is_wrong_and_not_nan():
    row = gpt2_rows.rebuilt("gpt2", 3)
    assert naive(row).max() == pytest.approx(0.2581, abs=1e-4)
    assert exact(row).max() == pytest.approx(0.2301, rel=0.02)


def test_row_4_is_nan_everywhere():
    row = gpt2_rows.rebuilt("gpt2", 4)
    assert np.isnan(naive(row)).all()
    assert exact(row).max() == pytest.approx(0.9952, abs=1e-3)


def test_row_8_is_right():
    row = gpt2_rows.rebuilt("gpt2", 8)
    np.testing.assert_allclose(naive(row), exact(row), rtol=1e-3)


@pytest.mark.parametrize(("model", "position"), ROWS)
def test_as_the_captured_row(captured, model, position):
    mine, real = gpt2_rows.rebuilt(model, position), captured[model][position]
    largest = np.argsort(-real)[:64]
    np.testing.assert_allclose(mine[largest], real[largest], rtol=0, atol=1e-4)
    assert np.delete(mine, largest).max() <= mine[largest].min()
    body = slice(400, -464)  # the outermost quantiles only bound the tails
    np.testing.assert_allclose(np.sort(mine)[body], np.sort(real)[body], atol=0.15)
    assert mine.mean() == pytest.approx(real.mean(), abs=0.02)
    assert exact(mine).max() == pytest.approx(exact(real).max(), rel=0.05)


@pytest.mark.parametrize(("model", "position"), ROWS)
def test_the_naive_formula_fails_on_it_as_on_the_captured_row(captured, model, position):
    mine, real = naive(gpt2_rows.rebuilt(model, position)), naive(captured[model][position])
    assert np.isnan(mine).sum() == np.isnan(real).sum()
    assert (mine == 0).sum() == pytest.approx((real == 0).sum(), abs=80)
    if not np.isnan(real).any():
        assert mine.max() == pytest.approx(real.max(), rel=0.05)
