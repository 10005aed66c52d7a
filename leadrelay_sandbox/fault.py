"""How a request to a simulator goes wrong, as somebody ordered."""

from dataclasses import field, fields
from typing import Annotated
from urllib.parse import unquote_to_bytes

from flask import Request, Response
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass


@dataclass(config=ConfigDict(extra="forbid", strict=True))
class Fault:
    """How the next `times` matching requests go wrong.

    `status` answers with that HTTP status and `body`; `delay` waits that many seconds first;
    `reset` cuts the connection instead of answering. With `after_saving` the request does its
    work first. `operation` limits the fault to one operation, else it strikes any, and `about`
    to requests that hold this word, such as a lead's name. `refuse` makes the simulator answer
    as the real one refuses a record, with these words.
    """

    times: Annotated[int, Field(ge=0)] = 1  # that are left
    status: Annotated[int, Field(ge=100, le=599)] | None = None
    body: str = ""
    content_type: str = "text/plain"
    headers: dict[str, str] = field(default_factory=dict)
    delay: Annotated[float, Field(ge=0)] = 0.0
    reset: bool = False
    after_saving: bool = False
    operation: str | None = None
    about: str | None = None
    refuse: str | None = None

    @property
    def answer(self) -> Response | None:
        """What is answered instead, if anything."""
        if self.status is None:
            return None
        return Response(self.body, self.status, self.headers, content_type=self.content_type)

    def strikes(self, operation: str, request: Request) -> bool:
        return (
            self.times > 0
            and self.operation in {None, operation}
            and (self.about is None or self.about.encode() in _sent(request))
        )


def _sent(request: Request) -> bytes:
    """All of it, as it came and as it reads."""
    raw = request.full_path.encode() + b"\n" + request.get_data()
    return raw + b"\n" + unquote_to_bytes(raw.replace(b"+", b" "))


_ORDER = TypeAdapter(Fault)


def read_fault(sent: bytes) -> Fault:
    """A fault as JSON. Raises ValueError, which says how one is written."""
    try:
        return _ORDER.validate_json(sent)
    except ValidationError as error:
        raise ValueError(_told(error)) from None


def _told(error: ValidationError) -> str:
    wrong = "; ".join(
        f"{'.'.join(map(str, one['loc'])) or 'the fault'}: {one['msg']}" for one in error.errors()
    )
    names = ", ".join(one.name for one in fields(Fault))
    return f'{wrong}. Write {{"status": 503, "times": 5}}; a fault has {names}'
