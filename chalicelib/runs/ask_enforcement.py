"""Takes what the operator wants done to the CloudStack account of a customer."""

from msgspec.structs import replace

from chalicelib.accounts import BillingAccount
from chalicelib.invoicing.follow_ups import Wish, follow_of, follow_text
from chalicelib.ledger.standing import Seen
from chalicelib.runs.books import Books
from chalicelib.runs.messages import FollowUpMessage
from chalicelib.runs.ports import Queue
from chalicelib.runs.retries import until_settled


def ask_enforcement(
    account: BillingAccount, wish: Wish, *, by: str, books: Books, follow_ups: Queue
) -> Seen:
    """Record that an account is to be held, suspended or resumed, and have that done.

    Safe to repeat.

    Raises:
        Conflict: the account is being posted to all the time; try again.
    """
    is_prepaid = books.details(account.id).payment_mode == "prepaid"

    def attempt() -> Seen:
        seen = books.ledger.standing(account.id, account.terms.currency)
        after = replace(follow_of(seen.follow), wanted=wish, wanted_by=by)
        books.put_follow(seen, after, prepaid=is_prepaid)
        return replace(seen, follow=follow_text(after))

    asked = until_settled(attempt)
    follow_ups.put_all([FollowUpMessage(account.id)])
    return asked
