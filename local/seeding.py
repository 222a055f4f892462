"""What an operator does first: terms, example prices, agreements, who bills whom."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from local.billing_samples import sample_details, sample_gift, sample_issuers
from local.cloudstack.estate import ACCOUNTS, ACME, PROJECTS
from local.operator_api import OperatorApi
from local.settings import month_before

RATE_CARDS = Path(__file__).parent / "rate-cards"


def set_sample_terms(api: OperatorApi) -> int:
    """Give each sample account its currency, language and time zone; return how many there are.

    Safe to repeat: the same terms again change nothing.
    """
    for account in (*ACCOUNTS, *PROJECTS):
        terms = {
            "currency": account.currency,
            "language": account.language,
            "time_zone": account.time_zone,
        }
        api.call("PUT", f"/admin/accounts/{account.id}", terms)
    return len(ACCOUNTS) + len(PROJECTS)


def post_rate_cards(api: OperatorApi, first_seen: date) -> int:
    """Post the example prices; return how many cards there are. Safe to repeat."""
    cards = list(example_rate_cards(first_seen))
    for card in cards:
        api.take_rate_card(card)
    return len(cards)


def agree_samples(api: OperatorApi, first_seen: date) -> int:
    """Sell acme a support plan and welcome it with a credit; return how many agreements that is.

    From the second day of the month on: the prices of the month begin in UTC, its first local day
    an hour or two before. Safe to repeat: none where there are any.
    """
    path = f"/admin/accounts/{ACME.id}/agreements"
    if api.call("GET", path)["agreements"]:
        return 0
    first = first_seen.replace(day=2)
    year = {"from": first.isoformat(), "until": first.replace(year=first.year + 1).isoformat()}
    agreements = [
        {"kind": "service", "from": first.isoformat(), "service": "gold_support"},
        {"kind": "credit", **year, "amount": {"amount": "40.00", "currency": "EUR"}},
    ]
    for agreement in agreements:
        api.call("POST", path, agreement)
    return len(agreements)


def set_sample_billing(api: OperatorApi, first_seen: date) -> bool:
    """Say who bills the sample accounts, and whom; tell whether nobody had said so before."""
    if api.call("GET", "/admin/issuers")["issuers"]:
        return False
    for issuer, body in sample_issuers(first_seen).items():
        api.call("PUT", f"/admin/issuers/{issuer}", body)
    for account, details in sample_details():
        api.call("PUT", f"/admin/accounts/{account}/billing", details)
    return True


def welcome_sample(api: OperatorApi) -> None:
    """Give the prepaid sample account something to begin with. Safe to repeat."""
    api.call("POST", "/admin/top-ups", sample_gift())


def example_rate_cards(first_seen: date, folder: Path = RATE_CARDS) -> Iterator[dict[str, Any]]:
    """Yield the cards of `folder` as the API takes them.

    The files hold prices, and dates only relative to the month of `first_seen`, the day
    the sample was first set up.
    """
    for file in sorted(folder.glob("*.json")):
        content = json.loads(file.read_text())
        for card in content["cards"]:
            month = month_before(first_seen, card["months_before"])
            yield {
                "currency": content["currency"],
                "effective_from": f"{month:%Y-%m}-{card['from']}",
                "prices": card["prices"],
            }
