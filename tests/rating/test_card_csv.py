"""Rate cards as tables and as JSON: nothing is lost on the way out and back."""

import csv
from datetime import UTC, datetime
from decimal import Decimal as D
from io import StringIO

import msgspec
import pytest
from hypothesis import given, settings

from chalicelib.errors import InvalidInput
from chalicelib.rating.card_cells import number_in
from chalicelib.rating.card_csv import COLUMNS, card_in_csv, csv_of
from chalicelib.rating.card_files import RateCardFile, card_in, file_of
from chalicelib.rating.rate_cards import RateCard, packed_card, unpacked_card
from chalicelib.rating.tariffs import Model, Per, Tariff, Tier
from tests.rating.random_cards import rate_cards

AUGUST = datetime(2026, 8, 1, tzinfo=UTC)
SIMPLE = "meter,per,price\nrunning_vm,hour,0.024\n"
Table = list[dict[str, str]]


def card(text: str) -> RateCard:
    return card_in_csv(text, "EUR", AUGUST)


def refused(text: str) -> InvalidInput:
    with pytest.raises(InvalidInput) as told:
        card(text)
    return told.value


@settings(max_examples=60, deadline=None)
@given(rate_cards(account="acme"))
def test_a_card_is_the_same_after_a_table_and_after_json(known: RateCard) -> None:
    assert card_in_csv(csv_of(known), known.currency, known.effective_from, "acme") == known
    text = msgspec.json.encode(file_of(known))
    assert card_in(msgspec.json.decode(text, type=RateCardFile)) == known
    assert unpacked_card(packed_card(known)) == known
    assert unpacked_card(packed_card(known)).version == known.version


@settings(max_examples=25, deadline=None)
@given(rate_cards())
def test_no_cell_of_a_table_is_a_formula(known: RateCard) -> None:
    for row in csv.reader(StringIO(csv_of(known), newline="")):
        assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))]


def test_the_columns_are_those_that_are_told_of() -> None:
    dimensions = (
        "zone offering template operating_system hypervisor vcpus mhz memory_mib source_nat"
        " system device default size"
    )
    told = "tariff meter title per model up_to price package_size included minimum maximum"
    assert set(COLUMNS) == {*told.split(), *dimensions.split(), "tags"}


def test_a_table_holds_every_kind_of_price() -> None:
    text = (
        "tariff,meter,title,per,model,up_to,price,package_size,included,minimum,offering,tags\n"
        "1,network_sent,Traffic,gib,graduated,100,0,,,,,\n"
        "1,network_sent,Traffic,gib,graduated,1000,0.10,,,,,\n"
        "1,,,,,,0.05,,,,,\n"
        ",running_vm,,hour,,,0.01,,,,o1 | o2,env=prod|staging; team=x\n"
        ",disk_reads,,million_requests,package,,2,10,,,,\n"
        ",service:gold,Gold support,month,flat,,99,,,5,,\n"
    )
    tiers = (Tier(D(100), D(0)), Tier(D(1000), D("0.1")), Tier(None, D("0.05")))
    conditions = (
        ("offering", ("o1", "o2")),
        ("tag:env", ("prod", "staging")),
        ("tag:team", ("x",)),
    )
    assert card(text).tariffs == (
        Tariff("running_vm", Per.HOUR, D("0.01"), conditions=conditions),
        Tariff("network_sent", Per.GIB, model=Model.GRADUATED, tiers=tiers, title="Traffic"),
        Tariff(
            "disk_reads",
            Per.MILLION_REQUESTS,
            D(2),
            model=Model.PACKAGE,
            package_size=D(10),
        ),
        Tariff("service:gold", Per.MONTH, D(99), minimum=D(5), title="Gold support"),
    )


@pytest.mark.parametrize(
    "text",
    [
        SIMPLE,
        "\ufeff" + SIMPLE,
        SIMPLE.replace("\n", "\r\n"),
        SIMPLE.replace(",", ";"),
        SIMPLE.replace(",", "\t"),
        "\n\n" + SIMPLE.replace("\n", "\n\n,,\n"),
        "Meter, PER ,price,,\nrunning_vm, hour , 0.0240 ,,\n",
        'meter,per,price\n"running_vm","hour","2.4E-02"',
    ],
    ids=range(8),
)
def test_what_spreadsheets_save_is_read_alike(text: str) -> None:
    assert card(text) == card(SIMPLE)


def test_an_error_names_the_line_and_the_column() -> None:
    told = refused(SIMPLE + "\nvolume,gib_month,cheap\n")
    assert str(told).startswith("line 4, price: must be a number")
    assert set(told.fields) == {"lines.4"}
    told = refused(SIMPLE + "volume,hour,1\n")
    assert str(told).startswith("line 3: usage type 6 counts in GiB-hour")
    told = refused(SIMPLE + SIMPLE.splitlines()[1])
    assert str(told) == "line 3: Running VM (running_vm) has two prices; the other is line 2"


def test_what_cannot_be_is_refused(table: Table) -> None:
    """
    says                              | text
    line 1: names the columns         | meter,price/volume,1
    line 1: there is no column 'cost' | meter,per,price,cost/volume,gib_month,1,2
    line 1: the column 'per' is there | meter,per,price,per/volume,gib_month,1,gib_month
    line 2: has 4 cells and not 3     | meter,per,price/volume,gib_month,0,05
    line 2: has 2 cells and not 3     | meter,per,price/volume,gib_month
    line 2, price: write numbers with | meter;per;price/volume;gib_month;0,05
    line 2, price: '1.000' might be 1 | meter;per;price/volume;gib_month;1.000
    line 2, price: must be a number   | meter,per,price/volume,gib_month,05
    line 2, price: must be a number   | meter,per,price/volume,gib_month,.5
    line 2, price: must be a number   | meter,per,price/volume,gib_month,1 000
    line 2, price: must be a number   | meter,per,price/volume,gib_month,NaN
    line 2, price: must be a number   | meter,per,price/volume,gib_month,٣
    line 2, price: is missing         | meter,per,price/volume,gib_month,
    line 2, per: must be hour,        | meter,per,price/volume,gb,1
    line 2, per: is missing           | meter,per,price/volume,,1
    line 2, meter: is missing         | meter,per,price/,gib_month,1
    line 2: there is no meter         | meter,per,price/disk,gib_month,1
    line 2, model: must be flat,      | meter,per,price,model/volume,gib_month,1,tiered
    line 2, up_to: is for tiers       | meter,per,price,up_to/volume,gib_month,1,5
    line 3, tariff: a flat price has  | tariff,meter,per,price/a,volume,gib_month,1/a,volume,gib_month,2
    line 3, per: is not what line 2   | tariff,meter,per,price,model/a,volume,gib_month,1,volume/a,volume,gib_hour,2,
    line 2, tags: write tags as       | meter,per,price,tags/volume,gib_month,1,prod
    line 2, tags: the tag 'a' is      | meter,per,price,tags/volume,gib_month,1,a=b;a=c
    line 2: 'x' stands in a column    | meter,per,price,/volume,gib_month,1,x
    line 2: cannot be read            | meter,per,price/"volume,gib_month,1
    line 2: some letters were lost    | meter,per,price/vol\ufffdme,gib_month,1
    line 2: a service is named with   | meter,per,price/service:Gold!,month,1
    a rate card needs at least one    | meter,per,price
    """
    for row in table:
        text = row["text"].replace("/", "\n").replace("\\ufffd", "\ufffd")
        assert str(refused(text)).startswith(row["says"]), row
    assert str(refused("")) == str(refused("\ufeff\r\n\r\n")) == "the table is empty"


def test_a_table_of_absurd_length_is_refused() -> None:
    assert "more than 50000 lines" in str(refused(SIMPLE + "running_vm,hour,1\n" * 50_001))


def test_a_point_is_never_taken_for_another(table: Table) -> None:
    """
    text     | in a table with ; | in others
    1.000    |                   | 1
    12.345   |                   | 12.345
    1.234.5  |                   |
    0.125    | 0.125             | 0.125
    1000.125 | 1000.125          | 1000.125
    1.5      | 1.5               | 1.5
    1.2500   | 1.25              | 1.25
    """
    for row in table:
        for semicolons, told in ((True, row["in a table with ;"]), (False, row["in others"])):
            if told:
                assert number_in(row["text"], points_are_decimal=not semicolons) == D(told), row
            else:
                with pytest.raises(InvalidInput):
                    number_in(row["text"], points_are_decimal=not semicolons)
