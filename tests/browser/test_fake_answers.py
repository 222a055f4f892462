"""What the page is tested with is what docs/openapi.yaml allows the API to answer."""

import json
from typing import Any

import pytest

from tests.app.description import check_answer

from . import (
    agreement_answers,
    answers,
    billing_answers,
    billing_operator_answers,
    charges_answers,
    estimate_answers,
    gateway_answers,
    operator_answers,
    price_answers,
    usage_answers,
)

MISSING = [charges_answers.NO_PRICE, charges_answers.NO_RATE]
LINES = charges_answers.charges()["lines"]
ANSWERS: list[tuple[str, str, Any]] = [
    ("GET", "/session", answers.session()),
    ("GET", "/overview", answers.overview()),
    ("GET", "/overview", answers.new_account()),
    ("GET", "/overview", answers.young_month()),
    ("GET", "/alerts", answers.alerts()),
    *(("GET", "/usage", usage_answers.usage(by, usage_answers.by(by))) for by in ("meter", "zone")),
    ("GET", "/usage", usage_answers.usage("resource", usage_answers.by_resource())),
    ("GET", "/charges", charges_answers.charges()),
    ("GET", "/charges", charges_answers.nothing()),
    ("GET", "/charges", charges_answers.converted()),
    ("GET", "/charges", charges_answers.charges(missing=MISSING)),
    *(("GET", f"/charges/{line['id']}", charges_answers.workings(line)) for line in LINES),
    ("GET", "/charges/a", charges_answers.workings_of_a_balance(LINES[-1])),
    ("GET", "/charges/a", charges_answers.converted_workings()),
    (
        "GET",
        "/overview",
        answers.overview(
            invoices=billing_answers.overview_invoices(), wallet=billing_answers.overview_wallet()
        ),
    ),
    ("GET", "/invoices", billing_answers.documents()),
    ("GET", "/invoices/a", billing_answers.document()),
    ("GET", "/invoices/a", billing_answers.rich_document()),
    ("GET", "/invoices/draft", billing_answers.draft_document()),
    ("GET", "/wallet", billing_answers.wallet()),
    ("GET", "/wallet", billing_answers.postpaid()),
    ("GET", "/statements/2026-11", billing_answers.statement()),
    ("POST", "/invoices/a/pay", {"url": billing_answers.CHECKOUT}),
    ("GET", "/catalogue", estimate_answers.catalogue()),
    ("GET", "/catalogue", price_answers.catalogue()),
    ("POST", "/estimates", estimate_answers.estimate(missing=MISSING)),
    ("POST", "/estimates", estimate_answers.estimate(items=[estimate_answers.nothing("VPN")])),
    ("GET", "/admin/windows", operator_answers.windows()),
    ("GET", "/admin/holds", operator_answers.holds(operator_answers.hold())),
    ("GET", "/admin/rejects", operator_answers.rejects()),
    ("GET", "/admin/decisions", operator_answers.decisions()),
    ("GET", "/admin/roll-ups", operator_answers.roll_ups()),
    ("GET", "/admin/accounts", operator_answers.accounts()),
    ("GET", "/admin/rate-cards", price_answers.cards()),
    ("POST", "/admin/rate-cards", price_answers.first_preview()),
    ("POST", "/admin/rate-cards", price_answers.last_preview()),
    ("GET", "/admin/missing-prices", price_answers.missing(price_answers.missing_price())),
    ("GET", "/admin/missing-prices", price_answers.missing(price_answers.missing_rate())),
    ("GET", "/admin/quota-tariffs", price_answers.quota_tariffs()),
    ("GET", agreement_answers.PATH, {"agreements": agreement_answers.every_kind(), "next": None}),
    ("GET", "/admin/exchange-rates", price_answers.rates(price_answers.rate())),
    ("GET", "/admin/issuers", billing_operator_answers.issuers()),
    ("PUT", "/admin/issuers/nimbus", billing_operator_answers.issuer()),
    ("GET", "/admin/accounts/a/billing", billing_operator_answers.details()),
    ("GET", "/admin/billing-runs", billing_operator_answers.run()),
    ("GET", "/admin/documents", billing_operator_answers.documents()),
    ("GET", "/admin/payments", billing_operator_answers.payments()),
    ("POST", "/admin/payments", billing_operator_answers.recorded()),
    ("POST", "/admin/bank-statements/preview", billing_operator_answers.statement()),
    ("GET", "/admin/top-ups", billing_operator_answers.top_ups()),
    ("POST", "/admin/credit-notes", billing_operator_answers.corrected()),
    ("POST", "/admin/write-offs", billing_operator_answers.corrected("uncollectible", note=False)),
    ("GET", "/admin/dunning", billing_operator_answers.dunning()),
    ("POST", "/admin/accounts/a/enforcement", billing_operator_answers.enforced("holding")),
    ("GET", "/admin/trial-balance", billing_operator_answers.trial_balance()),
    (
        "GET",
        "/admin/trial-balance",
        billing_operator_answers.trial_balance(
            accounts_off=[billing_operator_answers.account_off()]
        ),
    ),
    ("GET", "/admin/gateways", billing_operator_answers.gateways()),
    (
        "GET",
        "/admin/gateways",
        billing_operator_answers.gateways(gateway_answers.refund(), gateway_answers.dismissed()),
    ),
    ("POST", "/admin/gateways/unposted/a", {"taken": "refunded"}),
    ("DELETE", "/admin/gateways/unposted/a", gateway_answers.dismissed()),
]


@pytest.mark.parametrize(
    ("method", "path", "answer"),
    ANSWERS,
    ids=[f"{path}-{n}" for n, (_, path, _) in enumerate(ANSWERS)],
)
def test_the_api_may_answer_so(method: str, path: str, answer: Any) -> None:
    check_answer(method, path, 200, "application/json", json.dumps(answer).encode())
