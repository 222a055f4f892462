"""Tables of prices through the deployed product: sent, looked at, taken, fetched."""

import http.client
import json
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from local.stack import LocalStack

pytestmark = pytest.mark.stack
ABOUT = {"currency": "NZD", "effective_from": "2027-01-01T00:00:00Z"}
HEADER = "meter,title,per,price,offering\n"
TITLE = "Große Maschine für Äpfel"
Reply = tuple[int, dict[str, str], bytes]


def ask(site: LocalStack, method: str, path: str, body: bytes | None, **headers: str) -> Reply:
    """Return what the site answers, bytes as they are."""
    address = urlsplit(site.url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=60)
    connection.request(
        method, path, body, {each.replace("_", "-"): headers[each] for each in headers}
    )
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, content


@pytest.fixture
def cookie(running_site: LocalStack) -> str:
    """The session of the operator."""
    credentials = {"username": "admin", "password": "password", "domain": "/"}
    body = json.dumps(credentials).encode()
    _, headers, _ = ask(running_site, "POST", "/api/session", body, Content_Type="application/json")
    return headers["set-cookie"].partition(";")[0]


def send(site: LocalStack, cookie: str, table: bytes, **query: str) -> tuple[int, Any]:
    path = f"/api/admin/rate-cards?{urlencode({**ABOUT, **query})}"
    status, _, body = ask(site, "POST", path, table, Content_Type="text/csv", Cookie=cookie)
    return status, json.loads(body)


def test_a_table_comes_back_as_it_was_sent(running_site: LocalStack, cookie: str) -> None:
    lines = [f"running_vm,{TITLE} {number},hour,0.05,offering-{number}\n" for number in range(1000)]
    table = (HEADER + "".join(lines)).encode("utf-8-sig")
    status, looked = send(running_site, cookie, table)
    assert (status, len(looked["rate_card"]["prices"])) == (200, 1000), looked
    status, taken = send(running_site, cookie, table, confirm=looked["confirm"])
    assert (status, taken["version"]) == (201, looked["rate_card"]["version"])
    path = f"/api/admin/rate-cards/file?{urlencode({**ABOUT, 'format': 'csv'})}"
    status, headers, fetched = ask(running_site, "GET", path, None, Cookie=cookie)
    assert (status, headers["content-type"]) == (200, "text/csv; charset=utf-8")
    assert headers["content-disposition"] == 'attachment; filename="rate-card-NZD-2027-01-01.csv"'
    assert TITLE in fetched.decode("utf-8-sig")
    assert send(running_site, cookie, fetched)[1]["rate_card"] == taken


def test_letters_of_an_old_code_page_are_refused(running_site: LocalStack, cookie: str) -> None:
    table = f"{HEADER}running_vm,{TITLE},hour,0.05,\n".encode("latin-1")
    status, told = send(running_site, cookie, table)
    assert (status, told["error"]) == (400, "InvalidInput"), told


def test_what_a_card_changes_is_reckoned_from_real_usage(
    running_site: LocalStack, cookie: str
) -> None:
    table = f"{HEADER}running_vm,,hour,5,\n".encode()
    status, told = send(running_site, cookie, table, currency="EUR")
    assert status == 200
    by_name = {each["name"]: each for each in told["changes"]["accounts"]}
    assert {"acme", "apollo"} <= by_name.keys()
    old, new = (Decimal(by_name["acme"][name]["amount"]) for name in ("old", "new"))
    assert new > old > 0
    assert any("usage type 6" in each for each in by_name["acme"]["missing"])
