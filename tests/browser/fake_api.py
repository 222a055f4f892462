"""An API that answers inside the browser, with what a test puts in it."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

from . import (
    answers,
    billing_answers,
    billing_operator_answers,
    charges_answers,
    estimate_answers,
    operator_answers,
    price_answers,
    usage_answers,
)
from .interception import Request, Route

UNAVAILABLE = {"error": "Unavailable", "message": "the tables did not answer; try again later"}
EVERYBODY = [answers.ACME, answers.APOLLO, answers.GLOBEX, answers.INITECH]


class FakeApi:
    """Answers /api/ in the browser, with JSON or with a function of the route."""

    def __init__(self) -> None:
        """Start with no answers; an unknown route is a 404."""
        self.answers: dict[tuple[str, str], Any] = {}
        self.requests: list[tuple[str, str, Any]] = []

    def put(self, method: str, path: str, answer: Any, status: int = 200) -> None:
        """Answer `method path` from now on with `answer`."""
        self.answers[method, path] = (status, answer)

    def handle(self, route: Route) -> None:
        """Answer one request of the page."""
        request = route.request
        address = urlsplit(request.url)
        path = address.path.removeprefix("/api")
        asked = f"{path}?{address.query}" if address.query else path
        body = _sent_by(request)
        self.requests.append((request.method, asked, body))
        lost = (404, {"error": "NotFound", "message": "no such page"})
        status, answer = self.answers.get((request.method, path), lost)
        if callable(answer):
            answer(route)
        elif status == 204:
            route.fulfill(status=status)
        else:
            route.fulfill(status=status, json=answer)

    def sent(self, method: str, path: str) -> list[Any]:
        """Return the bodies that were sent to `method path`."""
        return [
            body
            for asked_method, asked, body in self.requests
            if asked_method == method and asked.split("?")[0] == path
        ]


def _sent_by(request: Request) -> Any:
    """Return the body of a request: JSON, or text as it is."""
    if not request.post_data:
        return None
    is_json = request.headers.get("content-type") == "application/json"
    return request.post_data_json if is_json else request.post_data


def serve(api: FakeApi, overview: Any, session: Any = None, alerts: Any = None) -> None:
    """Put the answers of a signed-in visitor."""
    api.put("GET", "/session", session or answers.session(accounts=[overview["account"]]))
    api.put("GET", "/overview", overview)
    api.put("GET", "/alerts", alerts or answers.alerts(0))


def serve_operator(api: FakeApi) -> None:
    """Put the answers of the operator's page, too."""
    serve(api, answers.overview(), answers.session("operator", EVERYBODY))
    api.put("GET", "/admin/windows", operator_answers.windows())
    waiting = operator_answers.holds(operator_answers.hold(), operator_answers.negative())
    api.put("GET", "/admin/holds", waiting)
    api.put("GET", "/admin/rejects", operator_answers.rejects())
    api.put("GET", "/admin/decisions", operator_answers.decisions())
    api.put("GET", "/admin/roll-ups", operator_answers.roll_ups())
    api.put("GET", "/admin/accounts", operator_answers.accounts())
    api.put("GET", "/admin/issuers", billing_operator_answers.issuers())
    price_answers.serve_prices(api)


def serve_usage(api: FakeApi, account: Any = None) -> None:
    """Put the answers of a tenant who looks at their usage, whatever it is summed up by."""
    serve(api, answers.overview(account))

    def summed_up(route: Route) -> None:
        group = parse_qs(urlsplit(route.request.url).query)["group"][0]
        rows = usage_answers.by(group)
        if group == "resource":
            rows = usage_answers.by_resource()
        elif group.startswith("tag:"):
            rows = usage_answers.by_tag(group.removeprefix("tag:"))
        route.fulfill(json=usage_answers.usage(group, rows))

    api.put("GET", "/usage", summed_up)


def serve_charges(api: FakeApi, charges: Any = None, account: Any = None, **changes: Any) -> None:
    """Put the charges of a month, and the workings of its lines with `changes`."""
    charges = charges or charges_answers.charges()
    serve(api, answers.overview(account))
    api.put("GET", "/charges", charges)
    for line in charges["lines"]:
        workings = charges_answers.workings(line, **changes)
        api.put("GET", f"/charges/{line['id']}", workings)


def serve_estimate(api: FakeApi, answer: Any = None, account: Any = None, **changes: Any) -> None:
    """Put the catalogue with `changes`, and an answer to every plan."""
    serve(api, answers.overview(account))
    api.put("GET", "/catalogue", estimate_answers.catalogue(**changes))
    api.put("POST", "/estimates", answer or estimate_answers.estimate())


def serve_billing(api: FakeApi, account: Any = None, wallet: Any = None) -> None:
    """Put documents, the wallet and a statement, in the currency that they are written in."""
    serve(api, answers.overview(account))
    api.put("GET", "/invoices", billing_answers.documents())
    api.put("GET", "/invoices/draft", billing_answers.draft_document())
    api.put("GET", f"/invoices/{billing_answers.OPEN}", billing_answers.document())
    api.put("GET", f"/invoices/{billing_answers.PARTLY}", billing_answers.rich_document())
    api.put("GET", "/wallet", wallet or billing_answers.wallet())
    for period in ("2026-10", "2026-11"):
        api.put("GET", f"/statements/{period}", billing_answers.statement(period=period))


def serve_books(api: FakeApi) -> None:
    """Put the answers of every part of the operator's billing, and the documents of an account."""
    serve_operator(api)
    told = {
        "billing-runs": billing_operator_answers.run(),
        "documents": billing_operator_answers.documents(),
        "payments": billing_operator_answers.payments(),
        "top-ups": billing_operator_answers.top_ups(),
        "dunning": billing_operator_answers.dunning(),
        "trial-balance": billing_operator_answers.trial_balance(),
        "gateways": billing_operator_answers.gateways(),
        f"accounts/{answers.ACME['id']}/billing": billing_operator_answers.details(),
    }
    for name, answer in told.items():
        api.put("GET", f"/admin/{name}", answer)

    def listed(route: Route) -> None:
        state = parse_qs(urlsplit(route.request.url).query).get("state", [""])[0]
        every = billing_answers.documents()["documents"]
        rows = [row for row in every if state in ("", row["state"])]
        route.fulfill(json=billing_answers.documents(documents=rows))

    api.put("GET", "/invoices", listed)
    api.put("GET", f"/invoices/{billing_answers.OPEN}", billing_answers.document())
    api.put("GET", "/wallet", billing_answers.postpaid(credit="19.00"))
