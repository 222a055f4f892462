"""Looks after one account: draws its wallet down, reminds, warns, and holds who does not pay."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from msgspec.structs import replace

from chalicelib.currencies import zero
from chalicelib.errors import Conflict
from chalicelib.invoicing.follow_ups import follow_of
from chalicelib.invoicing.issuers import Issuer
from chalicelib.invoicing.numbers import issued_on
from chalicelib.invoicing.watching import watch
from chalicelib.ledger.entries import Posting
from chalicelib.ledger.standing import Seen
from chalicelib.ledger.wallets import arrears_posting, draw_down_posting, expiry_posting
from chalicelib.periods import BillingPeriod
from chalicelib.runs.billing_ports import Write
from chalicelib.runs.books import Books
from chalicelib.runs.drafts import Material, drafted, material
from chalicelib.runs.enforce import Enforcer
from chalicelib.runs.notices import notices
from chalicelib.runs.retries import until_settled

_TRIES = 8


@dataclass(frozen=True, slots=True)
class Followed:
    """What was done about an account.

    Attributes:
        postings: of expired top-ups and of the wallet drawn down.
        mails: reminders, warnings, notices.
        enforced: how far it is held or suspended.
    """

    postings: int = 0
    mails: int = 0
    enforced: str = ""


def follow_up(account: str, *, books: Books, enforcer: Enforcer, now: datetime) -> Followed:
    """Look after an account; tell what was done.

    Safe to repeat: what is posted is reckoned from how the account stands, what was sent is
    written together with the mail, and what is done in CloudStack is decided first, then done,
    then recorded; each of them may come again.

    Raises:
        NotFound: there is no such account.
        Conflict: others kept being quicker.
        Unavailable: CloudStack did not answer.
    """
    # Of months that are invoiced meanwhile everything is read again.
    return until_settled(_FollowUp(account, books, enforcer, now).done)


@dataclass(slots=True)
class _FollowUp:
    """One account on one day."""

    account_id: str
    books: Books
    enforcer: Enforcer
    now: datetime

    def done(self) -> Followed:
        """Do everything in turn."""
        found = self._materials()
        current = found[-1]
        issuer = current.issuer
        if issuer is None:
            return Followed()
        today = issued_on(issuer, self.now)
        postings = self._post(current, lambda seen: expiry_posting(seen.standing, today, self.now))
        usage = {each.period.id: self._gross(each, issuer) for each in found}
        postings += self._pay_by_wallet(current, usage, today)
        mails = until_settled(lambda: self._watch(current, issuer, usage, today), tries=_TRIES)
        enforced = self.enforcer.enforce(current, self.books, today, self.now)
        return Followed(postings, mails, enforced)

    def _pay_by_wallet(self, current: Material, usage: Mapping[str, Decimal], today: date) -> int:
        """Pay what is open, then what was used of each month, by what there is.

        Of an account that pays afterwards now, what was drawn too much is given back.
        """
        made = 0
        if current.prepaid:
            made = self._post(current, lambda seen: arrears_posting(seen.standing, today, self.now))
        for period, amount in usage.items():
            # Whoever invoices the month meanwhile pays it by what was drawn: it is drawn no more.
            still_open = self.books.amended.still_open(current.account.id, period)
            draw = self._draw_down(period, amount, today, more=current.prepaid)
            made += self._post(current, draw, also=[still_open])
        return made

    def _materials(self) -> list[Material]:
        """Return what the months of the account are made of that are not invoiced, in order.

        The running one comes last, also where nothing has been used in it yet. Months for which
        something is drawn are among them whatever they are: they may have to give it back.
        """
        books = self.books
        account = books.known.account(self.account_id)
        issuer = books.issuer(books.details(account.id).issuer)
        first = "" if issuer is None else issuer.first_period
        running = BillingPeriod.at(self.now, account.terms.time_zone).id
        open_periods = books.charges.open_periods(account.id)
        seen = books.ledger.standing(account.id, account.terms.currency)
        periods = {each for each in open_periods if first <= each < running}
        periods |= {each for each in seen.standing.drawn_periods() if each < running}
        first_open, *later = (
            material(account.id, each, books) for each in (*sorted(periods), running)
        )
        # Whichever is invoiced first brings the corrections; they are to be paid once.
        return [first_open, *(replace(each, amended=(), corrections=()) for each in later)]

    def _gross(self, found: Material, issuer: Issuer) -> Decimal:
        """Return what a month comes to so far, with tax; nothing where it is not invoiced here.

        While its tax cannot be told, that is what has been drawn for it.
        """
        if found.period.id < issuer.first_period:
            return zero(found.account.terms.currency).amount
        try:
            return drafted(found, self.books, self.now).total
        except Conflict:
            return found.seen.standing.drawn(found.period.id)

    def _post(
        self,
        current: Material,
        make: Callable[[Seen], Posting | None],
        also: Sequence[Write] = (),
    ) -> int:
        """Post what `make` makes of how the account stands; return how many postings that is."""
        account, books = current.account, self.books

        def attempt() -> int:
            seen = books.ledger.standing(account.id, account.terms.currency)
            posting = make(seen)
            if posting is None:
                return 0
            return int(books.post(posting, seen, prepaid=current.prepaid, also=also))

        return until_settled(attempt)

    def _draw_down(
        self, period: str, amount: Decimal, today: date, *, more: bool
    ) -> Callable[[Seen], Posting | None]:
        def make(seen: Seen) -> Posting | None:
            target = amount if more else min(amount, seen.standing.drawn(period))
            return draw_down_posting(seen.standing, period, target, today, self.now)

        return make

    def _watch(
        self, current: Material, issuer: Issuer, usage: Mapping[str, Decimal], today: date
    ) -> int:
        """Remind and warn, and remember that; return how many mails that makes."""
        account, books = current.account, self.books
        seen = books.ledger.standing(account.id, account.terms.currency)
        before = follow_of(seen.follow)
        watched = watch(
            seen.standing,
            current.details,
            issuer.dunning,
            before,
            usage=usage,
            today=today,
            now=self.now,
        )
        mails = notices(watched, seen.standing, current, books, today)
        if watched.follow != before:
            rows = books.outgoing.rows(mails, self.now, self.now)
            books.put_follow(seen, watched.follow, prepaid=current.prepaid, also=rows)
        return len(mails)
