"""`/admin/trial-balance`: what all ledgers add up to."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from chalice.app import Response

from chalicelib.entrypoints.named import named, names
from chalicelib.entrypoints.replies import reply
from chalicelib.entrypoints.requests import Request, sensible_day, wrong
from chalicelib.errors import Conflict
from chalicelib.ledger.entries import Posting
from chalicelib.ledger.standing import Standing
from chalicelib.ledger.trial_balance import differences, trial_balance, trial_balance_of
from chalicelib.reporting.documents import Document
from chalicelib.reporting.trial_balance import off_document, trial_balance_document

# As many accounts as can be read within the time that an answer has.
_MOST_ACCOUNTS = 1000
_TRIES = 3


def show_trial_balance(request: Request) -> Response:
    """What all ledgers add up to; and whether each account stands as its postings say."""
    day = _day(request)
    if day is not None:
        return reply(_at(request, day))
    known, off, checked = names(request), [], 0
    standings = [seen.standing for seen in request.wiring.ledger.standings()]
    for standing in standings[:_MOST_ACCOUNTS]:
        found = _differences(request, standing)
        account = named(standing.account, known)
        off += off_document(account, standing.currency, found)
        checked += 1
    return reply(trial_balance_document(request.now, trial_balance_of(standings), checked, off))


def _differences(request: Request, standing: Standing) -> dict[str, tuple[Decimal, Decimal]]:
    """Return where an account stands otherwise than its postings say.

    Who is posted to meanwhile does so for a moment, and is read again.
    """
    ledger = request.wiring.ledger
    for _ in range(_TRIES):
        found = differences(standing, ledger.postings(standing.account))
        if not found:
            break
        standing = ledger.standing(standing.account, standing.currency).standing
    return found


def _at(request: Request, day: date) -> Document:
    """Return what they added up to at the end of a day."""
    midnight = datetime.combine(day, datetime.min.time(), UTC)
    until = midnight + timedelta(days=1)
    accounts = [seen.standing.account for seen in request.wiring.ledger.standings()]
    if len(accounts) > _MOST_ACCOUNTS:
        raise Conflict(f"that takes too long for more than {_MOST_ACCOUNTS} accounts; leave `at`")

    def postings() -> Iterator[Posting]:
        for account in accounts:
            yield from request.wiring.ledger.postings(account, until=until)

    at = min(until, request.now)
    return trial_balance_document(at, trial_balance(postings()), len(accounts), [])


def _day(request: Request) -> date | None:
    asked = request.query.get("at")
    if asked is None:
        return None
    try:
        return sensible_day(date.fromisoformat(asked), "at")
    except ValueError:
        raise wrong("at", "expected a day YYYY-MM-DD") from None
