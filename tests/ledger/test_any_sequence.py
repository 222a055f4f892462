"""Whatever happens in whatever order: the books balance, and nothing is ever overdrawn."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal as D
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from chalicelib.errors import Conflict, InvalidInput
from chalicelib.invoicing.posting import posting_of
from chalicelib.ledger.entries import Posting
from chalicelib.ledger.postings import (
    allocation_posting,
    payment_posting,
    refund_posting,
    write_off_posting,
)
from chalicelib.ledger.standing import Standing, applied, overdrawn, standing_of
from chalicelib.ledger.statements import statement, wallet_statement
from chalicelib.ledger.trial_balance import differences, trial_balance, trial_balance_of
from chalicelib.ledger.wallets import (
    arrears_posting,
    draw_down_posting,
    expiry_posting,
    top_up_posting,
)
from tests.ledger import facts
from tests.ledger.oracle import Book, balances

PERIODS = ("2026-11", "2026-12")


def text(cents: int) -> str:
    return f"{D(cents).scaleb(-2):f}"


def cents(amount: D) -> int:
    return int(amount.scaleb(2))


@dataclass
class Story:
    """The same facts told to the product and to the oracle."""

    standing: Standing = facts.NOTHING
    book: Book = field(default_factory=Book)
    postings: list[Posting] = field(default_factory=list)
    lots: dict[str, str] = field(default_factory=dict)
    today: int = 0

    @property
    def on(self) -> date:
        return facts.FIRST + timedelta(days=self.today)

    def add(self, posting: Posting | None) -> None:
        if posting is not None:
            self.standing = applied(self.standing, posting)
            self.postings.append(posting)

    def tell(self, what: str, amount: int, pick: int, more: int) -> None:
        getattr(self, what)(amount, pick, more)

    def pass_days(self, amount: int, pick: int, more: int) -> None:
        self.today += more

    def top_up(self, amount: int, pick: int, more: int) -> None:
        name = f"lot {len(self.lots)}"
        if pick % 2:
            told = facts.bought(text(amount), name, self.on)
        else:
            last = self.on + timedelta(days=more + 1) if more else None
            told = facts.given(text(amount), name, self.on, last)
        self.lots[name] = told.id
        last_day = self.today + more + 1 if more and not pick % 2 else None
        self.book.top_up(name, amount, last_day, is_given=not pick % 2)
        # Of the same instant the oldest is the one with the lower id; here each has its own.
        at = told.topped_up_at + timedelta(seconds=len(self.lots))
        self.add(top_up_posting(replace(told, topped_up_at=at), self.standing))

    def draw(self, amount: int, pick: int, more: int) -> None:
        period = PERIODS[pick % 2]
        self.book.draw(period, amount, self.today)
        at = facts.noon(self.on)
        self.add(draw_down_posting(self.standing, period, D(text(amount)), self.on, at))

    def invoice(self, amount: int, pick: int, more: int) -> None:
        number, period = f"R{len(self.book.invoices):03}", PERIODS[pick % 2]
        net = amount if more else -amount
        tax = int((D(net) * 19 / 100).to_integral_value())
        self.book.invoice(f"id-{number}", net + tax, period, self.today, self.today + more)
        document = facts.invoice(
            self.standing, number, text(net), text(tax), period=period, on=self.on, due_days=more
        )
        self.add(posting_of(document, self.standing))

    def pay(self, amount: int, pick: int, more: int) -> None:
        told = None
        names = sorted(self.book.invoices)
        if more % 3 and names:
            chosen = {names[pick % len(names)], names[more % len(names)]}
            told = {name: amount // 2 for name in sorted(chosen) if amount > 1} or None
        payment = facts.paid(text(amount), f"payment {len(self.postings)}", self.on)
        allocations = None if told is None else [(n, D(text(part))) for n, part in told.items()]
        try:
            self.add(payment_posting(payment, self.standing, allocations))
        except InvalidInput:
            assert not self.book.pay(amount, told)
        else:
            assert self.book.pay(amount, told)

    def refund(self, amount: int, pick: int, more: int) -> None:
        told = facts.paid(text(amount), f"refund {len(self.postings)}", self.on, "refund")
        bought = bool(pick % 2)
        try:
            self.add(refund_posting(told, self.standing, bought=bought))
        except Conflict:
            assert not self.book.refund(amount, bought)
        else:
            assert self.book.refund(amount, bought)

    def allocate(self, amount: int, pick: int, more: int) -> None:
        self.book.allocate()
        self.add(allocation_posting(self.standing, facts.noon(self.on)))

    def settle_arrears(self, amount: int, pick: int, more: int) -> None:
        self.book.settle_arrears(self.today)
        self.add(arrears_posting(self.standing, self.on, facts.noon(self.on)))

    def credit_note(self, amount: int, pick: int, more: int) -> None:
        names = [n for n, each in self.book.invoices.items() if each.total > each.credited]
        if names:
            name = names[pick % len(names)]
            invoice = self.book.invoices[name]
            part = min(amount, invoice.total - invoice.credited)
            self.book.credit_note(name, part)
            number = f"C{len(self.postings):03}"
            note = facts.credit_note(
                self.standing, number, name.removeprefix("id-"), text(part), on=self.on
            )
            self.add(posting_of(note, self.standing))

    def write_off(self, amount: int, pick: int, more: int) -> None:
        names = sorted(self.book.invoices)
        if names:
            name = names[pick % len(names)]
            at = facts.noon(self.on)
            try:
                self.add(write_off_posting(self.standing, name, at, by="op", reason="gone"))
            except Conflict:
                assert not self.book.write_off(name)
            else:
                assert self.book.write_off(name)

    def expire(self, amount: int, pick: int, more: int) -> None:
        self.book.expire(self.today)
        self.add(expiry_posting(self.standing, self.on, facts.noon(self.on)))

    def check(self) -> None:
        """Both reckonings agree, all together is zero, and nothing is below nothing."""
        standing, book = self.standing, self.book
        assert overdrawn(standing) == ()
        assert book.is_conserved()
        assert cents(standing.credit) == book.credit >= 0
        for name, lot in book.lots.items():
            assert cents(standing.left_of(self.lots[name])) == lot.left >= 0, name
            assert (self.lots[name] in standing.lots) == (lot.left > 0)
        for name, invoice in book.invoices.items():
            assert cents(standing.open_of(name)) == invoice.open >= 0, name
            assert cents(standing.written_off_of(name)) == invoice.written_off, name
        assert set(standing.items) == set(book.due())
        assert [item.document for item in standing.oldest_due()] == book.due()
        for period in PERIODS:
            assert cents(standing.drawn(period)) == sum(book.drawn.get(period, {}).values())
        assert cents(standing.wallet) == sum(lot.left for lot in book.lots.values())
        assert cents(standing.owed) == sum(each.open for each in book.invoices.values())


ACTIONS = (
    "pass_days top_up draw invoice pay refund allocate settle_arrears credit_note write_off expire"
).split()
# Few different amounts and days: then they meet, exactly and within a cent.
amounts = st.sampled_from([1, 100, 119, 500, 501, 1190, 2000])
steps = st.lists(
    st.tuples(st.sampled_from(ACTIONS), amounts, st.integers(0, 5), st.integers(0, 4)),
    min_size=10,
    max_size=40,
)


def told(path: list[tuple[str, int, int, int]]) -> Story:
    story = Story()
    for step in path:
        story.tell(*step)
        story.check()
    return story


@settings(deadline=None)
@given(steps)
def test_both_reckonings_agree_after_every_fact(path: list[tuple[str, int, int, int]]) -> None:
    told(path)


@settings(deadline=None, max_examples=60)
@given(steps)
def test_the_trial_balance_is_zero_at_every_instant(path: list[tuple[str, int, int, int]]) -> None:
    story = told(path)
    for number in range(len(story.postings) + 1):
        until = story.postings[:number]
        groups = trial_balance(until).get("EUR", {})
        assert sum(groups.values()) == 0
        standing = standing_of(facts.ACCOUNT, "EUR", until)
        now = trial_balance_of([standing]).get("EUR", {})
        assert {k: v for k, v in now.items() if v} == {k: v for k, v in groups.items() if v}
    plain = balances((e.debit, e.credit, e.amount) for p in story.postings for e in p.entries)
    assert plain == {name: cents(amount) for name, amount in story.standing.balances.items()}


@settings(deadline=None, max_examples=60)
@given(steps, st.randoms(use_true_random=False))
def test_the_standing_is_the_fold_of_the_postings_in_any_order(
    path: list[tuple[str, int, int, int]], random: Random
) -> None:
    story = told(path)
    assert standing_of(facts.ACCOUNT, "EUR", story.postings) == story.standing
    shuffled = list(story.postings)
    random.shuffle(shuffled)
    assert standing_of(facts.ACCOUNT, "EUR", shuffled) == story.standing
    assert not differences(story.standing, shuffled)
    assert len({posting.id for posting in story.postings}) == len(story.postings)


@settings(deadline=None, max_examples=60)
@given(steps, st.integers(0, 25))
def test_statements_lead_from_opening_to_closing(
    path: list[tuple[str, int, int, int]], cut: int
) -> None:
    story = told(path)
    before, within = story.postings[:cut], story.postings[cut:]
    opening = standing_of(facts.ACCOUNT, "EUR", before)
    owed, wallet = statement(opening, within), wallet_statement(opening, within)
    for each in (owed, wallet):
        assert each.opening + sum(m.amount for m in each.movements) == each.closing
    assert len(owed.movements) == len(within)
    last = story.standing
    assert owed.closing == last.owed - last.credit - last.wallet
    assert wallet.closing == last.credit + last.wallet


@settings(deadline=None, max_examples=60)
@given(steps)
def test_what_was_given_is_never_paid_out(path: list[tuple[str, int, int, int]]) -> None:
    only_given = [
        (what, amount, pick * 2, more)
        for what, amount, pick, more in path
        if what in ("top_up", "draw", "expire", "pass_days", "refund")
    ]
    assert told(only_given).standing.credit == 0
