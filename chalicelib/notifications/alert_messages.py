"""The mail about a crossed threshold."""

from chalicelib.accounts import BillingAccount
from chalicelib.budgets.alerts import Alert
from chalicelib.budgets.budgets import status
from chalicelib.notifications.formats import amount_text, local_time_text, month_text
from chalicelib.notifications.letters import Letter, messages_of
from chalicelib.notifications.messages import Message
from chalicelib.periods import BillingPeriod


def alert_messages(alert: Alert, account: BillingAccount, site_url: str) -> list[Message]:
    """Return one message for each recipient of the alert's budget."""
    letter = Letter(
        fact=f"{alert.account}/{alert.id}",
        subject=_subject(alert, account),
        figures=tuple(_rows(alert, account)),
        closing=(
            f"See the details: {site_url}",
            f"To stop these mails, edit or remove the budget alert on {site_url}",
        ),
    )
    return messages_of(letter, alert.budget.recipients)


def _subject(alert: Alert, account: BillingAccount) -> str:
    language, name = account.terms.language, account.name
    budget = amount_text(alert.budget.amount, language)
    period = BillingPeriod(alert.spend.period, account.terms.time_zone)
    month = month_text(period, language)
    return f"{name}: {alert.threshold:f} % of the {budget} budget for {month} is spent"


def _rows(alert: Alert, account: BillingAccount) -> list[tuple[str, str]]:
    """Return the figures of the mail, (label, value)."""
    language, zone = account.terms.language, account.terms.time_zone
    spend = alert.spend
    against = status(alert.budget, spend.amount)
    expected = (
        amount_text(spend.forecast, language)
        if spend.forecast
        else "not enough data yet: three days of usage are needed"
    )
    figures = [
        ("Account", account.name),
        ("Month", month_text(BillingPeriod(spend.period, zone), language)),
        ("Spent so far, before tax", amount_text(spend.amount, language)),
        ("Budget", amount_text(alert.budget.amount, language)),
        ("Spent of the budget", f"{against.percent:f} %"),
        ("Threshold crossed", f"{alert.threshold:f} %"),
        ("Forecast for the month", expected),
    ]
    figures += [(name, amount_text(amount, language)) for name, amount in spend.top]
    return [*figures, ("Usage counted until", local_time_text(spend.as_of, zone, language))]
