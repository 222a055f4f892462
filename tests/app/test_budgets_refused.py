"""Budgets that are refused, each with the reason at the field it is wrong in."""

import json
from typing import Any

import pytest

from local.cloudstack.estate import APOLLO
from tests.app.callers import Answer, Caller, Callers

GOOD: dict[str, Any] = {
    "amount": {"amount": "400.00", "currency": "EUR"},
    "thresholds": ["50", "80", "100"],
    "recipients": ["ada@acme.example"],
}
Table = list[dict[str, str]]


def put(caller: Caller, content: object, **query: str) -> Answer:
    """Return the answer to setting the budget `refused`."""
    return caller.put("/budgets/refused", content, **query)


def assert_refused(answer: Answer, field: str, words: str) -> None:
    """Expect a refusal with `words` at just that field, and in the message."""
    told = answer.document
    assert (answer.status, told["error"]) == (400, "InvalidInput"), (words, answer)
    assert set(told["fields"]) == {field}, answer
    assert words in told["fields"][field], answer
    assert words in told["message"], answer


def assert_nothing_stored(callers: Callers) -> None:
    """Expect that nobody has a budget called `refused`."""
    stored = [key for key in callers.world.rows() if key.endswith("budget#refused")]
    assert stored == []


def test_an_amount_that_is_no_budget_is_refused(empty: Callers, table: Table) -> None:
    """
    account | currency | amount          | words
    acme    | EUR      | "-1"            | more than zero
    acme    | EUR      | -1              | more than zero
    acme    | EUR      | "0"             | more than zero
    acme    | EUR      | "-0"            | more than zero
    acme    | EUR      | "0.00"          | more than zero
    acme    | EUR      | "0.001"         | EUR has 2 decimals
    acme    | EUR      | "10.005"        | EUR has 2 decimals
    acme    | EUR      | 10.005          | EUR has 2 decimals
    acme    | EUR      | "1e-400"        | EUR has 2 decimals
    acme    | EUR      | "1000000000000" | at most 999999999999
    acme    | EUR      | "999999999999.01" | at most 999999999999
    acme    | EUR      | 1e300           | at most 999999999999
    acme    | EUR      | "1e400"         | at most 999999999999
    acme    | EUR      | "NaN"           | must be a number
    acme    | EUR      | "-NaN"          | must be a number
    acme    | EUR      | "sNaN"          | must be a number
    acme    | EUR      | "Infinity"      | must be a number
    acme    | EUR      | "-Infinity"     | must be a number
    acme    | EUR      | "many"          | must be a number
    acme    | EUR      | ""              | must be a number
    acme    | EUR      | "12,50"         | must be a number
    acme    | EUR      | "1.000,00"      | must be a number
    acme    | EUR      | "EUR 5"         | must be a number
    acme    | EUR      | "0x10"          | must be a number
    acme    | EUR      | "1e99999999999999999999" | must be a number
    acme    | EUR      | null            | must be a number
    acme    | EUR      | true            | must be a number
    acme    | EUR      | [1]             | must be a number
    acme    | EUR      | {}              | must be a number
    acme    | USD      | "1"             | must be in EUR
    acme    | JPY      | "1"             | must be in EUR
    acme    | eur      | "1"             | must be in EUR
    acme    | XXX      | "1"             | must be in EUR
    acme    |          | "1"             | must be in EUR
    apollo  | JPY      | "1.5"           | JPY has 0 decimals
    apollo  | JPY      | 0.1             | JPY has 0 decimals
    apollo  | EUR      | "1"             | must be in JPY
    initech | KWD      | "1.2345"        | KWD has 3 decimals
    initech | EUR      | "1"             | must be in KWD
    """
    for row in table:
        caller = empty["initech" if row["account"] == "initech" else "acme"]
        query = {"account": APOLLO.id} if row["account"] == "apollo" else {}
        amount = {"amount": json.loads(row["amount"]), "currency": row["currency"]}
        assert_refused(put(caller, {**GOOD, "amount": amount}, **query), "amount", row["words"])
    assert_nothing_stored(empty)


def test_money_of_the_wrong_shape_is_refused(empty: Callers, table: Table) -> None:
    """
    money                                           | words
    "400"                                           |
    400                                             |
    null                                            |
    []                                              |
    {"currency": "EUR"}                             | is missing
    {"amount": "1"}                                 | currency
    {"amount": "1", "currency": 978}                | must be text
    {"amount": "1", "currency": null}               | must be text
    {"amount": "1", "currency": "EUR", "unit": "c"} | unit
    """
    for row in table:
        content = {**GOOD, "amount": json.loads(row["money"])}
        assert_refused(put(empty["acme"], content), "amount", row["words"])
    assert_nothing_stored(empty)


def test_thresholds_that_warn_of_nothing_are_refused(empty: Callers, table: Table) -> None:
    """
    thresholds                        | words
    []                                | give 1 to 10 thresholds
    ["1","2","3","4","5","6","7","8","9","10","11"] | give 1 to 10 thresholds
    ["0"]                             | more than 0 and at most 1000
    ["-0"]                            | more than 0 and at most 1000
    ["-1"]                            | more than 0 and at most 1000
    ["50", "-50"]                     | more than 0 and at most 1000
    ["1000.01"]                       | more than 0 and at most 1000
    ["1001"]                          | more than 0 and at most 1000
    [1e300]                           | more than 0 and at most 1000
    ["1e400"]                         | more than 0 and at most 1000
    ["NaN"]                           | more than 0 and at most 1000
    ["sNaN"]                          | more than 0 and at most 1000
    ["Infinity"]                      | more than 0 and at most 1000
    ["50.123"]                        | at most two decimals
    [0.001]                           | at most two decimals
    ["1e-400"]                        | at most two decimals
    ["50", "50"]                      | alike
    ["50", "50.0"]                    | alike
    ["50", 50]                        | alike
    ["100", "1e2"]                    | alike
    ["half"]                          | must be a number
    ["50 %"]                          | must be a number
    [""]                              | must be a number
    [null]                            | must be a number
    [true]                            | must be a number
    [["50"]]                          | must be a number
    "50"                              |
    50                                |
    null                              |
    {"50": true}                      |
    """
    for row in table:
        content = {**GOOD, "thresholds": json.loads(row["thresholds"])}
        assert_refused(put(empty["acme"], content), "thresholds", row["words"])
    assert_nothing_stored(empty)


def test_recipients_no_mail_would_reach_are_refused(empty: Callers, table: Table) -> None:
    r"""
    recipients                               | words
    []                                       | give 1 to 10 recipients
    ["x"]                                    | 'x' is not an e-mail address
    [""]                                     | '' is not an e-mail address
    ["ada@acme.example", "x"]                | 'x' is not an e-mail address
    ["ada"]                                  | not an e-mail address
    ["@acme.example"]                        | not an e-mail address
    ["ada@"]                                 | not an e-mail address
    ["ada@acme"]                             | not an e-mail address
    ["ada@acme..example"]                    | not an e-mail address
    ["ada@acme.example."]                    | not an e-mail address
    ["ada @acme.example"]                    | not an e-mail address
    ["ada@acme.example, bob@acme.example"]   | not an e-mail address
    ["ada@acme.example;bob@acme.example"]    | not an e-mail address
    ["Ada <ada@acme.example>"]               | not an e-mail address
    ["ada@[127.0.0.1]"]                      | not an e-mail address
    ["ada@acme.example\r\nBcc: x@x.example"] | not an e-mail address
    ["ada\u0000@acme.example"]               | not an e-mail address
    ["ada@acme.example", "ada@acme.example"] | two recipients are alike
    ["ada@acme.example", "Ada@ACME.example"] | two recipients are alike
    ["ada@acme.example", " ada@acme.example"] | two recipients are alike
    [1]                                      | must be text
    [null]                                   | must be text
    [["ada@acme.example"]]                   | must be text
    "ada@acme.example"                       |
    {"ada@acme.example": true}               |
    null                                     |
    """
    for row in table:
        content = {**GOOD, "recipients": json.loads(row["recipients"])}
        assert_refused(put(empty["acme"], content), "recipients", row["words"])
    assert_nothing_stored(empty)


def test_an_eleventh_recipient_is_refused(empty: Callers) -> None:
    eleven = [f"reader{number}@acme.example" for number in range(11)]
    answer = put(empty["acme"], {**GOOD, "recipients": eleven})
    assert_refused(answer, "recipients", "give 1 to 10 recipients")


def test_a_refusal_repeats_no_address_of_absurd_length(empty: Callers) -> None:
    answer = put(empty["acme"], {**GOOD, "recipients": ["x" * 50_000]})
    assert_refused(answer, "recipients", "not an e-mail address")
    assert len(answer.body) < 1_000


def test_everything_that_is_wrong_is_told_at_once(empty: Callers) -> None:
    amount = {"amount": "-1", "currency": "EUR"}
    answer = put(empty["acme"], {"amount": amount, "thresholds": [], "recipients": ["x"]})
    assert answer.document["fields"] == {
        "amount": "the amount must be more than zero",
        "thresholds": "give 1 to 10 thresholds",
        "recipients": "'x' is not an e-mail address",
    }


@pytest.mark.parametrize("field", GOOD)
def test_a_field_that_is_missing_is_named(empty: Callers, field: str) -> None:
    content = {name: value for name, value in GOOD.items() if name != field}
    assert_refused(put(empty["acme"], content), field, "is missing")


@pytest.mark.parametrize("field", ["name", "period", "account", "id", "Amount"])
def test_a_field_that_means_nothing_is_refused(empty: Callers, field: str) -> None:
    assert_refused(put(empty["acme"], {**GOOD, field: "x"}), field, "is not known here")


@pytest.mark.parametrize(
    "budget_id", ["Refused", "-refused", "re_fused", "r" * 41, "é", "a b", "%"]
)
def test_an_id_that_is_no_name_is_refused(empty: Callers, budget_id: str) -> None:
    answer = empty["acme"].put(f"/budgets/{budget_id}", GOOD)
    assert_refused(answer, "id", "id")
