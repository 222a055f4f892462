"""Budgets that spend has crossed: the alerts, their history, and the mails they cause."""

from decimal import ROUND_DOWN, Decimal
from typing import Any

from local.cloudstack.estate import APOLLO
from tests.app.callers import Caller, Callers


def spend_of(caller: Caller, **query: str) -> Decimal:
    """Return what an account has spent this month."""
    summary = caller.get("/overview", **query).document["summary"]
    return Decimal(summary["month_to_date"]["amount"]["amount"])


def budget(spent: Decimal, percent: int, recipients: list[str]) -> dict[str, Any]:
    """Return a budget of which that many percent are spent, or a little more."""
    amount = (100 * spent / percent).quantize(Decimal("0.01"), rounding=ROUND_DOWN)
    return {
        "amount": {"amount": str(amount), "currency": "EUR"},
        "thresholds": ["50", "80", "100"],
        "recipients": recipients,
    }


def alerts(caller: Caller, budget_id: str) -> list[dict[str, Any]]:
    """Return the alerts of one budget, newest first."""
    found = caller.get("/alerts").document["alerts"]
    return [alert for alert in found if alert["budget"] == budget_id]


def mails_to(callers: Callers, recipient: str) -> list[str]:
    """Return the subjects of the mails somebody got once all due ones are sent."""
    callers.world.send()
    return sorted(str(each["Subject"]) for each in callers.world.mails() if recipient in str(each))


def test_what_is_crossed_when_a_budget_is_set_is_told_once(billed: Callers) -> None:
    acme, recipient = billed["acme"], "once@acme.example"
    asked = budget(spend_of(acme), 85, [recipient])
    answer = acme.put("/budgets/once", asked)
    raised = alerts(acme, "once")
    assert sorted(alert["threshold"] for alert in raised) == ["50", "80"]
    assert {alert["period"] for alert in raised} == {"2026-11"}
    assert {alert["raised_at"] for alert in raised} == {"2026-11-04T01:00:00Z"}
    assert {str(alert["recipients"]) for alert in raised} == {str([recipient])}
    for alert in raised:
        assert alert["budget_amount"] == answer.document["amount"]
        overview = acme.get("/overview").document
        assert alert["spend"] == overview["summary"]["month_to_date"]["amount"]
    assert len(mails_to(billed, recipient)) == 2

    for _ in range(2):
        assert acme.put("/budgets/once", asked).document == answer.document
    assert alerts(acme, "once") == raised
    assert len(mails_to(billed, recipient)) == 2


def test_a_mail_says_what_was_crossed_and_how_far(billed: Callers) -> None:
    acme, recipient = billed["acme"], "words@acme.example"
    acme.put("/budgets/words", budget(spend_of(acme), 60, [recipient]))
    (subject,) = mails_to(billed, recipient)
    assert "50 %" in subject
    assert "acme" in subject


def test_a_budget_removed_and_set_again_tells_nothing_twice(billed: Callers) -> None:
    acme, recipient = billed["acme"], "removed@acme.example"
    asked = budget(spend_of(acme), 60, [recipient])
    acme.put("/budgets/removed", asked)
    assert acme.delete("/budgets/removed").status == 204
    assert len(alerts(acme, "removed")) == 1
    acme.put("/budgets/removed", asked)
    assert len(alerts(acme, "removed")) == 1
    assert len(mails_to(billed, recipient)) == 1


def test_a_raised_budget_is_armed_again(billed: Callers) -> None:
    acme, recipient = billed["acme"], "raised@acme.example"
    spent = spend_of(acme)
    for percent in (85, 40, 60):
        acme.put("/budgets/raised", budget(spent, percent, [recipient]))
    assert sorted(alert["threshold"] for alert in alerts(acme, "raised")) == ["50", "50", "80"]
    assert len(mails_to(billed, recipient)) == 3


def test_every_recipient_gets_a_mail_of_their_own(billed: Callers) -> None:
    acme, recipients = billed["acme"], ["first@acme.example", "second@acme.example"]
    acme.put("/budgets/everybody", budget(spend_of(acme), 60, recipients))
    assert [len(mails_to(billed, recipient)) for recipient in recipients] == [1, 1]


def test_the_overview_shows_the_monthly_budget_and_where_spend_stands(billed: Callers) -> None:
    acme = billed["acme"]
    spent = spend_of(acme)
    for percent, crossed, state in (
        (40, [], "ok"),
        (60, ["50"], "warning"),
        (100, ["50", "80", "100"], "warning"),
        (130, ["50", "80", "100"], "exceeded"),
    ):
        answer = acme.put("/budgets/monthly", budget(spent, percent, ["state@acme.example"]))
        shown = acme.get("/overview").document["budget"]
        assert {name: shown[name] for name in answer.document} == answer.document
        assert (shown["crossed"], shown["state"]) == (crossed, state)
        amount = Decimal(shown["amount"]["amount"])
        assert Decimal(shown["spend"]["amount"]) == spent
        assert Decimal(shown["difference"]["amount"]) == amount - spent
        exact = 100 * spent / amount
        assert Decimal(shown["percent"]) == exact.quantize(Decimal("0.1"), rounding=ROUND_DOWN)
    acme.delete("/budgets/monthly")


def test_the_history_has_pages_and_loses_nothing_between_them(billed: Callers) -> None:
    acme, account = billed["acme"], APOLLO.id
    thresholds = [str(percent) for percent in range(10, 101, 10)]
    cent = {"amount": {"amount": "0.01", "currency": "EUR"}, "recipients": ["a@acme.example"]}
    for number in range(6):
        billed.world.now = billed.world.now.replace(minute=number)
        asked = {**cent, "thresholds": thresholds}
        assert acme.put(f"/budgets/page-{number}", asked, account=account).status == 200
    first = acme.get("/alerts", account=account).document
    assert (len(first["alerts"]), first["next"] is None) == (50, False)
    second = acme.get("/alerts", account=account, next=first["next"]).document
    assert (len(second["alerts"]), second["next"]) == (10, None)
    ids = [alert["id"] for alert in first["alerts"] + second["alerts"]]
    assert len(set(ids)) == 60
    times = [alert["raised_at"] for alert in first["alerts"] + second["alerts"]]
    assert times == sorted(times, reverse=True)
    assert acme.get("/alerts", account=account, next="").document == first


def test_a_page_nobody_was_told_of_is_no_error(billed: Callers) -> None:
    for beyond in ("0", "~", "made-up", "x" * 3_000, "é", "\0", "alert#", "#"):
        assert billed["initech"].get("/alerts", next=beyond).document["alerts"] == []
