"""The mails about how an account stands: its limit, its wallet, holds."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from urllib.parse import quote

from chalicelib.accounts import BillingAccount
from chalicelib.invoicing.customers import BillingDetails
from chalicelib.invoicing.dunning import DueAction
from chalicelib.invoicing.follow_ups import Enforced
from chalicelib.money import Money
from chalicelib.notifications.letters import Figure, Letter, messages_of
from chalicelib.notifications.messages import Message
from chalicelib.notifications.readers import Reader
from chalicelib.notifications.words.wording import Note
from chalicelib.periods import instant_text


def credit_limit_messages(
    account: BillingAccount,
    details: BillingDetails,
    site_url: str,
    *,
    exposure: Money,
    limit: Money,
    on: date,
) -> list[Message]:
    """Return what is mailed when a credit limit is reached.

    Args:
        exposure: what is unpaid, and used but not invoiced.
        on: the day of the warning; one day warns once.
    """
    reader = Reader(account.terms.language)
    labels = reader.words.labels
    spent, most = reader.amount(exposure), reader.amount(limit)
    letter = _letter(
        f"credit_limit/{account.id}/{on.isoformat()}",
        account,
        reader,
        reader.words.credit_limit,
        values={"amount": spent, "limit": most},
        figures=[(labels.unpaid, spent), (labels.limit, most)],
        closing=_invoices(account, reader, site_url),
    )
    return messages_of(letter, details.recipients)


def low_wallet_messages(
    account: BillingAccount,
    details: BillingDetails,
    site_url: str,
    *,
    available: Money,
    low: Money,
    on: date,
) -> list[Message]:
    """Return what is mailed when little is left in a wallet.

    Args:
        available: what is left, less usage that was not drawn yet.
        on: the day of the warning; one day warns once.
    """
    reader = Reader(account.terms.language)
    labels, left = reader.words.labels, reader.amount(available)
    letter = _letter(
        f"low_wallet/{account.id}/{on.isoformat()}",
        account,
        reader,
        reader.words.low_wallet,
        values={"available": left},
        figures=[(labels.available, left), (labels.low_balance, reader.amount(low))],
        closing=_top_up(account, reader, site_url),
    )
    return messages_of(letter, details.recipients)


def empty_wallet_messages(
    account: BillingAccount,
    details: BillingDetails,
    site_url: str,
    *,
    available: Money,
    on: date,
    action: DueAction | None = None,
) -> list[Message]:
    """Return what is mailed when nothing is left in a wallet.

    Args:
        on: the day of the warning; one day warns once.
        action: what is done unless it is topped up; not told on a dry run.
    """
    reader = Reader(account.terms.language)
    words, left = reader.words, reader.amount(available)
    more: tuple[str, ...] = ()
    if action is not None and action.on > on and not details.enforcement.dry_run:
        unless = words.unless_held if action.action == "hold" else words.unless_suspended
        more = (reader.say(unless, day=reader.day(action.on)),)
    letter = _letter(
        f"empty_wallet/{account.id}/{on.isoformat()}",
        account,
        reader,
        words.empty_wallet,
        values={"available": left},
        figures=[(words.labels.available, left)],
        closing=_top_up(account, reader, site_url),
        more=more,
    )
    return messages_of(letter, details.recipients)


def expiring_messages(
    account: BillingAccount,
    details: BillingDetails,
    site_url: str,
    *,
    lot: str,
    left: Money,
    expires_on: date,
) -> list[Message]:
    """Return what is mailed before granted credit expires, once for each lot.

    Args:
        expires_on: the first day on which it is no longer there.
    """
    reader = Reader(account.terms.language)
    labels, amount = reader.words.labels, reader.amount(left)
    day = reader.day(expires_on - timedelta(days=1))
    letter = _letter(
        f"expiring/{account.id}/{lot}",
        account,
        reader,
        reader.words.expiring,
        values={"left": amount, "day": day},
        figures=[(labels.left, amount), (labels.usable_until, day)],
        closing=_wallet(account, reader, site_url, reader.words.see),
    )
    return messages_of(letter, details.recipients)


def enforcement_messages(
    account: BillingAccount,
    details: BillingDetails,
    site_url: str,
    *,
    enforced: Enforced,
    at: datetime,
    were_stopped: bool = False,
) -> list[Message]:
    """Return what is mailed when an account was held, suspended or resumed.

    Args:
        enforced: `held`, `suspended`, or `none` for resumed.
        were_stopped: whether a resumed account was suspended, so that its machines are stopped.
    """
    reader = Reader(account.terms.language)
    words = reader.words
    notes = {Enforced.HELD: words.held, Enforced.SUSPENDED: words.suspended}
    is_resumed = enforced not in notes
    is_prepaid = details.payment_mode == "prepaid"
    letter = _letter(
        f"{enforced}/{account.id}/{instant_text(at)}",
        account,
        reader,
        notes.get(enforced, words.resumed),
        closing=_top_up(account, reader, site_url)
        if is_prepaid and not is_resumed
        else _invoices(account, reader, site_url),
        more=(words.start_machines,) if is_resumed and were_stopped else (),
    )
    return messages_of(letter, details.recipients)


def _letter(
    fact: str,
    account: BillingAccount,
    reader: Reader,
    note: Note,
    *,
    closing: str,
    values: dict[str, str] | None = None,
    figures: Sequence[Figure] = (),
    more: Sequence[str] = (),
) -> Letter:
    named = {"name": account.name, **(values or {})}
    return Letter(
        fact=fact,
        subject=reader.say(note.subject, **named),
        sentences=(reader.say(note.text, **named), *more),
        figures=((reader.words.labels.account, account.name), *figures),
        closing=(closing,),
        language=reader.language,
        direction=reader.direction,
    )


def _invoices(account: BillingAccount, reader: Reader, site_url: str) -> str:
    return reader.say(reader.words.see, url=f"{site_url}/#/invoices/{quote(account.id, '')}")


def _top_up(account: BillingAccount, reader: Reader, site_url: str) -> str:
    return _wallet(account, reader, site_url, reader.words.top_up)


def _wallet(account: BillingAccount, reader: Reader, site_url: str, words: str) -> str:
    return reader.say(words, url=f"{site_url}/#/wallet/{quote(account.id, '')}")
