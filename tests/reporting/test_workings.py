"""Workings say of every number what it is: percents, bounds, and services counted in months."""

from decimal import Decimal as D
from typing import Any

from chalicelib.metering.catalogue import Catalogue
from chalicelib.rating.agreements import Adjustment, Agreement, Subscription
from chalicelib.rating.tariffs import Per, Tariff
from chalicelib.reporting.workings import workings_document
from tests.rating.books import VM_HOUR, card, day, line_of, rated, running


def workings(meter: str, tariff: Tariff, *agreements: Agreement) -> dict[str, Any]:
    """Return the workings of a line: of a machine that ran for two days, or of what is agreed."""
    cards = [card(tariff)] if meter == "running_vm" else [card(VM_HOUR, tariff)]
    found = rated(running(1, 2), cards, *agreements)
    return workings_document(line_of(found, meter), "a-1", [], Catalogue({}))


def step(document: dict[str, Any], kind: str) -> dict[str, Any]:
    """Return the only step of a kind."""
    (found,) = (each for each in document["steps"] if each["kind"] == kind)
    return dict(found)


def test_an_adjustment_says_its_percent_and_a_bound_its_amount() -> None:
    less = Adjustment(day(1), percent=D("-12.5"))
    least = Tariff("running_vm", Per.HOUR, D(1), minimum=D(100))
    document = workings("running_vm", least, less)
    told = [step(document, kind) for kind in ("minimum", "adjustment")]
    assert [each["price"] for each in told] == ["100", "-12.5"]
    assert [each["amount"] for each in told] == ["52.00", "-12.50"]
    assert [each["quantity"] for each in told] == [None, None]


def test_the_days_of_a_service_are_counted_like_the_line_itself() -> None:
    gold = Subscription(day(1), day(4), service="gold", quantity=D(2))
    document = workings("service:gold", Tariff("service:gold", Per.MONTH, D(30)), gold)
    assert (document["line"]["quantity"], document["line"]["unit"]) == ("0.2", "month")
    assert [D(each["quantity"]).quantize(D("0.0001")) for each in document["days"]] == [
        D("0.0667")
    ] * 3
