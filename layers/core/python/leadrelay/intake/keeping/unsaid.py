"""What a page adds to a form by itself: proofs, tokens and clocks, which nobody filled in."""

import re
from functools import lru_cache

from leadrelay.nobody import words
from leadrelay.sources import Source

# A proof is nothing that a person says, whatever it holds. Within a name ("g-recaptcha-response"),
# or as a word of it, as an "annonce" is no nonce:
_PROOF = re.compile(r"captcha|turnstile|(?<![a-z])[cx]srf")
_PROOFS = words("nonce wpnonce")
# or in a program's name without its separators: somebody's question has spaces.
_TOKEN_NAME = re.compile(
    r"requestverification|authenticitytoken|formbuildid|formkey|formtoken|^lrrendered$|^lrkey$"
    r"|^charset$"
)
# Words in the names of tokens. People's fields have them too: so the value has to look like one.
_TOKENS = words("token key request session signature hash challenge proof state ticket")
# Words in the names of what a page counts or times.
_PASSING = _TOKENS | words(
    """
    timestamp stamp ts ms sec secs seconds elapsed spent timer clock now start started loaded
    rendered load render created submitted submission submit sent id uid uuid guid seq sequence
    counter rand random cache cb build version ip viewport screen scroll
    """
)
# People are asked for times too: these count alone, or beside a word of a page.
_TIMES = words("time date datetime duration")
_OF_PAGES = _PASSING | words("page form fill filling on to client server local current")

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_TOKEN = re.compile(r"(?=.*\d)(?=.*[a-z])[\w\-.=+/:~%|]{20,}")  # unlike an IBAN or a VIN
_UNIX_MS = re.compile(r"1[5-9]\d{11}")
_SECONDS = re.compile(r"\d:\d\d:\d\d")  # nobody asks for those
_DIGITS = re.compile(r"[\d\s.,:+/_-]+")
_LONGEST_DATE = 100  # Sat Nov 28 2026 10:15:01 GMT+0000 (Coordinated Universal Time)
_DATE_WORDS = words(
    """
    am pm gmt utc z t at st nd rd th coordinated universal standard summer daylight time
    jan feb mar apr may jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun
    january february march april june july august september october november december
    monday tuesday wednesday thursday friday saturday sunday
    """
)
_UNTYPED = 32  # characters: nobody types so many without a space


def is_said(name: str, value: str, source: Source) -> bool:
    """Whether a field may say something: proofs that no bot sent it, tokens, the honeypot and the
    source's own secret don't."""
    place, _, secret = (source.token or "").partition(":")
    if name == source.honeypot or (place in {"body", "query"} and name == secret):
        return False
    if _is_proof(name):
        return any(map(str.isspace, value.strip()))
    return not (_words(name) & _TOKENS and len(value) >= _UNTYPED and _is_token(value))


def _is_proof(name: str) -> bool:
    plain = name.strip().lower()
    if _PROOF.search(plain) or _words(name) & _PROOFS:
        return True
    squeezed = re.sub(r"[\W_]", "", plain)
    return " " not in plain and bool(_TOKEN_NAME.search(squeezed))


def is_passing(name: str, value: str) -> bool:
    """Whether the page may send another value with the next click: a token, a clock, a counter."""
    plain = value.strip()
    if _is_token(plain) or "://" in plain:
        return True
    counted = _DIGITS.fullmatch(plain) or _is_date(plain) or not any(map(str.isspace, plain))
    if not (counted and _has_digit(plain)):
        return False
    if _SECONDS.search(plain) or _UNIX_MS.fullmatch(plain):
        return True
    named = _words(name)
    times = named & _TIMES
    return bool(named & _PASSING or (times and (times == named or named & _OF_PAGES)))


def _is_token(value: str) -> bool:
    return bool(_TOKEN.fullmatch(value)) and "://" not in value


def _has_digit(value: str) -> bool:
    return any(map(str.isdigit, value))


def _is_date(value: str) -> bool:
    named = re.findall(r"[^\W\d_]+", value[:_LONGEST_DATE].lower())
    return len(value) < _LONGEST_DATE and all(word in _DATE_WORDS for word in named)


@lru_cache(maxsize=1024)
def _words(name: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _WORD.findall(name))
