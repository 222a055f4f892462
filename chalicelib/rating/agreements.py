"""What is agreed with a billing account beside its prices, each from a day on."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from hashlib import blake2b
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from chalicelib.currencies import minor_unit, payable
from chalicelib.errors import InvalidInput
from chalicelib.metering.meters import SERVICES, is_sold, meter_of
from chalicelib.money import Money
from chalicelib.rating.tariffs import (
    SERVICE,
    Per,
    is_service,
    may_be_service,
    plain,
    units_of,
)

_LONGEST_NOTE = 200
_LARGEST = Decimal(10) ** 12
_MOST_DECIMALS = 18


class _Dated(msgspec.Struct, frozen=True):
    """Something that holds on the days `[start, until)` of the account's time zone.

    Attributes:
        until: None while no end is known.
        note: why it was agreed, in the operator's words.
    """

    start: date
    until: date | None = None
    note: str = ""

    @property
    def id(self) -> str:
        """Derived from what it says, its end aside."""
        said = msgspec.json.encode(replace(self, until=None))
        return blake2b(said, digest_size=16).hexdigest()

    def holds_on(self, day: date) -> bool:
        """Tell whether it holds on a day."""
        return self.start <= day and (self.until is None or day < self.until)


class Adjustment(_Dated, frozen=True, tag_field="kind", tag="adjustment", kw_only=True):
    """A discount (below 0) or surcharge on charges, in percent.

    Attributes:
        scope: `all`, `service:<service>` or `meter:<meter>`; of several that hold, the percents
            add up.
    """

    percent: Decimal
    scope: str = "all"

    def covers(self, meter: str, service: str) -> bool:
        """Tell whether a charge of that meter, shown under that service, is adjusted."""
        return self.scope in ("all", f"service:{service}", f"meter:{meter}")


class Commitment(_Dated, frozen=True, tag_field="kind", tag="commitment", kw_only=True):
    """What the account pays at least in a month, shared out evenly over its days."""

    amount: Money


class Credit(_Dated, frozen=True, tag_field="kind", tag="credit", kw_only=True):
    """Money given: it pays for charges of its days until it is used up; `until` is its expiry."""

    amount: Money


class FreeQuota(_Dated, frozen=True, tag_field="kind", tag="free_quota", kw_only=True):
    """A quantity of a meter that costs nothing in a month, shared out evenly over its days.

    Attributes:
        quantity: in pricing units of `per`.
    """

    meter: str
    quantity: Decimal
    per: Per


class Subscription(_Dated, frozen=True, tag_field="kind", tag="service", kw_only=True):
    """So many of a service that the rate card prices; `start` is the day of what is paid once.

    Attributes:
        service: its id, as in the rate card.
        prorated: whether a month that it holds in part is billed in part, by the days.
    """

    service: str
    quantity: Decimal = Decimal(1)
    prorated: bool = True

    @property
    def meter(self) -> str:
        """What its tariff is found by."""
        return SERVICE + self.service


Agreement = Adjustment | Commitment | Credit | FreeQuota | Subscription
_A = TypeVar("_A", Adjustment, Commitment, Credit, FreeQuota, Subscription)


def those(kind: type[_A], agreements: Iterable[Agreement]) -> list[_A]:
    """Return the agreements of one kind, in one order."""
    found = [each for each in agreements if isinstance(each, kind)]
    return sorted(found, key=lambda each: (each.start, each.id))


def checked(agreement: Agreement, currency: str, others: Sequence[Agreement]) -> Agreement:
    """Return an agreement in the one way to write it, so that 10 and 10.0 percent are one.

    Args:
        currency: of the billing account.
        others: what has been agreed with it before.

    Raises:
        InvalidInput: a number is absurd, something it names does not exist, an amount is in
            another currency, or two commitments would hold on one day.
    """
    if agreement.until is not None and agreement.until < agreement.start:
        raise _wrong("until", "is before the first day")
    if len(agreement.note) > _LONGEST_NOTE or not agreement.note.isprintable():
        raise _wrong("note", f"must be a line of up to {_LONGEST_NOTE} characters")
    match agreement:
        case Adjustment():
            _check_adjustment(agreement)
            agreement = replace(agreement, percent=plain(agreement.percent))
        case Commitment() | Credit():
            agreement = replace(agreement, amount=_checked_amount(agreement.amount, currency))
        case FreeQuota():
            _check_quota(agreement)
            agreement = replace(agreement, quantity=plain(agreement.quantity))
        case Subscription():
            _check_service(agreement)
            agreement = replace(agreement, quantity=plain(agreement.quantity))
    if isinstance(agreement, Commitment):
        for other in those(Commitment, others):
            if other.id != agreement.id and _meet(agreement, other):
                raise _wrong("from", f"another commitment holds from {other.start} on; end it")
    return agreement


def _meet(one: _Dated, other: _Dated) -> bool:
    """Tell whether both hold on some day."""
    first = max(one.start, other.start)
    return all(each.until is None or first < each.until for each in (one, other))


def _check_adjustment(agreement: Adjustment) -> None:
    percent = agreement.percent
    _check_decimals(percent, "percent")
    if not -100 <= percent <= 1000 or not percent:
        raise _wrong("percent", "must be -100 (free) to 1000, and not 0")
    kind, _, name = agreement.scope.partition(":")
    known = {
        "all": agreement.scope == "all",
        "service": name in SERVICES or name == "services",
        "meter": is_sold(name) or (is_service(name) and may_be_service(name)),
    }
    if not known.get(kind, False):
        raise _wrong("scope", "expected all, service:<service> or meter:<meter>")


def _check_quota(agreement: FreeQuota) -> None:
    if not is_sold(agreement.meter):
        raise _wrong("meter", f"there is no meter {agreement.meter!r}")
    if agreement.per not in units_of(agreement.meter):
        title = meter_of(agreement.meter).title
        raise _wrong("per", f"{title} is counted per {' or '.join(units_of(agreement.meter))}")
    _check_quantity(agreement.quantity)


def _check_quantity(quantity: Decimal) -> None:
    _check_decimals(quantity, "quantity")
    if not 0 < quantity <= _LARGEST:
        raise _wrong("quantity", f"must be above 0, up to {_LARGEST:f}")


def _check_service(agreement: Subscription) -> None:
    if not may_be_service(agreement.meter):
        raise _wrong("service", "is named with a-z, 0-9, _ and -, up to 40")
    _check_quantity(agreement.quantity)


def _checked_amount(amount: Money, currency: str) -> Money:
    if amount.currency != currency:
        raise _wrong("amount", f"the account is billed in {currency}")
    _check_decimals(amount.amount, "amount")
    if not 0 < amount.amount <= _LARGEST:
        raise _wrong("amount", f"must be above 0, up to {_LARGEST:f}")
    if payable(amount) != amount:
        raise _wrong("amount", f"{currency} has {minor_unit(currency)} decimals")
    return payable(amount)


def _check_decimals(number: Decimal, field: str) -> None:
    exponent = number.as_tuple().exponent
    if not number.is_finite() or not isinstance(exponent, int) or -exponent > _MOST_DECIMALS:
        raise _wrong(field, f"must be a number with at most {_MOST_DECIMALS} decimals")


def _wrong(field: str, message: str) -> InvalidInput:
    return InvalidInput(f"{field}: {message}", {field: message})
