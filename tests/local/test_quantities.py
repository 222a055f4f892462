"""Hours as the usage server counts them."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.cloudstack.quantities import hours, hours_text, text


@pytest.mark.parametrize(
    ("milliseconds", "counted"),
    [
        (300_000, 0.0833333358168602),
        (140_001, 0.038889169692993164),
        (86_400_000, 24.0),
        (172_800_000, 48.0),
        (0, 0.0),
    ],
)
def test_hours_are_those_of_the_java_expression(milliseconds, counted):
    assert hours(milliseconds) == counted


@pytest.mark.parametrize(
    ("seconds", "written"),
    [(86_400, "24"), (172_800, "48"), (47_640, "13.233334"), (45_000, "12.5"), (1, "0.000278")],
)
def test_hours_are_written_with_six_decimals_at_most(seconds, written):
    assert hours_text(seconds) == written


def test_a_millisecond_is_nothing_and_ten_are_ten():
    assert text(hours(1)) == "0"
    assert text(10.0) == "10"


@given(st.integers(min_value=0, max_value=172_800))
def test_hours_miss_the_truth_by_the_width_of_a_float32(seconds):
    assert abs(Fraction(hours_text(seconds)) - Fraction(seconds, 3600)) < Fraction(1, 100_000)
