"""What each usage type comes to: meter, unit, quantity, dimensions, and what makes it one."""

from decimal import Decimal as D

import pytest

from chalicelib.metering.meters import METERS, METERS_BY_USAGE_TYPE, PARTS, title_of, unit_of
from chalicelib.metering.reviews import Reason
from tests.metering.rows import (
    DAY,
    GIB,
    OWN,
    billed,
    entries,
    groups,
    hours,
    metered,
    quantities,
    reviewed,
    row,
)


def test_each_usage_type_becomes_a_quantity_of_its_meter(table) -> None:
    """
    type | raw        | size        | meter                  | unit     | quantity
    1    | 24         |             | running_vm             | hour     | 24
    1    | 24.000002  |             | running_vm             | hour     | 24.000002
    2    | 0.5        |             | allocated_vm           | hour     | 0.5
    3    | 24         |             | ip_address             | hour     | 24
    4    | 1073741824 |             | network_sent           | GiB      | 1
    5    | 1          |             | network_received       | GiB      | 0.000000000931322574615478515625
    5    | 0          |             | network_received       | GiB      | 0
    6    | 24         | 53687091200 | volume                 | GiB-hour | 1200
    6    | 0.5        | 1           | volume                 | GiB-hour | 0.0000000004656612873077392578125
    7    | 24         | 2147483648  | template               | GiB-hour | 48
    8    | 12         | 1073741824  | iso                    | GiB-hour | 12
    9    | 24         | 0           | snapshot               | GiB-hour | 0
    10   | 24         |             | security_group         | hour     | 24
    11   | 24         |             | load_balancer          | hour     | 24
    12   | 24         |             | port_forwarding        | hour     | 24
    13   | 48         |             | network_offering       | hour     | 48
    14   | 3.25       |             | vpn_user               | hour     | 3.25
    21   | 1234       |             | disk_reads             | request  | 1234
    22   | 1          |             | disk_writes            | request  | 1
    23   | 536870912  |             | disk_read              | GiB      | 0.5
    24   | 1073741824 |             | disk_written           | GiB      | 1
    25   | 12         | 2147483648  | vm_snapshot            | GiB-hour | 24
    26   | 24         |             | secondary_volume       | hour     | 24
    27   | 24         | 1073741824  | vm_snapshot_on_primary | GiB-hour | 24
    28   | 24         |             | backup                 | hour     | 24
    29   | 1073741824 |             | bucket                 | GiB-hour | 24
    29   | 1          |             | bucket                 | GiB-hour | 0.000000022351741790771484375
    30   | 24         |             | network                | hour     | 24
    31   | 6          |             | vpc                    | hour     | 6
    """
    assert {int(each["type"]) for each in table} == set(METERS_BY_USAGE_TYPE)
    for each in table:
        size = {"size": int(each["size"])} if each["size"] else {}
        found = groups(metered(row(int(each["type"]), rawusage=each["raw"], **size)))
        meter = METERS_BY_USAGE_TYPE[int(each["type"])]
        assert (meter.name, meter.unit) == (each["meter"], each["unit"]), each
        assert quantities(found)[meter.name] == D(each["quantity"]), each


def test_every_usage_type_has_one_meter_and_no_other() -> None:
    assert sorted(METERS_BY_USAGE_TYPE) == [*range(1, 15), *range(21, 32)]
    assert len(METERS) == len(METERS_BY_USAGE_TYPE) == 25
    assert not set(METERS) & set(PARTS)
    assert all(title_of(name) and unit_of(name) for name in (*METERS, *PARTS))


def test_a_level_is_what_there_was_for_as_long_as_its_window(table) -> None:
    """
    bytes      | from | until | GiB-hours
    1073741824 | 0    | 24    | 24
    1073741824 | 0    | 1     | 1
    1073741824 | -1   | 24    | 25
    3221225472 | 12   | 18    | 18
    """
    for each in table:
        span = hours(int(each["from"]), int(each["until"]))
        found = quantities(groups(metered(row(29, rawusage=each["bytes"], **span))))
        assert found == {"bucket": D(each["GiB-hours"])}, each


def test_a_running_machine_is_measured_by_its_parts_too(table) -> None:
    """
    type | hours | cpus | mhz  | memory | vcpu-hours | ghz-hours | gib-hours
    1    | 24    | 2    | 2500 | 4096   | 48         | 120       | 96
    1    | 0.5   | 1    | 1000 | 512    | 0.5        | 0.5       | 0.25
    1    | 12    | 3    | 1    | 1      | 36         | 0.036     | 0.01171875
    1    | 24    | 2    |      | 1024   | 48         |           | 24
    1    | 24    |      | 2500 |        |            |           |
    2    | 24    | 2    | 2500 | 4096   |            |           |
    """
    for each in table:
        machine = {
            name: int(each[cell]) if each[cell] else None
            for name, cell in (("cpunumber", "cpus"), ("cpuspeed", "mhz"), ("memory", "memory"))
        }
        found = quantities(
            groups(metered(row(int(each["type"]), rawusage=each["hours"], **machine)))
        )
        parts = {
            part: D(each[cell])
            for part, cell in (
                ("running_vcpus", "vcpu-hours"),
                ("running_ghz", "ghz-hours"),
                ("running_memory", "gib-hours"),
            )
            if each[cell]
        }
        meter = METERS_BY_USAGE_TYPE[int(each["type"])].name
        assert found == {meter: D(each["hours"]), **parts}, each


def test_backups_are_measured_by_size_where_cloudstack_tells_it(table) -> None:
    """
    hours | size       | GiB-hours
    24    | 2147483648 | 48
    12    | 1          | 0.000000011175870895385742187500
    24    | 0          | 0
    24    |            |
    """
    for each in table:
        size = int(each["size"]) if each["size"] else None
        found = quantities(groups(metered(row(28, rawusage=each["hours"], size=size))))
        storage = {"backup_storage": D(each["GiB-hours"])} if each["GiB-hours"] else {}
        assert found == {"backup": D(each["hours"]), **storage}, each


def test_dimensions_are_read_of_the_fields_that_cloudstack_sets(table) -> None:
    """
    type  | dimensions
    1 2   | z small debian Debian_12 KVM 2 2500 4096
    3     | z true false
    4 5   | z DomainRouter
    6     | z ssd debian
    13    | z isolated true
    25    | z 17
    28    | z - -
    7 8 9 10 11 12 14 21 22 23 24 26 27 29 30 31 | z
    """
    seen = []
    for each in table:
        wanted = ["" if d == "-" else d.replace("_", " ") for d in each["dimensions"].split()]
        for usage_type in map(int, each["type"].split()):
            (group,) = groups(metered(row(usage_type)))
            assert list(group.dimensions) == wanted, usage_type
            seen.append(usage_type)
    assert sorted(seen) == sorted(OWN)


def test_what_a_record_is_about_and_what_completes_that(table) -> None:
    """
    type        | resource         | related      | size | name
    1 2         | vm-1             |              | 0    | web-1
    3           | ip-1             |              | 0    |
    4 5         | router-1         | network-1    | 0    | net-1
    6           | volume-1         |              | 5    |
    7 8 9       | stored-1         |              | 5    |
    10          | group-1          | vm-1         | 0    |
    11          | balancer-1       |              | 0    |
    12          | rule-1           |              | 0    |
    13          | vm-1             |              | 0    |
    14          | user-1           |              | 0    |
    21 22 23 24 | volume-1         | vm-1         | 0    |
    25 27       | stored-1         | vm-1         | 5    | before
    26          | Volume Id: 7 on secondary |     | 0    |
    28          | vm-1             | Backup of VM 3 | 0  |
    29          | bucket-1         |              | 0    | photos
    30          | Network 204 Allocated |         | 0    |
    31          | VPC Id: 9        |              | 0    |
    """
    for each in table:
        for usage_type in map(int, each["type"].split()):
            (entry,) = entries(metered(row(usage_type)))
            told = (entry.resource, entry.related, entry.size // GIB, entry.name)
            wanted = (each["resource"], each["related"], int(each["size"]), each["name"])
            assert told == wanted, usage_type


def test_traffic_of_a_vpc_is_that_of_the_vpc() -> None:
    (entry,) = entries(metered(row(5, networkid=None, vpcid="vpc-1")))
    assert (entry.resource, entry.related) == ("router-1", "vpc-1")


# A field that says something else than in the sample.
OTHER = {
    "cpunumber": 4,
    "cpuspeed": 3000,
    "memory": 8192,
    "size": 7 * GIB,
    "issourcenat": False,
    "issystem": True,
    "isdefault": False,
    "accountid": "b",
    "virtualsize": 1,
    "tags": [{"key": "env", "value": "prod"}],
}


def test_what_makes_a_record_another_one_and_what_does_not(table) -> None:
    """
    type        | another record                                              | the same record
    1 2         | virtualmachineid offeringid cpunumber cpuspeed memory       | templateid type osdisplayname usageid
    3           | usageid                                                     | issourcenat issystem
    4 5         | usageid networkid                                           | type
    6           | usageid offeringid size                                     | templateid
    7           | usageid                                                     | templateid virtualsize
    8           | usageid                                                     | virtualsize
    9 11 12 14  | usageid                                                     |
    10          | usageid virtualmachineid                                    |
    13          | virtualmachineid offeringid                                 | isdefault usageid
    21 22 23 24 | usageid virtualmachineid                                    | type
    25          | usageid virtualmachineid size                               | offeringid
    27          | usageid virtualmachineid size                               |
    29          | usageid                                                     |
    """
    checked = []
    for each in table:
        another = ["accountid", "zoneid", *each["another record"].split()]
        same = ["account", "domainpath", "description", "usage", "name", "tags"]
        for usage_type in map(int, each["type"].split()):
            # Half a day each: a machine or a volume is of one kind at a time.
            half = {"rawusage": "12"}
            for field in another:
                two = metered(
                    row(usage_type, **half),
                    row(usage_type, **half, **{field: OTHER.get(field, "other")}),
                )
                assert (billed(two), two.copies, two.reviews) == (2, 0, []), (usage_type, field)
            for field in [*same, *each["the same record"].split()]:
                one = metered(
                    row(usage_type), row(usage_type, **{field: OTHER.get(field, "other")})
                )
                assert (billed(one), one.copies, one.reviews) == (1, 1, []), (usage_type, field)
            checked.append(usage_type)
    assert sorted(checked) == sorted(set(OWN) - {26, 28, 30, 31})


def test_records_of_several_spans_are_several(table) -> None:
    """
    type | raw
    1    | 12
    6    | 12
    4    | 1000
    13   | 24
    25   | 12
    29   | 1000
    30   | 12
    """
    for each in table:
        usage_type, raw = int(each["type"]), each["raw"]
        two = metered(*(row(usage_type, rawusage=raw, **hours(h, h + 12)) for h in (0, 12)))
        assert (billed(two), two.copies, two.reviews) == (2, 0, []), each


def test_equal_records_without_an_id_all_count_as_long_as_they_fit_into_their_window(table) -> None:
    """
    type | raw             | counted         | held
    26   | 24              | 24              |
    26   | 12 12           | 12 12           |
    30   | 8 8 8           | 8 8 8           |
    30   | 10 14           | 10 14           |
    30   | 12 12 12        | 12 12           | 12
    30   | 1 24            | 1               | 24
    31   | 0.5 0.5 23      | 0.5 0.5 23      |
    31   | 6 6 6 6 6 6     | 6 6 6 6         | 6 6
    28   | 12 12           | 12 12           |
    28   | 24 24 24        | 24              | 24 24
    """
    reason = Reason.TOO_MANY_HOURS_TOGETHER.value
    for each in table:
        usage_type = int(each["type"])
        window = metered(*(row(usage_type, rawusage=raw) for raw in each["raw"].split()))
        counted = sorted(D(entry.raw) for entry in entries(window))
        held = each["held"].split()
        assert counted == sorted(map(D, each["counted"].split())), each
        assert reviewed(window) == [(usage_type, "a", reason, len(held))][: len(held)], each
        assert window.copies == 0


def test_two_backups_of_one_machine_differ_in_description_or_size() -> None:
    whole = {"rawusage": "24"}
    two = metered(row(28, **whole, description="one"), row(28, **whole, description="two"))
    assert (billed(two), two.reviews) == (2, [])
    two = metered(row(28, **whole, size=GIB), row(28, **whole, size=2 * GIB))
    assert (billed(two), two.reviews) == (2, [])
    assert quantities(groups(two)) == {"backup": 48, "backup_storage": 72}


@pytest.mark.parametrize("usage_type", sorted(set(OWN) - {4, 5, 13, 21, 22, 23, 24, 29}))
def test_no_record_of_one_thing_has_more_hours_than_its_window(usage_type: int) -> None:
    assert billed(metered(row(usage_type, rawusage="24.00001"))) == 1
    window = metered(row(usage_type, rawusage="24.00002"))
    assert reviewed(window) == [(usage_type, "a", "too_many_hours", 1)] and billed(window) == 0


@pytest.mark.parametrize("usage_type", [13, 4, 21, 23, 29])
def test_what_is_no_time_of_one_thing_is_not_bounded_by_its_window(usage_type: int) -> None:
    window = metered(row(usage_type, rawusage="1000000000000"))
    assert (billed(window), window.reviews) == (1, [])
    assert window.starts == DAY.start


@pytest.mark.parametrize("usage_type", [7, 8, 9])
def test_one_stored_thing_cannot_have_two_sizes_in_one_window(usage_type: int) -> None:
    # Its aggregation key is id and zone alone: a second size contradicts the first.
    window = metered(row(usage_type), row(usage_type, size=7 * GIB))
    assert quantities(groups(window)).popitem()[1] == 24 * 5
    assert reviewed(window) == [(usage_type, "a", "another_quantity", 1)]
