"""Costs by day or month, by service or not: the same money, cut in other ways."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

import pytest

from local.cloudstack.estate import ACME, APOLLO
from tests.app.callers import Answer, Caller, Callers

READERS = [("acme", ACME.id), ("acme", APOLLO.id), ("globex", ""), ("initech", ""), ("admin", "")]
NOVEMBER = {"from": "2026-11-01", "to": "2026-11-30"}


def ask(caller: Caller, first: str, last: str, **query: str) -> Answer:
    """Return the costs from a day to a day."""
    return caller.get("/costs", **{"from": first, "to": last, **query})


def sums(rows: list[dict[str, Any]], by: str) -> dict[str, Decimal]:
    """Return the amounts of rows, added up by one of their columns."""
    added: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        added[row[by]] += Decimal(row["amount"]["amount"])
    return dict(added)


@pytest.mark.parametrize(("user", "account"), READERS)
def test_every_cut_of_a_month_adds_up_to_what_the_overview_shows(
    billed: Callers, user: str, account: str
) -> None:
    shown = billed[user].get("/overview", account=account).document
    month_to_date = shown["summary"]["month_to_date"]["amount"]
    services = {each["service"]: Decimal(each["amount"]["amount"]) for each in shown["services"]}
    days = {each["day"]: Decimal(each["amount"]["amount"]) for each in shown["summary"]["days"]}
    for granularity in ("day", "month"):
        for group in ("service", "none"):
            cut = {"granularity": granularity, "group": group, "account": account}
            told = billed[user].get("/costs", **NOVEMBER, **cut).document
            assert told["total"] == month_to_date, cut
            assert told["as_of"] == shown["as_of"]
            whole = sum(Decimal(row["amount"]["amount"]) for row in told["rows"])
            assert whole == Decimal(month_to_date["amount"]), cut
            if group == "service":
                assert sums(told["rows"], "service") == services
            if granularity == "day":
                by_day = sums(told["rows"], "day")
                assert {day: by_day.get(day, 0) for day in days} == days


def test_a_row_names_what_it_was_asked_for(billed: Callers) -> None:
    acme = billed["acme"]
    columns = {
        ("day", "service"): {"day", "service", "name", "amount"},
        ("day", "none"): {"day", "amount"},
        ("month", "service"): {"month", "service", "name", "amount"},
        ("month", "none"): {"month", "amount"},
    }
    for (granularity, group), named in columns.items():
        told = acme.get("/costs", **NOVEMBER, granularity=granularity, group=group).document
        assert {frozenset(row) for row in told["rows"]} == {frozenset(named)}


def test_without_saying_so_costs_are_by_day_and_service(billed: Callers) -> None:
    explicit = billed["acme"].get("/costs", **NOVEMBER, granularity="day", group="service")
    assert billed["acme"].get("/costs", **NOVEMBER).document == explicit.document


def test_both_months_together_are_the_sum_of_both(billed: Callers) -> None:
    acme = billed["acme"]
    both = ask(acme, "2026-10-01", "2026-11-30", granularity="month", group="none").document
    assert [row["month"] for row in both["rows"]] == ["2026-10", "2026-11"]
    summary = acme.get("/overview").document["summary"]
    assert both["rows"][0]["amount"] == summary["last_period"]["amount"]
    assert both["rows"][1]["amount"] == summary["month_to_date"]["amount"]


def test_days_cut_off_at_both_ends_make_up_the_whole(billed: Callers) -> None:
    acme = billed["acme"]
    pieces = [("2026-10-01", "2026-10-31"), ("2026-11-01", "2026-11-02")]
    pieces += [("2026-11-03", "2026-11-03"), ("2026-11-04", "2026-12-31")]
    totals = [ask(acme, *piece).document["total"]["amount"] for piece in pieces]
    whole = ask(acme, "2026-10-01", "2026-12-31").document["total"]["amount"]
    assert sum(map(Decimal, totals)) == Decimal(whole)


def test_rows_come_in_order(billed: Callers) -> None:
    rows = ask(billed["acme"], "2026-10-01", "2026-11-30").document["rows"]
    keys = [(row["day"], row["service"]) for row in rows]
    assert keys == sorted(keys)


def test_an_account_nothing_was_rated_of_costs_nothing(empty: Callers) -> None:
    told = ask(empty["globex"], "2026-11-01", "2026-11-30").document
    zero = {"amount": "0.00", "currency": "EUR"}
    assert told == {"currency": "EUR", "as_of": None, "rows": [], "total": zero}


def test_costs_nobody_can_be_told_of_are_refused_at_their_field(
    billed: Callers, table: list[dict[str, str]]
) -> None:
    """
    from       | to         | granularity | group   | field
               |            | day         | service | from
               | 2026-11-30 | day         | service | from
    2026-11-01 |            | day         | service | to
    yesterday  | 2026-11-30 | day         | service | from
    2026-11-01 | 2026-11-31 | day         | service | to
    2026-02-29 | 2026-03-01 | day         | service | from
    2026-13-01 | 2026-11-30 | day         | service | from
    26-11-01   | 2026-11-30 | day         | service | from
    2026-11-1  | 2026-11-30 | day         | service | from
    01.11.2026 | 2026-11-30 | day         | service | from
    20261101   | 2026-11-30 | day         | service | from
    2026-W45-1 | 2026-11-30 | day         | service | from
    2026-11-01T00:00:00Z | 2026-11-30 | day | service | from
    0000-01-01 | 2026-11-30 | day         | service | from
    2026-11-02 | 2026-11-01 | day         | service | to
    2027-01-01 | 2026-12-31 | day         | service | to
    2020-01-01 | 2026-11-30 | day         | service | from
    0001-01-01 | 9999-12-31 | day         | service | from
    2026-11-01 | 2026-11-30 | hour        | service | granularity
    2026-11-01 | 2026-11-30 | Day         | service | granularity
    2026-11-01 | 2026-11-30 | day         | zone    | group
    2026-11-01 | 2026-11-30 | day         | None    | group
    """
    for row in table:
        asked = {name: row[name] for name in ("from", "to", "granularity", "group")}
        answer = billed["acme"].get("/costs", **asked)
        assert (answer.status, answer.document["error"]) == (400, "InvalidInput"), row
        assert set(answer.document["fields"]) == {row["field"]}, row
        assert row["field"] in answer.document["message"] or "three years" in str(answer.body)


def test_a_parameter_that_is_missing_is_refused(billed: Callers) -> None:
    assert set(billed["acme"].get("/costs").document["fields"]) == {"from"}
    answer = billed["acme"].get("/costs", **{"from": "2026-11-01"})
    assert set(answer.document["fields"]) == {"to"}


@pytest.mark.parametrize(
    ("first", "last"),
    [("0001-01-01", "0001-12-31"), ("9999-12-01", "9999-12-31"), ("2026-11-04", "2026-11-04")],
)
def test_any_day_of_the_calendar_may_be_asked_for(billed: Callers, first: str, last: str) -> None:
    assert ask(billed["acme"], first, last).status == 200


def test_three_years_may_be_asked_for_at_once(billed: Callers) -> None:
    told = ask(billed["acme"], "2023-12-01", "2026-11-30", granularity="month", group="none")
    assert [row["month"] for row in told.document["rows"]] == ["2026-10", "2026-11"]
