"""Rate cards as files: tables sent, files fetched, lists page by page, and what can be priced."""

import json

import pytest

from chalicelib.accounts import Terms
from chalicelib.entrypoints import rate_card_routes
from chalicelib.metering.meters import METERS, PARTS
from local.cloudstack.catalogue import SERVICE_OFFERINGS, TEMPLATES, ZONES
from local.cloudstack.estate import ACME
from tests.app.callers import Answer, Callers

BEGINS = "2026-12-01T00:00:00Z"
TABLE = """tariff,meter,title,per,model,up_to,price,operating_system
1,running_vm,,hour,flat,,0.0240,
2,running_vm,=Windows,hour,flat,,0.0410,Windows Server 2025 (64-bit)
3,network_sent,,gib,graduated,100,0,
3,network_sent,,gib,graduated,,0.01,
4,service:gold,Gold support,month,,,99,
"""
Table = list[dict[str, str]]


def send(
    callers: Callers, text: str | bytes, content_type: str = "text/csv", **query: str
) -> Answer:
    """Return the answer to a table."""
    body = text.encode() if isinstance(text, str) else text
    cookie = f"session={callers['admin'].token}"
    return callers["admin"].call(
        "POST",
        "/admin/rate-cards",
        body=body,
        headers={"Content-Type": content_type, "Cookie": cookie},
        query=query,
    )


def file(callers: Callers, **query: str) -> Answer:
    return callers["admin"].get("/admin/rate-cards/file", **query)


def test_a_table_is_the_card_that_json_is(empty: Callers) -> None:
    about = {"currency": "TRY", "effective_from": BEGINS}
    looked = send(empty, TABLE, **about)
    assert looked.status == 200, looked
    taken = send(
        empty,
        "\ufeff" + TABLE,
        "text/csv; charset=utf-8",
        **about,
        confirm=looked.document["confirm"],
    )
    assert taken.status == 201
    prices = taken.document["prices"]
    assert [price.get("meter", price.get("service")) for price in prices] == [
        "running_vm",
        "running_vm",
        "network_sent",
        "gold",
    ]
    assert prices[1]["title"] == "=Windows"
    assert prices[2]["tiers"] == [{"up_to": "100", "price": "0"}, {"price": "0.01"}]
    as_json = {name: each for name, each in taken.document.items() if name != "version"}
    assert empty["admin"].take_rate_card(as_json).status == 200

    for kind in ("json", "csv"):
        told = file(empty, **about, format=kind)
        assert told.headers["content-disposition"] == (
            f'attachment; filename="rate-card-TRY-2026-12-01.{kind}"'
        )
        assert told.headers["cache-control"] == "no-store"
        if kind == "json":
            assert told.document == as_json
        else:
            assert "'=Windows" in told.body.decode("utf-8-sig")
            again = send(empty, told.body, **about)
            assert again.document["rate_card"] == taken.document


def test_a_table_that_is_wrong_says_where(empty: Callers, table: Table) -> None:
    """
    currency | effective_from       | price  | field          | says
    TRY      | 2026-12-01T00:00:00Z | 0,0240 | lines.2        | line 2: has 9 cells and not 8
    TRY      | 2026-12-01T00:00:00Z | cheap  | lines.2        | line 2, price: must be a number
    TRY      | 2026-12-01T00:00:00Z | -1     | lines.2        | line 2: the price of usage type 1 must
    XXX      | 2026-12-01T00:00:00Z | 1      | currency       | currency: unknown currency
             | 2026-12-01T00:00:00Z | 1      | currency       | currency: unknown currency
    TRY      | tomorrow             | 1      | effective_from | effective_from: must be an instant
    TRY      | 2026-12-01T00:00:00  | 1      | effective_from | effective_from: needs a whole second
    """
    for row in table:
        about = {name: row[name] for name in ("currency", "effective_from")}
        answer = send(empty, TABLE.replace("0.0240", row["price"]), **about)
        assert (answer.status, set(answer.document["fields"])) == (400, {row["field"]}), row
        assert answer.document["message"].startswith(row["says"]), row
    for missing in ("currency", "effective_from"):
        about = {"currency": "TRY", "effective_from": BEGINS}
        del about[missing]
        told = send(empty, TABLE, **about)
        assert (told.status, told.document["fields"]) == (400, {missing: "is missing"})


def test_what_is_no_table_is_refused(empty: Callers) -> None:
    about = {"currency": "TRY", "effective_from": BEGINS}
    told = send(empty, "Gebühr".encode("latin-1"), **about)
    assert (told.status, told.document["message"]) == (
        400,
        "the text is not UTF-8: save it as such",
    )
    told = send(empty, TABLE + " " * 3_000_000, **about)
    assert (told.status, told.document["message"]) == (
        400,
        "the request is too large: it may have 3,000,000 bytes",
    )
    for content_type in ("text/plain", "application/csv", ""):
        assert send(empty, TABLE, content_type, **about).status == 415


def test_a_thousand_prices_are_taken(empty: Callers) -> None:
    prices = [
        {
            "meter": "running_vm",
            "per": "hour",
            "price": "0.0123",
            "title": f"Machine {number} of a long name, for whoever reads the bill",
            "conditions": {
                "offering": [f"{number:08}-0000-4000-8000-{each:012}" for each in range(10)]
            },
        }
        for number in range(1000)
    ]
    card = {"currency": "THB", "effective_from": BEGINS, "prices": prices}
    assert len(json.dumps(card)) > 500_000
    assert empty["admin"].take_rate_card(card).status == 201
    (told,) = empty["admin"].get("/admin/rate-cards", currency="THB").document["rate_cards"]
    assert len(told["prices"]) == 1000


def test_a_list_comes_page_by_page(billed: Callers, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = billed["admin"].get("/admin/rate-cards").document
    assert whole["next"] is None
    monkeypatch.setattr(rate_card_routes, "_BYTES_A_PAGE", 1)
    found, after = [], {}
    for _ in range(len(whole["rate_cards"])):
        page = billed["admin"].get("/admin/rate-cards", **after).document
        found += page["rate_cards"]
        assert len(page["rate_cards"]) == 1
        after = {"next": page["next"]}
    assert after == {"next": None}
    assert found == whole["rate_cards"]
    told = billed["admin"].get("/admin/rate-cards", next="x")
    assert (told.status, set(told.document["fields"])) == (400, {"next"})


@pytest.mark.parametrize(
    "query",
    [
        {"currency": "EUR"},
        {"effective_from": BEGINS},
        {"currency": "EUR", "effective_from": BEGINS, "format": "xlsx"},
        {"currency": "eur", "effective_from": BEGINS},
        {"currency": 'EUR"\r\nSet-Cookie: a=b', "effective_from": BEGINS},
        {"currency": "EUR", "effective_from": f"{BEGINS}\r\nSet-Cookie: a=b"},
    ],
    ids=str,
)
def test_a_file_of_nothing_is_refused(billed: Callers, query: dict[str, str]) -> None:
    assert file(billed, **query).status == 400


@pytest.mark.parametrize(
    "account", ["nobody", 'x"\r\nSet-Cookie: a=b', "x" * 2000, "../..", "ä", ACME.id]
)
def test_a_file_that_there_is_not_is_not_found(billed: Callers, account: str) -> None:
    answer = file(billed, currency="EUR", effective_from=BEGINS, account=account)
    assert answer.status == 404
    assert "set-cookie" not in answer.headers


def test_the_name_of_a_file_holds_no_more_than_letters(untouched: Callers) -> None:
    company = 'x";é'
    untouched.world.wiring.set_terms(company, Terms("EUR", "en", "UTC"), "X")
    price = {"meter": "running_vm", "per": "hour", "price": "1"}
    card = {"currency": "EUR", "effective_from": BEGINS, "account": company, "prices": [price]}
    assert untouched["admin"].take_rate_card(card).status == 201
    answer = file(untouched, currency="EUR", effective_from=BEGINS, account=company)
    name = 'attachment; filename="rate-card-EUR-x--2026-12-01.json"'
    assert (answer.status, answer.headers["content-disposition"]) == (200, name)


def test_all_that_can_be_priced_is_told(billed: Callers) -> None:
    told = billed["acme"].get("/catalogue").document
    assert {each["name"] for each in told["meters"]} == {*METERS, *PARTS}
    by_name = {each["name"]: each for each in told["meters"]}
    assert by_name["running_vcpus"]["part_of"] == "running_vm"
    assert by_name["running_vm"]["per"] == ["hour", "month"]
    assert "operating_system" in by_name["running_vm"]["dimensions"]
    named = {kind: {each["name"] for each in told["names"][kind]} for kind in told["names"]}
    assert named["offering"] >= {each.name for each in SERVICE_OFFERINGS}
    assert named["zone"] == {each.name for each in ZONES}
    assert named["template"] >= {each.name for each in TEMPLATES}
    assert billed["admin"].get("/catalogue", account=ACME.id).document == told
    assert billed["admin"].get("/catalogue").document["names"] == told["names"]


def test_services_are_those_of_the_cards_that_count(untouched: Callers) -> None:
    untouched.world.plan()
    admin, began = untouched["admin"], "2026-01-01T00:00:00Z"
    for currency, account, title in (
        ("EUR", "", "Support"),
        ("EUR", ACME.id, "Support for Acme"),
        ("INR", "", "Indian support"),
    ):
        service = {"service": "gold", "per": "month", "price": "99", "title": title}
        more = {"service": f"{currency.lower()}-more", "per": "once", "price": "1"}
        card = {"currency": currency, "effective_from": began, "prices": [service, more]}
        assert admin.take_rate_card({**card, "account": account}).status == 201
    assert untouched["acme"].get("/catalogue").document["services"] == [
        {"id": "eur-more", "title": "eur-more", "per": "once"},
        {"id": "gold", "title": "Support for Acme", "per": "month"},
    ]
    every = admin.get("/catalogue").document["services"]
    assert [each["title"] for each in every] == ["eur-more", "Support"]
    later = {"service": "later", "per": "month", "price": "1"}
    card = {"currency": "EUR", "effective_from": BEGINS, "prices": [later]}
    assert admin.take_rate_card(card).status == 201
    assert len(admin.get("/catalogue").document["services"]) == 2
