"""Whose payment a row of a bank statement is: by number, by name, by amount, and how surely."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.ledger.bank_matches import Match, OpenDocument, Payer, matched
from chalicelib.ledger.bank_statements import StatementRow
from chalicelib.money import Money

ACME, GLOBEX, TWIN = "7b0c2c52-aaaa-4000-8000-000000000001", "globex-id", "twin-id"
PAYERS = [
    Payer(ACME, ("acme", "ACME Gesellschaft mbH")),
    Payer(GLOBEX, ("globex", "Globex India Pvt Ltd")),
    Payer("north-id", ("globex north",)),
    Payer(TWIN, ("twin",)),
    Payer("other-twin", ("twin",)),
    Payer("short", ("it",)),
]


def open_document(account: str, number: str, left: str, currency: str = "EUR") -> OpenDocument:
    return OpenDocument(account, f"doc-{number}", number, Money.of(left, currency))


DOCUMENTS = [
    open_document(ACME, "RE-2026-00001", "119.00"),
    open_document(ACME, "RE-2026-00002", "50.00"),
    open_document(ACME, "RE-2026-000021", "30.00"),
    open_document(ACME, "2026-1201", "75.00"),
    open_document(GLOBEX, "IN/2026-27/0001", "119.00"),
    open_document(GLOBEX, "IN/2026-27/0002", "900.00", "INR"),
    open_document(TWIN, "17", "33.00"),
    open_document("twin-id", "T-9", "44.00"),
]


def row(text: str, amount: str = "1.00", currency: str = "EUR", id: str = "r") -> StatementRow:
    return StatementRow(1, id, date(2026, 12, 1), Money.of(amount, currency), text, "", "", text)


def of(text: str, amount: str, currency: str = "EUR") -> Match:
    (match,) = matched([row(text, amount, currency)], DOCUMENTS, PAYERS, ())
    return match


def test_a_row_is_matched_by_what_it_says_and_how_much_it_is(table):
    """
    says                          | amount     | account | number          | how       | sure
    RE-2026-00001                 | 119.00 EUR | acme    | RE-2026-00001   | number    | yes
    Rechnung re 2026/00001 danke  | 119.00 EUR | acme    | RE-2026-00001   | number    | yes
    RE2026 000 01                 | 60.00 EUR  | acme    | RE-2026-00001   | number    | yes
    RE-2026-00001                 | 120.00 EUR | acme    | RE-2026-00001   | number    | no
    RE-2026-000021                | 30.00 EUR  | acme    | RE-2026-000021  | number    | yes
    RE-2026-000019                | 1.00 EUR   |         |                 | none      | no
    RE-2026-00001 RE-2026-00002   | 169.00 EUR | acme    |                 | number    | yes
    RE-2026-00001, RE-2026-00002  | 160.00 EUR | acme    |                 | number    | no
    RE-2026-00001 IN/2026-27/0001 | 238.00 EUR |         |                 | none      | no
    in2026270001                  | 119.00 EUR | globex  | IN/2026-27/0001 | number    | yes
    IN/2026-27/0002               | 900.00 EUR |         |                 | none      | no
    IN/2026-27/0002               | 900.00 INR | globex  | IN/2026-27/0002 | number    | yes
    invoice 17                    | 33.00 EUR  | twin    | 17              | number    | yes
    invoice 17                    | 30.00 EUR  | twin    | 17              | number    | no
    invoice 170                   | 31.00 EUR  |         |                 | none      | no
    paid on 2026-12-01            | 70.00 EUR  | acme    | 2026-1201       | number    | no
    invoice 2026-1201             | 70.00 EUR  | acme    | 2026-1201       | number    | yes
    ACME Gesellschaft mbH         | 50.00 EUR  | acme    | RE-2026-00002   | amount    | yes
    ACME Gesellschaft mbH         | 51.00 EUR  | acme    |                 | reference | no
    acmecorp                      | 51.00 EUR  |         |                 | none      | no
    globex north                  | 10.00 EUR  | north   |                 | reference | no
    globex                        | 119.00 EUR | globex  | IN/2026-27/0001 | amount    | yes
    somebody                      | 119.00 EUR |         |                 | none      | no
    somebody                      | 50.00 EUR  | acme    | RE-2026-00002   | amount    | no
    somebody                      | 50.00 INR  |         |                 | none      | no
    twin                          | 33.00 EUR  | twin    | 17              | amount    | yes
    twin                          | 10.00 EUR  |         |                 | none      | no
    it                            | 10.00 EUR  |         |                 | none      | no
    """
    names = {"acme": ACME, "globex": GLOBEX, "north": "north-id", "twin": TWIN, "": None}
    for each in table:
        match = of(each["says"], *each["amount"].split())
        assert (match.account, match.number or "", match.how, match.sure) == (
            names[each["account"]],
            each["number"],
            each["how"],
            each["sure"] == "yes",
        ), each
        assert match.document == (f"doc-{match.number}" if match.number else None)


def test_the_id_of_an_account_is_sure():
    assert of(f"top-up {ACME}", "10.00") == Match("r", ACME, how="reference", sure=True)
    assert of(ACME.upper(), "50.00").number == "RE-2026-00002"


def test_what_a_row_surely_pays_is_not_open_for_the_next():
    rows = [row("RE-2026-00002", "20.00", id="a"), row("acme", "30.00", id="b")]
    two = [open_document(ACME, "RE-2026-00002", "50.00")]
    first, second = matched(rows, two, PAYERS, ())
    assert (first.sure, second.document, second.sure) == (True, "doc-RE-2026-00002", True)
    rows = [row("RE-2026-00002", "50.00", id="a"), row("RE-2026-00002", "50.00", id="b")]
    first, second = matched(rows, two, PAYERS, ())
    assert (first.sure, second.sure, second.account) == (True, False, ACME)
    rows = [row("somebody", "50.00", id="a"), row("somebody", "50.00", id="b")]
    assert [match.document for match in matched(rows, two, PAYERS, ())] == [two[0].document] * 2


def test_what_is_recorded_is_said_and_takes_nothing_off():
    rows = [row("RE-2026-00002", "50.00", id="a"), row("RE-2026-00002", "50.00", id="b")]
    first, second = matched(rows, DOCUMENTS, PAYERS, {"a"})
    assert (first.already, second.already, second.sure) == (True, False, True)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["RE-2026-00001", "RE-2026-00002", "acme", "globex", "x", ACME]),
            st.sampled_from(["119.00", "50.00", "30.00", "20.00", "169.00"]),
        ),
        max_size=8,
    )
)
def test_sure_matches_never_pay_a_document_more_than_is_open(rows: list[tuple[str, str]]):
    given_rows = [row(text, amount, id=str(at)) for at, (text, amount) in enumerate(rows)]
    matches = matched(given_rows, DOCUMENTS, PAYERS, ())
    assert [match.row for match in matches] == [each.id for each in given_rows]
    for document in DOCUMENTS:
        paid = sum(
            each.amount.amount
            for each, match in zip(given_rows, matches, strict=True)
            if match.sure and match.document == document.document
        )
        assert paid <= document.left.amount
