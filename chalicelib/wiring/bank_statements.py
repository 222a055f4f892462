"""What rows of a bank statement are compared with."""

from collections.abc import Iterator, Sequence

from chalicelib.ledger.bank_matches import OpenDocument, Payer
from chalicelib.ledger.bank_statements import StatementRow
from chalicelib.ledger.payments import Payment, payment
from chalicelib.money import Money
from chalicelib.wiring import Wiring

SOURCE, METHOD = "bank_statement", "bank"
_PAYMENTS_AT_ONCE = 500


def open_documents(wired: Wiring) -> Iterator[OpenDocument]:
    """Yield every document of which something is to be paid."""
    for seen in wired.ledger.standings():
        standing = seen.standing
        for item in standing.oldest_due():
            left = Money(standing.open_of(item.document), standing.currency)
            yield OpenDocument(standing.account, item.document, item.number, left)


def payers(wired: Wiring) -> Iterator[Payer]:
    """Yield every account, by what a payer may call it."""
    details = wired.issuers.all_details()
    members = {(each.connection, each.id): each.name for each in wired.accounts.sub_accounts()}
    for account in wired.accounts.all():
        own = details.get(account.id)
        party = None if own is None else own.party
        named = [account.name, *([] if party is None else [party.name])]
        for membership in account.memberships:
            named.append(members.get((membership.connection, membership.sub_account), ""))
        yield Payer(account.id, tuple(dict.fromkeys(filter(None, named))))


def recorded(wired: Wiring, rows: Sequence[StatementRow]) -> set[str]:
    """Return the ids of the rows that are recorded as payments, of whichever account."""
    known: dict[tuple[str, Money], list[Payment]] = {}
    for month in sorted({f"{row.day:%Y-%m}" for row in rows}):
        for each in _payments(wired, month):
            known.setdefault((each.day.isoformat(), each.amount), []).append(each)
    return {
        row.id
        for row in rows
        for each in known.get((row.day.isoformat(), row.amount), ())
        if _as_payment(row, each).id == each.id
    }


def _as_payment(row: StatementRow, known: Payment) -> Payment:
    """Return the payment that a row makes for the account of another one."""
    return payment(
        known.account,
        row.day,
        row.amount,
        METHOD,
        row.reference,
        received_at=known.received_at,
        given_id=row.id,
    )


def _payments(wired: Wiring, month: str) -> Iterator[Payment]:
    after: str | None = ""
    while after is not None:
        found, after = wired.ledger.payments(month, after, _PAYMENTS_AT_ONCE)
        yield from (each for each in found if each.source == SOURCE)
