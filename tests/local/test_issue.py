"""`make issue`: what it finds wrong, and that it finds nothing."""

from datetime import date
from decimal import Decimal

import pytest

from chalicelib.entrypoints.billing_triggers import plan_what_is_due
from chalicelib.invoicing.documents import Kind
from chalicelib.invoicing.numbers import Numbered
from chalicelib.wiring import Wiring
from local.cloud import Cloud
from local.empty import empty_deployment
from local.issue_worker import COUNTS, bill_some
from local.issued import Checked, Took, check
from local.rated_accounts import (
    CONNECTION,
    CURRENCY,
    NOW,
    make_out,
    rate_accounts,
    store_accounts,
)

DAY = date(2026, 12, 4)


def checked(*numbers: int, next_number: int = 4, accounts: int = 3, cents: str = "0") -> Checked:
    return Checked(
        expected=accounts,
        numbers=[
            Numbered(
                n, f"RE-{n}", Kind.INVOICE, f"account {at}", f"{n}", DAY, Decimal(1), "EUR", ""
            )
            for at, n in enumerate(numbers)
        ],
        next_number=next_number,
        balances={"receivable": Decimal("1.19") + Decimal(cents), "revenue": Decimal("-1.19")},
        off=[],
        files=6,
        took=Took(1, 1),
        requests=30,
    )


def test_numbers_without_a_gap_and_a_balance_of_zero_are_right() -> None:
    found = checked(1, 2, 3)
    assert found.is_right
    assert "\n".join(found.lines()).count("without a gap") == 1


@pytest.mark.parametrize(
    ("numbers", "more"),
    [
        ((1, 3), {"accounts": 2}),
        ((1, 2), {}),
        ((1, 2, 2), {}),
        ((1, 2, 3), {"next_number": 5}),
        ((1, 2, 3), {"cents": "0.01"}),
        ((1, 2, 3), {"accounts": 4}),
    ],
)
def test_anything_else_is_not(numbers: tuple[int, ...], more: dict[str, object]) -> None:
    assert not checked(*numbers, **more).is_right  # type: ignore[arg-type]


def test_accounts_are_made_invoiced_and_checked(cloud: Cloud, capsys: pytest.CaptureFixture[str]):
    wired = Wiring(empty_deployment(cloud, "issue", CONNECTION, CURRENCY), now=lambda: NOW)
    accounts = store_accounts(wired, 3)
    rated: list[None] = []
    rate_accounts(wired, accounts, lambda: rated.append(None))
    issuer = make_out(wired, accounts)
    plan_what_is_due(wired)
    sqs = cloud.client("sqs")
    while bill_some(wired, sqs):
        pass
    found = check(wired, issuer, accounts, [0] * COUNTS, Took(1, 1))
    assert len(rated) == 3 and found.is_right
    assert [each.number for each in found.numbers] == [f"RE-2026-0000{n}" for n in (1, 2, 3)]
    assert found.files == 6
    capsys.readouterr()
