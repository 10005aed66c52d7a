"""Collect!'s requests and answers as they stand on the wire. Pure."""

import base64
import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import httpx

from leadrelay.crm import http
from leadrelay.errors import Refused

_PHONE_MARKS = re.compile(r"[\s()+-]")


def rows(answer: Any) -> list[Mapping[str, Any]]:
    """The records of an answer. The pages print `data` as one object even for a list read;
    public code takes it as a list."""
    found = answer.get("data") if isinstance(answer, Mapping) else None
    candidates = found if isinstance(found, list) else [found]
    return [row for row in candidates if row and isinstance(row, Mapping)]


def id_column(answer: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    """`type` names it; should a create's answer, which no page shows, lack it: the naming does."""
    named = answer.get("type")
    if isinstance(named, Mapping) and named.get("rowId"):
        return str(named["rowId"])
    return next((column for column in row if column.endswith("_rowid")), "")


def rowid_of(record: str) -> str:
    """The id column of debtors, contacts, clients: a table's prefix is its first two letters."""
    return f"{record[:2]}_rowid"


def as_json(response: httpx.Response, *, writes: bool = True, may_be_blank: bool = True) -> Any:
    """runplan answers nothing at all, and what a blank answer to an update hides is done again."""
    if may_be_blank and not response.content.strip():
        return {}
    try:
        return response.json()
    except (ValueError, RecursionError) as error:
        words = http.excerpt(response)
        raise http.lost("the answer is not JSON", writes=writes, words=words) from error


def as_file(response: httpx.Response) -> dict[str, str]:
    return {
        "media_type": response.headers.get("content-type", ""),
        "content": base64.b64encode(response.content).decode(),
    }


def upload_parts(params: Mapping[str, Any]) -> dict[str, Any]:
    """The two parts of an upload, `json` first ("File Upload" page): hence a list."""
    target = {params["record"]: params["rowid"], "overwrite": params.get("overwrite", "no")}
    content = base64.b64decode(params["content"])
    return {
        "files": [("json", (None, json.dumps(target))), ("file", (params["filename"], content))]
    }


def segment(value: str | None) -> str:
    if value is None:
        return ""
    if not re.fullmatch(r"[\w-]+", value):
        raise Refused("a table, rowid or form id holds letters, digits, _ and - only")
    return f"/{quote(value)}"


def query(params: Mapping[str, Any]) -> str:
    """As the pages print it: brackets, quotes, commas and = as they are, the rest encoded."""
    return urlencode(params, quote_via=quote, safe="=,()'")


def normal(value: Any) -> str:
    return _PHONE_MARKS.sub("", "" if value is None else str(value)).casefold()


def folded(value: Any) -> str:
    """The same without accents, as databases may compare."""
    letters = unicodedata.normalize("NFKD", normal(value))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
