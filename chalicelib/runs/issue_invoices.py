"""Issues the invoice of one billing period of one billing account: once, whatever happens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.errors import Conflict
from chalicelib.invoicing.billing_runs import RunResult, RunState
from chalicelib.invoicing.documents import Document, Forced, Kind
from chalicelib.invoicing.numbers import Series, issued_on, number_of, series_of
from chalicelib.invoicing.posting import posting_of
from chalicelib.invoicing.readiness import Waiting, may_issue
from chalicelib.notifications.billing_messages import invoice_messages
from chalicelib.runs.billing_ports import Invoices, Write
from chalicelib.runs.books import Books
from chalicelib.runs.drafts import Material, drafted, material, waiting_of
from chalicelib.runs.posting_rows import post
from chalicelib.runs.retries import until_settled

# Several consumers of the queue take numbers of one series: a try is lost to one that got its own.
_TRIES = 20


@dataclass(frozen=True, slots=True)
class Issued:
    """What the run made of an account.

    Attributes:
        state: `issued`, also where it had been before; `waiting` or `nothing`.
        new: whether it was issued now.
        document: id; empty where there is none.
        waiting: for what it waits.
    """

    state: RunResult
    number: str = ""
    new: bool = False
    document: str = ""
    waiting: tuple[Waiting, ...] = ()


def issue_invoice(
    account: str, period: str, *, books: Books, now: datetime, forced: Forced | None = None
) -> Issued:
    """Issue the invoice of a period; tell what came of it.

    The document, its number, its posting, the closing of the period, what it corrects, what the
    run made of the account and the mail to send are one write: whoever dies before it has done
    nothing, and whoever comes after it finds the period closed.

    Args:
        forced: who wants it although something is open, and why.

    Raises:
        NotFound: there is no such account.
        Conflict: others kept being quicker, or what it waits for cannot be overridden.
    """
    done = until_settled(_Issue(account, period, books, now, forced).attempt, books.lost)
    if forced is not None and done.state == "waiting":
        fatal = [each.message for each in done.waiting if not each.may_override]
        raise Conflict(f"it cannot be issued: {'; '.join(fatal)}")
    return done


def mark_failed(
    account: str, period: str, reason: str, *, invoices: Invoices, now: datetime
) -> None:
    """Record why an invoice could not be issued, for the list of the run; one issued stays so."""
    waiting = Waiting("failed", f"it failed and is tried again: {reason}")
    invoices.mark_run(RunState(period, account, "failed", now, (waiting,)))


@dataclass(slots=True)
class _Issue:
    """One try at one period of one account."""

    account_id: str
    period_id: str
    books: Books
    now: datetime
    forced: Forced | None

    def attempt(self) -> Issued:
        """Issue it, or tell why not.

        Raises:
            NotFound: there is no such account.
            Conflict: somebody else was quicker, or it waits for what cannot be overridden.
        """
        books, now = self.books, self.now
        found = material(self.account_id, self.period_id, books)
        if found.is_invoiced:
            return self._issued_before(found)
        if found.is_empty:
            return self._marked(Issued("nothing"))
        issuer = found.issuer
        if issuer is None:
            return self._waits(waiting_of(found, books, now, 1))
        day = issued_on(issuer, now)
        series = series_of(issuer, Kind.INVOICE, day)
        waiting = waiting_of(found, books, now, books.next_number(series))
        if waiting and not may_issue(waiting, forced=self.forced is not None):
            return self._waits(waiting)
        for _ in range(_TRIES):
            n = books.next_number(series)
            document = drafted(
                found,
                books,
                now,
                number=number_of(issuer, Kind.INVOICE, n, day),
                forced=self._on_record(waiting),
            )
            try:
                return self._issued(found, document, series, n)
            except Conflict:
                books.lost()
                if books.next_number(series) == n:
                    # It was not the number that somebody else was quicker with.
                    raise
        raise Conflict("others kept taking the next number")

    def _issued(self, found: Material, document: Document, series: Series, n: int) -> Issued:
        """Write the document with that number, and all that belongs to it.

        Raises:
            Conflict: somebody else was quicker, with the number or with this very invoice.
        """
        books = self.books
        done = Issued("issued", document.number, True, document.id)
        also = [*books.invoices.rows_to_issue(document, series, n), *self._closing(found, document)]
        self._post(found, document, done, also)
        books.given(series, n)
        return done

    def _post(
        self, found: Material, document: Document, done: Issued, also: Sequence[Write]
    ) -> None:
        """Write everything at once.

        Raises:
            Conflict: somebody else was quicker, perhaps with this very invoice.
        """
        books, seen = self.books, found.seen
        post(
            posting_of(document, seen.standing),
            found.account,
            seen=seen,
            books=books,
            now=self.now,
            issued=[document],
            also=[*also, books.invoices.run_row(self._state(done))],
            mails=invoice_messages(document, found.details, books.site_url),
            prepaid=found.prepaid,
        )

    def _closing(self, found: Material, document: Document) -> list[Write]:
        """Return the rows that close what is invoiced: it is never put again."""
        account, amended = found.account.id, self.books.amended
        if found.kept is None:
            closed = amended.closed(found.summary, found.rated, document.id)
        else:
            closed = amended.closing(account, found.period.id, document.id, found.kept.stored)
        return [closed, *(amended.billed(account, each) for each in found.amended)]

    def _issued_before(self, found: Material) -> Issued:
        assert found.kept is not None and found.kept.stored.invoice is not None
        document = found.kept.stored.invoice
        head = self.books.invoices.get(found.account.id, document)
        return Issued("issued", head[0].number if head else "", False, document)

    def _waits(self, waiting: Sequence[Waiting]) -> Issued:
        """Record what it waits for, unless somebody wants it issued all the same."""
        done = Issued("waiting", waiting=tuple(waiting))
        return done if self.forced is not None else self._marked(done)

    def _marked(self, done: Issued) -> Issued:
        self.books.invoices.mark_run(self._state(done))
        return done

    def _state(self, done: Issued) -> RunState:
        return RunState(
            period=self.period_id,
            account=self.account_id,
            state=done.state,
            at=self.now,
            reasons=done.waiting,
            document=done.document,
            number=done.number,
            by="" if self.forced is None else self.forced.by,
        )

    def _on_record(self, waiting: Sequence[Waiting]) -> Forced | None:
        if self.forced is None or not waiting:
            return None
        told = tuple(each.message for each in waiting)
        return Forced(self.forced.by, self.forced.at, self.forced.reason, told)
