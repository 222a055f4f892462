"""The Quota plugin of a simulated CloudStack: what it charges for, by tariffs of its own.

Names, units and the order of the list are those of `QuotaTypes.java`, `QuotaTariffResponse.java`
and `QuotaTariffDaoImpl.java` (cloudstack.md section 5).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from local.cloudstack.catalogue import USAGE_TYPES
from local.cloudstack.dates import DateStyle
from local.cloudstack.envelopes import Content
from local.cloudstack.estate import sample_id
from local.cloudstack.versions import Version

UNITS = {
    **dict.fromkeys((1, 2), "Compute*Month"),
    **dict.fromkeys((3,), "IP*Month"),
    **dict.fromkeys((4, 5), "GB"),
    **dict.fromkeys((6, 7, 8, 9, 25, 26, 27, 28, 29), "GB*Month"),
    **dict.fromkeys((10, 11, 12, 13, 14, 30, 31), "Policy*Month"),
    **dict.fromkeys((21, 22), "IOPS"),
    **dict.fromkeys((23, 24), "Bytes"),
}
TYPES = {number: (name, description) for number, name, description in USAGE_TYPES}
BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class QuotaTariff:
    """One tariff; `rule` is JavaScript, empty for none.

    Attributes:
        value: currency units for one unit of the usage type, as text.
        unit: what the tariff was stored with, where that is not what Quota calculates with.
    """

    usage_type: int
    name: str
    value: str
    rule: str = ""
    since: datetime = BEGINNING
    until: datetime | None = None
    removed: datetime | None = None
    position: int = 1
    unit: str = ""

    @property
    def id(self) -> str:
        """Return the tariff's id."""
        return sample_id("quota-tariff", self.name)

    def fields(self, version: Version, dates: DateStyle, shows_rules: bool) -> Content:
        """Return what the list says of it. Before 4.18 a tariff is little more than a number."""
        name, described = TYPES[self.usage_type]
        fields: dict[str, object] = {
            "usageType": self.usage_type,
            "usageName": name,
            "usageUnit": self.unit or UNITS[self.usage_type],
            "usageDiscriminator": "None",
            "tariffValue": float(self.value),
            "effectiveDate": dates.of_answer(self.since),
        }
        if not version.has_quota_rules:
            return fields | {"description": described, "currency": "$"}
        fields |= {"usageTypeDescription": described, "currency": "$", "name": self.name}
        if self.until is not None:
            fields["endDate"] = dates.of_answer(self.until)
        if self.rule and (shows_rules or not version.hides_quota_rules):
            fields["activationRule"] = self.rule
        fields["id" if version.since(4, 20) else "uuid"] = self.id
        if self.removed is not None:
            fields["removed"] = dates.of_answer(self.removed)
        if version.since(4, 20):
            fields["position"] = self.position
        return fields


# Two are added up for running VMs; volumes are charged by a program; of templates and port
# forwarding nobody ever changed the zero that CloudStack comes with.
SAMPLE_TARIFFS = (
    QuotaTariff(1, "Running VM", "12.00"),
    QuotaTariff(1, "Support share", "1.50", position=2),
    QuotaTariff(2, "Allocated VM", "0.00"),
    QuotaTariff(3, "Public IP", "3.00"),
    QuotaTariff(4, "Traffic out", "0.08"),
    QuotaTariff(5, "Traffic in", "0.00"),
    QuotaTariff(
        6,
        "Volume by storage",
        "0.00",
        "if (value.storage && value.storage.tags && value.storage.tags.indexOf('ssd') >= 0)"
        " { 0.12 } else { 0.05 }",
    ),
    QuotaTariff(6, "Volume surcharge", "0.01", position=2),
    QuotaTariff(7, "Template", "0.00"),
    QuotaTariff(8, "ISO", "0.03"),
    QuotaTariff(9, "Snapshot", "0.04", "true"),
    QuotaTariff(10, "Security group", "0.00"),
    QuotaTariff(11, "Load balancer", "8.00"),
    QuotaTariff(12, "Port forwarding", "0.00"),
    QuotaTariff(13, "Network offering", "5.00", "4.50"),
    QuotaTariff(14, "VPN user", "6.00"),
    QuotaTariff(14, "VPN user 2024", "5.00", until=datetime(2024, 12, 31, 23, 59, 59, tzinfo=UTC)),
    QuotaTariff(14, "VPN user to come", "1.00", since=datetime(2099, 1, 1, tzinfo=UTC)),
    QuotaTariff(
        14, "VPN user by mistake", "60.00", removed=datetime(2023, 5, 2, 9, 30, tzinfo=UTC)
    ),
    QuotaTariff(21, "Disk reads", "0.00001"),
    QuotaTariff(22, "Disk writes", "0.00002"),
    QuotaTariff(23, "Bytes read", "0.00"),
    QuotaTariff(24, "Bytes written", "0.00"),
    QuotaTariff(25, "VM snapshot", "0.06"),
    QuotaTariff(26, "Secondary storage", "0.02"),
    QuotaTariff(27, "VM snapshot on primary", "0.07"),
    QuotaTariff(28, "Backup", "0.05"),
    QuotaTariff(29, "Bucket", "0.02"),
    QuotaTariff(30, "Network", "2.00"),
    QuotaTariff(31, "VPC", "9.00"),
)


@dataclass(slots=True)
class Quota:
    """The plugin as it is now: give it other tariffs, or callers who are not shown rules.

    Attributes:
        shows_rules: whether who lists tariffs may change them too, without which 4.20 and later
            show no rules.
    """

    tariffs: list[QuotaTariff] = field(default_factory=lambda: list(SAMPLE_TARIFFS))
    shows_rules: bool = True

    def chosen(
        self, version: Version, wanted: Callable[[QuotaTariff], bool], now: datetime
    ) -> list[QuotaTariff]:
        """Return the tariffs a list shows: by usage type and beginning, the last one first.

        Before 4.18 that is one for each usage type, the newest that has begun.
        """
        known = [each for each in self.tariffs if version.has_type(each.usage_type)]
        found = [each for each in known if wanted(each)]
        found.sort(key=lambda tariff: (tariff.usage_type, tariff.since), reverse=True)
        if version.has_quota_rules:
            return found
        begun = [each for each in found if each.since <= now]
        newest = {each.usage_type: each for each in reversed(begun)}
        return [newest[usage_type] for usage_type in sorted(newest)]
