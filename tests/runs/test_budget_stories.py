"""Budgets and their mails, from setting one to the end of the month."""

from datetime import timedelta
from decimal import Decimal as D

import pytest
from msgspec.structs import replace

from chalicelib.accounts import BillingAccount, Terms
from chalicelib.budgets.budgets import Budget, checked_budget
from chalicelib.errors import Conflict
from chalicelib.money import Money
from chalicelib.wiring.budgets import set_budget
from local.cloud import Cloud
from local.cloudstack import estate
from local.cloudstack.simulator import Simulator
from tests.runs.prices import cards
from tests.world import TODAY, World


class Story:
    """acme, a budget for it, and the mails it gets."""

    def __init__(self, cloud: Cloud, simulator: Simulator) -> None:
        self.world = World(cloud, simulator, TODAY - timedelta(days=2))
        for card in cards("EUR"):
            self.world.wiring.add_rate_card(card)
        self.world.wiring.set_terms(estate.ACME.id, Terms("EUR", "en-IE", "Europe/Berlin"))
        self.world.collect_all()

    @property
    def account(self) -> BillingAccount:
        return self.world.wiring.accounts.get(estate.ACME.id)

    @property
    def spend(self) -> D:
        return self.world.wiring.charges.newest(self.account.id, 1)[0].total.amount

    def budget(self, percent_spent: int, *recipients: str) -> Budget:
        """A budget of which that many percent are spent."""
        amount = (self.spend * 100 / percent_spent).quantize(D("0.01"), rounding="ROUND_DOWN")
        return checked_budget(
            self.account.id,
            "monthly",
            amount=Money(amount, "EUR"),
            thresholds=[D(50), D(80), D(100)],
            recipients=recipients or ["ops@acme.example"],
            currency="EUR",
        )

    def set(self, budget: Budget) -> int:
        raised = set_budget(self.world.wiring, self.account, budget, self.world.now)
        self.world.send()
        return raised

    def subjects(self) -> list[str]:
        return [str(mail["Subject"]) for mail in self.world.mails()]

    def levels(self) -> list[str]:
        """What the mails say is crossed; mails of one instant come in any order."""
        return sorted(subject.split(" %")[0] for subject in self.subjects())


@pytest.fixture
def story(cloud: Cloud, simulator: Simulator) -> Story:
    return Story(cloud, simulator)


def test_what_is_crossed_when_a_budget_is_set_is_told_once(story: Story) -> None:
    assert story.set(story.budget(85)) == 2
    assert story.levels() == ["acme: 50", "acme: 80"]

    story.set(story.budget(85))
    story.world.send()
    story.world.plan()
    story.world.drain()
    story.world.send()
    assert len(story.subjects()) == 2

    limit = story.budget(85)
    while story.spend < limit.amount.amount:
        assert len(story.subjects()) == 2
        story.world.advance(1)
        story.world.collect_all()
    assert story.levels() == ["acme: 100", "acme: 50", "acme: 80"]


def test_raising_a_budget_arms_it_again(story: Story) -> None:
    story.set(story.budget(85))
    assert story.set(story.budget(40)) == 0
    assert story.set(story.budget(60)) == 1
    assert story.levels() == ["acme: 50", "acme: 50", "acme: 80"]
    alerts = list(story.world.wiring.budgets.alerts(story.account.id, before=None, limit=10))
    assert len(alerts) == 3


def test_everybody_gets_a_mail_of_their_own(story: Story) -> None:
    story.set(story.budget(60, "ops@acme.example", "cto@acme.example"))
    assert len(story.subjects()) == 2
    assert all("cto" not in str(mail) for mail in story.world.mails() if "ops@" in str(mail))


def test_a_budget_removed_and_set_again_repeats_no_mail(story: Story) -> None:
    story.set(story.budget(60))
    story.world.wiring.budgets.delete(story.account.id, "monthly")
    assert story.set(story.budget(60)) == 0 and len(story.subjects()) == 1


def test_a_budget_without_usage_waits_for_it(cloud: Cloud, simulator: Simulator) -> None:
    world = World(cloud, simulator, TODAY)
    world.plan()
    account = world.wiring.accounts.get(estate.ACME.id)
    budget = checked_budget(
        account.id,
        "monthly",
        amount=Money.of("1", "EUR"),
        thresholds=[D(50)],
        recipients=["ops@acme.example"],
        currency="EUR",
    )
    assert set_budget(world.wiring, account, budget, world.now) == 0


def test_a_new_month_begins_with_nothing_alerted(story: Story) -> None:
    story.set(story.budget(60))
    story.world.advance(12)
    story.world.collect_all()
    story.world.advance(20)
    story.world.collect_all()
    subjects = story.subjects()
    assert len(subjects) == len(set(subjects))
    for month in ("November", "December"):
        levels = {each.split(" %")[0] for each in subjects if f"for {month} 2026" in each}
        assert levels == {"acme: 50", "acme: 80", "acme: 100"}, month


def test_a_budget_set_in_the_new_month_tells_nothing_of_the_old_one(story: Story) -> None:
    story.world.advance(10)
    story.world.collect_all()
    assert story.set(story.budget(10)) == 0
    for card in cards("INR"):
        story.world.wiring.add_rate_card(card)
    story.world.wiring.set_terms(story.account.id, Terms("EUR", "en", "Europe/Berlin"))
    story.world.drain()
    story.world.send()
    assert story.subjects() == []


def test_an_alert_on_a_budget_changed_meanwhile_is_looked_at_again(story: Story) -> None:
    from chalicelib.budgets.alerts import due_alerts
    from chalicelib.reporting.summaries import spend_of

    budget = story.budget(60)
    budgets = story.world.wiring.budgets
    budgets.put(budget)
    spend = spend_of(story.world.wiring.charges.newest(story.account.id, 1)[0])
    watch = budgets.watch(budget, spend.period)
    (alert,) = due_alerts(budget, watch, spend, story.world.now)
    budgets.put(replace(budget, recipients=("new@acme.example",)))
    with pytest.raises(Conflict):
        budgets.raise_alert(alert, watch, [])
    assert not list(budgets.alerts(story.account.id, before=None, limit=10))


def test_two_checks_at_once_raise_one_alert(story: Story) -> None:
    from chalicelib.budgets.alerts import due_alerts
    from chalicelib.reporting.summaries import spend_of

    budget = story.budget(60)
    budgets = story.world.wiring.budgets
    budgets.put(budget)
    spend = spend_of(story.world.wiring.charges.newest(story.account.id, 1)[0])
    watch = budgets.watch(budget, spend.period)
    (alert,) = due_alerts(budget, watch, spend, story.world.now)
    budgets.raise_alert(alert, watch, [])
    with pytest.raises(Conflict):
        budgets.raise_alert(alert, watch, [])
