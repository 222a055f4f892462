"""Bank statements of many banks, read to the cent or not at all."""

from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.errors import InvalidInput
from chalicelib.ledger.bank_cells import amount_in, days_in, decimal_mark
from chalicelib.ledger.bank_columns import columns_in
from chalicelib.ledger.bank_statements import read_bank_statement, statement_text
from chalicelib.money import Money


def read(*lines: str, currency: str | None = "EUR"):
    return read_bank_statement("\n".join(lines), currency)


def told(statement):
    """Return day, amount, reference and payer of each row."""
    return [
        (str(row.day), f"{row.amount.amount} {row.amount.currency}", row.reference, row.payer)
        for row in statement.rows
    ]


SPARKASSE = """\
"Auftragskonto";"Buchungstag";"Valutadatum";"Buchungstext";"Verwendungszweck";"Beguenstigter/Zahlungspflichtiger";"Kontonummer/IBAN";"BIC (SWIFT-Code)";"Betrag";"Waehrung";"Info"
"DE02";"01.12.26";"02.12.26";"GUTSCHRIFT";"RE-2026-00001
vom 01.11.";"ACME GmbH";"DE89 3704 0044 0532 0130 00";"COBADEFF";"1.213,80";"EUR";"Umsatz gebucht"
"DE02";"01.12.26";"01.12.26";"LASTSCHRIFT";"Strom";"Stadtwerke";"DE11";"X";"-80,00";"EUR";"Umsatz gebucht"
"DE02";"30.11.26";"30.11.26";"ABSCHLUSS";"Zinsen";"";"";"";"0,00";"EUR";"Umsatz gebucht"
"""
HDFC = """\
HDFC BANK Ltd.
Statement of account,,From : 01/12/2026,To : 31/12/2026

Date,Narration,Chq./Ref.No.,Value Dt,Withdrawal Amt.,Deposit Amt.,Closing Balance
01/12/26,NEFT CR-GLOBEX INDIA PVT LTD-IN/2026-27/0001,N335,01/12/26,,"1,23,456.50","9,99,999.00"
02/12/26,CHARGES,X,02/12/26,118.00,,"9,99,881.00"
********,********,,,,,
"""
LABANQUE = (
    "Date de comptabilisation;Libellé simplifié;Libellé opération;Débit euros;Crédit euros\r\n"
    "03/12/2026;VIR ACME;Facture F-2026-17;;1 500,00\r\n"
    "04/12/2026;PRLV EDF;;-42,10;\r\n"
)
REVOLUT = """\
Type,Product,Started Date,Completed Date,Description,Amount,Fee,Currency,State,Balance
TOPUP,Current,2026-12-01 10:00:00,2026-12-01 10:00:05,Payment from Ada Acme,250.00,0.00,USD,COMPLETED,250.00
TRANSFER,Current,2026-12-02 10:00:00,2026-12-02 10:00:05,To Bob,-10.00,0.00,USD,COMPLETED,240.00
"""
SANTANDER = (
    "Fecha operación\tConcepto\tOrdenante\tImporte\tDivisa\n"
    "03-12-2026\tFactura 2026-0007\tACME SL\t2.500,00\tEUR\n"
)
HINDI = "दिनांक,विवरण,नामे,जमा\n05-Dec-2026,बीजक IN/2026-27/0002,,500.00\n"
KUWAIT = "Posting Date;Details;Amount (KWD)\n2026-12-01;INV-1;12.750\n2026-12-02;INV-2;100.000\n"
INDICATOR = "Date,Amount,Dr/Cr,Remarks\n2026-12-01,100.00,CR,a\n2026-12-02,5.00,DR,b\n"


@pytest.mark.parametrize(
    ("text", "rows", "debits", "zeros"),
    [
        (
            SPARKASSE,
            [("2026-12-01", "1213.80 EUR", "GUTSCHRIFT RE-2026-00001 vom 01.11.", "ACME GmbH")],
            1,
            1,
        ),
        (
            HDFC,
            [
                (
                    "2026-12-01",
                    "123456.50 INR",
                    "NEFT CR-GLOBEX INDIA PVT LTD-IN/2026-27/0001 N335",
                    "",
                )
            ],
            1,
            0,
        ),
        (LABANQUE, [("2026-12-03", "1500.00 EUR", "VIR ACME Facture F-2026-17", "")], 1, 0),
        (REVOLUT, [("2026-12-01", "250.00 USD", "Payment from Ada Acme", "")], 1, 0),
        (SANTANDER, [("2026-12-03", "2500.00 EUR", "Factura 2026-0007", "ACME SL")], 0, 0),
        (HINDI, [("2026-12-05", "500.00 INR", "बीजक IN/2026-27/0002", "")], 0, 0),
        (
            KUWAIT,
            [("2026-12-01", "12.750 KWD", "INV-1", ""), ("2026-12-02", "100.000 KWD", "INV-2", "")],
            0,
            0,
        ),
        (INDICATOR, [("2026-12-01", "100.00 INR", "a", "")], 1, 0),
    ],
)
def test_the_tables_of_many_banks_are_read(text, rows, debits, zeros):
    statement = read_bank_statement(text, "INR")
    assert told(statement) == rows
    assert (statement.problems, statement.debits, statement.zeros) == ((), debits, zeros)


def test_columns_are_told_by_their_headings():
    assert read_bank_statement(SPARKASSE).columns == {
        "day": "Buchungstag",
        "amount": "Betrag",
        "currency": "Waehrung",
        "reference": "Buchungstext + Verwendungszweck",
        "payer": "Beguenstigter/Zahlungspflichtiger",
    }
    assert read_bank_statement(HDFC, "INR").columns == {
        "day": "Date",
        "amount": "Deposit Amt.",
        "currency": None,
        "reference": "Narration + Chq./Ref.No.",
        "payer": None,
    }
    (row,) = read_bank_statement(SPARKASSE).rows
    assert (row.line, row.iban) == (2, "DE89370400440532013000")
    assert "01.12.26" not in row.text and "1.213,80" not in row.text


def test_the_currency_is_the_row_s_the_heading_s_or_the_one_given(table):
    """
    heading      | cell      | column | given | currency
    Amount       | 1.00      | GBP    | EUR   | GBP
    Amount       | 1.00      | €      | USD   | EUR
    Amount       | £1.00     |        | EUR   | GBP
    Amount (CHF) | 1.00      |        | EUR   | CHF
    Betrag in €  | 1.00      |        | USD   | EUR
    Amount Rs.   | 1.00      |        | EUR   | INR
    Amount       | 1.00      |        | EUR   | EUR
    """
    for row in table:
        lines = [f"Date;{row['heading']};Currency", f"2026-12-01;{row['cell']};{row['column']}"]
        (one,) = read(*lines, currency=row["given"]).rows
        assert one.amount == Money.of("1.00", row["currency"]), row


def test_a_byte_order_mark_quoted_lines_and_old_encodings_do_not_matter():
    expected = told(read_bank_statement(SPARKASSE))
    assert told(read_bank_statement("\ufeff" + SPARKASSE)) == expected
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        assert told(read_bank_statement(statement_text(SPARKASSE.encode(encoding)))) == expected
    assert told(read_bank_statement(SPARKASSE.replace("\n", "\r\n"))) == expected
    french = statement_text(LABANQUE.encode("cp1252"))
    assert told(read_bank_statement(french)) == told(read_bank_statement(LABANQUE))


def test_days_are_read_by_the_whole_column(table):
    """
    cells                      | elsewhere | days
    2026-12-01 2026/12/2       | no        | 2026-12-01 2026-12-02
    20261201                   | no        | 2026-12-01
    01.12.2026 1.2.26          | no        | 2026-12-01 2026-02-01
    01/12/2026 13/12/2026      | no        | 2026-12-01 2026-12-13
    12/01/2026 12/13/2026      | no        | 2026-12-01 2026-12-13
    12/01/2026 12/13/2026      | yes       | 2026-12-01 2026-12-13
    01/12/2026 02/12/2026      | yes       | 2026-12-01 2026-12-02
    05-05-2026 06-06-2026      | no        | 2026-05-05 2026-06-06
    01-Dec-2026 2-März-26      | no        | 2026-12-01 2026-03-02
    2026-12-01T08:15:00Z       | no        | 2026-12-01
    31.02.2026 2026-13-01 x    | no        | none none none
    """
    for row in table:
        days = days_in(row["cells"].split(), day_first=row["elsewhere"] == "yes")
        assert " ".join(str(day).lower() for day in days) == row["days"], row


def test_days_that_can_be_read_both_ways_are_refused_unless_the_headings_tell():
    with pytest.raises(InvalidInput, match="day or month first\\? '01/12/2026'"):
        read("Date,Amount", "01/12/2026,5.00")
    (row,) = read("Datum,Betrag", "01/12/2026,5.00").rows
    assert row.day == date(2026, 12, 1)
    (row,) = read("Date,Narration,Amount", "01/12/2026,x,5.00").rows
    assert row.day == date(2026, 12, 1)


def test_amounts_are_read_by_the_whole_column(table):
    """
    cells                        | digits | amounts
    12.34 1,234.00               | 2      | 12.34 1234.00
    12,34 1.234,00               | 2      | 12.34 1234.00
    1,234 5                      | 2      | 1234 5
    1.234 5                      | 2      | 1234 5
    1.234.567                    | 2      | 1234567
    1,23,456.50 12,34,567        | 2      | 123456.50 1234567
    1'234.50 2'000               | 2      | 1234.50 2000
    12.750 1.000                 | 3      | 12.750 1.000
    0.500 1,000                  | 3      | 0.500 1000
    1234,567                     | none   | 1234.567
    -5.00 5.00- (5.00)           | 2      | -5.00 -5.00 -5.00
    5.00CR 5.00Dr 100SCR         | 2      | 5.00 -5.00 100
    €5.00 5.00EUR Rs.5.00 +5.00  | 2      | 5.00 5.00 5.00 5.00
    .50 5.                       | 2      | 0.50 5
    """
    for row in table:
        cells = row["cells"].split()
        mark = decimal_mark(cells, None if row["digits"] == "none" else int(row["digits"]))
        assert " ".join(str(amount_in(cell, mark)) for cell in cells) == row["amounts"], row


def test_spaces_of_every_kind_stand_between_thousands():
    for space in (" ", "\u00a0", "\u202f", "\u2009"):
        assert amount_in(f"12{space}345,60{space}€", ",") == D("12345.60")
    assert amount_in("\u22125,00", ",") == D("-5.00")


@pytest.mark.parametrize("cell", ["abc", "1,2,3.00", "1.00.00", "12,34,56.00", "1..2", "--", "1e5"])
def test_what_is_no_amount_is_refused(cell):
    with pytest.raises(InvalidInput, match="not an amount"):
        amount_in(cell, ".")


@pytest.mark.parametrize("cell", ["", " ", "-", "—"])
def test_an_empty_amount_is_none(cell):
    assert amount_in(cell, ".") is None


def test_amounts_that_could_mean_two_things_are_refused():
    with pytest.raises(InvalidInput, match=r"two ways: '1,234\.50' and '1\.234,50'"):
        read("Date;Amount", "2026-12-01;1.234,50", "2026-12-02;1,234.50")
    statement = read("Date;Amount", "2026-12-01;1.234", "2026-12-02;5", currency="KWD")
    assert [problem.reason for problem in statement.problems] == [
        "thousands or decimals? '1.234' can be read both ways"
    ]
    statement = read("Date;Amount", "2026-12-01;1.234", currency=None)
    assert "can be read both ways" in statement.problems[0].reason


def test_rows_that_cannot_be_recorded_are_named_with_their_line():
    statement = read(
        "Account 123",
        "",
        "Date;Reference;Amount;Currency",
        "2026-12-01;a;5.00;EUR",
        "2026-12-40;b;5.00;EUR",
        "2026-12-02;c;five;EUR",
        "2026-12-03;d;5.00;XXX",
        "2026-12-04;e;5.005;EUR",
        "soon;f;5.00;EUR",
        "Total;;20.00",
        "Printed by the bank",
        currency=None,
    )
    assert [row.reference for row in statement.rows] == ["a"]
    assert [(problem.line, problem.reason) for problem in statement.problems] == [
        (5, "not a day: '2026-12-40'"),
        (6, "not an amount: 'five'"),
        (7, "unknown currency 'XXX'"),
        (8, "EUR has fewer decimals than 5.005"),
        (9, "not a day: 'soon'"),
        (10, "not a day: 'Total'"),
    ]
    (problem,) = read("Date;Amount", "2026-12-01;5.00", currency=None).problems
    assert "names no currency" in problem.reason


@pytest.mark.parametrize("text", ["", "a,b,c\n1,2,3", "Date,Reference\n2026-12-01,x", "<html>"])
def test_a_table_without_headings_is_refused_with_what_to_do(text):
    with pytest.raises(InvalidInput, match="such as Date, Amount, Reference, Payer"):
        read_bank_statement(text)


def test_a_table_without_end_is_refused():
    with pytest.raises(InvalidInput, match="at most 5000 lines"):
        read("Date;Amount", *["2026-12-01;1.00"] * 5001)
    with pytest.raises(InvalidInput, match="no row of a table"):
        read("Date;Amount", "2026-12-01;" + "1" * 200_000)


def test_the_same_row_has_the_same_id_and_two_alike_in_one_file_are_two():
    rows = ["2026-12-01;5.00;a;Ada", "2026-12-01;5.00;a;Ada", "2026-12-01;5.00;b;Ada"]
    ids = [row.id for row in read("Date;Amount;Reference;Payer", *rows).rows]
    assert len(set(ids)) == 3
    # Another export, in another order, with one more and other spaces and cases.
    again = ["Payer;Reference;Amount;Date", "Eve;x;1.00;2026-12-02"]
    again += ["Ada;b;5.00;2026-12-01", "Ada; A ;5.00;2026-12-01", "ADA;a;5.00;2026-12-01"]
    assert [row.id for row in read(*again).rows[1:]] == [ids[2], ids[0], ids[1]]
    for other in ("2026-12-02;5.00;a;Ada", "2026-12-01;5.01;a;Ada", "2026-12-01;5.00;a;Eve"):
        (row,) = read("Date;Amount;Reference;Payer", other).rows
        assert row.id not in ids


def test_the_delimiter_is_the_one_that_makes_most_headings():
    (row,) = read('Date;Amount;"Reference, if any"', '2026-12-01;1,50;"a,b;c"').rows
    assert (row.amount, row.reference) == (Money.of("1.50", "EUR"), "")
    (row,) = read("Date\tAmount\tReference", "2026-12-01\t1,50\ta;b,c").rows
    assert (row.amount, row.reference) == (Money.of("1.50", "EUR"), "a;b,c")


def test_the_day_of_booking_counts_before_the_day_of_value():
    for headings in ("Value Date,Booking Date", "Valuta,Buchungstag", "Date valeur,Date opération"):
        columns = columns_in([*headings.split(","), "Amount"])
        assert columns.at["day"] == 1, headings


FORMS = st.sampled_from(["en", "de", "ch", "in", "fr", "bare"])


def written(amount: D, form: str) -> str:
    """Write an amount as people of that form do."""
    sign, digits = ("-" if amount < 0 else ""), f"{abs(amount):.2f}"
    whole, decimals = digits.split(".")
    by_three = f"{int(whole):,}"
    if form == "in":
        head, tail = whole[:-3], whole[-3:]
        pairs = [head[max(at - 2, 0) : at] for at in range(len(head), 0, -2)][::-1]
        by_two = ",".join([*pairs, tail])
        return f"{sign}{by_two}.{decimals}"
    if form == "bare":
        return f"{sign}{whole}.{decimals}"
    marks = {"en": (",", "."), "de": (".", ","), "ch": ("'", "."), "fr": ("\u202f", ",")}
    thousands, mark = marks[form]
    return sign + by_three.replace(",", thousands) + mark + decimals


@settings(deadline=None)
@given(
    st.lists(st.decimals(-(10**9), 10**9, places=2), min_size=1, max_size=8),
    FORMS,
)
def test_whatever_is_written_is_read_back(amounts: list[D], form: str):
    cells = [written(amount, form) for amount in amounts]
    mark = decimal_mark(cells, 2)
    assert [amount_in(cell, mark) for cell in cells] == amounts


@settings(deadline=None)
@given(st.lists(st.decimals("0.01", 10**7, places=2), min_size=1, max_size=6), FORMS)
def test_no_incoming_money_is_lost_or_invented(amounts: list[D], form: str):
    lines = [f'2026-12-01;"{written(amount, form)}";r' for amount in amounts]
    statement = read("Date;Amount;Reference", *lines)
    assert [row.amount.amount for row in statement.rows] == amounts
    assert len({row.id for row in statement.rows}) == len(amounts)


@settings(deadline=None)
@given(st.text(max_size=300))
def test_whatever_somebody_sends_is_read_or_refused(text: str):
    for body in (text, f"Date;Amount;Reference\n{text}", f"Datum,Betrag\n2026-12-01,{text}"):
        try:
            statement = read_bank_statement(body, "EUR")
        except InvalidInput:
            continue
        assert all(row.amount.amount > 0 for row in statement.rows)
