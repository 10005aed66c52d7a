"""Where a stack is not as the template has it, by the same parameters."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from leadrelay_ops.deep.deployment import Deployment
from leadrelay_ops.deep.facts import Unread
from leadrelay_ops.deep.judge import Flaw, Rule

_NOT_COMPARED = {"sources", "paused", "secrets", "accounts"}  # a template doesn't have them
_BY_HAND = {"enabled", "subscribers"}  # changes without a deploy, and has rules of its own


def drift_rule(template: Deployment) -> Rule:
    """Compares what both descriptions know."""
    return Rule(
        name="drift",
        severity="advice",
        subjects=lambda live: _differences(live, template),
        flaw=lambda _, difference: difference,
        why="the next deploy changes it back, or brings what is new in the template",
        mend="deploy, or write the change into template.yaml",
    )


def _differences(live: Deployment, template: Deployment) -> Iterator[Flaw]:
    for kind in fields(Deployment):
        if kind.name in _NOT_COMPARED:
            continue
        are = {one.name: one for one in getattr(live, kind.name)}
        should = {one.name: one for one in getattr(template, kind.name)}
        for name in sorted(are.keys() | should):
            if name not in should:
                yield Flaw("is there", "not in the template", name)
            elif name not in are:
                yield Flaw("not there", "as in the template", name)
            else:
                yield from _changed(name, are[name], should[name])


def _changed(name: str, is_: Any, should: Any) -> Iterator[Flaw]:
    for field in fields(is_):
        one, other = getattr(is_, field.name), getattr(should, field.name)
        if field.name in _BY_HAND or isinstance(one, Unread) or isinstance(other, Unread):
            continue
        if isinstance(one, Mapping):
            for key in sorted(one.keys() | other):
                if one.get(key) != other.get(key):
                    yield Flaw(f"{key} {_told(one.get(key))}", _told(other.get(key)), name)
        elif one != other:
            yield Flaw(f"{field.name} {_told(one)}", _told(other), name)


def _told(value: Any) -> str:
    if isinstance(value, frozenset):
        return ", ".join(sorted(f"{name}={one}" for name, one in value))
    return "none" if value is None else str(value)
