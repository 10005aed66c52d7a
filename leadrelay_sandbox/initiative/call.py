"""What PHP makes of a request: `$_GET`, `$_POST`, and the verb.

The webservice takes `operation` and `sessionName` from either, and everything else from the one
that the operation is registered for, whatever the verb was (vtiger 6.0 source, webservice.php and
OperationManager.php). Hence the misleading errors: with the wrong verb all parameters are empty.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from flask import Request

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Call:
    verb: str
    get: Mapping[str, str]
    post: Mapping[str, str]
    upload: tuple[str, bytes] | None
    """Name and content of the first file part of a multipart body."""
    faults: tuple[str, ...]
    """What is wrong with the request as such."""

    @property
    def operation(self) -> str:
        return self._either("operation").lower()

    @property
    def session(self) -> str:
        """The session's name; "" for none, as which "null" counts too."""
        name = self._either("sessionName")
        return "" if name.lower() == "null" else name

    def _either(self, name: str) -> str:
        return self.post.get(name, self.get.get(name, ""))


def read(request: Request, post_max_size: int) -> Call:
    """Read a request as PHP does. A body that is too long or no form leaves `$_POST` empty.

    Bytes that aren't UTF-8 come as surrogates, so that decoding JSON can fail on them.
    """
    body = request.get_data()
    faults = [f"HTTP {request.method}"] if request.method not in {"GET", "POST"} else []
    if len(request.query_string) > 8000:
        faults.append("a request line that common web servers find too long")
    query = parse_qsl(request.query_string, keep_blank_values=True)
    form: list[tuple[bytes, bytes]] = []
    upload = None
    if len(body) > post_max_size:
        faults.append("a body over post_max_size")
    elif body and request.method != "POST":
        faults.append("a body without POST")
    elif body and request.mimetype == FORM:
        form = parse_qsl(body, keep_blank_values=True)
    elif body and request.mimetype == "multipart/form-data":
        form = [(k.encode(), v.encode()) for k, v in request.form.items(multi=True)]
        upload = next(((f.filename or "", f.read()) for f in request.files.values()), None)
    elif body:
        faults.append(f"a body of type {request.mimetype or 'none'}, not a form")
    return Call(
        request.method,
        _fields(query, faults),
        _fields(form, faults),
        upload,
        tuple(faults),
    )


def _fields(pairs: list[tuple[bytes, bytes]], faults: list[str]) -> dict[str, str]:
    """The last of several wins. An array such as `query[]=` reaches no operation."""
    fields: dict[str, str] = {}
    for raw_name, value in pairs:
        name = raw_name.decode(errors="replace")
        if name in fields:
            faults.append(f"{name} given twice")
        fields[name] = value.decode(errors="surrogateescape")
    return fields
