"""The bytes of a body, bounded and unpacked, and what the request says of them."""

from dataclasses import replace
from urllib.parse import urlencode

from leadrelay.errors import Rejected
from leadrelay.intake.body.inflate import inflate
from leadrelay.intake.body.text import codec
from leadrelay.intake.body.wrapped import unwrapped
from leadrelay.intake.limits import Limits, too_large
from leadrelay.intake.request import Headers, Request

FORM = "application/x-www-form-urlencoded"


def with_body(request: Request) -> Request:
    """Some senders post to a URL that has all the fields, and nothing else."""
    if request.body.strip() or not request.query:
        return request
    headers = Headers([*request.headers.items(), ("Content-Type", FORM)])
    return replace(request, headers=headers, body=urlencode(request.query).encode())


def plain(request: Request, limits: Limits) -> Request:
    """With its body as it was before it was compressed and wrapped up. Raises Rejected when it is
    too large, before and after, or empty."""
    _check_size(request, limits)
    encoding = request.headers.get("content-encoding", "")
    body = inflate(request.body, encoding, limits.body_bytes)
    return replace(request, body=unwrapped(body))


def _check_size(request: Request, limits: Limits) -> None:
    if len(request.body) > limits.body_bytes:
        where = "/resumes/{source}/uploads" if limits.files else "/resumes/{source}"
        raise too_large(
            f"The body may hold at most {limits.body_bytes // 1000} kB; "
            f"post forms with {'such ' if limits.files else ''}files to {where}."
        )
    if not request.body.strip():
        raise Rejected(400, "Empty body", "Send at least one field.")


def content_type(request: Request) -> tuple[str, str]:
    """The media type in lower case, and the declared charset as a codec."""
    media_type, *parameters = request.headers.get("content-type", "").split(";")
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return media_type.strip().lower(), codec(value)
    return media_type.strip().lower(), ""
