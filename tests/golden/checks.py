"""What holds of every story, whatever its golden text says."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from chalicelib.invoicing.documents import Document, Kind
from chalicelib.ledger.standing import Standing, overdrawn, standing_of
from chalicelib.ledger.statements import statement
from chalicelib.ledger.trial_balance import trial_balance
from chalicelib.rating.line_items import RatedPeriod
from chalicelib.reporting.billing_overview import overview_documents, overview_wallet
from tests.golden.measured import Record
from tests.golden.story import Story
from tests.invoicing import oracle
from tests.oracle import Prices, services_of

FOLDER = Path(__file__).parent


def check(
    story: Story, prices: Mapping[str, Sequence[Prices]], measured: Sequence[Record] | None
) -> None:
    """Do nothing, unless something of a story does not add up.

    Args:
        prices: by currency, where every price is plain: then the charges are reckoned again.
        measured: records to be charged; None for all of them.
    """
    check_documents(story)
    check_books(story)
    check_numbers(story)
    check_overviews(story)
    for account in story.accounts:
        currency = story.wired.accounts.get(account).terms.currency
        if currency in prices:
            records = story.records if measured is None else measured
            check_charges(story, account, records, prices[currency])


def check_text(text: str, name: str, *, update: bool) -> None:
    """Do nothing, unless a story is told otherwise than in its file.

    Args:
        update: whether to write the file instead.
    """
    path = FOLDER / f"{name}.txt"
    if update:
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def check_documents(story: Story) -> None:
    """Reckon every amount of every document again."""
    notes: dict[str, list[Document]] = defaultdict(list)
    for document, corrected in story.issued.values():
        details = story.wired.issuers.details(document.account)
        if document.kind is Kind.INVOICE:
            kept = story.wired.charges.kept(document.account, document.period)
            rules = story.issuers[document.issuer_id].taxes
            oracle.check_document(
                document, kept.rated, rules, tax_class=details.tax_class, corrected=corrected
            )
        elif document.refers_to is not None:
            notes[document.refers_to.document].append(document)
        else:
            (paid,) = story.paid_for(document)
            oracle.check_receipt(document, paid)
    for invoice, mine in notes.items():
        oracle.check_credit_notes(story.issued[invoice][0], mine)


def check_books(story: Story) -> None:
    """Look at the ledger after each posting: nothing is lost, nothing overdrawn."""
    everything = []
    for account in story.accounts:
        postings = sorted(story.wired.ledger.postings(account), key=lambda each: each.at)
        everything += postings
        currency = story.wired.accounts.get(account).terms.currency
        standing = story.wired.ledger.standing(account, currency).standing
        assert standing == standing_of(account, currency, postings)
        told = statement(Standing(account, currency), postings).closing
        assert told == standing.owed - standing.wallet - standing.credit
        instants = sorted({each.at for each in postings})
        for at in instants:
            then = standing_of(account, currency, [each for each in postings if each.at <= at])
            assert not overdrawn(then), (account, at)
    assert len({each.id for each in everything}) == len(everything)
    for at in sorted({each.at for each in everything}):
        balances = trial_balance([each for each in everything if each.at <= at])
        assert all(not sum(groups.values()) for groups in balances.values()), at


def check_numbers(story: Story) -> None:
    """Look for gaps and doubles in the numbers of every series."""
    given = []
    for issuer in story.issuers:
        for series, following in story.wired.invoices.all_series(issuer):
            numbers = story.wired.invoices.numbers(series)
            assert [each.n for each in numbers] == list(range(1, following)), series
            days = [each.issued_on for each in numbers]
            assert days == sorted(days), series
            given += [(issuer, each.number, each.document) for each in numbers]
    documents = [(each.issuer_id, each.number, each.id) for each, _ in story.issued.values()]
    assert sorted(given) == sorted(documents)
    assert len({(issuer, number) for issuer, number, _ in given}) == len(given)


def check_overviews(story: Story) -> None:
    """Compare what overviews and runs tell with how the accounts stand."""
    for account in story.accounts:
        currency = story.wired.accounts.get(account).terms.currency
        standing = story.wired.ledger.standing(account, currency).standing
        billing = story.wired.charges.billing(account)
        mine = [each for each, _ in story.issued.values() if each.account == account]
        newest = [each.number for each in reversed(mine)][:5]
        shown: list[Any] = overview_documents(billing, date.max)
        assert [each["number"] for each in shown] == newest, account
        for each in shown:
            is_open = each["kind"] == "invoice"
            open_now = standing.open_of(str(each["id"])) if is_open else Decimal(0)
            assert Decimal(each["payable"]["amount"]) == open_now, each
        wallet: Any = overview_wallet(billing)
        if wallet is not None:
            assert Decimal(wallet["balance"]["amount"]) == standing.wallet + standing.credit
        for each in mine:
            if each.kind is Kind.INVOICE:
                run = story.wired.invoices.run_of(each.period, account)
                assert (run.state, run.document) == ("issued", each.id)


def check_charges(
    story: Story, account: str, records: Sequence[Record], prices: Sequence[Prices]
) -> None:
    """Reckon what every invoiced month comes to by now again, from what CloudStack measured.

    All documents together say the same, once everything has been corrected.
    """
    billed = story.wired.accounts.get(account)
    now = {each.rated.period.id: each for each in story.wired.amended.of(account)}
    for document, _ in story.issued.values():
        if document.account != account or document.kind is not Kind.INVOICE:
            continue
        month = document.period
        kept = story.wired.charges.kept(account, month)
        expected = services_of(
            records,
            prices,
            owner=account,
            month=month,
            zone=billed.terms.time_zone,
            currency=billed.terms.currency,
        )
        rated = now[month].rated if month in now else kept.rated
        assert _by_service(rated) == expected, (account, month)
        if month not in now or now[month].is_billed:
            lines = [
                line.amount
                for each, _ in story.issued.values()
                if each.account == account and each.kind is Kind.INVOICE
                for line in each.lines
                if line.period == month
            ]
            assert sum(lines, Decimal(0)) == sum(expected.values(), Decimal(0)), (account, month)


def _by_service(rated: RatedPeriod) -> dict[str, Decimal]:
    amounts: dict[str, Decimal] = {}
    for item in rated.line_items:
        amounts[item.service] = amounts.get(item.service, Decimal(0)) + item.amount.amount
    return amounts
