"""How the Widget API answers: HTTP 200 always, with the verdict in the body's `status`."""

from typing import Any

# What a Visual Basic service says of a missing node; observed, with status 99, for createContact.
NULL_REFERENCE = "Object variable or With block variable not set."
INVALID = "Invalid request"


class Refusal(Exception):
    """Ends a request. Status 1: user not found, 2: not active, 3: record found, 99: invalid."""

    def __init__(self, status: int, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.more = more


def verdict(status: int, message: str, *, count: int = 0, **more: Any) -> dict[str, Any]:
    """The body of an answer."""
    return {"status": status, "message": message, "count": count, **more}
