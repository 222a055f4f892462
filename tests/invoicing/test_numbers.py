"""Numbers of documents: fiscal years, templates, and which series a document counts in."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import Conflict, InvalidInput
from chalicelib.invoicing.documents import Kind
from chalicelib.invoicing.issuers import SERIES
from chalicelib.invoicing.numbers import (
    check_template,
    fiscal_year,
    issued_on,
    may_meet,
    number_of,
    series_of,
)
from tests.invoicing.books import an_issuer

Table = list[dict[str, str]]


def test_a_fiscal_year_is_named_by_the_years_it_lies_in(table: Table) -> None:
    """
    day        | from | id      | year
    2026-01-01 | 1    | 2026    | 2026
    2026-12-31 | 1    | 2026    | 2026
    2026-03-31 | 4    | 2025-26 | 2025
    2026-04-01 | 4    | 2026-27 | 2026
    2027-03-31 | 4    | 2026-27 | 2026
    2026-06-30 | 7    | 2025-26 | 2025
    2026-07-01 | 7    | 2026-27 | 2026
    2099-07-01 | 7    | 2099-00 | 2099
    """
    for row in table:
        found = fiscal_year(date.fromisoformat(row["day"]), int(row["from"]))
        assert (found.id, str(found.year)) == (row["id"], row["year"]), row


def test_the_day_that_counts_is_that_where_the_issuer_is(table: Table) -> None:
    """
    instant          | zone             | day        | number
    2026-03-31 18:29 | Asia/Kolkata     | 2026-03-31 | IN/2025-26/0007
    2026-03-31 18:30 | Asia/Kolkata     | 2026-04-01 | IN/2026-27/0007
    2026-04-01 03:59 | America/New_York | 2026-03-31 | IN/2025-26/0007
    2026-04-01 04:00 | America/New_York | 2026-04-01 | IN/2026-27/0007
    """
    for row in table:
        issuer = an_issuer(
            time_zone=row["zone"], fiscal_year_start=4, series={"invoice": "IN/{fy}/{n:04}"}
        )
        day = issued_on(issuer, datetime.fromisoformat(row["instant"]).replace(tzinfo=UTC))
        assert day.isoformat() == row["day"], row
        assert number_of(issuer, Kind.INVOICE, 7, day) == row["number"], row


def test_a_number_is_made_of_a_template(table: Table) -> None:
    """
    template       | from | n     | number
    IN/{fy}/{n:04} | 4    | 1     | IN/2026-27/0001
    IN/{fy}/{n:04} | 4    | 12345 | IN/2026-27/12345
    INV-{year}-{n} | 4    | 9     | INV-2026-9
    {yy}{n:05}     | 1    | 42    | 2700042
    INV-{n}        | 7    | 1000  | INV-1000
    R{fy}.{n:03}   | 1    | 5     | R2027.005
    """
    for row in table:
        issuer = an_issuer(fiscal_year_start=int(row["from"]), series={"invoice": row["template"]})
        number = number_of(issuer, Kind.INVOICE, int(row["n"]), date(2027, 3, 31))
        assert number == row["number"], row


def test_the_seventeenth_character_is_refused_with_words() -> None:
    issuer = an_issuer(fiscal_year_start=4, longest_number=16, series={"invoice": "IN/{fy}/{n:04}"})
    day = date(2026, 11, 30)
    assert len(number_of(issuer, Kind.INVOICE, 99_999, day)) == 16
    with pytest.raises(Conflict) as error:
        number_of(issuer, Kind.INVOICE, 100_000, day)
    assert str(error.value) == (
        "IN/2026-27/100000 has 17 characters, and at most 16 are lawful: "
        "shorten the numbers of invoices in the settings of issuer main"
    )


def test_a_series_begins_anew_only_where_its_numbers_tell_the_year(table: Table) -> None:
    """
    template       | day        | fiscal year
    IN/{fy}/{n:04} | 2027-03-31 | 2026-27
    IN/{fy}/{n:04} | 2027-04-01 | 2027-28
    I{yy}-{n}      | 2027-03-31 | 2026-27
    {year}/{n}     | 2027-03-31 | 2026-27
    INV-{n}        | 2027-03-31 | all
    INV-{n}        | 2027-04-01 | all
    """
    for row in table:
        issuer = an_issuer(fiscal_year_start=4, series={"invoice": row["template"]})
        series = series_of(issuer, Kind.INVOICE, date.fromisoformat(row["day"]))
        assert series.fiscal_year == row["fiscal year"], row
        assert (series.issuer, series.kind) == ("main", Kind.INVOICE)


def test_a_template_says_what_is_wrong_with_it(table: Table) -> None:
    """
    template           | longest | reason
    INV-{n}            |         |
    a.b_c/{fy}-{n:09}  |         |
    IN/{fy}/{n:04}     | 16      |
    INV                |         | needs {n}
    {n}-{n}            |         | once
    {n:0}              |         | is made of
    {n:5}              |         | is made of
    {month}/{n}        |         | is made of
    {year:04}{n}       |         | is made of
    {n                 |         | is made of
    }{n}               |         | is made of
    INV {n}            |         | letters, digits, - and /, . and _
    Nº{n}              |         | letters, digits
    IN_{n}             | 16      | letters, digits, - and /
    IN.{n}             | 16      | letters, digits, - and /
    INVO/{fy}/{n:05}   | 16      | INVO/2026-27/00001 has 18 characters; a number may have 16
    {n:09}{fy}{fy}{fy} |         | has 30
    """
    for row in table:
        longest = int(row["longest"]) if row["longest"] else None
        if not row["reason"] or row["reason"] == "has 30":
            check_template(row["template"], longest, 4)
            continue
        with pytest.raises(InvalidInput) as error:
            check_template(row["template"], longest, 4)
        assert row["reason"] in str(error.value), row


def test_templates_that_could_give_the_same_number(table: Table) -> None:
    """
    one          | other          | meet
    INV-{n}      | CN-{n}         | no
    INV-{n}      | INV-{n:05}     | yes
    {n}          | {year}{n}      | yes
    {year}-{n}   | {yy}-{n}       | no
    A{n}         | A2{n}          | yes
    A{n}         | A{n}B          | no
    {fy}/{n}     | {year}-27/{n}  | yes
    {n}/{year}   | {n}/{yy}       | no
    I{yy}{n:03}  | i{n:05}        | yes
    R-{n}        | RC-{n}         | no
    {n:03}       | {n:05}         | yes
    """
    for row in table:
        for one, other in ((row["one"], row["other"]), (row["other"], row["one"])):
            assert may_meet(one, other, 4) == (row["meet"] == "yes"), row


@given(
    st.sampled_from(["INV-{n}", "{year}{n:02}", "{n}/{yy}", "{n:03}{year}", "{fy}-{n}"]),
    st.sampled_from([1, 4, 7]),
    st.lists(
        st.tuples(st.dates(date(2001, 1, 1), date(2090, 1, 1)), st.integers(1, 10**6)),
        min_size=2,
        max_size=2,
    ),
)
def test_no_number_is_given_twice_in_one_template(
    template: str, start: int, told: list[tuple[date, int]]
) -> None:
    issuer = an_issuer(fiscal_year_start=start, series={"invoice": template})
    (day, n), (other_day, other_n) = told
    same = (series_of(issuer, Kind.INVOICE, day), n) == (
        series_of(issuer, Kind.INVOICE, other_day),
        other_n,
    )
    numbers = (
        number_of(issuer, Kind.INVOICE, n, day),
        number_of(issuer, Kind.INVOICE, other_n, other_day),
    )
    assert (numbers[0] == numbers[1]) == same


def test_the_usual_series_are_fine_everywhere() -> None:
    for start in range(1, 13):
        for longest in (None, 16):
            issuer = an_issuer(fiscal_year_start=start, longest_number=longest)
            assert issuer.series == SERIES
