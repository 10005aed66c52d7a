"""What is wrong with a source though each of its keys can be read: they don't fit together."""

import re
from collections.abc import Iterator

from leadrelay.intake.calls.voice import check_answer
from leadrelay.intake.files.kinds import MEDIA_TYPES
from leadrelay.intake.senders import BY_KIND
from leadrelay.sources import Source, SourcesError, at, read_sources

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


def read_sound_sources(text: str) -> dict[str, Source]:
    """Read a `sources.toml` whose every source can work. Raises SourcesError with what is wrong."""
    sources = read_sources(text)
    mistakes = [
        at(text, (source.name, key), mistake)
        for source in sources.values()
        for key, mistake in unsound(source)
    ]
    if mistakes:
        raise SourcesError(mistakes, sources)
    return sources


def unsound(source: Source) -> Iterator[tuple[str, str]]:
    """(key, what is wrong with it)."""
    yield from _of_its_sender(source)
    for key, kind in _ONLY_FOR.items():
        if key in source.model_fields_set and source.kind != kind:
            yield key, f'this is for kind = "{kind}" only'
    for name in source.accept:
        if name not in MEDIA_TYPES:
            yield "accept", f"there is no type {name!r}; there are {', '.join(MEDIA_TYPES)}"
    if source.lookup and source.lookup not in source.deliver:
        yield "lookup", f"`deliver` doesn't name {source.lookup}"


def _of_its_sender(source: Source) -> Iterator[tuple[str, str]]:
    fitting = BY_KIND[source.kind]
    if source.sender not in fitting:
        kind = f'kind = "{source.kind}"'
        yield "sender", f"{source.sender!r} is no sender for {kind}; those are {', '.join(fitting)}"
    elif mistake := check_answer(source):
        yield "answer", mistake
    if source.call_fields and source.sender not in _NAMED_BY_USERS:
        senders = ", ".join(_NAMED_BY_USERS)
        yield "fields", f"call.… is for {senders}: {source.sender} has names of its own"
    if source.public_url and re.search("[?#]", source.public_url):
        yield "public_url", "leave the query out: each request has its own"
