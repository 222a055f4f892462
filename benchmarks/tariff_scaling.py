"""CPU of rating the same usage with a rate card of 1,000 tariffs, over one of 10."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from benchmarks.clocks import cpu_seconds
from benchmarks.figures import Figure, rounded, say
from chalicelib.metering.usage import PackedUsage, UsageGroup, group_of, pack, usage_in
from chalicelib.periods import BillingPeriod
from chalicelib.rating.charges import rate
from chalicelib.rating.line_items import RatedPeriod
from chalicelib.rating.packing import pack_rated, plain
from chalicelib.rating.price_lists import PriceLists
from chalicelib.rating.rate_cards import RateCard, packed_card, rate_card, unpacked_card
from chalicelib.rating.tariffs import Per, Tariff

REACH = 1.15
ROUNDS = 61
FEW, MANY = 10, 1000
# Of the usage; those are priced alike by both cards, which differ in what else they price.
OFFERINGS = 8
RESOURCES, LARGE = 1_000, 10_000
PERIOD = BillingPeriod("2026-11", "UTC")
GIB = 1 << 30
DAY_SECONDS = 86400
_ZONE = "10000000-0000-4000-8000-00000000f0a1"


def measure() -> Figure:
    """Rate a month of one account with both cards, their indexes warm as in a batch."""
    few, many = card(FEW), card(MANY)
    usage = [group for day in month(RESOURCES) for group in usage_in(day)]
    say(f"a month of {RESOURCES} resources, {FEW} and {MANY} tariffs")
    seconds = cpu_seconds(
        {"few": lambda: rated(usage, few), "many": lambda: rated(usage, many)}, ROUNDS
    )
    assert rated(usage, few).total == rated(usage, many).total, "both price it alike"
    kept = packed_card(many)
    loading = cpu_seconds({"load": lambda: loaded(kept)}, ROUNDS)["load"]
    say(f"a month of {LARGE} resources, unpacked, rated and packed")
    packed = month(LARGE)
    again = cpu_seconds({"again": lambda: rated_again(packed, kept)}, 3)["again"]
    return Figure(
        "tariff_scaling",
        rounded(seconds["many"] / seconds["few"]),
        REACH,
        {
            "tariffs": [FEW, MANY],
            "resources": RESOURCES,
            "line_items": len(rated(usage, many).line_items),
            "ms_to_load_a_card_of_1000_tariffs": rounded(loading * 1000),
            "ms_to_load_is_at_most": 50,
            "bytes_of_that_card": len(kept),
            "seconds_to_rate_a_month_of_10000_resources_again": rounded(again),
            "seconds_to_rate_again_are_at_most": 10,
            "usages_of_that_month": sum(each.records for each in packed),
            "how": "the product's rate, indexes of the cards warm; a card is loaded from its row"
            " and asked once; the month is unpacked, rated with it and packed, CPU of one thread",
        },
    )


def card(tariffs: int) -> RateCard:
    """Return a card that prices the machines of so many offerings, and what else there is."""
    others = [
        Tariff("running_vm", Per.HOUR, Decimal("0.02")),
        Tariff("volume", Per.GIB_MONTH, Decimal("0.08")),
    ]
    of_offerings = [
        Tariff(
            "running_vm",
            Per.HOUR,
            Decimal(20 + number) / 1000,
            conditions=(("offering", (_offering(number),)),),
        )
        for number in range(tariffs - len(others))
    ]
    return rate_card("EUR", datetime(2026, 1, 1, tzinfo=UTC), [*others, *of_offerings])


def month(resources: int) -> list[PackedUsage]:
    """Return what an account of so many machines and disks used on each day, packed."""
    return [pack([list(_day(number, resources))]) for number in range(30)]


def rated(usage: Sequence[UsageGroup], card: RateCard) -> RatedPeriod:
    """Return the usage rated."""
    return rate(usage, PriceLists("EUR", [card], base_currency="EUR"), PERIOD)


def loaded(kept: bytes) -> RateCard:
    """Return a card from its row, with its index made."""
    card = unpacked_card(kept)
    card.tariff("running_vm", _machine(_offering(0)))
    return card


def rated_again(packed: Sequence[PackedUsage], kept: bytes) -> bytes:
    """Return a month as it is stored after it was rated again."""
    usage = [group for day in packed for group in usage_in(day)]
    return pack_rated(plain(rated(usage, loaded(kept))))


def _day(number: int, resources: int) -> Iterator[UsageGroup]:
    """Yield what half as many machines and half as many disks used on a day."""
    start = int(PERIOD.span.start.timestamp()) + number * DAY_SECONDS
    end = start + DAY_SECONDS
    for offering in range(OFFERINGS):
        machines = [
            (
                f"{each:08}-0000-4000-8000-00000000000a",
                _hours(each, number),
                "",
                0,
                f"vm-{each}",
                (),
            )
            for each in range(offering, resources // 2, OFFERINGS)
        ]
        yield group_of("running_vm", start, end, _machine(_offering(offering)), machines)
    disks = [
        (_id(each, "b"), "24", "", (each % 50 + 1) * GIB, f"disk-{each}", ())
        for each in range(resources // 2)
    ]
    yield group_of("volume", start, end, (_ZONE, _offering(0), ""), disks)


def _hours(machine: int, day: int) -> str:
    """Return raw usage as CloudStack writes it: some machines do not run all day."""
    return "24" if (machine + day) % 7 else f"{machine % 24}.{machine % 997:06}"


def _id(number: int, kind: str) -> str:
    return f"{number:08}-0000-4000-8000-00000000000{kind}"


def _machine(offering: str) -> tuple[str, ...]:
    return (_ZONE, offering, "", "Debian GNU/Linux 13 (64-bit)", "KVM", "2", "2000", "4096")


def _offering(number: int) -> str:
    return f"20000000-0000-4000-8000-{number:012}"
