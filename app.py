"""StackTally's Chalice application: every trigger and every group of routes."""

import os
from typing import Any

from chalice.app import Chalice, Cron, Rate, SQSEvent

from chalicelib.entrypoints import (
    agreement_routes,
    budget_routes,
    catalogue_routes,
    charge_routes,
    collection_routes,
    cost_routes,
    estimate_routes,
    exchange_rate_routes,
    missing_routes,
    operator_routes,
    quota_routes,
    rate_card_routes,
    roll_up_routes,
    session_routes,
    triggers,
    usage_routes,
)

app = Chalice(app_name="stacktally")
_PREFIX = os.environ.get("TABLE_PREFIX", "stacktally-local")

for subject in (
    session_routes,
    cost_routes,
    charge_routes,
    estimate_routes,
    budget_routes,
    operator_routes,
    rate_card_routes,
    catalogue_routes,
    collection_routes,
    exchange_rate_routes,
    agreement_routes,
    missing_routes,
    roll_up_routes,
    usage_routes,
    quota_routes,
):
    app.register_blueprint(subject.routes.blueprint)


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
