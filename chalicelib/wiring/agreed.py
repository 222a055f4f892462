"""Agreements, with everything their runs need from the wiring."""

from datetime import date

from chalicelib.rating.agreements import Agreement
from chalicelib.runs import agree as runs
from chalicelib.wiring import Wiring


def agree(wired: Wiring, account: str, agreement: Agreement) -> tuple[Agreement, bool]:
    """Agree something with an account; return it as it is stored, and whether it is new."""
    return runs.agree(
        account,
        agreement,
        accounts=wired.accounts,
        agreements=wired.agreements,
        charges=wired.charges,
        ratings=wired.announced(),
    )


def end_agreement(wired: Wiring, account: str, agreement: str, until: date | None) -> Agreement:
    """Set the first day on which an agreement no longer holds; return it."""
    return runs.end_agreement(
        account,
        agreement,
        until,
        accounts=wired.accounts,
        agreements=wired.agreements,
        charges=wired.charges,
        ratings=wired.announced(),
    )
