"""Sign-in by CloudStack's own rules: a password, or a request the user signed."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import msgspec
import requests

from chalicelib.accounts import Identity, Role
from chalicelib.cloudstack.client import post, rows_of
from chalicelib.errors import (
    CloudStackRefused,
    CloudStackUnavailable,
    InvalidInput,
    NotSignedIn,
    SecondFactorNeeded,
)

_WRONG = "user name, password or domain is wrong"
_WRONG_KEY = "CloudStack does not accept this API key and secret key"
# CloudStack answers 531 for a failed login; the session-less rest are 401 and 4xx.
_LOGIN_FAILED = "CloudStack answered 531"
_SECOND_FACTOR = "CloudStack answered 511"
_TWO_FACTORS = "this user needs a second factor; sign in with an API key"
# Three calls have to fit into the 29 seconds of an API call.
_TIMEOUT_SECONDS = (3.0, 6.0)
_LONGEST_LIFE = timedelta(minutes=15)
_SIGNED_PARAMS = {"apikey", "command", "response", "signatureversion", "expires", "signature"}
# `roletype` of `listUsers`; a resource admin bills nobody and is a tenant here.
_ROLES = {"Admin": Role.OPERATOR, "DomainAdmin": Role.DOMAIN_ADMIN}


class CloudStackSignIn:
    """Finds out who somebody is, by asking the CloudStack at `endpoint`."""

    def __init__(self, endpoint: str, connection: str) -> None:
        self._endpoint = endpoint
        self._connection = connection

    def by_password(self, username: str, password: str, domain: str) -> Identity:
        """Return who signs in with that password.

        Raises:
            NotSignedIn: CloudStack does not know them so.
            SecondFactorNeeded: the password alone is not enough.
            CloudStackUnavailable: CloudStack did not answer.
        """
        with requests.Session() as http:
            login = self._login(http, username, password, domain)
            session = {"sessionkey": str(login.get("sessionkey", "")), "response": "json"}
            try:
                return self._identity(self._user(http, login, session))
            finally:
                self._log_out(http, session)

    def by_signed_request(self, query: str, now: datetime) -> Identity:
        """Return who signed this `listUsers` request; their secret key stayed with them.

        Raises:
            InvalidInput: it is no short-lived `listUsers` request of signature version 3.
            NotSignedIn: CloudStack does not accept the signature.
        """
        params = _signed_list_users(query, now)
        with requests.Session() as http:
            users = rows_of(self._ask(http, params, _WRONG_KEY))
        # A tenant gets exactly themselves; an admin gets many and is found by the key.
        key = next(value for name, value in params.items() if name.lower() == "apikey")
        own = [user for user in users if user.get("apikey", key) == key]
        if len(own) != 1:
            raise NotSignedIn(_WRONG_KEY)
        return self._identity(own[0])

    def _login(
        self, http: requests.Session, username: str, password: str, domain: str
    ) -> dict[str, Any]:
        form = {
            "command": "login",
            "response": "json",
            "username": username,
            "password": password,
            "domain": domain or "/",
        }
        body = self._ask(http, form, _WRONG)
        try:
            return msgspec.json.decode(body, type=dict[str, dict[str, Any]])["loginresponse"]
        except (msgspec.DecodeError, KeyError):
            raise CloudStackUnavailable("CloudStack sent no answer to the sign-in") from None

    def _user(
        self, http: requests.Session, login: Mapping[str, Any], session: Mapping[str, str]
    ) -> Mapping[str, Any]:
        """Return the user who has just logged in, as CloudStack lists them."""
        if str(login.get("is2faenabled", "")).lower() == "true":
            raise SecondFactorNeeded(_TWO_FACTORS)
        lookup = {**session, "command": "listUsers", "id": str(login.get("userid", ""))}
        try:
            users = rows_of(post(http, self._endpoint, lookup, _TIMEOUT_SECONDS))
        except CloudStackRefused as error:
            # The password was right, so this is no wrong password.
            raise CloudStackUnavailable(str(error)) from None
        except CloudStackUnavailable as error:
            if str(error).startswith(_SECOND_FACTOR):
                raise SecondFactorNeeded(_TWO_FACTORS) from None
            raise
        user = next((user for user in users if user.get("id") == login.get("userid")), None)
        if user is None:
            raise CloudStackUnavailable("CloudStack does not list the user it let in")
        return user

    def _log_out(self, http: requests.Session, session: Mapping[str, str]) -> None:
        """Close the session CloudStack opened; it ends by itself where that fails."""
        with suppress(CloudStackRefused, CloudStackUnavailable):
            post(http, self._endpoint, {**session, "command": "logout"}, _TIMEOUT_SECONDS)

    def _ask(self, http: requests.Session, form: Mapping[str, str], wrong: str) -> bytes:
        """Return the answer; a refusal means that nobody is signed in."""
        try:
            return post(http, self._endpoint, form, _TIMEOUT_SECONDS)
        except CloudStackRefused:
            raise NotSignedIn(wrong) from None
        except CloudStackUnavailable as error:
            if str(error).startswith(_LOGIN_FAILED):
                raise NotSignedIn(wrong) from None
            if str(error).startswith(_SECOND_FACTOR):
                raise SecondFactorNeeded(_TWO_FACTORS) from None
            raise

    def _identity(self, user: Mapping[str, Any]) -> Identity:
        names = (str(user.get("firstname") or ""), str(user.get("lastname") or ""))
        return Identity(
            user=str(user["username"]),
            name=" ".join(name for name in names if name) or str(user["username"]),
            role=_ROLES.get(str(user.get("roletype")), Role.TENANT),
            connection=self._connection,
            account=str(user["accountid"]),
        )


def _signed_list_users(query: str, now: datetime) -> dict[str, str]:
    """Return the parameters of a request that may be replayed."""
    params = dict(parse_qsl(query, keep_blank_values=True))
    by_name = {name.lower(): value for name, value in params.items()}
    if len(by_name) != len(params) or set(by_name) != _SIGNED_PARAMS:
        raise InvalidInput("the signed request must hold just the parameters of a sign-in")
    if by_name["command"].lower() != "listusers" or by_name["signatureversion"] != "3":
        raise InvalidInput("the signed request must be listUsers with signature version 3")
    try:
        expires = datetime.fromisoformat(by_name["expires"])
        left = expires - now
    except (ValueError, TypeError):
        raise InvalidInput("the signed request has no readable expiry") from None
    if not timedelta(0) < left <= _LONGEST_LIFE:
        raise InvalidInput("the signed request must expire within 15 minutes")
    return params
