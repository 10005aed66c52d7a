"""What the narrator says in each language, from `words.toml` beside this."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import cast

from pydantic import BaseModel, ConfigDict

from leadrelay.values import Language

_PLACE = re.compile(r"((?<!\w)\w++ )?\{(\w++)\}")


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
    number: str
    hidden: str
    nobody: str
    caller: str
    unnamed: str
    awaited: str
    since: str
    technical: str
    cut: str
    joined: Mapping[str, str]
    sentence: Mapping[str, str]
    call: Mapping[str, str]
    came_by: Mapping[str, str]
    label: Mapping[str, str]

    def quote(self, text: str) -> str:
        return self.quoted.format(text=text)

    def put(self, sentence: str, **told: str) -> str:
        """The sentence with what is told in its places, and what the words before these become:
        "de" and "le poste 101" are "du poste 101"."""
        return _PLACE.sub(lambda place: self._join(place[1] or "", told[place[2]]), sentence)

    def _join(self, before: str, text: str) -> str:
        for found, instead in self.joined.items():
            whole, count = re.subn(f"^{found}", instead, before + text)
            if count:
                return whole
        return before + text

    def begins(self, sentence: str) -> tuple[str, ...]:
        """How a sentence may begin, up to its first place."""
        head, before = sentence.partition("{")[0], _PLACE.search(sentence)
        word = before[1] or "" if before else ""
        told = (instead for found, instead in self.joined.items() if found.startswith(word))
        return tuple(head.removesuffix(word) + one for one in (word, *told))


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
    known = _all().values()
    return tuple({told for one in known for way in calls for told in one.begins(one.sentence[way])})
