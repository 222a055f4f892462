"""What the Quota plugin charges: `quotaTariffList`."""

from datetime import datetime

from local.cloudstack.arguments import Arguments
from local.cloudstack.commands.cloud import Cloud
from local.cloudstack.envelopes import Content, listing
from local.cloudstack.estate import User
from local.cloudstack.quota import QuotaTariff


def quota_tariff_list(cloud: Cloud, caller: User, arguments: Arguments) -> Content:
    """Return a page of the tariffs.

    Since 4.18 `startdate` is the earliest beginning and `enddate` the latest end; before, the
    first was the instant at which the tariffs are in force.
    """
    page, usage_type = arguments.page(), arguments.number("usagetype")
    start = arguments.optional_bound("startdate", cloud.zone, last=False)
    end = arguments.optional_bound("enddate", cloud.zone, last=True)
    name, tariff_id = arguments.text("name"), arguments.text("id")
    everything, rules = arguments.flag("listall"), cloud.version.has_quota_rules

    def wanted(tariff: QuotaTariff) -> bool:
        if usage_type not in (None, tariff.usage_type):
            return False
        if not rules:
            return not tariff.rule and tariff.removed is None
        return (
            (everything or tariff.removed is None)
            and name in (None, tariff.name)
            and (tariff_id in (None, tariff.id) or not cloud.version.since(4, 20))
            and (start is None or tariff.since >= start)
            and (end is None or _ends_by(tariff, end))
        )

    at = start or cloud.clock.now()
    found = cloud.quota.chosen(cloud.version, wanted, at)
    shown = [
        tariff.fields(cloud.version, cloud.dates, cloud.quota.shows_rules)
        for tariff in found[page.start : page.stop]
    ]
    return listing("quotatariff", len(found), shown)


def _ends_by(tariff: QuotaTariff, end: datetime) -> bool:
    return tariff.until is not None and tariff.until <= end
