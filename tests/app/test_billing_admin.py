"""The operator's settings and lists of billing: issuers, details, runs, numbers, who owes what."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.runs.messages import FollowUpMessage, IssueMessage
from local.billing_samples import GERMANY, INDIA, sample_details, sample_issuers
from local.cloud import Cloud
from local.cloudstack.estate import ACCOUNTS, ACME, APOLLO, GLOBEX, INITECH
from local.cloudstack.simulator import Simulator
from tests.app.billed import MONTH, bill, money
from tests.app.callers import Answer, Callers
from tests.app.conftest import TODAY, callers_with_usage, serving

ISSUER, RUNS = "/admin/issuers/main", "/admin/billing-runs"
DETAILS = f"/admin/accounts/{ACME.id}/billing"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9"/></svg>'
Table = list[dict[str, str]]


@pytest.fixture(scope="module")
def issuing_callers(cloud: Cloud, cloudstack: Simulator) -> Callers:
    callers = callers_with_usage(cloud, cloudstack)
    with serving(callers.world):
        bill(callers, [ACME.id, GLOBEX.id])
    return callers


@pytest.fixture
def issuing(issuing_callers: Callers) -> Iterator[Callers]:
    """A deployment of one's own; acme and globex are invoiced, apollo and initech are not."""
    with serving(issuing_callers.world):
        yield issuing_callers


def issuer(**more: Any) -> dict[str, Any]:
    """Return an issuer as JSON writes it."""
    return {**sample_issuers(TODAY)[GERMANY], **more}


def changed(body: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return a body with another value at a path such as `party.name` or `taxes.0.percent`."""
    whole = json.loads(json.dumps(body))
    *parts, last = path.split(".")
    holder = whole
    for part in parts:
        holder = holder[int(part) if part.isdecimal() else part]
    holder[last] = value
    return dict(whole)


def logo(callers: Callers, body: bytes, media_type: str = "image/svg+xml") -> Answer:
    """Return the answer to a picture for the issuer in Germany."""
    sent = {"media_type": media_type, "data": base64.b64encode(body).decode()}
    return callers["admin"].put(f"/admin/issuers/{GERMANY}/logo", sent)


def test_an_issuer_is_stored_and_shown_as_it_was_set(issuing: Callers) -> None:
    operator = issuing["admin"]
    known = operator.get("/admin/issuers").document["issuers"]
    assert [each["id"] for each in known] == [GERMANY, INDIA]
    body = issuer(tax_currency="EUR", dunning={"before": 0, "every": 10, "final_after": 0})
    stored = operator.put(f"/admin/issuers/{GERMANY}", body)
    assert stored.status == 200
    told = operator.get(f"/admin/issuers/{GERMANY}").document
    assert told == stored.document
    assert (told["party"]["tax_id"], told["tax_currency"]) == ("DE123456788", "EUR")
    assert {rule["tax_class"]: rule["percent"] for rule in told["taxes"]} == {
        "standard": "19",
        "abroad": "0",
    }
    assert told["dunning"]["every"] == 10 and told["logo"] is None
    assert operator.get(ISSUER).status == 404


def test_an_issuer_that_cannot_be_is_refused(issuing: Callers, table: Table) -> None:
    """
    path               | value         | field
    party.name         | ""            | party.name
    party.address.country | "XX"       | party.address.country
    party.address.lines | []           | party.address.lines
    party.email        | "nobody"      | party.email
    time_zone          | "Berlin"      | time_zone
    first_period       | "2026-13"     | first_period
    series.invoice     | "RE"          | series.invoice
    series.receipt     | "RE-{year}-{n:05}" | series.receipt
    taxes              | []            | taxes
    taxes.0.percent    | "101"         | taxes.0.percent
    taxes.0.percent    | "NaN"         | taxes.0.percent
    taxes.0.category   | "Z"           | taxes.0.percent
    taxes.0.scope      | "service:x"   | taxes.0.scope
    taxes.1.note       | ""            | taxes.1.note
    taxes.0.rate       | 1             | taxes.0
    fiscal_year_start  | 13            | fiscal_year_start
    due_days           | -1            | due_days
    tax_currency       | "XXX"         | tax_currency
    tax_rate_day       | "today"       | tax_rate_day
    bank.iban          | "DE00"        | bank.iban
    footer             | 1             | footer
    logo               | "logos/x.svg" | logo
    """
    before = issuing.world.rows()
    for row in table:
        sent = changed(issuer(), row["path"], json.loads(row["value"]))
        answer = issuing["admin"].put(ISSUER, sent)
        assert (answer.status, answer.document["error"]) == (400, "InvalidInput"), row
        assert row["field"] in answer.document["fields"], (row, answer.document["fields"])
    endless = changed(issuer(), "series.invoice", "A" * 3000 + "{n}")
    endless = changed(endless, "series.receipt", "A" * 3000 + "{n}")
    assert issuing["admin"].put(ISSUER, endless).status == 400
    for name in ("Main", "-main", "m" * 41, "é"):
        assert issuing["admin"].put(f"/admin/issuers/{name}", issuer()).status == 400
    assert issuing.world.rows() == before


def test_settings_that_would_give_a_number_again_are_refused(issuing: Callers) -> None:
    """Nothing could be issued with them: the years count anew, and their numbers look the same."""
    path = f"/admin/issuers/{GERMANY}"
    answer = issuing["admin"].put(path, issuer(fiscal_year_start=2))
    assert (answer.status, list(answer.document["fields"])) == (400, ["series.invoice"])
    assert "-00001 was given already" in answer.document["message"]
    series = {**issuer()["series"], "invoice": "RE-{fy}-{n:05}"}
    assert issuing["admin"].put(path, issuer(fiscal_year_start=2, series=series)).status == 200
    assert issuing["admin"].put(path, issuer()).status == 200


def test_a_picture_is_stored_and_stays_when_the_rest_changes(issuing: Callers) -> None:
    told = logo(issuing, SVG)
    assert told.status == 200 and told.document["logo"].endswith(".svg")
    key = f"logos/{told.document['logo']}"
    assert issuing.world.wiring.document_store.get(key) == SVG
    again = issuing["admin"].put(f"/admin/issuers/{GERMANY}", issuer())
    assert again.document["logo"] == told.document["logo"]


def test_a_picture_that_does_more_than_show_is_refused(issuing: Callers) -> None:
    for body, media_type in (
        (SVG.replace(b"<rect", b"<script/><rect"), "image/svg+xml"),
        (SVG, "image/png"),
        (b"", "image/png"),
        (b"x" * 200_001, "image/png"),
    ):
        answer = logo(issuing, body, media_type)
        assert (answer.status, set(answer.document["fields"])) == (400, {"data"})
    assert logo(issuing, SVG, "image/gif").status == 400
    sent = {"media_type": "image/png", "data": "not base64"}
    assert issuing["admin"].put(f"/admin/issuers/{GERMANY}/logo", sent).status == 400
    sent = {"media_type": "image/svg+xml", "data": base64.b64encode(SVG).decode()}
    assert issuing["admin"].put(f"{ISSUER}/logo", sent).status == 404


def test_details_are_stored_and_the_account_is_looked_at(issuing: Callers) -> None:
    operator, asked = issuing["admin"], []
    own = dict(sample_details())[ACME.id] | {"credit_limit": money("500.00"), "due_days": 30}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(issuing.world.wiring.follow_ups_queue, "put_all", asked.extend)
        stored = operator.put(DETAILS, own)
    assert (stored.status, asked) == (200, [FollowUpMessage(ACME.id)])
    told = operator.get(DETAILS).document
    assert told == stored.document
    assert (told["credit_limit"], told["due_days"]) == (money("500.00"), 30)
    assert told["account"] == {"id": ACME.id, "name": "acme"} and told["complete"] is True
    other = operator.get(f"/admin/accounts/{ACCOUNTS[0].id}/billing").document
    assert (other["party"], other["issuer"], other["complete"]) == (None, "", False)
    assert other["enforcement"] == {"action": "none", "after_days": 14, "dry_run": True}
    assert operator.get("/admin/accounts/nobody/billing").status == 404
    assert operator.put("/admin/accounts/nobody/billing", own).status == 404


def test_details_that_cannot_be_are_refused(issuing: Callers, table: Table) -> None:
    """
    path                   | value                              | field
    issuer                 | "nobody"                           | issuer
    party.address.country  | "XX"                               | party.address.country
    party.vat              | "x"                                | party
    recipients             | ["nobody"]                         | recipients
    recipients             | ["a@x.example", "A@x.example"]     | recipients
    payment_mode           | "later"                            | payment_mode
    due_days               | 366                                | due_days
    tax_class              | "reduced"                          | tax_class
    credit_limit           | {"amount": "-1", "currency": "EUR"} | credit_limit
    credit_limit           | {"amount": "1", "currency": "INR"} | credit_limit
    low_balance            | {"amount": "0.001", "currency": "EUR"} | low_balance
    low_balance            | "1"                                | low_balance
    enforcement            | {"action": "delete"}               | enforcement
    enforcement            | {"after_days": -1}                 | enforcement.after_days
    account                | "x"                                | account
    """
    own = dict(sample_details())[ACME.id]
    before = issuing.world.rows()
    for row in table:
        answer = issuing["admin"].put(DETAILS, changed(own, row["path"], json.loads(row["value"])))
        assert (answer.status, answer.document["error"]) == (400, "InvalidInput"), row
        assert row["field"] in answer.document["fields"], (row, answer.document["fields"])
    assert issuing.world.rows() == before


def test_a_run_tells_what_became_of_everybody(issuing: Callers) -> None:
    operator = issuing["admin"]
    told = operator.get(RUNS).document
    assert (told["period"], told["periods"]) == (MONTH, [MONTH, "2026-09"])
    states = {row["account"]["id"]: row for row in told["accounts"]}
    assert states[ACME.id]["state"] == "issued" and states[ACME.id]["by"] == "admin"
    assert (states[APOLLO.id]["state"], states[APOLLO.id]["number"]) == ("due", None)
    assert sum(told["counts"].values()) == len(told["accounts"])
    asked: list[object] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(issuing.world.wiring.invoices_queue, "put_all", asked.extend)
        answer = operator.post(RUNS, {"period": MONTH})
    assert (answer.status, answer.document["accounts"]) == (202, len(asked))
    assert IssueMessage(APOLLO.id, MONTH) in asked and IssueMessage(ACME.id, MONTH) not in asked
    assert operator.get(RUNS, period="2025-01").document["accounts"] == []


def test_nobody_can_have_issued_what_is_not_over_or_has_no_address(issuing: Callers) -> None:
    running = issuing["admin"].post(f"{RUNS}/2026-11/accounts/{APOLLO.id}", {"reason": "now"})
    assert running.status == 409
    row = next(
        each
        for each in issuing["admin"].get(RUNS, period="2026-11").document["accounts"]
        if each["account"]["id"] == APOLLO.id
    )
    assert (row["state"], row["document"]) in (("waiting", None), ("due", None))


@pytest.mark.parametrize(
    ("method", "path", "content", "status"),
    [
        ("GET", f"{RUNS}?period=2026", None, 400),
        ("GET", f"{RUNS}?next=x", None, 400),
        ("POST", RUNS, {"period": "2026-13"}, 400),
        ("POST", RUNS, {}, 400),
        ("POST", f"{RUNS}/2026-10/accounts/nobody", {"reason": "x"}, 404),
        ("POST", f"{RUNS}/never/accounts/{ACME.id}", {"reason": "x"}, 400),
        ("POST", f"{RUNS}/2026-10/accounts/{ACME.id}", {"reason": ""}, 400),
        ("POST", f"{RUNS}/2026-10/accounts/{ACME.id}", {"reason": "x" * 501}, 400),
        ("GET", "/admin/documents?issuer=nobody", None, 404),
        ("GET", "/admin/documents?kind=bill", None, 400),
        ("GET", "/admin/documents?next=x", None, 400),
        ("GET", "/admin/dunning?next=x", None, 400),
        ("GET", "/admin/trial-balance?at=yesterday", None, 400),
        ("GET", "/admin/trial-balance?at=1999-12-31", None, 400),
        ("POST", f"/admin/accounts/{ACME.id}/enforcement", {"action": "delete"}, 400),
        ("POST", "/admin/accounts/nobody/enforcement", {"action": "hold"}, 404),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused(
    issuing: Callers, method: str, path: str, content: Any, status: int
) -> None:
    path, _, query = path.partition("?")
    name, _, value = query.partition("=")
    answer = issuing["admin"].call(method, path, content, query={name: value} if name else {})
    assert answer.status == status, answer


def test_numbers_are_listed_without_a_gap(issuing: Callers) -> None:
    told = issuing["admin"].get("/admin/documents").document
    assert told["issuer"] == GERMANY
    (series,) = [each for each in told["series"] if each["kind"] == "invoice"]
    assert (series["fiscal_year"], series["gaps"]) == ("2026", [])
    assert series["next"] == series["used"] + 1 == len(told["documents"]) + 1
    newest = told["documents"][0]
    assert (newest["number"], newest["n"], newest["state"]) == ("RE-2026-00001", 1, "issued")
    assert newest["account"] == {"id": ACME.id, "name": "acme"}
    assert issuing["admin"].get("/admin/documents", fiscal_year="1999").document["documents"] == []


def test_who_owes_something_is_listed_with_what_comes_next(issuing: Callers) -> None:
    rows = {
        row["account"]["id"]: row
        for row in issuing["admin"].get("/admin/dunning").document["accounts"]
    }
    acme = rows[ACME.id]
    assert (acme["owed"]["currency"], acme["days_overdue"]) == ("EUR", 0)
    assert acme["oldest_due_on"] == "2026-11-18"
    assert acme["enforcement"] == {"action": "none", "state": "none", "since": None}
    assert rows[GLOBEX.id]["next"] == {"what": "before_due", "on": "2026-11-15"}
    assert INITECH.id not in rows


def test_an_account_is_held_by_hand(issuing: Callers) -> None:
    operator, asked = issuing["admin"], []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(issuing.world.wiring.follow_ups_queue, "put_all", asked.extend)
        path = f"/admin/accounts/{APOLLO.id}/enforcement"
        answer = operator.post(path, {"action": "hold"})
    assert (answer.status, asked) == (200, [FollowUpMessage(APOLLO.id)])
    assert answer.document["enforcement"]["state"] == "holding"
    rows = operator.get("/admin/dunning").document["accounts"]
    (row,) = [each for each in rows if each["account"]["id"] == APOLLO.id]
    assert row["enforcement"]["state"] == "holding"


def test_an_account_that_is_posted_to_meanwhile_is_not_told_to_be_off(issuing: Callers) -> None:
    ledger = issuing.world.wiring.ledger
    stale = list(ledger.standings())
    asked = {"account": ACME.id, "day": "2026-11-04", "method": "bank", "reference": "in between"}
    paid = issuing["admin"].post("/admin/payments", {**asked, "amount": money("0.01")})
    assert paid.status == 201
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ledger, "standings", lambda: iter(stale))
        told = issuing["admin"].get("/admin/trial-balance").document
    assert told["accounts_off"] == []


def test_all_ledgers_add_up(issuing: Callers) -> None:
    told = issuing["admin"].get("/admin/trial-balance").document
    assert {each["currency"] for each in told["currencies"]} == {"EUR", "INR", "KWD"}
    for each in told["currencies"]:
        assert each["balanced"] and each["debit"] == each["credit"], each
    assert told["accounts_off"] == [] and told["accounts_checked"] >= 3
    today = issuing["admin"].get("/admin/trial-balance", at="2026-11-04").document
    assert today["currencies"] == told["currencies"]
    before = issuing["admin"].get("/admin/trial-balance", at="2026-11-03").document
    assert before["currencies"] == []
