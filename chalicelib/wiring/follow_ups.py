"""What the operator has done about accounts, with everything it needs from the wiring."""

from chalicelib.accounts import BillingAccount
from chalicelib.invoicing.follow_ups import Wish
from chalicelib.ledger.standing import Seen
from chalicelib.runs import ask_enforcement as runs
from chalicelib.wiring import Wiring
from chalicelib.wiring.books import books


def ask_enforcement(wired: Wiring, account: BillingAccount, wish: Wish, by: str) -> Seen:
    """Record that an account is to be held, suspended or resumed, and have that done."""
    queue = wired.follow_ups_queue
    return runs.ask_enforcement(account, wish, by=by, books=books(wired), follow_ups=queue)
