"""Whatever happens to an account in whatever order: what was invoiced is what was used, and paid."""

import io
from contextlib import redirect_stdout, suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D
from random import Random

import msgspec
import pytest
from msgspec.structs import replace

from chalicelib.errors import Conflict, InvalidInput
from chalicelib.invoicing.documents import Kind
from chalicelib.invoicing.issuers import TaxPart, TaxRule
from chalicelib.ledger.entries import Grant
from chalicelib.ledger.payments import payment, top_up
from chalicelib.ledger.standing import Standing, overdrawn
from chalicelib.money import Money
from chalicelib.periods import BillingPeriod
from chalicelib.rating.basis import basis_of
from chalicelib.rating.charges import rate
from chalicelib.rating.line_items import RatedPeriod
from chalicelib.rating.price_lists import PriceLists
from chalicelib.rating.rate_cards import rate_card
from chalicelib.rating.tariffs import Per, Tariff
from chalicelib.reporting.summaries import summarize
from chalicelib.runs.credit import Credit
from chalicelib.runs.messages import FollowUpMessage, IssueMessage
from chalicelib.wiring import payments
from chalicelib.wiring.billing import biller, follower
from tests.runs.billed import bill_accounts, check_books, details, issuer, vm_hours
from tests.world import World

MONTHS = [BillingPeriod(each, "UTC") for each in ("2026-11", "2026-12", "2027-01")]
LAST = BillingPeriod("2027-02", "UTC")
GST = TaxRule(
    "standard",
    "GST",
    "S",
    D(18),
    date(2020, 1, 1),
    parts=(TaxPart("CGST", D(9)), TaxPart("SGST", D(9))),
)
DECIMALS = {"EUR": 2, "JPY": 0, "KWD": 3}
USUAL = "use use use buy give issue issue look look look pay credit refund switch wait wait".split()
WHAT = [*USUAL, "void", "write_off", "allocate"]


class Life:
    """One account, and what happens to it as drawn."""

    def __init__(self, world: World, currency: str, random: Random) -> None:
        self.world, self.wired = world, world.wiring
        self.currency, self.random = currency, random
        (self.id,) = bill_accounts(world, 1)
        world.now = datetime(2026, 12, 1, 1, tzinfo=UTC)
        self.wired.issuers.put_issuer(issuer(taxes=(GST,)))
        terms = self.wired.accounts.get(self.id).terms
        self.wired.set_terms(self.id, replace(terms, currency=currency))
        self.account = self.wired.accounts.get(self.id)
        price = D("0.0713") if DECIMALS[currency] else D("7.3")
        tariff = Tariff("running_vm", Per.HOUR, price)
        self.lists = PriceLists(
            currency, [rate_card(currency, datetime(2026, 1, 1, tzinfo=UTC), [tariff])]
        )
        self.comes_to: dict[str, D] = {}
        self.count = 0
        self.use(MONTHS[0], 1)

    @property
    def standing(self) -> Standing:
        return self.wired.ledger.standing(self.id, self.currency).standing

    def happens(self, what: str) -> None:
        """Let something happen; much of it cannot be then, and is refused."""
        with suppress(Conflict, InvalidInput):
            getattr(self, what)()
        assert not overdrawn(self.standing)

    def use(self, month: BillingPeriod | None = None, hours: int | None = None) -> None:
        month = month or self.random.choice(MONTHS)
        hours = self.random.choice([0, self.random.randint(1, 1000)]) if hours is None else hours
        day = date.fromisoformat(f"{month.id}-01")
        usage = [vm_hours(f"{hours}", day)] if hours else []
        rated = rate(usage, self.lists, month, as_of=month.span.end)
        self.comes_to[month.id] = rated.total.amount
        self._store(month, rated)

    def _store(self, month: BillingPeriod, rated: RatedPeriod) -> None:
        charges, amended = self.wired.charges, self.wired.amended
        stored = charges.stored(self.id, month.id)
        if stored is not None and stored.invoice is not None:
            amended.put(self.id, rated, seen=amended.digest(self.id, month.id), revision=1)
            return
        summary = summarize(self.id, rated, month.span.end, {}, {})
        basis = basis_of(self.lists, month, (), {}, "charged")
        charges.put(summary, rated, seen=stored, revision=1, basis=basis)

    def some(self) -> Money:
        digits = DECIMALS[self.currency]
        return Money(D(self.random.randint(1, 90 * 10**digits)).scaleb(-digits), self.currency)

    def named(self) -> str:
        self.count += 1
        return f"{self.count}"

    def buy(self, grant: Grant = Grant.PURCHASED) -> None:
        now, is_given = self.world.now, grant is Grant.GRANTED
        days = self.random.choice([None, self.random.randint(1, 40)]) if is_given else None
        bought = top_up(
            self.id,
            now.date(),
            self.some(),
            grant,
            topped_up_at=now,
            method="" if is_given else "card",
            expires_on=None if days is None else now.date() + timedelta(days=days),
            given_id=self.named(),
        )
        payments.top_up_wallet(self.wired, bought, self.account, now)

    def give(self) -> None:
        self.buy(Grant.GRANTED)

    def issue(self, month: BillingPeriod | None = None) -> None:
        asked = IssueMessage(self.id, (month or self.random.choice(MONTHS)).id)
        biller(self.wired)(msgspec.json.encode(asked).decode())

    def look(self) -> None:
        follower(self.wired)(msgspec.json.encode(FollowUpMessage(self.id)).decode())

    def pay(self) -> None:
        now, amount = self.world.now, self.some()
        told = payment(
            self.id, now.date(), amount, "bank", "", received_at=now, given_id=self.named()
        )
        payments.record_payment(self.wired, told, self.account, now)

    def refund(self) -> None:
        now = self.world.now
        told = payment(
            self.id,
            now.date(),
            self.some(),
            "bank",
            "",
            received_at=now,
            kind="refund",
            given_id=self.named(),
        )
        payments.record_refund(self.wired, told, self.account, now)

    def allocate(self) -> None:
        payments.allocate_credit(self.wired, self.account, "admin", self.world.now)

    def invoice(self) -> str:
        heads = [each for each in self.wired.invoices.of(self.id) if each.kind is Kind.INVOICE]
        if not heads:
            raise Conflict("there is none yet")
        return self.random.choice(heads).id

    def credit(self, *, voids: bool = False) -> None:
        part = None if voids else self.random.choice([None, self.some().amount])
        name = "" if voids else self.named()
        asked = Credit(self.invoice(), "agreed", "admin", total=part, given_id=name, voids=voids)
        payments.issue_credit_note(self.wired, asked, self.account, self.world.now)

    def void(self) -> None:
        self.credit(voids=True)

    def write_off(self) -> None:
        now = self.world.now
        payments.write_off(
            self.wired, self.invoice(), self.account, by="admin", reason="gone", now=now
        )

    def switch(self) -> None:
        mode = self.random.choice(["prepaid", "postpaid"])
        self.wired.issuers.put_details(details(self.id, payment_mode=mode))

    def wait(self) -> None:
        self.world.now += timedelta(days=self.random.randint(1, 12))


@pytest.mark.parametrize("currency", DECIMALS)
def test_in_the_end_what_was_invoiced_is_what_was_used(world: World, currency: str) -> None:
    with redirect_stdout(io.StringIO()):
        life = Life(world, currency, Random(f"any order {currency}"))
        for _ in range(45):
            life.happens(life.random.choice(WHAT))
        world.now += timedelta(days=120)
        for month in MONTHS:
            life.issue(month)
        # A correction of any of them comes with an invoice after it.
        life.use(LAST, 3)
        life.issue(LAST)
        life.look()
    documents = [
        life.wired.invoices.get(life.id, each.id) for each in life.wired.invoices.of(life.id)
    ]
    invoices = {head.id: one for head, one in filter(None, documents) if one.kind is Kind.INVOICE}
    assert sum(one.net for one in invoices.values()) == sum(life.comes_to.values())
    for head, one in filter(None, documents):
        if one.id in invoices:
            notes = life.wired.invoices.notes_of(life.id, one.id)
            assert (
                sum((note.total for note in notes), D(0)) == head.credited <= max(one.total, D(0))
            )
            assert life.standing.open_of(one.id) <= max(one.total - head.credited, D(0))
    assert life.standing.drawn_periods() == []
    for series, following in life.wired.invoices.all_series("main"):
        given = life.wired.invoices.numbers(series, limit=1000)
        assert [each.n for each in given] == list(range(1, following))
    check_books(world, [life.id])
