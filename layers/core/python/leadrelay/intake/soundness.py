"""What is wrong with a source though each of its keys can be read: they don't fit together."""

import re
from collections.abc import Iterator

from leadrelay.intake.calls.voice import check_answer
from leadrelay.intake.files.kinds import MEDIA_TYPES
from leadrelay.intake.senders import BY_KIND
from leadrelay.mistakes import meant
from leadrelay.sources import Source
from leadrelay.sources_file import read_sources
from leadrelay.values import OTHERWISE_CALLED

# Whose pages can show a CAPTCHA, or when they were rendered.
_OWN_PAGES = ("html", "json", "multipart", "json_resume")
_OF_OWN_PAGES = ("min_fill", "captcha")

# Whose parameters have the names that their users give them.
_NAMED_BY_USERS = ("asterisk", "3cx", "invoca", "screen_pop")

_ONLY_FOR = {
    "on": "call",
    "lookup": "call",
    "accept": "resume",
    "max_file_bytes": "resume",
    "file_wait": "resume",
}
# A function that brings files into a CRM has ten in its memory at once, some of them as base64.
_FILE_BYTES = (1_000, 25_000_000)


def read_sound_sources(text: str) -> dict[str, Source]:
    """Read a `sources.toml` whose every source can work. Raises SourcesError with what is wrong."""
    return read_sources(text, flaws)


def flaws(source: Source) -> Iterator[tuple[str, str]]:
    """(key, what is wrong with it): all that can be found without asking anybody."""
    yield from unsound(source)
    yield from _of_libraries(source)


def unsound(source: Source) -> Iterator[tuple[str, str]]:
    """Of those what a function needs to know, because it can't serve such a source."""
    yield from _of_its_sender(source)
    for key, kind in _ONLY_FOR.items():
        if key in source.model_fields_set and source.kind != kind:
            yield key, f'this is for kind = "{kind}" only'
    for name in source.accept:
        if name not in MEDIA_TYPES:
            yield "accept", f"there is no type {name!r}; there are {', '.join(MEDIA_TYPES)}"
    least, most = _FILE_BYTES
    if source.max_file_bytes and not least <= source.max_file_bytes <= most:
        yield "max_file_bytes", f"write a number from {least} to {most}"
    if source.lookup and source.lookup not in source.deliver:
        yield "lookup", f"`deliver` doesn't name {source.lookup}"
    yield from _of_its_page(source)


def _of_its_sender(source: Source) -> Iterator[tuple[str, str]]:
    fitting = BY_KIND[source.kind]
    if source.sender not in fitting:
        yield "sender", _no_sender(source)
    elif mistake := check_answer(source):
        yield "answer", mistake
    if source.call_fields and source.sender not in _NAMED_BY_USERS:
        senders = ", ".join(_NAMED_BY_USERS)
        yield "fields", f"call.… is for {senders}: {source.sender} has names of its own"
    if source.public_url and re.search("[?#]", source.public_url):
        yield "public_url", "leave the query out: each request has its own"
    elif source.public_url and re.fullmatch("https?://[^/]+/?", source.public_url):
        yield "public_url", f"write the whole URL that is posted to, as …{source.path}"


def _no_sender(source: Source) -> str:
    for kind, senders in BY_KIND.items():
        if source.sender in senders:
            return f'{source.sender!r} is no sender for kind = "{source.kind}": it is for "{kind}"'
    fitting = BY_KIND[source.kind]
    hint = meant(source.sender, fitting) or f"; those are {', '.join(fitting)}"
    return f'{source.sender!r} is no sender for kind = "{source.kind}"{hint}'


def _of_its_page(source: Source) -> Iterator[tuple[str, str]]:
    """What only a page can do: a webhook's every lead would be put aside for it."""
    for key in _OF_OWN_PAGES:
        if key in source.model_fields_set and source.sender not in _OWN_PAGES:
            yield key, f"{source.sender} can't have it: it is for {', '.join(_OWN_PAGES)}"
    if source.captcha_url and not source.captcha:
        yield "captcha_url", "`captcha` doesn't say whose it is"


def _of_libraries(source: Source) -> Iterator[tuple[str, str]]:
    """Where a mistake costs a field and not the lead, so that no function has to look for it; the
    libraries that know take long to load."""
    from phonenumbers import SUPPORTED_REGIONS  # noqa: PLC0415  # see above

    from leadrelay.intake.expressions import never_finds  # noqa: PLC0415  # see above

    if source.expect and source.expect.is_by_the_clock and not source.time_zone:
        yield "expect", 'days and hours are of a clock: write time_zone = "Europe/London" as well'
    region = source.default_region
    if region and region not in SUPPORTED_REGIONS:
        right = OTHERWISE_CALLED.get(region)
        hint = f' (did you mean "{right}"?)' if right else ": write ISO 3166's two letters"
        yield "default_region", f"there is no country {region!r}{hint}"
    for field, expression in source.fields.items():
        if mistake := never_finds(expression, source.sender):
            yield f"fields.{field}", mistake
