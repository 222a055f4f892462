"""What issuers and billing details may be; every field says what is wrong with it."""

from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest
from msgspec.structs import replace

from chalicelib.errors import InvalidInput
from chalicelib.invoicing.countries import COUNTRIES, checked_country
from chalicelib.invoicing.customer_checks import checked_details
from chalicelib.invoicing.customers import BillingDetails, Enforcement
from chalicelib.invoicing.issuer_checks import checked_issuer
from chalicelib.invoicing.issuers import SERIES, Dunning, Issuer, TaxPart
from chalicelib.invoicing.parties import Address, Bank, Party
from tests.invoicing.books import BUYER, SELLER, an_issuer, details, rule

Table = list[dict[str, str]]


def refused(issuer: Issuer) -> dict[str, str]:
    """Return what is wrong with an issuer, by field."""
    with pytest.raises(InvalidInput) as error:
        checked_issuer(issuer)
    return error.value.fields


def wrong_details(told: BillingDetails, currency: str = "EUR") -> dict[str, str]:
    """Return what is wrong with billing details, by field."""
    with pytest.raises(InvalidInput) as error:
        checked_details(told, {"main": an_issuer()}, currency)
    return error.value.fields


def test_an_issuer_is_kept_in_one_way_to_write_it() -> None:
    told = an_issuer(
        party=replace(
            SELLER, name="  Nordlicht ", tax_id="de 123 456 789", email="Billing@x.example"
        ),
        series={"invoice": "R{n}"},
        bank=Bank(iban="de02 1203 0000 0000 2020 51", bic="byladem1001"),
        header=" one \n two ",
    )
    assert told.party.name == "Nordlicht" and told.party.tax_id == "DE123456789"
    assert told.series == {**SERIES, "invoice": "R{n}"}
    assert (told.bank.iban, told.bank.bic) == ("DE02120300000000202051", "BYLADEM1001")
    assert told.header == "one\ntwo"
    assert checked_issuer(told) == told


def test_every_wrong_field_of_an_issuer_is_told(table: Table) -> None:
    """
    field             | value            | where               | reason
    id                | Main             | id                  | a-z, 0-9 and -
    time_zone         | Berlin           | time_zone           | unknown time zone
    first_period      | 2026-13          | first_period        | YYYY-MM
    tax_currency      | XXX              | tax_currency        | unknown currency
    fiscal_year_start | 13               | fiscal_year_start   | 1 to 12
    longest_number    | 7                | longest_number      | 8 to 30
    due_days          | -1               | due_days            | 0 to 365
    grace_days        | 32               | grace_days          | 0 to 31
    """
    for row in table:
        number = row["value"].lstrip("-").isdigit()
        value: object = int(row["value"]) if number else row["value"]
        fields = refused(replace(an_issuer(), **{row["field"]: value}))
        assert list(fields) == [row["where"]] and row["reason"] in fields[row["where"]], row


def test_parties_say_what_is_wrong_with_them(table: Table) -> None:
    """
    field              | value                | reason
    name               |                      | must not be empty
    city               |                      | must not be empty
    country            | XX                   | there is no country 'XX'
    country            | Germany              | there is no country
    tax_id             | DE 12 (3             | is no tax id
    email              | nobody               | is not an e-mail address
    electronic_address | 7300010000001        | scheme:id
    electronic_address | 88:7300010000001     | scheme:id
    region             | \x07                 | one line
    lines              |                      | 1 to 3 lines
    lines              | a/b/c/d              | 1 to 3 lines
    """
    for row in table:
        party, value = BUYER, row["value"].replace("\\x07", "\x07")
        if row["field"] == "lines":
            address = replace(party.address, lines=tuple(value.split("/")))
            party, where = replace(party, address=address), "party.address.lines"
        elif row["field"] in ("city", "country", "region"):
            address = replace(party.address, **{row["field"]: value})
            party, where = replace(party, address=address), f"party.address.{row['field']}"
        else:
            party, where = replace(party, **{row["field"]: value}), f"party.{row['field']}"
        fields = wrong_details(details(party=party))
        assert list(fields) == [where] and row["reason"] in fields[where], row


def test_bank_accounts_are_checked_by_their_check_digits(table: Table) -> None:
    """
    iban                        | bic         | wrong
    DE02120300000000202051      | BYLADEM1001 |
    GB33BUKB20201555555555      |             |
    KW81CBKU0000000000001234560101 |          |
    DE02120300000000202052      |             | bank.iban
    DE0212030000                |             | bank.iban
    DÉ02120300000000202051      |             | bank.iban
                                | BYLADEM     | bank.bic
    """
    for row in table:
        issuer = replace(an_issuer(), bank=Bank(iban=row["iban"], bic=row["bic"]))
        if row["wrong"]:
            assert list(refused(issuer)) == [row["wrong"]], row
        else:
            assert checked_issuer(issuer) == issuer


def test_tax_rules_say_what_is_wrong_with_them(table: Table) -> None:
    """
    category | percent  | note | scope           | class    | wrong
    S        | 19       |      | all             | standard |
    Z        | 0        |      | all             | standard |
    E        | 0        | why  | service:volumes | a-b_c    |
    S        | 0        |      | all             | standard | category
    Z        | 5        |      | all             | standard | percent
    E        | 0        |      | all             | standard | note
    AE       | 0        |      | all             | standard | note
    O        | 0        |      | all             | standard | note
    G        | 0        |      | all             | standard | note
    K        | 0        |      | all             | standard | note
    S        | 100.1    |      | all             | standard | percent
    S        | -1       |      | all             | standard | percent
    S        | 1.00001  |      | all             | standard | percent
    S        | 19       |      | volumes         | standard | scope
    S        | 19       |      | service:nothing | standard | scope
    S        | 19       |      | service:credits | standard | scope
    S        | 19       |      | all             | Standard | tax_class
    """
    for row in table:
        told = rule(
            row["percent"],
            row["category"],
            note=row["note"],
            scope=row["scope"],
            tax_class=row["class"],
        )
        issuer = replace(an_issuer(), taxes=(told,))
        if row["wrong"]:
            assert list(refused(issuer)) == [f"taxes.0.{row['wrong']}"], row
        else:
            assert checked_issuer(issuer).taxes == (told,)


def test_parts_of_a_tax_add_up_to_it() -> None:
    halves = (TaxPart("CGST", D(9)), TaxPart("SGST", D(8)))
    fields = refused(replace(an_issuer(), taxes=(rule("18", parts=halves),)))
    assert fields == {"taxes.0.parts": "must add up to 18 percent"}
    unnamed = (TaxPart(" ", D(18)),)
    assert "taxes.0.parts" in refused(replace(an_issuer(), taxes=(rule("18", parts=unnamed),)))


def test_two_rules_for_the_same_cannot_begin_on_one_day() -> None:
    twice = (rule("19"), rule("7"), rule("7", start=date(2027, 1, 1)))
    assert list(refused(replace(an_issuer(), taxes=twice))) == ["taxes.1.start"]
    assert list(refused(replace(an_issuer(), taxes=()))) == ["taxes"]


def test_who_charges_tax_has_a_tax_id() -> None:
    nameless = replace(SELLER, tax_id="")
    assert list(refused(replace(an_issuer(), party=nameless))) == ["party.tax_id"]
    free = replace(an_issuer(rule("0", "O", note="small business")), party=nameless)
    assert checked_issuer(free) == free


def test_series_of_two_kinds_never_give_the_same_number(table: Table) -> None:
    """
    invoice  | credit_note | receipt    | wrong
    INV-{n}  | CN-{n}      | RC-{n}     |
    INV-{n}  | INV-{n:05}  | RC-{n}     | series.credit_note
    X-{n}    | CN-{n}      | X-{yy}{n}  | series.receipt
    INV      | CN-{n}      | RC-{n}     | series.invoice
    """
    for row in table:
        series = {kind: row[kind] for kind in SERIES}
        issuer = replace(an_issuer(), series=series)
        if row["wrong"]:
            assert list(refused(issuer)) == [row["wrong"]], row
        else:
            assert checked_issuer(issuer) == issuer
    odd = {**SERIES, "quote": "Q{n}"}
    assert list(refused(replace(an_issuer(), series=odd))) == ["series.quote"]


def test_days_of_reminders_are_days() -> None:
    fields = refused(replace(an_issuer(), dunning=Dunning(before=-1, every=400)))
    assert list(fields) == ["dunning.before", "dunning.every"]


def test_everything_wrong_is_told_at_once() -> None:
    nowhere = Party("", Address((), "", "", ""))
    fields = refused(Issuer("?", nowhere, "x", "y", {"invoice": "z"}, (), due_days=999))
    assert {"id", "party.name", "party.address.country", "time_zone", "due_days"} <= fields.keys()
    assert {"first_period", "series.invoice", "taxes"} <= fields.keys()


def test_billing_details_say_what_is_wrong_with_them(table: Table) -> None:
    """
    field           | value      | wrong           | reason
    issuer          | other      | issuer          | there are: main
    tax_class       | eu         | tax_class       | has rules for standard only
    recipients      | nobody     | recipients      | is not an e-mail address
    recipients      | a@b.example/A@b.example | recipients | two recipients are alike
    due_days        | 366        | due_days        | 0 to 365
    credit_limit    | 1.001      | credit_limit    | EUR has 2 decimals
    credit_limit    | -1         | credit_limit    | must be 0 to
    low_balance     | NaN        | low_balance     | must be 0 to
    buyer_reference | \\n        | buyer_reference |
    """

    def read(field: str, text: str) -> Any:
        match field:
            case "recipients":
                return tuple(text.split("/"))
            case "due_days":
                return int(text)
            case "credit_limit" | "low_balance":
                return D(text)
        return text.replace("\\n", "a\nb")

    for row in table:
        fields = wrong_details(details(**{row["field"]: read(row["field"], row["value"])}))
        assert list(fields) == [row["wrong"]] and row["reason"] in fields[row["wrong"]], row
    late = details(enforcement=Enforcement("hold", after_days=-1))
    assert list(wrong_details(late)) == ["enforcement.after_days"]


def test_amounts_of_details_have_the_decimals_of_the_currency() -> None:
    told = details(credit_limit=D("100"), low_balance=D("5.5"))
    found = checked_details(told, {"main": an_issuer()}, "KWD")
    assert (str(found.credit_limit), str(found.low_balance)) == ("100.000", "5.500")
    assert checked_details(found, {"main": an_issuer()}, "KWD") == found


def test_reverse_charge_needs_the_customers_tax_id() -> None:
    issuer = an_issuer(rule("19"), rule("0", "AE", tax_class="eu", note="reverse charge"))
    nameless = details(tax_class="eu", party=replace(BUYER, tax_id=" "))
    with pytest.raises(InvalidInput) as error:
        checked_details(nameless, {"main": issuer}, "EUR")
    assert list(error.value.fields) == ["party.tax_id"]
    assert checked_details(details(tax_class="eu"), {"main": issuer}, "EUR").tax_class == "eu"


def test_details_may_wait_for_their_address() -> None:
    found = checked_details(BillingDetails("acme", "main"), {"main": an_issuer()}, "EUR")
    assert found.party is None and found.recipients == ()


def test_countries_are_those_of_iso_3166() -> None:
    assert len([code for code in COUNTRIES if code.isalpha()]) == 249 + 1
    assert checked_country(" in ") == "IN"
    for wrong in ("UK", "EU", "IND", ""):
        with pytest.raises(InvalidInput):
            checked_country(wrong)
