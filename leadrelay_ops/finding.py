"""Leads by what a person knows of them: a name, an address, a number, half a reference."""

import re
from collections.abc import Iterator

from leadrelay.intake.meaning.phones import e164, in_digits
from leadrelay.ledger.filter import Filter
from leadrelay.ledger.search import Found, among, received, search
from leadrelay_ops import which_file
from leadrelay_ops.failures import Told, choose
from leadrelay_ops.saying import NUMBER, as_ref, has_words, says
from leadrelay_ops.stack import Stack

_ID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}", re.IGNORECASE)
_REF = re.compile(r"LR-?\s?([0-9A-Z]{1,8})|.*\bLR-([0-9A-Z]{1,8})\b.*", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s<>()\"',;:]+@[^\s<>()\"',;:]+")


def find(stack: Stack, text: str, wanted: Filter) -> Iterator[Found]:
    """Every lead that the text is a name of and that fits, the newest first. A name is looked for
    among the leads of `wanted`'s time, the last 30 days. Raises Unavailable, Told."""
    found = _find(stack, text.strip(), wanted)
    first = next(found, None)
    if first is None:
        raise Told(_nowhere(text, wanted))
    yield first
    yield from found


def _find(stack: Stack, text: str, wanted: Filter) -> Iterator[Found]:
    if _ID.fullmatch(text):
        return search(stack.table, wanted.model_copy(update={"id": text.upper()}))
    if ref := _REF.fullmatch(text):
        return _by_ref(stack, ref[1] or ref[2], wanted)
    exact = None
    if address := _ADDRESS.search(text):
        exact = by_email(stack, address[0], wanted)
    elif NUMBER.fullmatch(text):
        exact = by_phone(stack, text, wanted)
    return _or_else(exact or iter(()), search(stack.table, wanted, says(text)))


def understood(stack: Stack, wanted: Filter) -> Filter:
    """With a whole reference for a half one, and the number as it is kept. Raises Told where
    there is no such lead, or more than one with that half."""
    if wanted.phone:
        known = (wanted.model_copy(update={"phone": one}) for one in numbers(stack, wanted.phone))
        wanted = next((one for one in known if any(named(stack, one))), wanted)
    if wanted.ref and len(wanted.ref) < len("LR-7Q2KX9BD"):
        refs = {one.lead.ref for one in _by_ref(stack, wanted.ref[3:], Filter())}
        if len(refs) > 1:
            raise Told(f"{wanted.ref} may be {', '.join(sorted(refs))}")
        wanted = wanted.model_copy(update={"ref": refs.pop() if refs else wanted.ref})
    if (wanted.id or wanted.person) and not any(named(stack, wanted)):
        raise Told(f"there is no lead {wanted.id or (wanted.person or ('', ''))[1]}")
    return wanted


def refuse_unknown(stack: Stack, source: str | None) -> None:
    """Of whose leads there are none: one that nobody has. Raises Told."""
    if source:
        choose("source", source, which_file.choose(stack, None).sound())


def by_name(stack: Stack, name: str) -> Found:
    """The one lead with this id or reference, or with this half of one. Raises Told."""
    key = "id" if _ID.fullmatch(name) else "ref"
    ref = name if key == "id" or name.upper().startswith("LR-") else f"LR-{name}"
    return next(named(stack, understood(stack, Filter.model_validate({key: ref}))))


def named(stack: Stack, wanted: Filter) -> Iterator[Found]:
    """The leads that its id or person says, whatever else it asks for."""
    who = {name: getattr(wanted, name) for name in ("id", "ref", "email", "phone")}
    return search(stack.table, Filter(**who))


def by_email(stack: Stack, email: str, wanted: Filter) -> Iterator[Found]:
    address = email.strip().removeprefix("mailto:").strip("<>").lower()
    return search(stack.table, wanted.model_copy(update={"email": address}))


def by_phone(stack: Stack, phone: str, wanted: Filter) -> Iterator[Found]:
    """By a number as it is kept, or as it is written in the country of one of the sources."""
    seen = set()
    for number in numbers(stack, phone):
        for one in search(stack.table, wanted.model_copy(update={"phone": number})):
            if one.lead.id not in seen:
                seen.add(one.lead.id)
                yield one


def numbers(stack: Stack, phone: str) -> tuple[str, ...]:
    """The ways in which a number may have been kept: in E.164, else as typed or in digits."""
    given = phone.strip().removeprefix("tel:")
    sources = which_file.choose(stack, None).sound().values()
    regions = {None: None} | {source.default_region: None for source in sources}
    read = [e164(given, region).partition(";")[0] for region in regions]
    return tuple(dict.fromkeys((given, *read, *map(in_digits, (given, *read)))))


def _by_ref(stack: Stack, part: str, wanted: Filter) -> Iterator[Found]:
    ref = as_ref(part)
    if len(ref) == 8:
        return search(stack.table, wanted.model_copy(update={"ref": f"LR-{ref}"}))
    ids = (one for _, one in received(stack.table, wanted.since, wanted.until) if ref in one[:8])
    return among(stack.table, ids, wanted, lambda _: True)


def _or_else(found: Iterator[Found], otherwise: Iterator[Found]) -> Iterator[Found]:
    first = next(found, None)
    if first is None:
        yield from otherwise
        return
    yield first
    yield from found


def _nowhere(text: str, wanted: Filter) -> str:
    by_index = _ID.fullmatch(text) or _REF.fullmatch(text) or NUMBER.fullmatch(text) or "@" in text
    if by_index or not has_words(text):
        return f"there is no lead {text}"
    when = "that time" if wanted.since else "the last 30 days: look further back with --since 90d"
    return f"there is no lead {text} in {when}"
