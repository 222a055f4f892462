"""A statement of account as a PDF."""

from collections.abc import Sequence
from datetime import date, datetime

from chalicelib.invoicing.issuers import Issuer
from chalicelib.invoicing.parties import Party
from chalicelib.ledger.statements import Movement, Statement
from chalicelib.periods import time_zone_named
from chalicelib.typesetting.frames import framed, party_view
from chalicelib.typesetting.readers import Reader
from chalicelib.typesetting.typesetter import typeset


def statement_pdf(
    statement: Statement,
    days: tuple[date, date],
    *,
    issuer: Issuer,
    customer: Party,
    language: str,
    as_of: datetime,
    logo: bytes | None = None,
) -> bytes:
    """Return a statement as a tagged PDF/A-3a; equal statements of one instant are equal bytes.

    Args:
        days: first and last day of the window.
        as_of: when the postings were read.
    """
    reader = Reader(language, statement.currency)
    told_on = as_of.astimezone(time_zone_named(issuer.time_zone)).date()
    kind, period = reader.name("kinds", "statement"), reader.days(*days)
    view = framed(
        reader,
        title=f"{kind} {period}",
        kind=kind,
        issuer=issuer.party,
        header=issuer.header,
        footer=issuer.footer,
        draft=False,
        parties=[
            party_view(reader.say("account_of"), customer, reader),
            party_view(reader.say("from"), issuer.party, reader),
        ],
        facts=[
            (reader.say("period"), period),
            (reader.say("as_of"), reader.day(told_on)),
            (reader.say("currency"), statement.currency),
        ],
    )
    return typeset(view | _balances(statement, days[0], reader), as_of, logo=logo)


def _balances(statement: Statement, first: date, reader: Reader) -> dict[str, object]:
    owed = statement.closing >= 0
    opening = [reader.day(first), reader.say("opening"), "", "", reader.plain(statement.opening)]
    return {
        "claim": {
            "label": reader.say("closing_owed" if owed else "closing_credit"),
            "amount": reader.amount(abs(statement.closing)),
            "note": "",
        },
        "movements": {
            "title": reader.say("movements"),
            "heads": [
                *map(reader.say, ("date", "entry", "reference", "amount")),
                reader.say("balance", currency=statement.currency),
            ],
            "rows": [opening, *(_row(movement, reader) for movement in statement.movements)],
            "closing": [reader.say("closing"), reader.plain(statement.closing)],
            "note": reader.say("balance_note"),
        },
    }


def _row(movement: Movement, reader: Reader) -> Sequence[str]:
    return [
        reader.day(movement.day),
        reader.name("facts", movement.fact),
        movement.reference,
        reader.plain(movement.amount),
        reader.plain(movement.balance),
    ]
