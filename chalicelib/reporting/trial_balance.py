"""The trial balance as a document."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from chalicelib.currencies import payable, zero
from chalicelib.ledger.trial_balance import Groups
from chalicelib.money import Money
from chalicelib.periods import instant_text
from chalicelib.reporting.documents import Document, money_document

GROUPS = (
    "receivable",
    "cash",
    "credit",
    "wallet",
    "drawn",
    "revenue",
    "tax",
    "promotions",
    "write_offs",
)


def trial_balance_document(
    at: datetime, balances: Mapping[str, Groups], checked: int, off: list[Document]
) -> Document:
    """Return what all ledgers add up to.

    Args:
        balances: debits less credits of each group, by currency.
        checked: how many accounts' postings were added up.
        off: the accounts that do not stand as those say.
    """
    return {
        "at": instant_text(at),
        "currencies": [_currency(each, groups) for each, groups in balances.items()],
        "accounts_checked": checked,
        "accounts_off": off,
    }


def off_document(
    account: Document, currency: str, differences: Mapping[str, tuple[Decimal, Decimal]]
) -> list[Document]:
    """Return the ledger accounts that do not stand as the postings say."""
    return [
        {
            "account": account,
            "ledger_account": name,
            "stands": _money(stands, currency),
            "postings": _money(postings, currency),
        }
        for name, (stands, postings) in differences.items()
    ]


def _currency(currency: str, groups: Groups) -> Document:
    debit = credit = zero(currency)
    rows: list[Document] = []
    for name in sorted(groups, key=GROUPS.index):
        balance = payable(Money(groups[name], currency))
        nothing = zero(currency)
        to, by = (balance, nothing) if balance.amount > 0 else (nothing, nothing - balance)
        debit, credit = debit + to, credit + by
        rows.append({"name": name, "debit": money_document(to), "credit": money_document(by)})
    return {
        "currency": currency,
        "groups": rows,
        "debit": money_document(debit),
        "credit": money_document(credit),
        "balanced": debit == credit,
    }


def _money(amount: Decimal, currency: str) -> Document:
    return money_document(payable(Money(amount, currency)))
