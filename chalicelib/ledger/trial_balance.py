"""The trial balance: all ledger accounts together are zero, or something is wrong.

    trial_balance(postings) -> {currency: {group: debits less credits}}
    trial_balance_of(standings) -> the same, of how accounts stand now
    differences(standing, postings) -> {ledger account: (as it stands, as its postings add up)}

A group is the name of a ledger account up to its colon: `receivable`, `cash`, `credit`, `wallet`,
`drawn`, `revenue`, `tax`, `promotions`, `write_offs`. Whoever shows it writes a balance above
zero as a debit, one below as a credit.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

from chalicelib.currencies import zero
from chalicelib.ledger.entries import Posting
from chalicelib.ledger.standing import Standing, standing_of
from chalicelib.money import EXACT

Groups = dict[str, Decimal]


def trial_balance(postings: Iterable[Posting]) -> dict[str, Groups]:
    """Return debits less credits of each group by currency; those of a currency are zero in all."""
    found: dict[str, Groups] = defaultdict(dict)
    for posting in postings:
        groups = found[posting.currency]
        for entry in posting.entries:
            _add(groups, posting.currency, entry.debit, entry.amount)
            _add(groups, posting.currency, entry.credit, EXACT.minus(entry.amount))
    return _sorted(found)


def trial_balance_of(standings: Iterable[Standing]) -> dict[str, Groups]:
    """Return debits less credits of each group by currency, as accounts stand."""
    found: dict[str, Groups] = defaultdict(dict)
    for standing in standings:
        groups = found[standing.currency]
        for name, amount in standing.balances.items():
            _add(groups, standing.currency, name, amount)
    return _sorted(found)


def differences(
    standing: Standing, postings: Iterable[Posting]
) -> dict[str, tuple[Decimal, Decimal]]:
    """Return the ledger accounts that do not stand as the postings add up; there are none, ever.

    Returns:
        (as it stands, as the postings add up) by the name of the ledger account.
    """
    folded = standing_of(standing.account, standing.currency, postings)
    return {
        name: (standing.balance(name), folded.balance(name))
        for name in sorted({*standing.balances, *folded.balances})
        if standing.balance(name) != folded.balance(name)
    }


def _add(groups: Groups, currency: str, name: str, amount: Decimal) -> None:
    group = name.partition(":")[0]
    groups[group] = EXACT.add(groups.get(group, zero(currency).amount), amount)


def _sorted(found: Mapping[str, Groups]) -> dict[str, Groups]:
    return {currency: dict(sorted(found[currency].items())) for currency in sorted(found)}
