"""What was issued, looked at as an auditor would: numbers, books, files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

import boto3

from chalicelib.invoicing.documents import Kind
from chalicelib.invoicing.issuers import Issuer
from chalicelib.invoicing.numbers import Numbered, issued_on, series_of
from chalicelib.ledger.trial_balance import differences, trial_balance
from chalicelib.wiring import Wiring
from local.issue_worker import REQUESTS
from local.rated_accounts import CURRENCY, NOW

_NUMBERS_A_PAGE = 500


@dataclass(frozen=True, slots=True)
class Took:
    """How many seconds it took: to issue everything, and then to make what files were left."""

    to_issue: float
    to_set: float


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found.

    Attributes:
        expected: documents there should be.
        numbers: that were given, in order.
        next_number: of the series.
        balances: debits less credits of each group of ledger accounts.
        off: accounts that do not stand as their postings say.
        requests: to DynamoDB, for issuing all of them.
    """

    expected: int
    numbers: Sequence[Numbered]
    next_number: int
    balances: dict[str, Decimal]
    off: Sequence[str]
    files: int
    took: Took
    requests: int

    @property
    def has_gap(self) -> bool:
        """Whether a number is missing, was given twice, or not by the series."""
        given = [each.n for each in self.numbers]
        return given != list(range(1, self.next_number))

    @property
    def is_right(self) -> bool:
        """Whether every account has one document and the books balance."""
        accounts = {each.account for each in self.numbers}
        return (
            len(self.numbers) == len(accounts) == self.expected
            and not self.has_gap
            and sum(self.balances.values()) == 0
            and not self.off
        )

    def lines(self) -> Iterator[str]:
        """Yield what there is to tell."""
        issued = len(self.numbers)
        yield f"\n  documents   {issued} of {self.expected}, with {self.files} files"
        if issued:
            first, last = self.numbers[0].number, self.numbers[-1].number
            gap = "WITH A GAP" if self.has_gap else "without a gap"
            yield f"  numbers     {first} to {last}, {gap}"
        for group, amount in self.balances.items():
            yield f"  ledger      {group:<12} {amount:>16,} {CURRENCY}"
        total = sum(self.balances.values(), Decimal(0))
        yield f"  trial balance {total:f}; {len(self.off)} accounts stand otherwise than posted"
        speed = issued / max(self.took.to_issue, 1)
        yield f"  issued in   {self.took.to_issue:.1f} s, {speed:.1f} a second"
        yield f"  files in    {self.took.to_set:.1f} s more"
        each = self.requests / issued if issued else 0
        yield f"  DynamoDB    {each:.2f} requests an account to draft, issue and post"
        yield f"\n  {'All is right.' if self.is_right else 'THIS IS NOT RIGHT.'}"


def check(
    wired: Wiring, issuer: Issuer, accounts: Sequence[str], counts: Sequence[int], took: Took
) -> Checked:
    """Return what there is in tables and bucket.

    Args:
        counts: what the workers counted.
    """
    series = series_of(issuer, Kind.INVOICE, issued_on(issuer, NOW))
    numbers: list[Numbered] = []
    while page := wired.invoices.numbers(
        series, after=numbers[-1].n if numbers else 0, limit=_NUMBERS_A_PAGE
    ):
        numbers += page
    standings = {each.standing.account: each.standing for each in wired.ledger.standings()}
    postings = {account: wired.ledger.postings(account) for account in accounts}
    off = [
        account
        for account, standing in standings.items()
        if differences(standing, postings.get(account, []))
    ]
    balances = trial_balance(each for found in postings.values() for each in found)
    return Checked(
        expected=len(accounts),
        numbers=numbers,
        next_number=wired.invoices.next_number(series),
        balances=balances.get(CURRENCY, {}),
        off=off,
        files=_files(wired.settings.documents_bucket),
        took=took,
        requests=counts[REQUESTS],
    )


def _files(bucket: str) -> int:
    """Return how many files of documents there are."""
    pages = boto3.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return sum(page["KeyCount"] for page in pages)
