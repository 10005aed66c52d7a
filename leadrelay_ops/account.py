"""A CRM as a stack knows it: by the secret that its functions log in with."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from leadrelay.crm import http
from leadrelay.crm.base import Crm, adapter
from leadrelay_ops.stack import Stack


@contextmanager
def account(stack: Stack, crm: str) -> Iterator[Crm]:
    """The CRM's adapter, with the stack's secret for it."""
    name = f"crm/{crm}"
    with http.client(1) as client:
        yield adapter(crm)(
            client,
            lambda fresh: stack.secrets.get(name, fresh=fresh),
            partial(stack.secrets.put, name),
        )
