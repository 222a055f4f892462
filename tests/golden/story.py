"""A story: what is measured, done and paid, in order; and what the product makes of it, as text.

    story = Story(cloud, simulator, first_day)
    story.issue_from(issuer)
    story.bill_to(ACME, "EUR", ...)
    story.measured(records)         what CloudStack measures
    story.collect("2026-11-30")     every day up to that one
    story.at("2026-12-03 06:00")    what time it is
    story.run()                     what the schedule sets off
    story.tell("The month is over") what is new since it was told last

Where it is told `crooked`, messages are delivered twice and in another order, what people do is
done twice, and who is to be followed up is once more an hour later.
"""

import io
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from chalicelib.accounts import BillingAccount, SubAccount, Terms
from chalicelib.entrypoints.billing_triggers import (
    bill_records,
    follow_up_records,
    plan_what_is_due,
)
from chalicelib.invoicing.customers import BillingDetails
from chalicelib.invoicing.documents import Document, Kind
from chalicelib.invoicing.issuers import Issuer
from chalicelib.ledger.entries import Grant
from chalicelib.ledger.payments import payment, top_up
from chalicelib.metering.progress import Window, WindowProgress
from chalicelib.metering.reviews import Decision, Reason, Verdict
from chalicelib.money import Money
from chalicelib.periods import Period
from chalicelib.rating.line_items import RatedPeriod
from chalicelib.runs.credit import Credit
from chalicelib.runs.messages import WindowMessage
from chalicelib.wiring import payments as money
from chalicelib.wiring.billing import issue_anyway
from chalicelib.wiring.invoices import draft_of
from local.cloud import Cloud
from local.cloudstack.estate import Account
from local.cloudstack.simulator import Simulator
from tests.golden.measured import Record, days_of
from tests.golden.teller import Teller
from tests.world import World

_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
_BY = "mona"
_EMPTY = "0" * 32
Corrected = list[tuple[RatedPeriod, RatedPeriod]]


@dataclass
class Story:
    """One cloud, told from its first day on.

    Attributes:
        issued: every document, in the order of issue, with the earlier periods it corrects.
    """

    cloud: Cloud
    simulator: Simulator
    first: date
    crooked: bool = True
    issued: dict[str, tuple[Document, Corrected]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.world = World(self.cloud, self.simulator, self.first)
        self.accounts: dict[str, Account] = {}
        self.issuers: dict[str, Issuer] = {}
        self.records: list[Record] = []
        self._teller = Teller(self.world)
        self._next = self.first

    @property
    def wired(self) -> Any:
        return self.world.wiring

    def issue_from(self, issuer: Issuer) -> None:
        """Have documents issued by somebody."""
        self.issuers[issuer.id] = issuer
        self.wired.issuers.put_issuer(issuer)

    def bill_to(
        self,
        account: Account,
        currency: str,
        zone: str = "UTC",
        *,
        issuer: str = "main",
        **more: Any,
    ) -> None:
        """Bill a CloudStack account in a currency; `more` is of its billing details."""
        self.accounts[account.id] = account
        self._teller.names[account.id] = account.name
        named = SubAccount(account.id, "main", "account", account.name, account.domain.path)
        self.wired.accounts.remember([named], only_unknown=True)
        self.wired.set_terms(account.id, Terms(currency, "en", zone))
        details = BillingDetails(account.id, issuer, **more)
        self.wired.issuers.put_details(details)

    def account(self, account: Account) -> BillingAccount:
        """Return an account as it is billed."""
        found: BillingAccount = self.wired.accounts.get(account.id)
        return found

    def measured(self, *records: Sequence[Record]) -> None:
        """Have CloudStack tell of that usage too, from now on."""
        self.records += [each for some in records for each in some]
        self.simulator.serve(self.records)

    def collect(self, last: str) -> None:
        """Collect every day up to one, where it has not been.

        Days without usage are known to have none, and not asked for: but for those at the end of
        months, since their windows have the months rated.
        """
        used = days_of(self.records)
        while self._next <= (end := date.fromisoformat(last)):
            day, self._next = self._next, self._next + _DAY
            if day in used or day == end or 1 in (day.day, (day + _DAY).day):
                self.wired.windows_queue.put_all([WindowMessage.of(_window(day))])
            else:
                done = WindowProgress(_window(day), "complete", digest=_EMPTY, announced=_EMPTY)
                self.wired.windows.mark_complete(done)
        self._drain()

    def draft(self, account: Account, period: str) -> None:
        """Tell the invoice that a month would make now."""
        draft = draft_of(self.wired, account.id, period, self.world.now)
        assert draft is not None
        self._teller.tell_draft(draft)

    def collect_again(self, *days: str) -> None:
        """Look at past days once more, as is done for late records."""
        windows = [_window(date.fromisoformat(day)) for day in days]
        self.wired.windows_queue.put_all([WindowMessage.of(each) for each in windows])
        self._drain(twice=self.crooked)

    def plan(self) -> None:
        """Plan what is to be collected, which also tells which accounts there are."""
        for _ in range(self._times):
            self.world.plan()
        self._drain()

    def use(self, simulator: Simulator) -> None:
        """Go on with another CloudStack of the same usage."""
        self.simulator = simulator
        simulator.serve(self.records)
        self.world.use(simulator)

    def at(self, instant: str) -> None:
        """Set what time it is, in UTC."""
        self.world.now = datetime.fromisoformat(instant).replace(tzinfo=UTC)

    def run(self) -> None:
        """Do what is due at this hour: invoices, then follow-ups."""
        for _ in range(self._times):
            self._quietly(lambda: plan_what_is_due(self.wired))
        self.settle()

    def settle(self) -> None:
        """Work off what waits in both queues of billing."""
        before = {each: self._not_billed(each) for each in self.accounts}
        wanted = self.world.received("invoices")
        for _ in range(self._times):
            self._deliver(bill_records, wanted)
        self._remember(before)
        # Files are made elsewhere.
        self.world.received("invoices")
        wanted = self.world.received("follow_ups")
        self._deliver(follow_up_records, wanted)
        if self.crooked:
            self.world.now += _HOUR
            self._deliver(follow_up_records, wanted[::-1])
            self.world.now -= _HOUR

    def pay(self, account: Account, amount: str, reference: str, *, refund: bool = False) -> None:
        """Record a bank transfer of today, or that credit was paid back by one."""
        billed, now = self.account(account), self.world.now
        made = payment(
            account.id,
            now.date(),
            Money.of(amount, billed.terms.currency),
            "bank",
            reference,
            received_at=now,
            by=_BY,
            kind="refund" if refund else "payment",
        )
        for _ in range(self._times):
            if refund:
                money.record_refund(self.wired, made, billed, now)
            else:
                money.record_payment(self.wired, made, billed, now)
        self.settle()

    def top_up(
        self, account: Account, amount: str, name: str, *, expires_on: str | None = None
    ) -> None:
        """Record a top-up of today: granted where it expires, else bought by card."""
        billed, now = self.account(account), self.world.now
        granted = expires_on is not None
        made = top_up(
            account.id,
            now.date(),
            Money.of(amount, billed.terms.currency),
            Grant.GRANTED if granted else Grant.PURCHASED,
            topped_up_at=now,
            method="" if granted else "card",
            reference=name,
            expires_on=date.fromisoformat(expires_on) if expires_on else None,
            by=_BY,
        )
        self._teller.names[made.id] = name
        for _ in range(self._times):
            money.top_up_wallet(self.wired, made, billed, now)
        self._remember({})
        self.settle()

    def credit(self, account: Account, number: str, reason: str, **what: Any) -> None:
        """Issue a credit note about an invoice."""
        credit = Credit(self.numbered(number).id, reason, _BY, **what)
        for _ in range(self._times):
            money.issue_credit_note(self.wired, credit, self.account(account), self.world.now)
        self._remember({})
        self.settle()

    def issue_anyway(self, account: Account, period: str, reason: str) -> None:
        """Have an invoice issued although something is open."""
        before = {account.id: self._not_billed(account.id)}
        for _ in range(self._times):
            issue_anyway(self.wired, account.id, period, by=_BY, reason=reason, now=self.world.now)
        self._remember(before)
        self.settle()

    def decide(self, verdict: Verdict, usage_type: int, reason: Reason, day: str) -> None:
        """Decide on the records of a day that were set aside, and collect what that changes."""
        start = datetime.fromisoformat(day).replace(tzinfo=UTC)
        said = (usage_type, reason, start, start + _DAY, verdict, _BY, self.world.now, "asked")
        for _ in range(self._times):
            self.wired.decide(Decision("main", *said))
        self._drain()

    def numbered(self, number: str) -> Document:
        """Return an issued document."""
        (found,) = (each for each, _ in self.issued.values() if each.number == number)
        return found

    def paid_for(self, receipt: Document) -> list[Decimal]:
        """Return what the top-up of a receipt was paid with, in the ledger."""
        postings = self.wired.ledger.postings(receipt.account)
        entries = [entry for each in postings for entry in each.entries]
        return [
            each.amount
            for each in entries
            if each.credit == f"wallet:{receipt.top_up}" and each.debit.startswith("cash:")
        ]

    def tell(self, title: str) -> None:
        """Tell what is new since it was told last."""
        documents = [document for document, _ in self.issued.values()]
        months = {f"{day:%Y-%m}" for day in days_of(self.records)}
        self._teller.tell(title, self.accounts, documents, months)
        self._teller.tell_states({each: self._state(each) for each in self.accounts})

    def end(self, *months: str) -> str:
        """Return the whole story, with the statements of those months at its end."""
        self._teller.tell_statements(self.accounts, months)
        return self._teller.text()

    @property
    def _times(self) -> int:
        return 2 if self.crooked else 1

    def _drain(self, *, twice: bool = False) -> None:
        self._quietly(lambda: self.world.drain(twice=twice, reverse=self.crooked))

    def _deliver(self, do: Callable[..., Any], records: list[dict[str, Any]]) -> None:
        if records:
            answer = self._quietly(lambda: do(self.wired, records))
            assert answer == {"batchItemFailures": []}

    def _quietly(self, do: Callable[[], Any]) -> Any:
        with redirect_stdout(io.StringIO()):
            return do()

    def _not_billed(self, account: str) -> Corrected:
        """Return the invoiced periods that an invoice would correct now: as billed, as they are."""
        found = []
        for each in self.wired.amended.of(account):
            if not each.is_billed:
                kept = self.wired.charges.kept(account, each.rated.period.id)
                found.append((each.billed or kept.rated, each.rated))
        return found

    def _remember(self, corrected: dict[str, Corrected]) -> None:
        """Remember documents that have been issued."""
        for account in self.accounts:
            for head in reversed(self.wired.invoices.of(account)):
                if head.id not in self.issued:
                    document = self.wired.invoices.get(account, head.id)[1]
                    is_invoice = head.kind is Kind.INVOICE
                    mine = corrected.get(account, []) if is_invoice else []
                    self.issued[head.id] = (document, mine)
                    self._teller.names[head.id] = head.number

    def _state(self, account: str) -> str:
        """Return how an account is in CloudStack."""
        if self.wired.accounts.get(account).state == "removed":
            return "deleted"
        return self.simulator.states.of_account(self.accounts[account])


def _window(day: date) -> Window:
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return Window("main", Period(start, start + _DAY))
