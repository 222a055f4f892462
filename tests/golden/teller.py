"""Tells what is new of a story: charges, documents, postings, mails, how accounts stand."""

from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.accounts import BillingAccount
from chalicelib.invoicing.documents import Document, Kind
from chalicelib.invoicing.follow_ups import follow_of
from chalicelib.periods import BillingPeriod
from chalicelib.reporting.billing_overview import overview_documents, overview_wallet
from chalicelib.reporting.statements import statement_table
from chalicelib.wiring.invoices import statement_of, today_of
from tests.golden import told
from tests.world import World, scan


class Teller:
    """Remembers what was told, and tells the rest.

    Attributes:
        lines: told so far.
        names: what ids are called.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self.lines: list[str] = []
        self.names: dict[str, str] = {}
        self._known: dict[str, set[str]] = {}
        self._states: dict[str, str] = {}

    def tell(
        self, title: str, accounts: Iterable[str], issued: Iterable[Document], months: Iterable[str]
    ) -> None:
        """Tell what is new since it was told last.

        Args:
            issued: every document there is.
            months: whose runs are looked at for what waits.
        """
        documents = list(issued)
        billed = [self._world.wiring.accounts.get(account) for account in accounts]
        self.lines += ["", f"== {told.instant(self._world.now)}  {title}"]
        for each in documents:
            if each.kind is Kind.INVOICE:
                self._new(f"charges of {each.account}", [(each.id, self._charges(each))])
        self._new("documents", ((each.id, told.document(each)) for each in documents))
        for each in billed:
            made = sorted(self._wired.ledger.postings(each.id), key=lambda posting: posting.at)
            self._new(f"postings of {each.id}", ((one.id, told.posting(one)) for one in made))
        self._new("mails", ((id, [line]) for line, id in self._mails()))
        self._new("waiting", ((each, [each]) for each in self._waiting(months)))
        for each in billed:
            done = enumerate(self._dunning(each))
            self._new(f"dunning of {each.id}", ((f"{n}", [line]) for n, line in done))
            self._changed(f"overview of {each.id}", self._overview(each))

    def tell_draft(self, draft: Document) -> None:
        """Tell a draft as of now."""
        self.lines += ["", f"== {told.instant(self._world.now)}  Draft"]
        self.lines += told.indented(told.document(draft))

    def tell_states(self, states: Mapping[str, str]) -> None:
        """Tell how accounts are in CloudStack, where that is news."""
        for account, state in states.items():
            self._changed(f"{account} in CloudStack", [state])

    def tell_statements(self, accounts: Iterable[str], months: Iterable[str]) -> None:
        """Tell the statements of some months."""
        for account in accounts:
            billed = self._wired.accounts.get(account)
            for month in months:
                period = BillingPeriod(month, billed.terms.time_zone)
                table = statement_table(statement_of(self._wired, billed, period), period)
                self.lines += ["", f"== Statement of {account}, {month}", *table.splitlines()]

    def text(self) -> str:
        """Return what was told, with names in the place of ids."""
        text = "\n".join(line.rstrip() for line in self.lines).lstrip("\n") + "\n"
        for id, name in self.names.items():
            text = text.replace(id, name)
        return text

    @property
    def _wired(self) -> Any:
        return self._world.wiring

    def _charges(self, invoice: Document) -> Iterable[str]:
        kept = self._wired.charges.kept(invoice.account, invoice.period)
        yield invoice.period
        yield from told.indented(told.rated(kept.rated))

    def _mails(self) -> list[tuple[str, str]]:
        rows = scan(self._world.cloud, f"{self._world.prefix}-outbox")
        return sorted(
            (
                f"{row['due_at']['S'][:16]} to {row['recipient']['S']}: {row['subject']['S']}",
                row["pk"]["S"],
            )
            for row in rows
        )

    def _waiting(self, months: Iterable[str]) -> Iterable[str]:
        for month in sorted(months):
            for state in self._wired.invoices.run(month):
                if state.state == "waiting":
                    for each in state.reasons:
                        override = " (may be overridden)" if each.may_override else ""
                        yield f"{state.account} {month}: {each.message}{override}"

    def _overview(self, billed: BillingAccount) -> list[str]:
        billing = self._wired.charges.billing(billed.id)
        lines = []
        for each in overview_documents(billing, today_of(billed, self._world.now)):
            due = f", due {each['due_on']}" if each["due_on"] else ""
            late = ", overdue" if each["overdue"] else ""
            amounts = f"{_amount(each['payable'])} of {_amount(each['total'])} open"
            lines.append(f"{each['kind']} {each['number']}: {each['state']}, {amounts}{due}{late}")
        wallet = overview_wallet(billing)
        if wallet is not None:
            amounts = f"{_amount(wallet['available'])} of {_amount(wallet['balance'])}"
            lines.append(f"wallet: {wallet['state']}, {amounts} available")
        return lines

    def _dunning(self, billed: BillingAccount) -> Iterable[str]:
        seen = self._wired.ledger.standing(billed.id, billed.terms.currency)
        for each in follow_of(seen.follow).events:
            dry = " (dry run)" if each.is_dry_run else ""
            note = f": {each.note}" if each.note else ""
            yield f"{each.at:%Y-%m-%d} {each.what} {each.number}".rstrip() + dry + note

    def _new(self, title: str, found: Iterable[tuple[str, Iterable[str]]]) -> None:
        known = self._known.setdefault(title, set())
        lines: list[str] = []
        for key, text in found:
            if key not in known:
                known.add(key)
                lines += text
        if lines:
            self.lines += [f"{title}:", *told.indented(lines)]

    def _changed(self, title: str, lines: list[str]) -> None:
        text = "\n".join(lines)
        if self._states.get(title, "") != text:
            self._states[title] = text
            self.lines += [f"{title}:", *told.indented(lines)]


def _amount(document: Any) -> str:
    return f"{document['amount']} {document['currency']}"
