"""The tariffs of CloudStack's Quota plugin, as it lists them."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import msgspec


class QuotaTariff(msgspec.Struct, frozen=True, omit_defaults=True):
    """One tariff of the Quota plugin; CloudStack adds up those of one usage type.

    Attributes:
        id: before CloudStack 4.18 a tariff has none, so it is "".
        name: the tariff's, before CloudStack 4.18 the usage type's.
        unit: what CloudStack says the value is for, such as `GB*Month`.
        value: currency units for one of them; None where CloudStack did not tell.
        rule: JavaScript that decides about the value; None where there is none.
        rule_shown: whether CloudStack would have shown a rule: it shows them only to those who
            may also change tariffs.
        until: the last instant it is in force; None for ever.
    """

    id: str
    name: str
    usage_type: int
    unit: str
    value: Decimal | None
    effective_from: datetime
    until: datetime | None = None
    rule: str | None = None
    rule_shown: bool = True
    removed: datetime | None = None
    position: int = 0


class QuotaTariffs(msgspec.Struct, frozen=True):
    """What a connection listed last.

    Attributes:
        as_of: since when it has listed just these.
    """

    tariffs: Sequence[QuotaTariff]
    as_of: datetime
