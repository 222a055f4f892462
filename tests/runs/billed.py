"""Many accounts with a rated month each, ready to be invoiced; and the books looked at afterwards."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal as D

from chalicelib.accounts import SubAccount
from chalicelib.invoicing.billing_runs import RunState
from chalicelib.invoicing.customers import BillingDetails
from chalicelib.invoicing.documents import Kind
from chalicelib.invoicing.issuers import Issuer, TaxRule
from chalicelib.invoicing.numbers import Series
from chalicelib.invoicing.parties import Address, Party
from chalicelib.ledger.standing import standing_of
from chalicelib.ledger.trial_balance import trial_balance
from chalicelib.metering.usage import UsageGroup, group_of
from chalicelib.periods import BillingPeriod
from chalicelib.rating.basis import basis_of
from chalicelib.rating.charges import rate
from chalicelib.rating.line_items import RatedPeriod
from chalicelib.rating.price_lists import PriceLists
from chalicelib.rating.rate_cards import rate_card
from chalicelib.rating.tariffs import Per, Tariff
from chalicelib.reporting.summaries import summarize
from tests.world import World

MONTH = BillingPeriod("2026-11", "UTC")
DECEMBER = datetime(2026, 12, 4, 6, tzinfo=UTC)
ADDRESS = Address(("1 High Street",), "Sampleton", "12345", "DE")
VAT = TaxRule("standard", "VAT", "S", D(19), date(2020, 1, 1))
SERIES = {"invoice": "INV-{year}-{n:05}", "credit_note": "CN-{year}-{n:05}", "receipt": "RC-{n:05}"}
CARD = rate_card(
    "EUR", datetime(2026, 1, 1, tzinfo=UTC), [Tariff("running_vm", Per.HOUR, D("0.07"))]
)
LISTS = PriceLists("EUR", [CARD])


def issuer(id: str = "main", **more: object) -> Issuer:
    """Return an issuer of documents, with whatever else is told of it."""
    party = Party("Sample Cloud GmbH", ADDRESS, "DE123456789", email="billing@issuer.example")
    told = {
        "time_zone": "UTC",
        "first_period": "2026-01",
        "series": SERIES,
        "taxes": (VAT,),
        **more,
    }
    return Issuer(id, party, **told)  # type: ignore[arg-type]


def details(account: str, issuer: str = "main", **more: object) -> BillingDetails:
    """Return the billing details of an account that is mailed to one address."""
    buyer = Party(f"Customer {account}", ADDRESS)
    told = {"recipients": (f"{account}@customers.example",), **more}
    return BillingDetails(account, issuer, buyer, **told)  # type: ignore[arg-type]


def vm_hours(hours: str, day: date = date(2026, 11, 1)) -> UsageGroup:
    """Return that one machine ran so long on a day."""
    start = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    dimensions = ("z", "o", *[""] * 6)
    return group_of("running_vm", start, start + 86400, dimensions, [("vm", hours, "", 0, "", ())])


def rated_month(number: int) -> RatedPeriod:
    """Return a month in which so many hours were used."""
    return rate([vm_hours(f"{number}")], LISTS, MONTH, as_of=MONTH.span.end)


def bill_accounts(world: World, count: int) -> list[str]:
    """Store so many accounts, each with a rated month; return their ids."""
    wired = world.wiring
    world.now = DECEMBER
    ids = [f"account-{number:03}" for number in range(count)]
    wired.accounts.remember([SubAccount(id, "main", "account", id, f"/{id}") for id in ids])
    wired.issuers.put_issuer(issuer())
    for number, account in enumerate(ids, 1):
        store_month(world, account, rated_month(number))
        wired.issuers.put_details(details(account))
    return ids


def store_month(world: World, account: str, rated: RatedPeriod) -> None:
    """Store a rated month as rating does."""
    summary = summarize(account, rated, MONTH.span.end, {}, {})
    basis = basis_of(LISTS, MONTH, (), {}, "charged")
    seen = world.wiring.charges.stored(account, rated.period.id)
    assert world.wiring.charges.put(summary, rated, seen=seen, revision=1, basis=basis)


def check_books(world: World, accounts: Sequence[str]) -> None:
    """Say that every account stands as its postings say, and all of them come to nothing."""
    postings = [each for account in accounts for each in world.wiring.ledger.postings(account)]
    assert len({each.id for each in postings}) == len(postings)
    for groups in trial_balance(postings).values():
        assert sum(groups.values()) == 0
    for seen in world.wiring.ledger.standings():
        standing = seen.standing
        mine = [each for each in postings if each.account == standing.account]
        assert standing == standing_of(standing.account, standing.currency, mine)


def check_issued_once(world: World, accounts: Sequence[str], year: str = "2026") -> None:
    """Say that each account has one invoice, and the numbers have no gap and no double."""
    wired = world.wiring
    series = Series("main", Kind.INVOICE, year)
    numbers = wired.invoices.numbers(series, limit=10_000)
    assert [each.n for each in numbers] == list(range(1, len(accounts) + 1))
    assert wired.invoices.next_number(series) == len(accounts) + 1
    assert sorted(each.account for each in numbers) == sorted(accounts)
    documents = {each.account: each.document for each in numbers}
    runs: dict[str, RunState] = {each.account: each for each in wired.invoices.run(MONTH.id)}
    for account in accounts:
        (head,) = wired.invoices.of(account)
        kept = wired.charges.kept(account, MONTH.id)
        assert kept is not None and kept.stored.invoice == head.id == documents[account]
        assert (runs[account].state, runs[account].document) == ("issued", head.id)
        standing = wired.ledger.standing(account, "EUR").standing
        assert standing.open_of(head.id) == head.total
        assert standing.owed == head.total
