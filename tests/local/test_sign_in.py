"""Sessions: login, the session key, logout, the second factor."""

import pytest

from local.cloudstack.estate import (
    ACME_DOMAIN,
    ACME_USER,
    SECURE_USER,
    TWO_FACTOR_CODE,
    USERS,
)


def login_content(answer):
    assert answer.status_code == 200, answer.text
    return answer.json()["loginresponse"]


@pytest.mark.parametrize("user", [user for user in USERS if not user.two_factor])
def test_every_sample_user_signs_in_with_name_password_and_domain(call, user):
    content = login_content(call.login(user.username, user.password, user.account.domain.path))
    assert content["account"] == user.account.name
    assert content["userid"] == user.id
    assert content["domainid"] == user.account.domain.id
    assert content["type"] == str(user.account.role.account_type)
    assert content["is2faenabled"] == "false"
    listed = call.in_session("listUsers", sessionkey=content["sessionkey"], id=user.id)
    assert [each["id"] for each in listed.json()["listusersresponse"]["user"]] == [user.id]


def test_the_cookie_of_a_session_is_kept_from_scripts(call):
    answer = call.login("acme", "acme-demo", "/acme")
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert "JSESSIONID=" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize("domain", ["acme", "/acme/", "/acme"])
def test_slashes_around_a_domain_do_not_matter(call, domain):
    assert call.login("acme", "acme-demo", domain).status_code == 200


def test_a_domain_id_goes_before_a_path(call):
    form = {"command": "login", "username": "acme", "password": "acme-demo", "response": "json"}
    by_id = {**form, "domain": "/globex", "domainId": ACME_DOMAIN.id}
    assert call.http.post(call.url, data=by_id).status_code == 200
    assert call.http.post(call.url, data={**by_id, "domainId": "none"}).status_code == 401


@pytest.mark.parametrize(
    ("username", "password", "domain"),
    [
        ("acme", "wrong", "/acme"),
        ("acme", "", "/acme"),
        ("nobody", "acme-demo", "/acme"),
        ("acme", "acme-demo", "/"),
        ("acme", "acme-demo", ""),
        ("acme", "acme-demo", "/globex"),
        ("acme", "acme-demo", "/nowhere"),
        ("Acme", "acme-demo", "/acme"),
    ],
)
def test_a_wrong_name_password_or_domain_is_531(call, username, password, domain):
    answer = call.login(username, password, domain)
    assert answer.status_code == 531
    content = answer.json()["loginresponse"]
    assert content["errorcode"] == 531
    assert content["uuidList"] == []
    assert password not in content["errortext"] or not password
    assert "JSESSIONID" not in call.http.cookies


def test_login_by_get_is_405(call):
    words = {"username": "acme", "password": "acme-demo", "domain": "/acme"}
    answer = call.in_session("login", **words)
    assert answer.status_code == 405
    assert answer.json()["loginresponse"]["errorcode"] == 405


def test_a_session_without_its_key_is_401_and_over(call):
    key = login_content(call.login("acme", "acme-demo", "/acme"))["sessionkey"]
    call.http.cookies.set("sessionkey", None, path="/client/api", domain="127.0.0.1")
    assert call.in_session("listUsers", sessionkey="wrong").status_code == 401
    assert call.in_session("listUsers", sessionkey=key).status_code == 401


def test_the_key_may_come_as_a_cookie(call):
    login_content(call.login("acme", "acme-demo", "/acme"))
    assert call.in_session("listUsers").status_code == 200


def test_after_logout_the_session_is_gone(call):
    key = login_content(call.login("acme", "acme-demo", "/acme"))["sessionkey"]
    cookie = call.http.cookies.get("JSESSIONID")
    answer = call.in_session("logout", sessionkey=key)
    assert answer.json() == {"logoutresponse": {"description": "success"}}
    call.http.cookies.set("JSESSIONID", cookie, path="/client", domain="127.0.0.1")
    assert call.in_session("listUsers", sessionkey=key).status_code == 401


def test_a_session_without_a_command_is_400(call):
    key = login_content(call.login("acme", "acme-demo", "/acme"))["sessionkey"]
    answer = call.http.get(call.url, params={"sessionkey": key, "response": "json"})
    assert answer.status_code == 400
    assert answer.json()["errorresponse"]["errortext"] == "no command specified"


def test_an_unknown_command_in_a_session_is_401_for_a_user_and_432_for_a_root_admin(call):
    call.login("acme", "acme-demo", "/acme")
    refused = call.in_session("listNothing")
    assert refused.status_code == 401
    assert refused.json()["errorresponse"]["errorcode"] == 401
    call.login("admin", "password", "/")
    unknown = call.in_session("listNothing")
    assert unknown.status_code == 432
    assert unknown.json()["errorresponse"]["errortext"] == "Unknown API command: listNothing"


def test_a_user_with_a_second_factor_gets_511_until_it_is_verified(call):
    content = login_content(call.login("secure", "secure-demo", "/acme"))
    assert (content["is2faenabled"], content["is2faverified"]) == ("true", "false")
    assert call.in_session("listUsers").status_code == 511
    assert (
        call.in_session("listCapabilities").json()["listcapabilitiesresponse"]["errorcode"] == 511
    )
    verify = "validateUserTwoFactorAuthenticationCode"
    assert call.in_session(verify, codefor2fa="000000").status_code == 511
    assert call.in_session(verify, codefor2fa=TWO_FACTOR_CODE).status_code == 200
    listed = call.in_session("listUsers").json()["listusersresponse"]
    assert [user["username"] for user in listed["user"]] == ["secure"]


def test_the_key_of_a_user_with_a_second_factor_works_without_it(call, in_minutes):
    listed = call.content("listUsers", user=SECURE_USER, signatureVersion=3, expires=in_minutes(10))
    assert [user["username"] for user in listed["user"]] == ["secure"]
    assert listed["user"][0]["is2faenabled"] is True


def test_a_signed_request_may_be_replayed_by_somebody_else(call, in_minutes):
    query = call.signed(ACME_USER, "listUsers", signatureVersion=3, expires=in_minutes(10))
    for method in ("get", "post"):
        kind = {"params" if method == "get" else "data": query}
        answer = call.http.request(method, call.url, **kind)
        assert answer.json()["listusersresponse"]["user"][0]["account"] == "acme"
