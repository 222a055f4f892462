"""StackTally's Chalice application: every trigger and every route."""

import os
from typing import Any

from chalice.app import Chalice, Cron, Rate, SQSEvent

from chalicelib.entrypoints import billing_triggers, triggers
from chalicelib.entrypoints.routes import blueprint
from chalicelib.entrypoints.table import ROUTES

app = Chalice(app_name="stacktally")
_PREFIX = os.environ.get("TABLE_PREFIX", "stacktally-local")

app.register_blueprint(blueprint(ROUTES))


@app.schedule(Rate(1, unit=Rate.HOURS))
def plan_collection(event: Any) -> None:
    """Plan the collection of every connection."""
    triggers.plan_collection(event)


@app.on_sqs_message(queue=f"{_PREFIX}-windows", batch_size=1)
def collect_usage(event: SQSEvent) -> Any:
    """Collect the window a message asks for."""
    return triggers.collect_usage(event.to_dict(), event.context)


@app.on_sqs_message(queue=f"{_PREFIX}-accounts", batch_size=100)
def rate_usage(event: SQSEvent) -> Any:
    """Rate the billing periods that messages ask for."""
    return triggers.rate_usage(event.to_dict())


@app.schedule(Rate(1, unit=Rate.HOURS))
def plan_billing(event: Any) -> None:
    """Ask for what is due: invoices of periods that are over, accounts to follow up."""
    billing_triggers.plan_billing(event)


@app.on_sqs_message(queue=f"{_PREFIX}-invoices", batch_size=50)
def issue_invoices(event: SQSEvent) -> Any:
    """Issue the invoices that messages ask for, and set their documents."""
    return billing_triggers.issue_invoices(event.to_dict())


@app.on_sqs_message(queue=f"{_PREFIX}-follow-ups", batch_size=20)
def follow_up(event: SQSEvent) -> Any:
    """Follow up the accounts that messages name."""
    return billing_triggers.follow_up(event.to_dict())


# The bank publishes about 16:00 CET; the second time is for when it was late, or did not answer.
@app.schedule(Cron("30", "15,17", "?", "*", "MON-FRI", "*"))
def fetch_exchange_rates(event: Any) -> None:
    """Take the exchange rates of the day."""
    triggers.fetch_exchange_rates(event)


@app.lambda_function()
def send_notifications(event: Any, _context: Any) -> Any:
    """Send what has just come into the outbox."""
    return triggers.send_notifications(event)


@app.schedule(Rate(5, unit=Rate.MINUTES))
def sweep_notifications(event: Any) -> None:
    """Send what was left in the outbox."""
    triggers.sweep_notifications(event)
