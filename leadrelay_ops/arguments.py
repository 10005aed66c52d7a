"""The words of a command line as the parameters of a CRM's operation. Pure, but for files.

read debtor limit=2                         bare words: the required parameters, in order
createLead lead.fullname="Jane Doe"         a dotted key makes an object
createActivity customfields='[{"id": 1}]'   lists, and whole objects, are JSON
upload debtor 7 cv.pdf content=@cv.pdf      @ and a path is the file's content
"""

import base64
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from leadrelay.crm.operations import Operation, Param
from leadrelay_ops.failures import Told

_KEYED = re.compile(r"([\w.-]+)=(.*)", re.DOTALL)


def read(operation: Operation, words: Sequence[str]) -> dict[str, Any]:
    """The parameters for `api.call`. That all are given, and fit, is for the call to check.

    Raises Told.
    """
    params: dict[str, Any] = {}
    given = [_split(word) for word in words]
    named = {key for key, _ in given if key}
    open_ = iter([path for path in _required(operation.params) if path not in named])
    for key, text in given:
        path = key or next(open_, None)
        if path is None:
            raise Told(f"{operation.name} needs no {text!r}; it takes {taken(operation)}")
        param = _find(operation, path)
        _put(params, path, _value(param, path, text))
    return params


def taken(operation: Operation) -> str:
    """The parameters of an operation in one line; * marks what is required."""
    return ", ".join(map(describe, operation.params)) or "no parameters"


def describe(param: Param) -> str:
    """ "limit (integer, a number of records)", "recordtype* (C | N)", "lead* {leadname, …}"."""
    name = f"{param.name}{'*' if param.required else ''}"
    if param.fields:
        inner = f"{{{', '.join(map(describe, param.fields))}}}"
        return f"{name} [{inner}, …]" if param.type == "list" else f"{name} {inner}"
    kind = "" if param.type == "string" else param.type
    told = ", ".join(filter(None, (kind, param.form, " | ".join(param.values))))
    return f"{name} ({told})" if told else name


def _split(word: str) -> tuple[str, str]:
    """("limit", "2"); ("", word) for a bare one, such as a query with a = further on."""
    keyed = _KEYED.fullmatch(word)
    return (keyed[1], keyed[2]) if keyed else ("", word)


def _required(params: Sequence[Param], above: str = "") -> Iterator[str]:
    """The required parameters by their dotted paths; of an object, those in it, if it has any."""
    for param in params:
        if param.required:
            path = f"{above}{param.name}"
            is_object = param.type == "object"
            yield from [*_required(param.fields, f"{path}.")] if is_object else [path]
            if is_object and not any(field.required for field in param.fields):
                yield path


def _find(operation: Operation, path: str) -> Param:
    """The parameter at a dotted path; in an object without known members any is a text."""
    found = Param("", "object", fields=operation.params)
    for name in path.split("."):
        members = found.fields if found.type == "object" else ()
        if found.name and found.type == "object" and not members:
            return Param(path)
        known = {param.name: param for param in members}
        if name not in known:
            raise Told(f"{operation.name} has no {path}; it takes {taken(operation)}")
        found = known[name]
    return found


def _put(params: dict[str, Any], path: str, value: Any) -> None:
    *above, name = path.split(".")
    for step in above:
        params = params.setdefault(step, {})
        if not isinstance(params, dict):
            raise Told(f"{step} must be an object, so that {path} can be in it")
    params[name] = value


def _value(param: Param, path: str, text: str) -> Any:
    try:
        if text.startswith("@"):
            content = Path(text[1:]).expanduser().read_bytes()
            if param.type == "base64":
                return base64.b64encode(content).decode()
            text = content.decode()
        return _TYPES.get(param.type, str)(text)
    except OSError as error:
        raise Told(f"{path}: {text[1:]} can't be read: {error.strerror}") from error
    except (ValueError, KeyError) as error:
        raise Told(f"{path} must be {_WANTED.get(param.type, 'text')}") from error


_TYPES: Mapping[str, Callable[[str], Any]] = {
    "integer": int,
    "number": float,
    "boolean": lambda text: {"true": True, "yes": True, "false": False, "no": False}[text.lower()],
    "object": json.loads,
    "list": json.loads,
}
_WANTED = {
    "integer": "a whole number",
    "number": "a number with a decimal point",
    "boolean": "true or false",
    "object": 'an object in JSON, such as {"name": "value"}, or set its members by name: x.name=…',
    "list": 'a list in JSON, such as ["a", "b"]',
}
