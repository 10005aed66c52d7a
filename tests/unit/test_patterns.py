"""No regular expression takes long over anything: none goes back over what it has read."""

import inspect
import pkgutil
import re
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import product
from typing import Any

import pytest

import leadrelay

# 8,000 characters take a linear expression less than a millisecond, a quadratic one seconds; this
# much of the processor's time tells them apart on any machine.
LENGTH, LIMIT_S = 8_000, 0.05
TRIES = 3  # as the collector of garbage may come between

ALPHABET = "aA1_ \n\r\t-+*#/\\.,:;=&%?@|'\"[](){}<>é\x00"
STARTS = ("", '"', "data:", "form[", "sip:")


type Pattern = re.Pattern[Any]


def patterns() -> Iterator[tuple[str, str, Pattern]]:
    """Module, name and expression of each constant that is one."""
    for module in pkgutil.walk_packages(leadrelay.__path__, "leadrelay."):
        for name, value in vars(import_module(module.name)).items():
            if isinstance(value, re.Pattern):
                yield module.name, name, value


def hostile() -> Iterator[str]:
    """Very long, of one character or two in turn, and in the end something that doesn't fit."""
    for one, other in product(ALPHABET, ALPHABET):
        yield (one + other) * (LENGTH // 4) + "\x01!"
    for start, char in product(STARTS, ALPHABET):
        yield start + char * LENGTH + "\x01!"


def uses(module: str, name: str, pattern: Pattern) -> list[Callable[[str | bytes], object]]:
    """The ways in which it is used: one that is only matched may go back when searched for."""
    source = inspect.getsource(import_module(module))
    searched = re.search(rf"\b{name}\.(search|sub|subn|split|findall|finditer)\b", source)
    return [pattern.match, pattern.fullmatch, *([pattern.findall] if searched else [])]


@pytest.mark.parametrize(
    ("module", "name", "pattern"), [pytest.param(*one, id=".".join(one[:2])) for one in patterns()]
)
def test_an_expression_reads_once(module: str, name: str, pattern: Pattern) -> None:
    ways = uses(module, name, pattern)
    for text in hostile():
        given = text if isinstance(pattern.pattern, str) else text.encode()
        for use in ways:
            assert any(took(use, given) < LIMIT_S for _ in range(TRIES)), text[:20]


def took(use: Callable[[str | bytes], object], given: str | bytes) -> float:
    began = time.thread_time()
    use(given)
    return time.thread_time() - began
