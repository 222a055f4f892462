"""Who may call what: every route, walked by everybody."""

from datetime import timedelta
from uuid import uuid5

import pytest

from local.cloudstack.estate import ACCOUNTS, ACME, APOLLO, GLOBEX, GLOBEX_ADMIN, INITECH, NAMESPACE
from tests.app.callers import Answer, Caller, Callers
from tests.app.description import Operation, operations

CLOSED = [each for each in operations() if each.role != "anyone"]
OPERATORS = [each for each in operations() if each.role == "operator"]
OF_AN_ACCOUNT = [each for each in operations() if each.takes_account]
NOBODYS = str(uuid5(NAMESPACE, "an account that was never made"))
LIFE = timedelta(hours=12)


def ask(caller: Caller, operation: Operation, **more: str) -> Answer:
    """Return the answer to a good request; `more` goes into its query."""
    path, query, content = operation.example
    return caller.call(operation.method, path, content, query={**query, **more})


def seen_by(caller: Caller) -> set[str]:
    """Return the names of the billing accounts that somebody is told they may see."""
    return {account["name"] for account in caller.get("/session").document["accounts"]}


def test_nobody_gets_past_a_closed_route(billed: Callers) -> None:
    for operation in CLOSED:
        answer = ask(Caller(), operation)
        assert (answer.status, answer.document["error"]) == (401, "NotSignedIn"), operation.path
        assert answer.document["message"] == "please sign in"


@pytest.mark.parametrize(
    "headers",
    [
        {"Cookie": "session=made-up"},
        {"Cookie": "session="},
        {"Cookie": "other=1"},
        {"Authorization": "Bearer made-up"},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer"},
        {"Authorization": "Basic YWRtaW46cGFzc3dvcmQ="},
    ],
    ids=str,
)
def test_a_made_up_token_is_nobody(billed: Callers, headers: dict[str, str]) -> None:
    answer = Caller().call("GET", "/session", headers=headers)
    assert (answer.status, answer.document["error"]) == (401, "NotSignedIn")


def test_an_expired_session_opens_nothing_and_says_so(billed: Callers) -> None:
    acme = billed["acme"]
    billed.world.now += LIFE
    for operation in CLOSED:
        answer = ask(acme, operation)
        assert answer.status == 401, operation.path
        assert answer.document["message"] == "your session has expired; please sign in again"


def test_a_session_is_good_until_its_last_second(billed: Callers) -> None:
    acme = billed["acme"]
    billed.world.now += LIFE - timedelta(seconds=1)
    assert acme.get("/session").status == 200


@pytest.mark.parametrize("user", ["acme", "globex-admin"])
def test_only_the_operator_gets_past_an_operators_route(billed: Callers, user: str) -> None:
    for operation in OPERATORS:
        answer = ask(billed[user], operation)
        assert (answer.status, answer.document["error"]) == (403, "Forbidden"), operation.path
        assert answer.document["message"] == "only the operator may do this"


def test_what_is_forbidden_changes_nothing(billed: Callers) -> None:
    before = billed.world.rows()
    for operation in OPERATORS:
        ask(billed["acme"], operation)
    assert billed.world.rows() == before


@pytest.mark.parametrize(
    ("user", "strangers"),
    [
        ("acme", [GLOBEX.id, GLOBEX_ADMIN.id, INITECH.id, ACCOUNTS[0].id]),
        ("initech", [ACME.id, APOLLO.id]),
        ("globex-admin", [ACME.id, APOLLO.id, INITECH.id, ACCOUNTS[0].id]),
    ],
)
def test_anothers_account_looks_like_none_on_every_route(
    billed: Callers, user: str, strangers: list[str]
) -> None:
    before = billed.world.rows()
    for operation in OF_AN_ACCOUNT:
        for account in (*strangers, NOBODYS):
            answer = ask(billed[user], operation, account=account)
            assert answer.status == 404, (operation.path, account)
            assert answer.document == {"error": "NotFound", "message": f"no account {account!r}"}
    assert billed.world.rows() == before


def test_an_account_nobody_has_is_not_found_for_the_operator_either(billed: Callers) -> None:
    for operation in OF_AN_ACCOUNT:
        assert ask(billed["admin"], operation, account=NOBODYS).status == 404, operation.path


@pytest.mark.parametrize("account", ["x" * 2000, "\0", "Ä", "../admin", "accounts", "#", "'"])
def test_an_absurd_account_is_not_found(billed: Callers, account: str) -> None:
    for user in ("acme", "admin"):
        for operation in OF_AN_ACCOUNT:
            answer = ask(billed[user], operation, account=account)
            assert (answer.status, answer.document["error"]) == (404, "NotFound"), operation.path


def test_a_budget_with_an_absurd_id_is_not_found(billed: Callers) -> None:
    assert billed["acme"].delete(f"/budgets/{'x' * 2000}").status == 404


def test_everybody_sees_what_is_theirs(billed: Callers) -> None:
    assert seen_by(billed["acme"]) == {"acme", "apollo"}
    assert seen_by(billed["initech"]) == {"initech"}
    assert seen_by(billed["globex"]) == {"globex"}
    assert seen_by(billed["globex-admin"]) == {"globex", "globex-admin"}
    assert seen_by(billed["admin"]) == {account.name for account in ACCOUNTS} | {"apollo"}


def test_ones_own_account_comes_first(billed: Callers) -> None:
    for user in ("acme", "globex", "globex-admin", "initech", "admin"):
        assert billed[user].get("/session").document["accounts"][0]["name"] == user
        assert billed[user].get("/overview").document["account"]["name"] == user


@pytest.mark.parametrize(
    ("user", "account"),
    [
        ("acme", ACME.id),
        ("acme", APOLLO.id),
        ("globex-admin", GLOBEX.id),
        ("admin", GLOBEX.id),
        ("admin", APOLLO.id),
    ],
)
def test_who_may_see_an_account_may_read_all_of_it(
    billed: Callers, user: str, account: str
) -> None:
    for operation in OF_AN_ACCOUNT:
        if operation.is_read_by_all:
            assert ask(billed[user], operation, account=account).status == 200, operation.path
    assert billed[user].get("/overview", account=account).document["account"]["id"] == account


def test_who_signs_in_before_cloudstack_told_of_them_sees_no_account_yet(
    untouched: Callers,
) -> None:
    acme = untouched["acme"]
    assert acme.get("/session").document["accounts"] == []
    for operation in OF_AN_ACCOUNT:
        assert ask(acme, operation).status == 404, operation.path
