"""Alerts: one for each budget, threshold and period, by whatever path spend rises."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal as D

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from chalicelib.budgets.alerts import Spend, Watch, alerted, due_alerts, is_watched, rearmed
from chalicelib.budgets.budgets import Budget
from chalicelib.budgets.forecasts import forecast
from chalicelib.money import Money
from chalicelib.periods import Period

NOW = datetime(2026, 11, 20, tzinfo=UTC)
NOVEMBER = Period.month(2026, 11)
BUDGET = Budget("a", "monthly", Money.of("200.00", "EUR"), (D(50), D(80), D(100)), ("x@y.example",))
WATCH = Watch("a", "monthly", "2026-11")


def spend(amount: str) -> Spend:
    return Spend("a", "2026-11", NOVEMBER, Money.of(amount, "EUR"), NOW, None, ())


def raised(budget: Budget, watch: Watch, amount: str) -> tuple[list[str], Watch]:
    alerts = due_alerts(budget, watch, spend(amount), NOW)
    levels = [alert.threshold for alert in alerts]
    return [f"{level:f}" for level in levels], alerted(watch, levels)


def test_a_month_of_a_budget() -> None:
    watch = WATCH
    for amount, expected in [
        ("20.00", []),
        ("170.00", ["50", "80"]),
        ("170.00", []),
        ("150.00", []),
        ("199.99", []),
        ("200.00", ["100"]),
        ("900.00", []),
    ]:
        levels, watch = raised(BUDGET, watch, amount)
        assert levels == expected, amount


def test_raising_the_budget_re_arms_just_what_is_no_longer_crossed() -> None:
    _, watch = raised(BUDGET, WATCH, "170.00")
    larger = replace(BUDGET, amount=Money.of("300.00", "EUR"))
    watch = rearmed(larger, watch, Money.of("170.00", "EUR"))
    assert watch.alerted == {D(50)}
    assert raised(larger, watch, "170.00")[0] == []
    levels, watch = raised(larger, watch, "250.00")
    assert levels == ["80"]


def test_an_alert_after_re_arming_is_another_alert() -> None:
    _, watch = raised(BUDGET, WATCH, "110.00")
    again = rearmed(replace(BUDGET, amount=Money.of("400", "EUR")), watch, Money.of("110", "EUR"))
    before = due_alerts(BUDGET, WATCH, spend("110.00"), NOW)[0].id
    after = due_alerts(BUDGET, again, spend("110.00"), NOW)[0].id
    assert (before, after) == ("2026-11.monthly.50.0", "2026-11.monthly.50.1")


def test_taking_a_threshold_off_and_on_again_repeats_no_alert() -> None:
    _, watch = raised(BUDGET, WATCH, "110.00")
    fewer = replace(BUDGET, thresholds=(D(100),))
    assert rearmed(fewer, watch, Money.of("110", "EUR")) == watch
    assert raised(BUDGET, watch, "110.00")[0] == []


def test_an_old_month_is_watched_until_its_last_usage_has_surely_come(table) -> None:
    """
    days after the end | watched
    -10                | yes
    0                  | yes
    7                  | yes
    8                  | no
    """
    for row in table:
        as_of = NOVEMBER.end + timedelta(days=int(row["days after the end"]))
        assert is_watched(replace(spend("1"), as_of=as_of)) == (row["watched"] == "yes"), row


def test_a_budget_is_compared_with_no_month_that_was_over_when_it_was_set(table) -> None:
    """
    set at              | alerts
    2026-10-01 00:00:00 | 2
    2026-11-30 23:59:59 | 2
    2026-12-01 00:00:00 | 0
    2026-12-03 00:00:00 | 0
    """
    for row in table:
        set_at = datetime.fromisoformat(row["set at"]).replace(tzinfo=UTC)
        budget = replace(BUDGET, set_at=set_at)
        assert len(due_alerts(budget, WATCH, spend("170.00"), NOW)) == int(row["alerts"]), row


amounts = st.decimals(min_value=0, max_value=500, places=2)


@given(st.lists(amounts, min_size=1))
def test_rising_spend_fires_each_threshold_once_by_any_path(path: list[D]) -> None:
    watch, fired = WATCH, []
    for amount in path:
        levels, watch = raised(BUDGET, watch, str(amount))
        fired += levels
    assert sorted(fired, key=D) == [
        str(level) for level in BUDGET.thresholds if max(path) >= level * 2
    ]


@given(st.lists(st.tuples(amounts, st.decimals(min_value=1, max_value=500, places=2))))
def test_no_alert_has_the_id_of_another(steps: list[tuple[D, D]]) -> None:
    watch, ids = WATCH, []
    for amount, limit in steps:
        budget = replace(BUDGET, amount=Money(limit, "EUR"))
        watch = rearmed(budget, watch, Money(amount, "EUR"))
        due = due_alerts(budget, watch, spend(str(amount)), NOW)
        ids += [alert.id for alert in due]
        watch = alerted(watch, [alert.threshold for alert in due])
    assert len(ids) == len(set(ids))


def test_a_forecast_is_a_straight_line_after_three_days(table) -> None:
    """
    as of            | spend | forecast
    2026-11-03 23:59 | 12.00 |
    2026-11-04 00:00 | 12.00 | 120.00
    2026-11-16 00:00 | 10.01 | 20.02
    2026-11-11 00:00 | 0.00  | 0.00
    2026-12-01 00:00 | 30.00 | 30.00
    2026-12-20 00:00 | 30.00 | 30.00
    """
    for row in table:
        as_of = datetime.fromisoformat(row["as of"]).replace(tzinfo=UTC)
        expected = forecast(Money.of(row["spend"], "EUR"), NOVEMBER, as_of)
        assert ("" if expected is None else str(expected.amount)) == row["forecast"], row
