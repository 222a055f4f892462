"""The budgets table: budgets, what has been alerted of them, and the history of alerts."""

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import cast

from pynamodb.attributes import UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from chalicelib.budgets.alerts import Alert, Watch, alerted
from chalicelib.budgets.budgets import Budget
from chalicelib.currencies import payable
from chalicelib.money import Money
from chalicelib.notifications.messages import Message
from chalicelib.periods import instant_text
from chalicelib.tables.attributes import (
    CountAttribute,
    DecimalAttribute,
    Document,
    InstantAttribute,
    conflicts,
)
from chalicelib.tables.outbox import outbox_row

_BUDGET, _WATCH, _ALERT = "budget#", "watch#", "alert#"


class BudgetDocument(Document):
    """A budget; pk is the billing account, sk `budget#<id>`."""

    class Meta:
        suffix = "budgets"
        table_name = suffix

    amount = DecimalAttribute()
    currency = UnicodeAttribute()
    thresholds = UnicodeAttribute()
    recipients = UnicodeAttribute()
    set_at = InstantAttribute(null=True)


class WatchDocument(Document):
    """What has been alerted of a budget in a period; sk `watch#<budget>#<period>`."""

    class Meta:
        suffix = "budgets"
        table_name = suffix

    alerted = UnicodeAttribute()
    generation = CountAttribute()


class AlertDocument(Document):
    """An alert; sk `alert#<instant>#<id>`, so that the newest come last."""

    class Meta:
        suffix = "budgets"
        table_name = suffix

    budget = UnicodeAttribute()
    period = UnicodeAttribute()
    threshold = DecimalAttribute()
    spend = DecimalAttribute()
    budget_amount = DecimalAttribute()
    currency = UnicodeAttribute()
    recipients = UnicodeAttribute()
    raised_at = InstantAttribute()


class BudgetsTable:
    """Budgets and alerts by billing account."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, account: str) -> list[Budget]:
        """Return the budgets of an account, by id."""
        rows = BudgetDocument.query(
            account, BudgetDocument.sk.startswith(_BUDGET), consistent_read=True
        )
        return [_budget(row) for row in rows]

    def get(self, account: str, budget_id: str) -> Budget | None:
        """Return a budget, or None."""
        try:
            return _budget(BudgetDocument.get(account, _BUDGET + budget_id, consistent_read=True))
        except DoesNotExist:
            return None

    def watch(self, budget: Budget, period: str) -> Watch:
        """Return what has been alerted of a budget in a period."""
        blank = Watch(budget.account, budget.id, period)
        try:
            row = WatchDocument.get(budget.account, _watch_key(blank), consistent_read=True)
        except DoesNotExist:
            return blank
        levels = frozenset(Decimal(level) for level in json.loads(row.alerted))
        return Watch(budget.account, budget.id, period, levels, row.generation)

    def put(self, budget: Budget, before: Watch | None = None, after: Watch | None = None) -> None:
        """Store a budget and, in the same transaction, the watch its change re-armed.

        Raises:
            Conflict: an alert was raised meanwhile; read the watch again.
        """
        busy = "the budget is being checked; try again"
        with conflicts(busy), TransactWrite(connection=self._connection) as transaction:
            transaction.save(_budget_row(budget))
            if before is not None and after is not None and before != after:
                transaction.save(_watch_row(after), condition=_still(before))

    def delete(self, account: str, budget_id: str) -> None:
        """Remove a budget. What was alerted stays, so setting it again repeats no mail."""
        BudgetDocument(account, _BUDGET + budget_id).delete()

    def raise_alert(self, alert: Alert, watch: Watch, messages: Sequence[Message]) -> Watch:
        """Record an alert with the messages that tell of it, all or nothing; return the new watch.

        Raises:
            Conflict: the budget or its watch changed meanwhile; look at both again.
        """
        after = alerted(watch, [alert.threshold])
        row = _budget_row(alert.budget)
        same_budget = (
            (BudgetDocument.amount == row.amount)
            & (BudgetDocument.thresholds == row.thresholds)
            & (BudgetDocument.recipients == row.recipients)
        )
        changed = "the budget changed meanwhile"
        with conflicts(changed), TransactWrite(connection=self._connection) as transaction:
            transaction.condition_check(BudgetDocument, row.pk, row.sk, condition=same_budget)
            transaction.save(_watch_row(after), condition=_still(watch))
            transaction.save(_alert_row(alert), condition=AlertDocument.pk.does_not_exist())
            for message in messages:
                transaction.save(outbox_row(message, alert.raised_at))
        return after

    def alerts(
        self, account: str, *, before: str | None, limit: int
    ) -> Iterator[tuple[str, AlertDocument]]:
        """Yield (key, alert), newest first, from the one before key `before` on."""
        last = _ALERT + ("~" if before is None else before)
        for row in AlertDocument.query(
            account,
            AlertDocument.sk.between(_ALERT, last),
            scan_index_forward=False,
            limit=limit + 1,
        ):
            key = row.sk.removeprefix(_ALERT)
            if key != before:
                yield key, row


def _watch_key(watch: Watch) -> str:
    return f"{_WATCH}{watch.budget}#{watch.period}"


def _levels(watch: Watch) -> str:
    return json.dumps([format(level, "f") for level in sorted(watch.alerted)])


def _watch_row(watch: Watch) -> WatchDocument:
    return WatchDocument(
        watch.account, _watch_key(watch), alerted=_levels(watch), generation=watch.generation
    )


def _still(watch: Watch) -> Condition:
    """Return the condition that the stored watch is the one that was read."""
    if not watch.alerted and not watch.generation:
        return WatchDocument.pk.does_not_exist()
    same: Condition = WatchDocument.alerted == _levels(watch)
    same_generation: Condition = WatchDocument.generation == watch.generation
    return cast(Condition, same & same_generation)


def _budget_row(budget: Budget) -> BudgetDocument:
    return BudgetDocument(
        budget.account,
        _BUDGET + budget.id,
        amount=budget.amount.amount,
        currency=budget.amount.currency,
        thresholds=json.dumps([format(level, "f") for level in budget.thresholds]),
        recipients=json.dumps(list(budget.recipients)),
        set_at=budget.set_at,
    )


def _budget(row: BudgetDocument) -> Budget:
    return Budget(
        account=row.pk,
        id=row.sk.removeprefix(_BUDGET),
        amount=payable(Money(row.amount, row.currency)),
        thresholds=tuple(Decimal(level) for level in json.loads(row.thresholds)),
        recipients=tuple(json.loads(row.recipients)),
        set_at=row.set_at,
    )


def _alert_row(alert: Alert) -> AlertDocument:
    return AlertDocument(
        alert.account,
        f"{_ALERT}{instant_text(alert.raised_at)}#{alert.id}",
        budget=alert.budget.id,
        period=alert.spend.period,
        threshold=alert.threshold,
        spend=alert.spend.amount.amount,
        budget_amount=alert.budget.amount.amount,
        currency=alert.spend.amount.currency,
        recipients=json.dumps(list(alert.budget.recipients)),
        raised_at=alert.raised_at,
    )
