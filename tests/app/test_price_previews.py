"""What a rate card changes is shown before it is taken: last month, without it and with it."""

import base64
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from chalicelib.accounts import Agreed
from chalicelib.rating.agreements import Adjustment
from chalicelib.runs.preview_prices import last_month
from local.cloudstack.estate import ACME, APOLLO, GLOBEX, INITECH
from local.seeding import example_rate_cards
from tests.app.callers import Answer, Callers
from tests.app.conftest import FIRST_DAY

BEGINS = "2026-12-01T00:00:00Z"
# The list in force at the end of October, and ever after.
EURO = [card for card in example_rate_cards(FIRST_DAY) if card["currency"] == "EUR"][-1]
Changes = dict[str, Any]


def with_prices(**by_type: str) -> dict[str, Any]:
    """Return the example prices in euro from December on, some changed by usage type."""
    prices = []
    for price in EURO["prices"]:
        changed = by_type.get(f"type_{price.get('usage_type')}")
        plain = "price" in price and "conditions" not in price
        prices.append({**price, "price": changed} if changed and plain else price)
    return {"currency": "EUR", "effective_from": BEGINS, "prices": prices}


def look(callers: Callers, card: dict[str, Any], **query: str) -> Answer:
    return callers["admin"].post("/admin/rate-cards", card, **query)


def changes(answer: Answer) -> Changes:
    assert answer.status == 200, answer
    found: Changes = answer.document["changes"]
    return found


def amounts(change: dict[str, Any]) -> tuple[Decimal, Decimal, Decimal]:
    old, new, difference = (
        Decimal(change[name]["amount"]) for name in ("old", "new", "difference")
    )
    return old, new, difference


def charged(callers: Callers, account: str) -> Decimal:
    """Return what an account was charged for October, of which one day has been collected."""
    asked = {"from": "2026-10-01", "to": "2026-10-31", "group": "none", "granularity": "month"}
    told = callers["admin"].get("/costs", account=account, **asked).document
    return Decimal(told["total"]["amount"])


def test_prices_as_they_are_change_nothing(billed: Callers) -> None:
    before = billed.world.rows()
    found = changes(look(billed, with_prices()))
    assert found["period"] == "2026-10"
    assert {each["name"] for each in found["accounts"]} >= {"acme", "apollo"}
    for each in found["accounts"]:
        old, new, difference = amounts(each)
        assert (old, difference, each["missing"]) == (new, 0, []), each
        assert old == charged(billed, each["id"]), each
    assert billed.world.rows() == before


def test_a_dearer_price_shows_by_how_much(billed: Callers) -> None:
    found = changes(look(billed, with_prices(type_1="0.048")))
    acme = next(each for each in found["accounts"] if each["id"] == ACME.id)
    old, new, difference = amounts(acme)
    assert new - old == difference > 0
    euro = [each for each in found["accounts"] if each["old"]["currency"] == "EUR"]
    totals = {each["old"]["currency"]: amounts(each) for each in found["totals"]}
    assert totals["EUR"] == tuple(map(sum, zip(*map(amounts, euro), strict=True)))
    assert found["done"] == found["of"] >= len(found["accounts"])


def test_what_would_have_no_price_is_named(billed: Callers) -> None:
    card = {**with_prices(), "prices": [EURO["prices"][0]]}
    found = changes(look(billed, card))
    acme = next(each for each in found["accounts"] if each["id"] == ACME.id)
    assert any("of usage type 6 wait" in each for each in acme["missing"])
    assert amounts(acme)[2] < 0


def test_many_accounts_take_several_requests(billed: Callers) -> None:
    card = with_prices(type_1="0.048")
    whole = look(billed, card).document
    wired, beginning = billed.world.wiring, billed.world.now
    seconds = iter(range(0, 100_000, 60))
    billed.world.wiring.now = lambda: beginning + timedelta(seconds=next(seconds))
    try:
        answers = [look(billed, card).document]
        while answers[-1]["next"] is not None:
            assert answers[-1]["confirm"] is None
            answers.append(look(billed, card, next=answers[-1]["next"]).document)
    finally:
        wired.now = lambda: billed.world.now
    assert len(answers) == whole["changes"]["of"] > 3
    assert [each["changes"]["done"] for each in answers] == list(range(1, len(answers) + 1))
    listed = [each for answer in answers for each in answer["changes"]["accounts"]]
    assert listed == whole["changes"]["accounts"]
    assert answers[-1]["changes"]["totals"] == whole["changes"]["totals"]
    assert answers[-1]["confirm"] == whole["confirm"]


def test_what_was_looked_at_is_what_is_taken(billed: Callers) -> None:
    seen, other = with_prices(type_1="0.048"), with_prices(type_1="0.049")
    confirm = look(billed, seen).document["confirm"]
    before = billed.world.rows()
    refused = look(billed, other, confirm=confirm)
    assert (refused.status, refused.document["error"]) == (409, "Conflict")
    for made_up in ("", "x", "x" * 1000):
        assert look(billed, seen, confirm=made_up).status == 409
    assert billed.world.rows() == before


def test_a_preview_does_not_go_on_from_that_of_another_card(billed: Callers) -> None:
    seen, other = with_prices(type_1="0.048"), with_prices(type_1="0.049")
    beginning = billed.world.now
    seconds = iter(range(0, 100_000, 60))
    billed.world.wiring.now = lambda: beginning + timedelta(seconds=next(seconds))
    try:
        token = look(billed, seen).document["next"]
        assert look(billed, other, next=token).status == 409
        version, _, *rest = json.loads(base64.urlsafe_b64decode(token))
        months = ["2026-11", "2027-01", "9999-12", "0000-01", "2026-13", ""]
        odd = [json.dumps([version, month, *rest]).encode() for month in months]
        for made_up in (token[:-4], *(base64.urlsafe_b64encode(each).decode() for each in odd)):
            told = look(billed, seen, next=made_up)
            assert (told.status, set(told.document["fields"])) == (400, {"next"}), made_up
    finally:
        billed.world.wiring.now = lambda: billed.world.now


def test_other_prices_from_a_known_instant_are_refused_at_the_first_look(billed: Callers) -> None:
    known = {**EURO, "prices": [{**EURO["prices"][0], "price": "9"}]}
    answer = look(billed, known)
    assert (answer.status, answer.document["error"]) == (409, "Conflict")
    assert look(billed, EURO).status == 200


def test_a_card_that_prices_nobody_has_no_month(billed: Callers) -> None:
    found = changes(look(billed, {**with_prices(), "currency": "ISK"}))
    assert found == {"period": None, "accounts": [], "totals": [], "done": 0, "of": 0}


def test_an_agreed_card_is_looked_at_for_its_account_alone(untouched: Callers) -> None:
    world, admin = untouched.world, untouched["admin"]
    for card in example_rate_cards(FIRST_DAY):
        assert admin.take_rate_card(card).status == 201
    for account in (ACME, APOLLO):
        terms = {"currency": "EUR", "language": "en", "time_zone": account.time_zone}
        assert admin.put(f"/admin/accounts/{account.id}", terms).status == 200
    world.collect_all()
    price = {"meter": "running_vm", "per": "hour", "price": "0.001"}
    agreed = {"currency": "EUR", "effective_from": BEGINS, "account": ACME.id, "prices": [price]}
    found = changes(look(untouched, agreed))
    assert [each["id"] for each in found["accounts"]] == [ACME.id]
    assert amounts(found["accounts"][0])[2] < 0
    assert found["accounts"][0]["missing"] == []

    taken = admin.take_rate_card(agreed)
    assert (taken.status, taken.document["account"]) == (201, ACME.id)
    told = admin.get("/admin/rate-cards", account=ACME.id).document["rate_cards"]
    assert told == [taken.document]
    assert taken.document in admin.get("/admin/rate-cards").document["rate_cards"]
    assert (
        taken.document not in admin.get("/admin/rate-cards", currency="EUR").document["rate_cards"]
    )
    # The next agreed card is compared with this one, and the list with what is agreed.
    later = {**agreed, "effective_from": "2027-01-01T00:00:00Z"}
    assert amounts(changes(look(untouched, later))["accounts"][0])[2] == 0
    listed = changes(
        look(untouched, {**with_prices(type_1="5"), "effective_from": later["effective_from"]})
    )
    by_id = {each["id"]: amounts(each)[2] for each in listed["accounts"]}
    assert by_id[ACME.id] == 0 < by_id[APOLLO.id]

    refused = look(untouched, {**agreed, "currency": "USD"})
    assert (refused.status, set(refused.document["fields"])) == (400, {"currency"})
    for nobody in ("nobody", "x" * 2000):
        assert look(untouched, {**agreed, "account": nobody}).status == 404


def test_what_is_agreed_counts_before_and_after(untouched: Callers) -> None:
    world, admin = untouched.world, untouched["admin"]
    assert admin.take_rate_card(EURO).status == 201
    world.collect_all()
    half = Adjustment(start=FIRST_DAY.replace(day=1), percent=Decimal(-50))
    world.wiring.agreements.add(ACME.id, half)
    plain = {
        each["id"]: amounts(each) for each in changes(look(untouched, with_prices()))["accounts"]
    }
    world.wiring.accounts.note_agreed(ACME.id, Agreed(more=True))
    found = {
        each["id"]: amounts(each) for each in changes(look(untouched, with_prices()))["accounts"]
    }
    assert found[ACME.id][0] == found[ACME.id][1] < plain[ACME.id][0]
    assert found[APOLLO.id] == plain[APOLLO.id]


def test_the_base_list_changes_what_is_converted_from_it(untouched: Callers) -> None:
    world, admin = untouched.world, untouched["admin"]
    terms = {"currency": "KWD", "language": "en", "time_zone": "UTC"}
    assert admin.take_rate_card(EURO).status == 201
    world.plan()
    assert admin.put(f"/admin/accounts/{INITECH.id}", terms).status == 200
    world.collect_all()
    without = {each["id"]: each for each in changes(look(untouched, with_prices()))["accounts"]}
    assert any("exchange rate EUR/KWD" in each for each in without[INITECH.id]["missing"])
    rate = {"base": "EUR", "quote": "KWD", "date": "2026-10-30", "rate": "0.3312"}
    assert admin.post("/admin/exchange-rates", rate).status == 201
    found = changes(look(untouched, with_prices(type_1="0.048")))
    by_id = {each["id"]: each for each in found["accounts"]}
    assert by_id[INITECH.id]["missing"] == []
    assert by_id[INITECH.id]["new"]["currency"] == "KWD"
    assert amounts(by_id[INITECH.id])[2] > 0
    assert [each["old"]["currency"] for each in found["totals"]] == ["EUR", "KWD"]


def test_a_month_is_over_once_it_is_everywhere(table: list[dict[str, str]]) -> None:
    """
    now                 | period
    2026-11-30T23:59:59 | 2026-10
    2026-12-01T11:59:59 | 2026-10
    2026-12-01T12:00:00 | 2026-11
    2027-01-15T00:00:00 | 2026-12
    """
    for row in table:
        assert last_month(datetime.fromisoformat(row["now"]).replace(tzinfo=UTC)) == row["period"]


def test_globex_is_shown_in_its_own_currency(billed: Callers) -> None:
    card = {
        "currency": "INR",
        "effective_from": BEGINS,
        "prices": [{"meter": "volume", "per": "gib_month", "price": "1"}],
    }
    found = changes(look(billed, card))
    assert {each["old"]["currency"] for each in found["accounts"]} == {"INR"}
    assert GLOBEX.id in {each["id"] for each in found["accounts"]}
