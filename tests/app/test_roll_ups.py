"""Roll-ups over the HTTP API: the operator makes them, nobody sees another's data through them."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from local.cloud import Cloud
from local.cloudstack.estate import ACME, APOLLO, GLOBEX, GLOBEX_ADMIN, INITECH
from local.cloudstack.simulator import Simulator
from tests.app.callers import Answer, Callers
from tests.app.conftest import callers_with_usage, serving
from tests.app.description import operations

TERMS = {"currency": "EUR", "language": "en", "time_zone": "UTC", "stopped_vms": "charged"}
COMPANY = {"name": "Acme Group", **TERMS}
GOOD = {
    "connection": "main",
    "kind": "account",
    "source": ACME.id,
    "billing_account": "acme-group",
    "from": "2026-11-02",
}
OF_AN_ACCOUNT = [each for each in operations() if each.takes_account and each.is_read_by_all]
Table = list[dict[str, str]]


@pytest.fixture
def own(cloud: Cloud, cloudstack: Simulator) -> Iterator[Callers]:
    """A deployment of one's own on 4 November, all usage rated; a company without anybody."""
    callers = callers_with_usage(cloud, cloudstack)
    with serving(callers.world):
        assert callers["admin"].put("/admin/accounts/acme-group", COMPANY).status == 200
        yield callers


@pytest.fixture(scope="module")
def refusing_callers(cloud: Cloud, cloudstack: Simulator) -> Callers:
    callers = callers_with_usage(cloud, cloudstack)
    with serving(callers.world):
        assert callers["admin"].put("/admin/accounts/acme-group", COMPANY).status == 200
    return callers


@pytest.fixture
def refusing(refusing_callers: Callers) -> Iterator[Callers]:
    """The same in one for all; change nothing."""
    with serving(refusing_callers.world):
        before = refusing_callers.world.rows()
        yield refusing_callers
        assert refusing_callers.world.rows() == before


def post(callers: Callers, **changed: object) -> Answer:
    return callers["admin"].post("/admin/roll-ups", {**GOOD, **changed})


def end(callers: Callers, roll_up: str, until: object) -> Answer:
    return callers["admin"].post(f"/admin/roll-ups/{roll_up}/end", {"until": until})


def spent(callers: Callers, account: str, who: str = "admin") -> Decimal:
    """Return what an account has spent in November so far."""
    told = callers[who].get("/costs", account=account, **{"from": "2026-11-01", "to": "2026-11-30"})
    return Decimal(told.document["total"]["amount"])


def seen_by(callers: Callers, user: str) -> set[str]:
    return {account["name"] for account in callers[user].get("/session").document["accounts"]}


def listed(callers: Callers) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = callers["admin"].get("/admin/roll-ups").document["roll_ups"]
    return found


def test_the_life_of_a_roll_up(own: Callers) -> None:
    before = spent(own, ACME.id)
    assert (listed(own), spent(own, "acme-group")) == ([], 0)

    made = post(own)
    assert made.status == 201
    shown = made.document
    assert shown == {
        "id": shown["id"],
        **GOOD,
        "source_name": "acme",
        "billing_account_name": "Acme Group",
        "until": None,
    }
    assert listed(own) == [shown]
    own.world.drain()
    # Both are billed in euro, acme's days begin an hour earlier.
    assert 0 < spent(own, ACME.id) < before
    assert spent(own, "acme-group") > 0
    told = own["admin"].get("/overview", account="acme-group").document
    assert told["account"]["kind"] == "company"
    assert told["as_of"] == "2026-11-04T00:00:00Z"

    again = post(own)
    assert (again.status, again.document) == (200, shown)
    ended = end(own, shown["id"], "2026-11-02")
    assert (ended.status, ended.document) == (200, {**shown, "until": "2026-11-02"})
    own.world.drain()
    assert (spent(own, ACME.id), spent(own, "acme-group")) == (before, 0)
    assert end(own, shown["id"], None).document == shown
    own.world.drain()
    assert spent(own, "acme-group") > 0


def test_a_domain_is_named_by_its_path_however_it_is_written(own: Callers) -> None:
    made = post(own, kind="domain", source="ROOT/globex/", **{"from": "2026-11-03"})
    assert (made.status, made.document["source"], made.document["source_name"]) == (
        201,
        "/globex",
        "/globex",
    )
    own.world.drain()
    assert spent(own, "acme-group") > 0


def test_what_is_named_but_not_there_is_told_at_its_field(refusing: Callers, table: Table) -> None:
    """
    field           | value
    connection      | second
    connection      |
    kind            | user
    kind            |
    source          | nobody
    source          |
    source          | /acme
    billing_account | nobody
    billing_account |
    from            | 2026-02-30
    from            | tomorrow
    from            | 2026-11-02T00:00:00Z
    from            | 0001-01-01
    from            | 9999-12-31
    from            |
    """
    for row in table:
        answer = post(refusing, **{row["field"]: row["value"]})
        assert (answer.status, set(answer.document["fields"])) == (400, {row["field"]}), row


@pytest.mark.parametrize("value", [None, 5, True, ["x"], {}])
@pytest.mark.parametrize("field", GOOD)
def test_every_field_is_text(refusing: Callers, field: str, value: object) -> None:
    answer = post(refusing, **{field: value})
    assert (answer.status, set(answer.document["fields"])) == (400, {field})


@pytest.mark.parametrize("field", GOOD)
def test_every_field_is_needed_and_no_other(refusing: Callers, field: str) -> None:
    content = {name: value for name, value in GOOD.items() if name != field}
    answer = refusing["admin"].post("/admin/roll-ups", content)
    assert (answer.status, answer.document["fields"]) == (400, {field: "is missing"})
    answer = post(refusing, until="2026-12-01")
    assert (answer.status, set(answer.document["fields"])) == (400, {"until"})


def test_a_source_of_another_kind_is_refused(refusing: Callers) -> None:
    for changed in ({"kind": "project"}, {"source": APOLLO.id}):
        answer = post(refusing, **changed)
        assert (answer.status, set(answer.document["fields"])) == (400, {"kind"}), changed
    answer = post(refusing, kind="domain", source="/nowhere")
    assert answer.document["fields"] == {"source": "no account lies in '/nowhere'"}
    assert post(refusing, source="x" * 256).status == 400


def test_a_day_before_the_open_month_is_a_conflict_that_says_what_to_do(refusing: Callers) -> None:
    answer = post(refusing, source=GLOBEX_ADMIN.id, **{"from": "2026-10-31"})
    assert (answer.status, answer.document["error"]) == (409, "Conflict")
    assert answer.document["message"].endswith("the first day possible is 2026-11-01")


def test_what_leads_on_is_a_conflict(own: Callers) -> None:
    assert post(own).status == 201
    for changed in (
        {"source": INITECH.id, "billing_account": ACME.id},
        {"billing_account": INITECH.id},
    ):
        assert post(own, **changed).status == 409, changed
    assert len(listed(own)) == 1


@pytest.mark.parametrize(
    ("roll_up", "until", "status"),
    [
        ("0" * 32, "2026-12-01", 404),
        ("x" * 2_000, "2026-12-01", 404),
        ("%23revision", "2026-12-01", 404),
        ("0" * 32, "soon", 400),
        ("0" * 32, 5, 400),
        ("0" * 32, "0001-01-01", 400),
    ],
)
def test_an_end_of_nothing_or_at_no_day_is_refused(
    refusing: Callers, roll_up: str, until: object, status: int
) -> None:
    answer = end(refusing, roll_up, until)
    assert answer.status == status
    if status == 400:
        assert set(answer.document["fields"]) == {"until"}


def test_it_cannot_end_before_it_starts(own: Callers) -> None:
    made = post(own, **{"from": "2026-11-10"}).document
    answer = end(own, made["id"], "2026-11-09")
    assert (answer.status, set(answer.document["fields"])) == (400, {"until"})
    assert listed(own) == [made]


def test_nobody_sees_anothers_usage_through_a_roll_up(own: Callers) -> None:
    before = {user: seen_by(own, user) for user in ("acme", "initech", "globex", "globex-admin")}
    globex = {"kind": "domain", "source": "/globex", "billing_account": "globex-group"}
    assert own["admin"].put("/admin/accounts/globex-group", COMPANY).status == 200
    for changed in (
        {},
        {"kind": "project", "source": APOLLO.id},
        {"source": INITECH.id},
        globex,
    ):
        assert post(own, **changed).status == 201, changed
    own.world.drain()

    # All of `globex-group` lies in the domain of its admin; nobody else rules over all of another.
    expected = {
        "acme": (before["acme"], [ACME.id, APOLLO.id]),
        "initech": (before["initech"], [INITECH.id]),
        "globex": (before["globex"], [GLOBEX.id]),
        "globex-admin": (
            before["globex-admin"] | {"Acme Group"},
            [GLOBEX.id, GLOBEX_ADMIN.id, "globex-group"],
        ),
    }
    everybody = [ACME.id, APOLLO.id, INITECH.id, GLOBEX.id, GLOBEX_ADMIN.id]
    for user, (names, open_to_them) in expected.items():
        assert seen_by(own, user) == names, user
        for account in [*everybody, "acme-group", "globex-group"]:
            for operation in OF_AN_ACCOUNT:
                path, query, _ = operation.example
                answer = own[user].get(path, **{**query, "account": account})
                allowed = 200 if account in open_to_them else 404
                assert answer.status == allowed, (user, account, path)
    # What acme sees of itself is what is its own: the days before.
    assert spent(own, ACME.id, "acme") == spent(own, ACME.id) > 0
    assert {"Acme Group"} < seen_by(own, "admin")


def test_one_account_from_outside_hides_a_company_from_the_domain_admin(own: Callers) -> None:
    assert post(own, kind="domain", source="/globex").status == 201
    assert "Acme Group" in seen_by(own, "globex-admin")
    assert post(own, source=INITECH.id, **{"from": "2026-12-01"}).status == 201
    assert "Acme Group" not in seen_by(own, "globex-admin")


def test_a_company_is_listed_with_its_terms_and_may_have_a_budget(own: Callers) -> None:
    accounts = own["admin"].get("/admin/accounts").document["accounts"]
    (shown,) = [each for each in accounts if each["id"] == "acme-group"]
    assert shown == {
        "id": "acme-group",
        **COMPANY,
        "kind": "company",
        "domain": "",
        "connection": "",
        "state": "enabled",
    }
    budget = {
        "amount": {"amount": "400", "currency": "EUR"},
        "thresholds": ["50"],
        "recipients": ["cfo@acme.example"],
    }
    assert own["admin"].put("/budgets/monthly", budget, account="acme-group").status == 200
    assert own["acme"].put("/budgets/monthly", budget, account="acme-group").status == 404


@pytest.mark.parametrize("name", ["", " ", "x" * 101, "a\nb", "\0", 5, ["x"]])
def test_a_company_has_a_name_that_can_be_printed(refusing: Callers, name: object) -> None:
    answer = refusing["admin"].put("/admin/accounts/other", {**COMPANY, "name": name})
    assert (answer.status, set(answer.document["fields"])) == (400, {"name"})


def test_cloudstacks_own_accounts_are_named_there(refusing: Callers) -> None:
    answer = refusing["admin"].put(f"/admin/accounts/{ACME.id}", COMPANY)
    assert (answer.status, set(answer.document["fields"])) == (400, {"name"})
    assert "CloudStack names" in answer.document["message"]


def test_a_companys_name_may_change_and_stays_without_being_said_again(own: Callers) -> None:
    renamed = own["admin"].put("/admin/accounts/acme-group", {**COMPANY, "name": "Acme Holding"})
    assert renamed.document == {"id": "acme-group", **COMPANY, "name": "Acme Holding"}
    assert own["admin"].put("/admin/accounts/acme-group", TERMS).document == {
        "id": "acme-group",
        **TERMS,
    }
    told = own["admin"].get("/overview", account="acme-group").document["account"]
    assert told["name"] == "Acme Holding"
