"""How far the usage of a billing account has been collected."""

from collections.abc import Callable, Iterable
from datetime import datetime

from chalicelib.accounts import BillingAccount
from chalicelib.periods import Period

Reached = Callable[[str], datetime | None]


def collected_up_to(
    account: BillingAccount, reached: Reached, span: Period | None = None
) -> datetime | None:
    """Return up to when usage has been collected of all that belongs to a billing account.

    None where that is not known of one of its connections, or where it has none.

    Args:
        reached: up to when a connection has been collected without a gap.
        span: what counts is whatever belongs to it then; if nothing does, whatever may have.
    """
    inside = {each.connection for each in account.memberships if span is None or each.within(span)}
    return _earliest(reached(each) for each in sorted(inside or account.connections))


def _earliest(instants: Iterable[datetime | None]) -> datetime | None:
    known = list(instants)
    found = [at for at in known if at is not None]
    return min(found) if found and len(found) == len(known) else None
