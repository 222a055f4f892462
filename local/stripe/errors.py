"""How Stripe refuses."""

from collections.abc import Mapping


class Refused(Exception):
    """A call that Stripe does not take.

    Args:
        status: of the answer.
        message: for the one who wrote the call.
        code: Stripe's own word, empty where it has none.
        param: which parameter is wrong.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = "invalid_request_error",
        code: str = "",
        param: str = "",
    ) -> None:
        super().__init__(message)
        self.status = status
        self._content = {"message": message, "type": kind, "code": code, "param": param}

    def body(self) -> Mapping[str, object]:
        """Return the answer's content."""
        return {"error": {name: value for name, value in self._content.items() if value}}
