"""A mistake in a `sources.toml` as a person is told it: where it is, what it is, what was meant."""

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from json import dumps
from typing import Any

from pydantic import ValidationError

_EXAMPLES = {
    "kind": 'kind = "form", "call" or "resume"',
    "sender": 'sender = "html", or another of docs/senders.md',
    "deliver": 'deliver = ["trackerrms"], or other CRMs',
}
_WORDS = {
    "bool_type": "write true or false, without quotes",
    "bool_parsing": "write true or false, without quotes",
    "int_type": "write a whole number, without quotes",
    "int_parsing": "write a whole number, without quotes",
    "greater_than": "write a number above 0",
    "int_from_float": "write a whole number",
    "string_too_short": "there is nothing between the quotes; leave the key out instead",
    "too_short": "name at least one",
}


def at(text: str, path: tuple[str, ...], message: str) -> str:
    """ "line 7: contact-us.window: …"; the line of a key that isn't there is its table's."""
    return f"line {_line(text, path)}: {'.'.join(path)}: {message}"


def meant(word: object, known: Iterable[str]) -> str:
    """A hint at the one that is closest to what was written: " (did you mean 'html'?)", or ""."""
    names = {_bare(name): name for name in known}
    close = get_close_matches(_bare(str(word)), names, n=1, cutoff=0.7)
    return f" (did you mean {names[close[0]]!r}?)" if close and names[close[0]] != word else ""


def _bare(name: str) -> str:
    return re.sub(r"[\W_]", "", name).lower()


def mistakes_of(
    error: ValidationError, text: str, *table: str, keys: Iterable[str] = ()
) -> list[str]:
    """What pydantic found wrong in a table of a `sources.toml`, each with its line; `keys` are
    those that the table may have."""
    known = tuple(keys)
    details = error.errors()
    places = [_place(one) for one in details]
    told = [_told(one, known) for one in details]
    return [
        at(text, (*table, *place), words)
        for place, words, detail in zip(places, told, details, strict=True)
        # what is left of a list whose entries are wrong may be short, which nobody wrote
        if not (detail["type"] == "too_short" and places.count(place) > 1)
    ]


def _place(detail: Any) -> tuple[str, ...]:
    keys = tuple(part for part in detail["loc"] if isinstance(part, str) and part != "[key]")
    keys = keys[1:] if keys[:1] == ("crms",) else keys
    keys = ("fields", "call", *keys[1:]) if keys[:1] == ("call_fields",) else keys
    is_table = keys == ("name",) and detail["type"] != "extra_forbidden"  # a source's own name
    return () if is_table else keys


def _told(detail: Any, keys: tuple[str, ...]) -> str:
    given, words = detail["input"], str(detail["msg"]).removeprefix("Value error, ")
    match detail["type"]:
        case "extra_forbidden":
            there = f"; there are {', '.join(sorted(keys))}" if keys else ""
            words = "there is no such key" + (meant(detail["loc"][-1], keys) or there)
        case "missing":
            example = _EXAMPLES.get(detail["loc"][-1])
            words = "this key is missing" + (f": {example}" if example else "")
        case "tuple_type" | "list_type":
            words = f"write a list: [{_quoted(given) if isinstance(given, str) else '…'}]"
        case "string_type":
            plain = isinstance(given, int | float) and not isinstance(given, bool)
            words = f"write it in quotes: {_quoted(given)}" if plain else "write a text, in quotes"
        case "dict_type" | "model_type":
            words = "this is a table: write its keys below it, each on a line of its own"
        case "literal_error":
            expected = detail["ctx"]["expected"]
            words = f"write {expected}" + meant(given, re.findall(r"'([^']*)'", expected))
        case kind if kind in _WORDS:
            words = _WORDS[kind]
    return words


def _quoted(given: object) -> str:
    return dumps(str(given), ensure_ascii=False)


def not_toml(text: str, error: ValueError) -> str:
    """The parser's words with the line that they are about, and what it often is."""
    found = re.search(r" \(at line (\d+), column \d+\)$", str(error))
    lines = text.splitlines() or [""]
    number = min(int(found[1]), len(lines)) if found else len(lines)
    words = (
        str(error)[: found.start()] if found else str(error).removesuffix(" (at end of document)")
    )
    line = lines[number - 1].strip()
    if words.startswith(("Cannot declare", "Cannot overwrite")):
        words = "this stands in the file for the second time; keep one, or call it something else"
    elif re.search("[“”„«»‘’]", line):
        words = 'not TOML: write straight quotes: "…"'
    elif words == "Invalid value" and re.search(r"=\s*[A-Za-z]", line):
        words = 'not TOML: write a text in quotes: "…"'
    else:
        words = f"not TOML: {words}"
    return f"line {number}: {words}" + (f": {line[:80]}" if line else "")


def _line(text: str, path: tuple[str, ...]) -> int:
    """The line of a key in TOML, else of the closest table around it.

    The parser of the standard library keeps no positions, so this looks for the table's header
    and then for the key below it; enough to lead an eye to the place.
    """
    best, depth = 1, 0
    for number, here in _keys_by_line(text):
        common = min(len(here), len(path))
        if common > depth and here[:common] == path[:common]:
            best, depth = number, common
    return best


def _keys_by_line(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[{1,2}([^\[\]]+)\]", line):
            table = _keys(header[1])
            yield number, table
        elif key := re.match(r"\s*([^=#]+?)\s*=", line):
            yield number, (*table, *_keys(key[1]))


def _keys(dotted: str) -> tuple[str, ...]:
    """a."b.c".d → a, b.c, d"""
    return tuple(
        bare or quoted for quoted, bare in re.findall(r"[\"']([^\"']*)[\"']|([^\s.\"']+)", dotted)
    )
