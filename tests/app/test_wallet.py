"""The wallet of initech, in dinars: given, bought, used."""

import json
from decimal import Decimal
from typing import Any

import pytest

from local.cloudstack.estate import ACME, INITECH
from tests.app.billed import MONTH, RUNNING, invoice_of, money
from tests.app.callers import Callers

TOP_UPS = "/admin/top-ups"
Table = list[dict[str, str]]


def dinars(amount: str) -> dict[str, str]:
    return money(amount, "KWD")


def top_up(amount: str, grant: str = "granted", **more: Any) -> dict[str, Any]:
    """Return a top-up as JSON writes it."""
    return {"account": INITECH.id, "amount": dinars(amount), "grant": grant, **more}


def wallet(callers: Callers, **query: str) -> Any:
    """Return the wallet of initech."""
    answer = callers["initech"].get("/wallet", **query)
    assert answer.status == 200
    return answer.document


def of(told: dict[str, str]) -> Decimal:
    """Return the amount of money."""
    return Decimal(told["amount"])


def test_a_wallet_adds_up(invoiced: Callers) -> None:
    told = wallet(invoiced)
    assert (told["mode"], told["currency"]) == ("prepaid", "KWD")
    assert sum(of(lot["left"]) for lot in told["lots"]) == of(told["granted"]) + of(
        told["purchased"]
    )
    assert of(told["balance"]) == of(told["granted"]) + of(told["purchased"]) + of(told["credit"])
    assert of(told["available"]) == of(told["balance"]) - of(told["not_drawn"])
    newest, *_, oldest = told["movements"]
    assert newest["balance"] == told["balance"]
    first = {newest["fact"], oldest["fact"]}
    assert "top_up" in {each["fact"] for each in told["movements"]} and first
    assert sum(of(each["amount"]) for each in told["movements"]) == of(told["balance"])
    assert told["low_balance"] == dinars("20.000")


def test_an_invoice_is_paid_from_the_wallet_when_it_is_issued(invoiced: Callers) -> None:
    invoice = invoice_of(invoiced["initech"], INITECH.id)
    told = invoiced["initech"].get(f"/invoices/{invoice['id']}").document
    assert (told["state"], of(told["payable"])) == ("paid", 0)
    assert sum(of(each["amount"]) for each in told["settled"]) == of(told["total"])
    (movement,) = [
        each for each in wallet(invoiced)["movements"] if each["reference"] == told["number"]
    ]
    assert of(movement["amount"]) == -of(told["total"])


def test_an_account_that_pays_afterwards_has_a_wallet_of_nothing(invoiced: Callers) -> None:
    told = invoiced["acme"].get("/wallet").document
    assert (told["mode"], told["state"], told["lots"]) == ("postpaid", None, [])
    assert of(told["balance"]) == of(told["available"]) == 0
    assert told["owed"] == invoice_of(invoiced["acme"], ACME.id)["payable"]


def test_a_gift_counts_once_and_has_no_document(invoiced: Callers) -> None:
    before = wallet(invoiced)
    gift = top_up("5.000", expires_on="2026-12-01", note="sorry", id="gift-1")
    first = invoiced["admin"].post(TOP_UPS, gift)
    again = invoiced["admin"].post(TOP_UPS, gift)
    assert (first.status, again.status) == (201, 200)
    told = first.document["top_up"]
    assert (told["receipt"], told["expires_on"], told["note"]) == (None, "2026-12-01", "sorry")
    after = wallet(invoiced)
    assert of(after["granted"]) == of(before["granted"]) + 5
    assert first.document["balance"] == after["balance"] == again.document["balance"]
    # What expires first is used first.
    assert after["lots"][0]["id"] == told["id"]
    other = invoiced["admin"].post(TOP_UPS, {**gift, "amount": dinars("6.000")})
    assert (other.status, other.document["error"]) == (409, "Conflict")
    listed = invoiced["admin"].get(TOP_UPS, month=RUNNING).document["top_ups"]
    assert told in listed and invoiced["admin"].get(TOP_UPS, month=MONTH).document["top_ups"] == []


def test_what_is_bought_has_a_receipt_with_the_next_number(invoiced: Callers) -> None:
    bought = top_up("30.000", "purchased", method="card", reference="till 4", id="bought-1")
    answers = [invoiced["admin"].post(TOP_UPS, bought) for _ in range(2)]
    assert [answer.status for answer in answers] == [201, 200]
    receipt = answers[0].document["top_up"]["receipt"]
    assert answers[1].document["top_up"]["receipt"] == receipt
    told = invoiced["initech"].get(f"/invoices/{receipt['id']}").document
    assert (told["kind"], told["number"]) == ("receipt", receipt["number"])
    assert told["number"].startswith("QU-2026-0000") and told["total"] == dinars("30.000")
    assert (told["state"], told["period"], told["taxes"]) == ("paid", None, [])
    (line,) = told["lines"]
    assert (line["service"], line["period"], line["amount"]) == (
        "top_up",
        None,
        dinars("30.000"),
    )
    shown = invoiced["initech"].get("/overview").document
    assert receipt["number"] in {each["number"] for each in shown["invoices"]}
    assert shown["wallet"]["balance"] == wallet(invoiced)["balance"]
    listed = invoiced["admin"].get(TOP_UPS, month=RUNNING).document["top_ups"]
    assert receipt in [each["receipt"] for each in listed]


def test_what_is_no_top_up_is_refused(invoiced: Callers, table: Table) -> None:
    """
    field      | value                               | status | words
    amount     | {"amount": "0", "currency": "KWD"}  | 400 | more than zero
    amount     | {"amount": "1.0001", "currency": "KWD"} | 400 | KWD has 3 decimals
    amount     | {"amount": "1", "currency": "EUR"}  | 400 | must be in KWD
    grant      | "lent"                              | 400 |
    method     | "card"                              | 400 | a granted top-up is paid by nobody
    expires_on | "2026-11-04"                        | 400 | expected a day after
    expires_on | "3000-01-01"                        | 400 | must be a day of 2000 to 2999
    note       | "two\\nlines"                       | 400 | must be one line
    id         | "a b"                               | 400 | is 1 to 64
    account    | "nobody"                            | 404 | no account
    by         | "somebody"                          | 400 | is not known here
    """
    before = invoiced.world.rows()
    for row in table:
        sent = {**top_up("1.000"), row["field"]: json.loads(row["value"])}
        answer = invoiced["admin"].post(TOP_UPS, sent)
        assert answer.status == int(row["status"]), (row, answer)
        assert row["words"] in answer.document["message"], (row, answer)
    for wrong in (
        top_up("1.000", "purchased"),
        top_up("1.000", "purchased", method="bank", expires_on="2026-12-01"),
        top_up("1.000", note="x" * 501),
    ):
        assert invoiced["admin"].post(TOP_UPS, wrong).status == 400, wrong
    assert invoiced.world.rows() == before


@pytest.mark.parametrize("after", ["", "x", "0" * 32])
def test_a_place_that_is_not_known_is_refused(invoiced: Callers, after: str) -> None:
    answer = invoiced["initech"].get("/wallet", next=after)
    assert (answer.status, set(answer.document["fields"])) == (400, {"next"})


def test_movements_are_read_page_by_page(
    invoiced: Callers, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = wallet(invoiced)["movements"]
    monkeypatch.setattr("chalicelib.entrypoints.wallet_routes._MOVEMENTS_A_PAGE", 1)
    found, after = [], None
    for _ in every:
        page = wallet(invoiced, **({} if after is None else {"next": after}))
        found += page["movements"]
        after = page["next"]
    assert (found, after) == (every, None)
