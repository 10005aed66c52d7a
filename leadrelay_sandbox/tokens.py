"""The bearer tokens that a simulator has issued: which are good, and when they die."""

import secrets
from collections import Counter


class Tokens:
    """Tokens by how often each was used."""

    def __init__(self) -> None:
        self._uses: Counter[str] = Counter()

    def issue(self) -> str:
        # Two dots, as the vendors' examples have.
        token = ".".join(secrets.token_urlsafe(12) for _ in range(3))
        self._uses[token] = 0
        return token

    def use(self, authorization: str | None, limit: int) -> bool:
        """Whether this Authorization header lets a call through; `limit` calls kill a token.

        A limit of 0 is none.
        """
        scheme, _, token = (authorization or "").partition(" ")
        if scheme != "Bearer" or token not in self._uses:
            return False
        self._uses[token] += 1
        if limit and self._uses[token] > limit:
            del self._uses[token]
            return False
        return True

    def expire(self) -> None:
        """Every token issued so far is dead."""
        self._uses.clear()
