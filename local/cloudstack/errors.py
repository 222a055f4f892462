"""The ways CloudStack refuses: an HTTP status that is also the error code of the body."""

# ApiErrorCode.java; the text is what a fault of that kind answers (cloudstack.md section 3).
ERROR_TEXTS = {
    400: "Bad request",
    401: "unable to verify user credentials and/or request signature",
    405: "Please use HTTP POST to authenticate using this API",
    429: "The given user has reached his/her account api limit, please retry later",
    430: "Malformed parameter",
    431: "Invalid parameter",
    432: "Invalid request, no command sent",
    503: "Service unavailable",
    511: "Two factor authentication is needed",
    530: "Internal error executing command, please contact your system administrator",
    531: "Access denied",
    532: "Account resource limit exceeded",
    533: "Insufficient capacity",
    534: "Resource unavailable",
    535: "Resource allocation failed",
    536: "Resource in use",
    537: "Network rule conflict",
}

# CSExceptionErrorCode.java: a bad parameter, a permission denied, and anything else.
BAD_PARAMETER, PERMISSION_DENIED, UNSPECIFIED = 4350, 4365, 9999


class ApiError(Exception):
    """A refusal: `code` is status and error code; `cs_code` is None where the servlet refuses.

    Only refusals with a `cs_code` carry the X-Description header.
    """

    def __init__(self, code: int, text: str, cs_code: int | None = UNSPECIFIED) -> None:
        super().__init__(text)
        self.code, self.text, self.cs_code = code, text, cs_code


class BadParameter(ApiError):
    """A parameter is missing or cannot be used: 431."""

    def __init__(self, text: str, cs_code: int = BAD_PARAMETER) -> None:
        super().__init__(431, text, cs_code)


class AccessDenied(ApiError):
    """The caller may use the command, but not on this object: 531."""

    def __init__(self, text: str) -> None:
        super().__init__(531, text, PERMISSION_DENIED)


class NotVerified(ApiError):
    """Signature, key, expiry or session do not hold: 401, refused before any command."""

    def __init__(self, text: str = ERROR_TEXTS[401]) -> None:
        super().__init__(401, text, None)
