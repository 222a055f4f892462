"""Usage records, read and checked."""

from datetime import UTC, datetime
from decimal import Decimal as D

import msgspec
import pytest

from chalicelib.errors import InvalidInput
from chalicelib.metering.meters import METERS_BY_USAGE_TYPE
from chalicelib.metering.records import UsageRow, read_record

DAY = {"startdate": "2026-01-01T00:00:00+0000", "enddate": "2026-01-01T23:59:59+0000"}
IDS = {"usageid": "u", "virtualmachineid": "v", "zoneid": "z", "accountid": "a", "account": "acme"}


def row(**fields: object) -> UsageRow:
    return msgspec.convert({**DAY, **IDS, **fields}, UsageRow)


def test_each_usage_type_becomes_a_quantity_of_its_meter(table) -> None:
    """
    type | raw        | size        | meter            | unit     | quantity
    1    | 24         |             | running_vm       | hour     | 24
    2    | 0.5        |             | allocated_vm     | hour     | 0.5
    3    | 24         |             | ip_address       | hour     | 24
    4    | 1073741824 |             | network_sent     | GiB      | 1
    5    | 1          |             | network_received | GiB      | 0.000000000931322574615478515625
    6    | 24         | 53687091200 | volume           | GiB-hour | 1200
    6    | 0.5        | 1           | volume           | GiB-hour | 0.0000000004656612873077392578125
    8    | 12         | 1073741824  | iso              | GiB-hour | 12
    9    | 24         | 0           | snapshot         | GiB-hour | 0
    11   | 24         |             | load_balancer    | hour     | 24
    12   | 24         |             | port_forwarding  | hour     | 24
    13   | 48         |             | network_offering | hour     | 48
    """
    for each in table:
        size = {"size": int(each["size"])} if each["size"] else {}
        record = read_record(row(usagetype=int(each["type"]), rawusage=each["raw"], **size))
        assert record.meter.name == each["meter"], each
        assert record.meter.unit == each["unit"], each
        assert record.quantity == D(each["quantity"]), each


def test_every_billable_type_has_one_meter() -> None:
    assert sorted(METERS_BY_USAGE_TYPE) == [1, 2, 3, 4, 5, 6, 8, 9, 11, 12, 13]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"usagetype": 14}, "usage type 14 has no meter"),
        ({"usagetype": 99}, "usage type 99 has no meter"),
        ({"usagetype": None}, "usage type None has no meter"),
        ({"accountid": None}, "names neither an account nor a project"),
        ({"virtualmachineid": None}, "usage type 1 without virtualmachineid"),
        ({"rawusage": None}, "has no raw usage"),
        ({"rawusage": "12,5"}, "raw usage is not a number"),
        ({"rawusage": "NaN"}, "raw usage is not a number"),
        ({"rawusage": "-1"}, "raw usage is negative"),
        ({"rawusage": "25"}, "more hours than its window has"),
        ({"startdate": None}, "has no start or no end"),
        ({"startdate": "yesterday"}, "has a date that cannot be read"),
        ({"startdate": "2026-01-01 00:00:00"}, "has a date without an offset"),
        ({"enddate": "2025-12-31T00:00:00+0000"}, "ends before it starts"),
        ({"usagetype": 6, "rawusage": "24"}, "usage type 6 without a size"),
        ({"usagetype": 6, "size": -1}, "usage type 6 without a size"),
    ],
)
def test_what_cannot_be_billed_is_refused_with_its_reason(
    fields: dict[str, object], reason: str
) -> None:
    with pytest.raises(InvalidInput, match=reason):
        read_record(row(**{"usagetype": 1, "rawusage": "24", **fields}))


def test_the_float_noise_of_cloudstack_is_no_reason_to_refuse() -> None:
    assert read_record(row(usagetype=1, rawusage="24.000002")).quantity == D("24.000002")


def test_both_date_styles_and_any_offset_name_the_same_window(table) -> None:
    """
    start                         | end
    2026-01-01T00:00:00+0000      | 2026-01-01T23:59:59+0000
    2026-01-01'T'00:00:00+00:00   | 2026-01-01'T'23:59:59+00:00
    2026-01-01T05:30:00+0530      | 2026-01-02T05:29:59+0530
    2025-12-31T21:00:00-0300      | 2026-01-01T20:59:59-0300
    """
    for each in table:
        record = read_record(
            row(usagetype=1, rawusage="24", startdate=each["start"], enddate=each["end"])
        )
        assert datetime.fromtimestamp(record.start, UTC) == datetime(2026, 1, 1, tzinfo=UTC), each
        assert datetime.fromtimestamp(record.end, UTC) == datetime(2026, 1, 2, tzinfo=UTC), each


def test_a_project_is_an_owner_like_an_account() -> None:
    record = read_record(row(usagetype=1, rawusage="1", accountid=None, projectid="p"))
    assert record.owner == "p"
