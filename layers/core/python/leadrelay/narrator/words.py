"""What the narrator says in each language, from `words.toml` beside this."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import cast

from pydantic import BaseModel, ConfigDict

from leadrelay.values import Language


class Words(BaseModel):
    """One language."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    region: str
    pair: str
    and_then: str
    quoted: str
    yes: str
    no: str
    extension: str
    hidden: str
    nobody: str
    caller: str
    unnamed: str
    awaited: str
    since: str
    technical: str
    cut: str
    sentence: Mapping[str, str]
    call: Mapping[str, str]
    came_by: Mapping[str, str]
    label: Mapping[str, str]

    def quote(self, text: str) -> str:
        return self.quoted.format(text=text)


@cache
def _all() -> dict[Language, Words]:
    tables = tomllib.loads(files(__package__).joinpath("words.toml").read_text("utf-8"))
    return {cast("Language", name): Words.model_validate(one) for name, one in tables.items()}


def words(language: Language) -> Words:
    return _all()[language]


@cache
def agreements() -> tuple[frozenset[str], frozenset[str]]:
    """Yes and no, in any language."""
    said = _all().values()
    return frozenset(one.yes for one in said), frozenset(one.no for one in said)


@cache
def openings() -> tuple[str, ...]:
    """How the sentence of a call begins, in any language."""
    calls = ("inbound", "outbound", "missed", "unanswered", "voicemail")
    return tuple({one.sentence[way].partition("{")[0] for one in _all().values() for way in calls})
