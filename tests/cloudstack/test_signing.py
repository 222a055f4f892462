"""Signatures, against CloudStack's own vectors and a client that others wrote."""

from datetime import UTC, datetime

import cs
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.cloudstack.signing import signature, signed, string_to_sign


def test_the_known_vectors(table) -> None:
    """
    params                                                         | signature
    apiKey=foo command=listVirtualMachines listall=true            | B0d6hBsZTcFVCiioSxzwKA9Pke8=
    apikey=foo command=listAccounts name=a+b~c*d/é                 | kFdXn/efV+SePpStbe2J8/WGbPw=
    """
    for row in table:
        pairs = [pair.split("=", 1) for pair in row["params"].split(" ") if pair]
        params = {name: value.replace("+", " ") for name, value in pairs} | {"response": "json"}
        assert signature(params, "bar") == row["signature"], row


def test_a_signed_request_says_until_when() -> None:
    params = {
        "apikey": "foo",
        "command": "listUsageRecords",
        "startdate": "2026-01-01T00:00:00+0000",
        "enddate": "2026-01-31T23:59:59+0000",
        "page": "1",
        "pagesize": "500",
        "response": "json",
    }
    form = signed(params, secret_key="bar", expires=datetime(2026, 2, 1, 0, 10, tzinfo=UTC))
    assert form["expires"] == "2026-02-01T00:10:00+0000"
    assert form["signature"] == "aCjxz7mlIpJ83xYp/JpMeOZkwvA="
    assert "bar" not in str(form)


def test_sha_512_where_cloudstack_wants_it() -> None:
    one, other = (signature({"apikey": "foo"}, "bar", how) for how in ("HmacSHA1", "HmacSHA512"))
    assert len(one) == 28 and len(other) == 88


names = st.text("abcdefghij", min_size=1, max_size=8)
# The other client signs `~` as it is, which CloudStack does not.
values = st.text(st.characters(exclude_characters="~", exclude_categories=["Cs"]), max_size=20)


@given(st.dictionaries(names, values, max_size=6))
def test_the_cs_package_signs_alike(params: dict[str, str]) -> None:
    theirs = cs.CloudStack(endpoint="http://x", key="foo", secret="bar")
    request = {**params, "apiKey": "foo", "response": "json"}
    signed_by_them = dict(request)
    theirs._sign(signed_by_them)
    assert signature(request, "bar") == signed_by_them["signature"]


def test_the_signature_itself_is_not_signed() -> None:
    assert string_to_sign({"a": "B", "signature": "x"}) == "a=b"
