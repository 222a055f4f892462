"""The charges of a month, and how each came about: every sum leads to the same money."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from local.cloudstack.estate import ACME, APOLLO, GLOBEX
from tests.app.callers import Answer, Callers

READERS = [("acme", ACME.id), ("acme", APOLLO.id), ("globex", ""), ("initech", ""), ("admin", "")]
Document = dict[str, Any]


def charges(callers: Callers, user: str, account: str = "", period: str = "2026-11") -> Document:
    """Return the charges of a month."""
    told: Document = callers[user].get("/charges", account=account, period=period).document
    return told


def workings(callers: Callers, user: str, line: str, **query: str) -> Answer:
    """Return how a line of November came about."""
    return callers[user].get(f"/charges/{line}", period="2026-11", **query)


def whole(documents: list[Document]) -> Decimal:
    """Return the sum of amounts."""
    return sum((Decimal(each["amount"]["amount"]) for each in documents), Decimal(0))


@pytest.mark.parametrize(("user", "account"), READERS)
def test_the_lines_add_up_to_what_the_overview_shows(
    billed: Callers, user: str, account: str
) -> None:
    shown = billed[user].get("/overview", account=account).document
    told = charges(billed, user, account)
    assert told["total"] == shown["summary"]["month_to_date"]["amount"]
    assert whole(told["lines"]) == Decimal(told["total"]["amount"])
    services = {each["service"]: Decimal(each["amount"]["amount"]) for each in shown["services"]}
    for service, amount in services.items():
        lines = [each for each in told["lines"] if each["service"] == service]
        assert whole(lines) == amount, service
    assert (told["complete"], told["invoiced"], told["missing"]) == (False, False, [])


@pytest.mark.parametrize(("user", "account"), READERS[:4])
def test_every_line_shows_how_it_came_about(billed: Callers, user: str, account: str) -> None:
    for line in charges(billed, user, account)["lines"]:
        told = workings(billed, user, line["id"], account=account).document
        assert told["line"] == line
        *steps, last = told["steps"]
        assert last["kind"] == "rounding"
        assert Decimal(last["amount"]) == Decimal(line["amount"]["amount"])
        exact = sum((Decimal(step["amount"]) for step in steps), Decimal(0))
        digits = len(line["amount"]["amount"].partition(".")[2])
        assert abs(exact - Decimal(line["amount"]["amount"])) <= Decimal(1).scaleb(-digits) / 2
        assert whole(told["days"]) == Decimal(line["amount"]["amount"])
        assert whole(told["resources"]) == Decimal(line["amount"]["amount"])
        assert told["resources_known"] and told["next"] is None
        used = sum((Fraction(each["quantity"]) for each in told["resources"]), Fraction())
        # Each quantity is shown with twelve decimals at most.
        assert abs(used - Fraction(line["quantity"])) < Fraction(1, 10**9)


def test_a_step_says_quantity_price_and_hours_of_the_month(billed: Callers) -> None:
    lines = charges(billed, "acme", ACME.id)["lines"]
    address = next(each for each in lines if each["meter"] == "ip_address")
    told = workings(billed, "acme", address["id"]).document
    first = told["steps"][0]
    assert (first["kind"], first["unit"], first["price"]) == ("flat", "hour", "3")
    assert first["text"] == "3 for a month, in a month of 720 hours"
    exact = Decimal(first["quantity"]) * 3 / 720
    assert exact.quantize(Decimal("1e-12")) == Decimal(first["amount"])
    assert told["card"]["origin"] == "list"
    assert told["card"]["currency"] == "EUR"


def test_a_month_before_has_lines_of_its_own(billed: Callers) -> None:
    october = charges(billed, "acme", ACME.id, "2026-10")
    assert october["period"] == "2026-10"
    assert october["complete"]
    assert whole(october["lines"]) == Decimal(october["total"]["amount"])
    # Without a month, it is the current one.
    assert billed["acme"].get("/charges").document == charges(billed, "acme", ACME.id)


def test_what_is_not_there_is_not_found(billed: Callers) -> None:
    acme = billed["acme"]
    assert acme.get("/charges", period="2020-01").status == 404
    assert acme.get("/charges/0000000000000000", period="2026-11").status == 404
    of_globex = charges(billed, "globex")["lines"][0]["id"]
    assert acme.get(f"/charges/{of_globex}", account=GLOBEX.id).status == 404
    assert acme.get("/charges", account=GLOBEX.id).status == 404


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"period": "2026-13"}, "period"),
        ({"period": "november"}, "period"),
        ({"period": "2026-11-01"}, "period"),
        ({"period": "2026-11", "next": "-1"}, "next"),
        ({"period": "2026-11", "next": "x"}, "next"),
        ({"period": "2026-11", "next": "9" * 30}, "next"),
    ],
)
def test_what_cannot_be_asked_is_refused_at_its_field(
    billed: Callers, query: dict[str, str], field: str
) -> None:
    line = charges(billed, "acme")["lines"][0]["id"]
    answer = billed["acme"].get(f"/charges/{line}", **query)
    assert (answer.status, set(answer.document["fields"])) == (400, {field})


def test_resources_come_in_pages_that_make_up_the_whole(
    billed: Callers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.entrypoints.charge_routes._RESOURCES_A_PAGE", 2)
    lines = charges(billed, "acme", ACME.id)["lines"]
    volume = next(each for each in lines if each["meter"] == "volume")
    found: list[Document] = []
    after = ""
    while True:
        page = workings(billed, "acme", volume["id"], next=after).document
        assert len(page["resources"]) <= 2
        found += page["resources"]
        if page["next"] is None:
            break
        after = page["next"]
    assert len(found) > 2
    assert len({each["resource"] for each in found}) == len(found)
    assert whole(found) == Decimal(volume["amount"]["amount"])
