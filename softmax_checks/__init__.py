"""The checks of the assignment "softmax": `from softmax_checks import check`.

    check.softmax_stable(softmax_stable, "large logits")

`check.NAME` is the exercise of that name (see `autograder.checks.exercise`); one file an exercise.
"""

from autograder.checks.catalogue import Catalogue
from softmax_checks.fixed_point import fixed_point
from softmax_checks.log_softmax import log_softmax
from softmax_checks.max_normalize import max_normalize
from softmax_checks.next_token_probabilities import next_token_probabilities
from softmax_checks.nll_loss import nll_loss
from softmax_checks.observations import expos_x2, shifted_x2, unchanged
from softmax_checks.repeated_softmax import repeated_softmax
from softmax_checks.softmax import softmax
from softmax_checks.softmax_numpy import softmax_numpy
from softmax_checks.softmax_stable import softmax_stable
from softmax_checks.softmax_temperature import softmax_temperature
from softmax_checks.temperature_sweep import temperature_sweep
from softmax_checks.top_k_tokens import top_k_tokens
from softmax_checks.train_logits import train_logits

check = Catalogue(
    (
        softmax,
        softmax_numpy,
        unchanged,
        expos_x2,
        shifted_x2,
        softmax_stable,
        softmax_temperature,
        temperature_sweep,
        repeated_softmax,
        fixed_point,
        next_token_probabilities,
        top_k_tokens,
        max_normalize,
        log_softmax,
        nll_loss,
        train_logits,
    )
)
