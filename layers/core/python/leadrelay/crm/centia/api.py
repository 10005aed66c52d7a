"""centiaCRM's API v1: every documented method through one checked call, and the login it needs.

Wire facts are from https://www.centiacrm.com/api/documentation/v1 (seed 004). The page leaves
some things open; this is what the client does there:

- The URL isn't given. Names that occur in several modules show that the module must be in it;
  the secret's `url_template` says how, {base}/api/v1/{module} unless it is set.
- The HTTP status of an error isn't given, so both styles are read: 4xx, and 200 with
  `"success": false`. In either, a refused call has changed nothing.
- How a dead token is told isn't given, nor how long one lives, and in the second style it looks
  like a refused record. So a refusal is followed by Profiles.GetProfiles, which takes no
  parameters and can be refused for its token only: if it is, there is one new login and the call
  goes out once more, and what is refused then is asked about in the same way. A refused record
  thus costs one read and never a login, and a dead token never parks a lead.
"""

from collections.abc import Callable, Iterator
from typing import Any

import httpx

from leadrelay.crm import http
from leadrelay.crm.base import Secret
from leadrelay.crm.centia.login import LOGIN, Login
from leadrelay.crm.centia.operations import OPERATIONS
from leadrelay.crm.centia.wire import objects, send, text
from leadrelay.crm.operations import Operation, check
from leadrelay.crm.remembered import Remembered
from leadrelay.errors import DeliveryError, Misconfigured, Refused, Retryable


class Api:
    """One account of centiaCRM. Threads may share it; then they share its token too."""

    def __init__(self, client: httpx.Client, secret: Callable[[bool], Secret]) -> None:
        """`secret` as for `crm.base.Crm`: base_url, email, password, profile_id, …"""
        self._client = client
        self._secret = secret
        self._login = Login(client, secret)
        self._listed = Remembered(self._ask_for)
        self.takes_tickets: bool | None = None
        """Whether one can be counted on: as the last one went, and at first whether any of ours is
        there; None until that is asked, as all tickets come at once."""

    def call(self, name: str, /, **parameters: Any) -> dict[str, Any]:
        """Call a method by its whole name, "Contacts.GetOrigins"; the `response` it answers.

        `profile_id` is the secret's unless given. Raises what `OPERATIONS[name].raises` says;
        Refused, before anything is sent, for parameters that the documentation doesn't allow.
        """
        operation = self._checked(name, parameters)
        if operation is LOGIN:
            return self._send(operation, parameters)
        token = self._login.token()
        try:
            return self._send(operation, parameters, token)
        except Misconfigured:  # 401 or 403
            pass
        except Refused as error:
            if self._login.token() == token and self._accepts(token, operation, error):
                raise
        token = self._login.renewed(token)
        try:
            return self._send(operation, parameters, token)
        except (Refused, Misconfigured) as error:
            if self._accepts(token, operation, error):
                raise
            # It died between another thread's login and our call, or centia lets nobody work.
            raise Retryable("a new token was refused too", words=error.words) from error

    def pages(self, name: str, /, **parameters: Any) -> Iterator[dict[str, Any]]:
        """The objects of GetCompanies, GetContacts or GetOpportunities, one after the other;
        a page is fetched when its first object is asked for."""
        key = name.partition(".")[0].lower()
        page = parameters.pop("page", 1)
        while True:
            response = self.call(name, **parameters, page=page)
            yield from objects(response.get(key))
            if page >= int(response.get("last_page") or 1):
                return
            page += 1

    def profiles(self) -> list[dict[str, Any]]:
        """The profiles that the user may work in."""
        return objects(self.call("Profiles.GetProfiles").get("profiles"))

    def listed(self, name: str) -> list[dict[str, Any]]:
        """The objects of a method that only lists something, such as Contacts.GetOrigins."""
        return [item for value in self.call(name).values() for item in objects(value)]

    def rows(self, name: str) -> list[dict[str, Any]]:
        """The same, as known for a while; none of what this user may not see."""
        return self._listed(name) or []

    def forget_untold(self) -> None:
        """Ask anew for lists that this user might not see."""
        self._listed.forget_untold()

    def names(self, name: str) -> dict[int, str]:
        """The names in such a list, by their ids."""
        return {int(one["id"]): str(one.get("name") or "") for one in self.rows(name)}

    @property
    def email(self) -> str:
        """The user's."""
        return text(self._secret(False), "email")

    def tickets(self) -> list[dict[str, Any]]:
        """Every ticket: this list has neither pages nor filters."""
        return objects(self.call("Tickets.GetTickets").get("tickets"))

    def contact_by_email(self, email: str) -> dict[str, Any] | None:
        """The contact with this address. None also when the search was refused, for nothing
        says how a search without a result is answered."""
        found = self.if_allowed(
            lambda: self.call("Contacts.GetContact", search_by="email", search_value=email)
        )
        return next(iter(objects((found or {}).get("contact"))), None)

    def create(self, name: str, /, **parameters: Any) -> dict[str, Any]:
        """Call a Create… method; what it made, as the answer shows it: its `id` at least. Unknown
        when the answer has none."""
        key = name.partition(".Create")[2].lower()
        made = next(iter(objects(self.call(name, **parameters).get(key))), {})
        try:
            return made | {"id": int(made["id"])}
        except (LookupError, TypeError, ValueError) as error:
            raise http.lost("the answer has no id", writes=True) from error

    def setting(self, name: str) -> int:
        """A number of the secret, such as company_id. Raises Misconfigured without it."""
        try:
            return int(text(self._secret(False), name))
        except ValueError as error:
            raise Misconfigured(f"{name} in the secret is not a number") from error

    def login(self) -> None:
        """Log in anew, whether or not there is a token. Raises Misconfigured or Retryable."""
        self._login.again()

    def if_allowed[T](self, ask: Callable[[], T]) -> T | None:
        """What is asked for; None where this user may not see it, whether centia says so by 403
        or by a refusal. The login is good, then."""
        try:
            return ask()
        except Refused:
            return None
        except Misconfigured as error:
            if error.login:
                raise
            return None

    def _ask_for(self, name: str) -> list[dict[str, Any]] | None:
        found = self.if_allowed(lambda: self.listed(name))
        return found and [one for one in found if str(one.get("id", "")).isdecimal()]

    def _accepts(self, token: str, operation: Operation, refusal: DeliveryError) -> bool:
        """Whether the token is alive after a refusal. Without an answer that isn't known, nor
        whether what was refused was done all the same."""
        try:
            return self._login.accepts(token)
        except Retryable as error:
            message = f"{refusal}, and then: {error}"
            raise http.lost(message, writes=operation.writes, words=refusal.words) from error

    def _send(
        self, operation: Operation, parameters: dict[str, Any], token: str | None = None
    ) -> dict[str, Any]:
        return send(self._client, self._secret(False), operation, parameters, token)

    def _checked(self, name: str, parameters: dict[str, Any]) -> Operation:
        operation = OPERATIONS.get(name)
        if operation is None:
            raise Refused(f"centia has no method {name}")
        if any(param.name == "profile_id" for param in operation.params):
            parameters.setdefault("profile_id", self.setting("profile_id"))
        check(operation, parameters)
        return operation
