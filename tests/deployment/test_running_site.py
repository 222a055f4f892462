"""The deployed product on the emulated AWS, from outside."""

import gzip
import http.client
import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from local.cloud import DEAD_QUEUES, STACK
from local.headers import response_headers
from local.stack import LocalStack

pytestmark = pytest.mark.stack
Reply = tuple[int, dict[str, str], bytes]


def ask(site: LocalStack, method: str, path: str, content: object = None, **headers: str) -> Reply:
    address = urlsplit(site.url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=60)
    body = None if content is None else json.dumps(content)
    if body is not None:
        headers["Content-Type"] = "application/json"
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, text


def sign_in(site: LocalStack, name: str) -> str:
    content = {"username": name, "password": f"{name}-demo", "domain": f"/{name}"}
    status, headers, _ = ask(site, "POST", "/api/session", content)
    assert status == 200
    return headers["set-cookie"].partition(";")[0]


def test_the_page_comes_with_the_headers_of_the_template(
    running_site: LocalStack, template: dict[str, Any]
):
    status, headers, body = ask(running_site, "GET", "/")
    assert status == 200
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert b"<!doctype html>" in body.lower()
    for name, value in response_headers(template).items():
        assert headers[name.lower()] == value


def test_an_unchanged_page_is_not_sent_again(running_site: LocalStack):
    _, headers, _ = ask(running_site, "GET", "/")
    known = {"If-None-Match": headers["etag"]}
    status, _, body = ask(running_site, "GET", "/", **known)
    assert (status, body) == (304, b"")


def test_what_is_not_there_is_404(running_site: LocalStack):
    assert ask(running_site, "GET", "/nothing.html")[0] == 404
    status, headers, body = ask(running_site, "GET", "/api/nothing")
    assert status == 404
    assert json.loads(body)["error"] == "NotFound"
    assert headers["content-security-policy"].startswith("default-src 'none'")


def test_another_name_for_loopback_is_refused(running_site: LocalStack):
    assert ask(running_site, "GET", "/", Host="rebound.example")[0] == 421


def test_the_session_cookie_reaches_the_browser_and_comes_back(running_site: LocalStack):
    content = {"username": "acme", "password": "acme-demo", "domain": "/acme"}
    status, headers, _ = ask(running_site, "POST", "/api/session", content)
    cookie = headers["set-cookie"]
    assert status == 200
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and "Path=/" in cookie
    assert "Secure" not in cookie, "this origin is plain http"
    session = cookie.partition(";")[0]
    status, _, body = ask(running_site, "GET", "/api/session", Cookie=session)
    assert (status, json.loads(body)["user"]) == (200, "acme")
    assert ask(running_site, "DELETE", "/api/session", Cookie=session)[0] == 204
    assert ask(running_site, "GET", "/api/session", Cookie=session)[0] == 401


def test_every_window_is_collected_and_nothing_was_given_up(running_site: LocalStack):
    (connection,) = running_site.operator().call("GET", "/admin/windows")["connections"]
    assert connection["windows"]["failed"] == connection["windows"]["waiting"] == 0
    assert connection["windows"]["complete"] > 60
    lengths = running_site.cloud.queue_lengths()
    assert {queue: lengths[queue] for queue in DEAD_QUEUES} == dict.fromkeys(DEAD_QUEUES, 0)


def test_the_overview_shows_what_was_collected(running_site: LocalStack):
    status, _, body = ask(
        running_site, "GET", "/api/overview", Cookie=sign_in(running_site, "acme")
    )
    overview = json.loads(body)
    assert status == 200
    assert overview["as_of"] is not None
    assert float(overview["summary"]["last_period"]["amount"]["amount"]) > 0


def test_finished_months_are_invoiced_and_their_documents_arrive_as_they_are(
    running_site: LocalStack,
):
    cookie = sign_in(running_site, "acme")
    listed = json.loads(ask(running_site, "GET", "/api/invoices", Cookie=cookie)[2])
    months = {each["period"]: each for each in listed["documents"] if each["state"] != "draft"}
    assert months["2026-09"]["state"] == "paid"
    assert set(months) >= {"2026-09", "2026-10"}
    path = f"/api/invoices/{months['2026-09']['id']}"
    link = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Cookie": cookie}
    status, headers, body = ask(running_site, "GET", f"{path}/pdf", **link)
    assert (status, headers["content-type"]) == (200, "application/pdf")
    assert body.startswith(b"%PDF-") and body.rstrip().endswith(b"%%EOF")
    status, headers, body = ask(running_site, "GET", f"{path}/xml", **link)
    assert status == 200 and months["2026-09"]["number"].encode() in body


def test_the_books_balance(running_site: LocalStack):
    found = running_site.operator().call("GET", "/admin/trial-balance")
    assert {each["currency"] for each in found["currencies"]} == {"EUR", "INR", "KWD"}
    assert all(each["balanced"] for each in found["currencies"])
    assert found["accounts_off"] == []


def test_raw_pages_are_archived_compressed(running_site: LocalStack):
    s3, bucket = running_site.client("s3"), running_site.deployed.archive_bucket
    found = s3.list_objects_v2(Bucket=bucket, MaxKeys=1)["Contents"][0]["Key"]
    page = s3.get_object(Bucket=bucket, Key=found)["Body"].read()
    assert "listusagerecordsresponse" in json.loads(gzip.decompress(page))


def test_triggers_are_wired(running_site: LocalStack):
    functions = running_site.client("lambda")
    mappings = {
        mapping["FunctionArn"].rpartition("-")[2]: mapping
        for mapping in functions.list_event_source_mappings()["EventSourceMappings"]
    }
    assert mappings["collect_usage"]["BatchSize"] == 1
    assert mappings["rate_usage"]["BatchSize"] == 100
    assert mappings["issue_invoices"]["BatchSize"] == 50
    assert mappings["follow_up"]["BatchSize"] == 20
    assert f"table/{STACK}-outbox/stream/" in mappings["send_notifications"]["EventSourceArn"]
    for mapping in mappings.values():
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    rules = running_site.client("events").list_rules()["Rules"]
    assert {rule["ScheduleExpression"] for rule in rules} == {
        "rate(1 hour)",
        "rate(5 minutes)",
        "cron(30 15,17 ? * MON-FRI *)",
    }


def test_the_operator_can_ask_for_a_collection(running_site: LocalStack):
    def plans() -> int:
        # Each plan asks CloudStack once how far its usage is.
        return running_site.simulator.state()["calls"]["listUsageServerMetrics"]

    api, before = running_site.operator(), plans()
    assert api.call("POST", "/admin/runs", {"run": "plan_collection"}) is not None
    running_site.wait_until(lambda: plans() > before)
    running_site.wait_idle()
    assert plans() == before + 1


def test_a_crossed_budget_sends_one_mail_for_each_threshold(running_site: LocalStack):
    session = sign_in(running_site, "initech")
    budget = {
        "amount": {"amount": "0.010", "currency": "KWD"},
        "thresholds": ["50", "80"],
        "recipients": ["iman@initech.example"],
    }
    address = "/api/budgets/monthly"
    try:
        assert ask(running_site, "PUT", address, budget, Cookie=session)[0] == 200
        running_site.wait_idle()
        mails = [mail for mail in running_site.mails() if mail.to == ["iman@initech.example"]]
        overview = json.loads(ask(running_site, "GET", "/api/overview", Cookie=session)[2])
        # On the first day of a month nothing of it has been collected, and the months before
        # it are no longer watched.
        assert len(mails) == (2 if overview["budget"]["crossed"] else 0)
        status, headers, page = ask(running_site, "GET", "/mail")
        assert status == 200
        assert "script" not in headers["content-security-policy"]
        for mail in mails:
            status, headers, html = ask(running_site, "GET", f"/mail/{mail.id}/html")
            assert (status, html.decode()) == (200, mail.html)
            assert headers["content-security-policy"].startswith("sandbox;")
            assert mail.id in page.decode()
    finally:
        ask(running_site, "DELETE", address, Cookie=session)


@pytest.mark.parametrize(
    "path",
    [
        "accounts",
        "rate-cards",
        "windows",
        "holds",
        "rejects",
        "decisions",
        "roll-ups",
        "issuers",
        "billing-runs",
        "documents",
        "payments?month=2026-10",
        "top-ups?month=2026-09",
        "dunning",
        "trial-balance",
        "gateways",
    ],
)
def test_the_operator_sees_the_business(running_site: LocalStack, path: str):
    assert running_site.operator().call("GET", f"/admin/{path}")


def test_the_tariffs_of_cloudstack_become_a_draft(running_site: LocalStack):
    told = running_site.operator().call("GET", "/admin/quota-tariffs?currency=EUR")
    assert told["as_of"] is not None
    assert {"meter": "ip_address", "usage_type": 3, "per": "month", "price": "3"} in told[
        "rate_card"
    ]["prices"]


def test_a_tenant_sees_what_was_used_under_the_names_of_things(running_site: LocalStack):
    day = (running_site.simulator.today - timedelta(days=1)).isoformat()
    path = f"/api/usage?from={day}&to={day}&group=offering"
    status, _, body = ask(running_site, "GET", path, Cookie=sign_in(running_site, "acme"))
    rows = json.loads(body)["rows"]
    assert status == 200
    assert {"Small", "Isolated with Source NAT"} <= {row["offering_name"] for row in rows}


def test_windows_are_metered_anew_and_stay_as_they_are(running_site: LocalStack):
    api = running_site.operator()
    newest = api.call("GET", "/admin/windows")["windows"][0]
    span = {"connection": "main", "from": newest["start"], "to": newest["end"]}
    about = {"usage_type": 99, "reason": "unknown_type", "verdict": "refuse", "note": "a trial"}
    assert api.call("POST", "/admin/decisions", {**span, **about})["windows"] == 1
    assert api.call("POST", "/admin/runs", {"run": "replay", **span})["windows"] == 1
    running_site.wait_idle()
    assert api.call("GET", "/admin/windows")["windows"][0] == newest
    assert api.call("GET", "/admin/decisions")["decisions"][0]["note"] == "a trial"


def test_exchange_rates_were_fetched_before_anything_was_rated(running_site: LocalStack):
    rates = running_site.operator().call("GET", "/admin/exchange-rates")
    newest = {rate["quote"]: (rate["date"], rate["source"]) for rate in rates["rates"]}
    # Its day is a Monday at midnight.
    assert newest["INR"] == ("2026-11-20", "ecb")
    assert "INR" not in rates["missing"]


def test_exchange_rates_are_fetched_when_asked_for(running_site: LocalStack):
    api = running_site.operator()
    answer = api.call("POST", "/admin/runs", {"run": "fetch_exchange_rates"})
    assert answer == {"run": "fetch_exchange_rates", "state": "started"}

    def ran() -> bool:
        reports = {report.name: report for report in running_site.reports(0)}
        return reports["fetch_exchange_rates"].runs > 1

    running_site.wait_until(ran)


def test_an_exchange_rate_is_set_by_hand(running_site: LocalStack):
    api = running_site.operator()
    rate = {"base": "EUR", "quote": "TND", "date": "2026-11-20", "rate": "3.41"}
    assert api.call("POST", "/admin/exchange-rates", rate) == {**rate, "source": "hand"}
    history = api.call("GET", "/admin/exchange-rates?base=EUR&quote=TND")["rates"]
    assert history == [{**rate, "source": "hand"}]


def test_a_wrong_password_is_told_as_such(running_site: LocalStack):
    content = {"username": "nobody", "password": "guess", "domain": "/"}
    status, _, body = ask(running_site, "POST", "/api/session", content)
    assert status == 401
    assert json.loads(body)["message"] == "user name, password or domain is wrong"


def test_no_function_lacked_a_permission(running_site: LocalStack):
    """Their roles are enforced; this looks at all that this session made them do."""
    logs = running_site.client("logs")
    denied = [
        event["message"]
        for group in logs.describe_log_groups()["logGroups"]
        for page in logs.get_paginator("filter_log_events").paginate(
            logGroupName=group["logGroupName"]
        )
        for event in page["events"]
        if "AccessDenied" in event["message"] or "not authorized" in event["message"]
    ]
    assert denied == []
