"""Signatures: the vectors of cloudstack.md section 3, and everything that breaks one."""

from datetime import UTC, datetime, timedelta

import pytest

from local.cloudstack.errors import NotVerified
from local.cloudstack.estate import ACME_USER, SECURE_USER
from local.cloudstack.signing import Verifier, encode, signature_of, string_to_sign

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
VECTORS = [
    (
        {
            "apiKey": "foo",
            "command": "listVirtualMachines",
            "listall": "true",
            "response": "json",
        },
        "apikey=foo&command=listvirtualmachines&listall=true&response=json",
        "B0d6hBsZTcFVCiioSxzwKA9Pke8=",
    ),
    (
        {
            "apikey": "foo",
            "command": "listUsageRecords",
            "enddate": "2026-01-31T23:59:59+0000",
            "expires": "2026-02-01T00:10:00+0000",
            "page": "1",
            "pagesize": "500",
            "response": "json",
            "signatureversion": "3",
            "startdate": "2026-01-01T00:00:00+0000",
        },
        "apikey=foo&command=listusagerecords&enddate=2026-01-31t23%3a59%3a59%2b0000"
        "&expires=2026-02-01t00%3a10%3a00%2b0000&page=1&pagesize=500&response=json"
        "&signatureversion=3&startdate=2026-01-01t00%3a00%3a00%2b0000",
        "aCjxz7mlIpJ83xYp/JpMeOZkwvA=",
    ),
    (
        {"apikey": "foo", "command": "listAccounts", "name": "a b~c*d/é", "response": "json"},
        "apikey=foo&command=listaccounts&name=a%20b%7ec*d%2f%c3%a9&response=json",
        "kFdXn/efV+SePpStbe2J8/WGbPw=",
    ),
]


@pytest.mark.parametrize(("parameters", "text", "signature"), VECTORS)
def test_the_known_strings_have_the_known_signatures(parameters, text, signature):
    assert string_to_sign(parameters) == text
    assert signature_of(parameters, "bar", "HmacSHA1") == signature
    assert signature_of({**parameters, "Signature": "other"}, "bar", "HmacSHA1") == signature


@pytest.mark.parametrize(
    ("value", "encoded"),
    [
        ("azAZ09.-*_", "azAZ09.-*_"),
        ("~", "%7E"),
        (" ", "%20"),
        ("+", "%2B"),
        ("/:=&'()!", "%2F%3A%3D%26%27%28%29%21"),
        ("مرحبا", "%D9%85%D8%B1%D8%AD%D8%A8%D8%A7"),
    ],
)
def test_values_are_encoded_as_java_does(value, encoded):
    assert encode(value) == encoded


def test_names_are_sorted_raw_before_they_are_lowered():
    assert string_to_sign({"apiKey": "k", "Zone": "z", "b": "B"}) == "zone=z&apikey=k&b=b"


def signed(parameters, user=ACME_USER, algorithm="HmacSHA1"):
    named = {"apiKey": user.api_key, "command": "listUsers", **parameters}
    return {**named, "signature": signature_of(named, user.secret_key, algorithm)}


def verify(parameters, **options):
    known = {user.api_key: user for user in (ACME_USER, SECURE_USER)}
    return Verifier(known.get, **options).verify(parameters, NOW)


def at(minutes):
    return (NOW + timedelta(minutes=minutes)).isoformat()


def test_the_user_of_the_key_signed():
    assert verify(signed({})) == ACME_USER
    assert verify(signed({"signatureVersion": "3", "expires": at(10)})) == ACME_USER


REFUSED = {
    "another signature": {**signed({}), "signature": "B0d6hBsZTcFVCiioSxzwKA9Pke8="},
    "a signature in lower case": {**signed({}), "signature": signed({})["signature"].lower()},
    "no signature": {k: v for k, v in signed({}).items() if k != "signature"},
    "no key": {k: v for k, v in signed({}).items() if k != "apiKey"},
    "an unknown key": {**signed({}), "apiKey": "unknown"},
    "the key of somebody else": {**signed({}), "apiKey": SECURE_USER.api_key},
    "a parameter added": {**signed({}), "listall": "true"},
    "a parameter changed": {**signed({"id": "1"}), "id": "2"},
    "a parameter taken away": {k: v for k, v in signed({"id": "1"}).items() if k != "id"},
    "expired": signed({"signatureVersion": "3", "expires": at(-1)}),
    "no expires": signed({"signatureVersion": "3"}),
    "expires without offset": signed({"signatureVersion": "3", "expires": "2027-01-01T00:00:00"}),
    "expires is nonsense": signed({"signatureVersion": "3", "expires": "soon"}),
    "expires moved": {
        **signed({"signatureVersion": "3", "expires": at(-1)}),
        "expires": at(10),
    },
    "a digest it does not take": signed({}, algorithm="HmacSHA512"),
}


@pytest.mark.parametrize("parameters", REFUSED.values(), ids=REFUSED)
def test_whatever_is_not_what_was_signed_is_refused(parameters):
    with pytest.raises(NotVerified):
        verify(parameters)


def test_without_version_3_expires_means_nothing():
    assert verify(signed({"expires": at(-60)})) == ACME_USER


def test_sha_512_is_taken_where_it_is_switched_on():
    both = {"algorithms": ("HmacSHA1", "HmacSHA512")}
    assert verify(signed({}, algorithm="HmacSHA512"), **both) == ACME_USER
    assert verify(signed({}), **both) == ACME_USER
    with pytest.raises(NotVerified):
        verify(signed({}), algorithms=("HmacSHA512",))


@pytest.mark.parametrize("parameters", [{}, {"signatureVersion": "3", "expires": at(16)}])
def test_where_expiry_is_enforced_it_must_be_there_and_near(parameters):
    with pytest.raises(NotVerified):
        verify(signed(parameters), enforce_expiry=True)


def test_an_unknown_algorithm_is_refused_at_once():
    with pytest.raises(ValueError, match="HmacMD5"):
        Verifier({}.get, algorithms=("HmacMD5",))
