"""The tariffs of CloudStack's Quota plugin, read with all their digits."""

from datetime import datetime
from decimal import Decimal

import msgspec
from msgspec.structs import replace

from chalicelib.cloudstack.client import CloudStackClient, rows_of
from chalicelib.errors import CloudStackFailed, CloudStackRefused, CloudStackUnavailable
from chalicelib.metering.records import instant
from chalicelib.rating.quota_tariffs import QuotaTariff

_COMMAND = "quotaTariffList"
# CloudStack 4.20 and later show the rules of tariffs to those who may call this or create them
# (`QuotaResponseBuilderImpl.isUserAllowedToSeeActivationRules`).
_CHANGING = ("quotaTariffUpdate", "quotaTariffCreate")
# A rule may have 65,535 characters; what is longer than this is a program, of which the start
# tells enough.
_LONGEST_RULE = 2_000
_MOST_DIGITS = 15


class _Row(msgspec.Struct, rename="camel"):
    """A tariff as CloudStack writes it; before 4.18 it has neither name, rule nor end."""

    usage_type: int
    effective_date: str
    usage_name: str = ""
    usage_unit: str = ""
    tariff_value: Decimal | None = None
    id: str | None = None
    # What `id` was called up to 4.19.
    uuid: str | None = None
    name: str | None = None
    activation_rule: str | None = None
    end_date: str | None = None
    removed: str | None = None
    position: int | None = None


class _Listing(msgspec.Struct):
    quotatariff: list[_Row] = []


class _Answer(msgspec.Struct):
    quotatarifflistresponse: _Listing


_decode = msgspec.json.Decoder(_Answer).decode


def quota_tariffs(client: CloudStackClient) -> list[QuotaTariff]:
    """Return all tariffs that CloudStack lists, those in force later or no more included.

    Raises:
        CloudStackRefused: there is no Quota plugin, or the key may not list its tariffs.
        CloudStackUnavailable: CloudStack does not answer, or with something else. One tariff that
            makes no sense spoils them all: without it a price might be too low.
    """
    tariffs = client.read(_tariffs_of, _COMMAND)
    # Before 4.18 tariffs have no ids and no rules.
    may_have_rules = any(tariff.id for tariff in tariffs)
    if may_have_rules and not any(tariff.rule for tariff in tariffs) and not _sees_rules(client):
        return [replace(tariff, rule_shown=False) for tariff in tariffs]
    return tariffs


def _tariffs_of(body: bytes) -> list[QuotaTariff]:
    try:
        return [_tariff(row) for row in _decode(body).quotatarifflistresponse.quotatariff]
    except (msgspec.DecodeError, ValueError):
        raise CloudStackUnavailable("CloudStack sent something that is no quota tariff") from None


def _tariff(row: _Row) -> QuotaTariff:
    return QuotaTariff(
        id=row.id or row.uuid or "",
        name=row.name or row.usage_name,
        usage_type=row.usage_type,
        unit=row.usage_unit,
        value=_sensible(row.tariff_value),
        effective_from=instant(row.effective_date),
        until=_optional(row.end_date),
        rule=(row.activation_rule or "")[:_LONGEST_RULE] or None,
        removed=_optional(row.removed),
        position=row.position or 0,
    )


def _sensible(value: Decimal | None) -> Decimal | None:
    """Return a value that CloudStack's own column could hold, DECIMAL(15,5), or else None."""
    if value is None or not value.is_finite():
        return None
    return value if abs(value.adjusted()) < _MOST_DIGITS else None


def _optional(text: str | None) -> datetime | None:
    return None if text is None else instant(text)


def _sees_rules(client: CloudStackClient) -> bool:
    """Tell whether the key may change tariffs, so that it is shown their rules.

    CloudStack fails with 530 when it is asked for a command that the caller may not call.
    """
    for command in _CHANGING:
        try:
            if rows_of(client.call_once("listApis", name=command)):
                return True
        except (CloudStackFailed, CloudStackRefused):
            continue
    return False
