"""What the monthly run made of an account."""

from datetime import datetime
from typing import Literal

import msgspec

from chalicelib.invoicing.readiness import Waiting

RunResult = Literal["issued", "waiting", "nothing", "failed"]


class RunState(msgspec.Struct, frozen=True):
    """What the run of a month made of an account, the last time.

    Attributes:
        period: `YYYY-MM`.
        reasons: what it waits for, or why it failed.
        document, number: of the invoice, where one was issued.
        by: who had it issued although something was open; empty where the product did.
    """

    period: str
    account: str
    state: RunResult
    at: datetime
    reasons: tuple[Waiting, ...] = ()
    document: str = ""
    number: str = ""
    by: str = ""
