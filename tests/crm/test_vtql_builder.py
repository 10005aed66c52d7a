"""VTQL: whatever a value holds, the server reads back exactly that value, and no more query."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrelay.crm.initiative.vtql import Select, compare, like, one_of, quote
from leadrelay.errors import Refused

# What the lexer of vtiger 6.0 accepts (VTQL_Lexer.plex); anything else ends the request with
# INTERNAL_SERVER_ERROR.
TOKEN = re.compile(
    r"(?P<string>'(?:[^']|'')+')|(?P<word>\w+)|(?P<symbol>[,*()=<>!;])|(?P<space>\s+)"
)
VALUES = st.text(min_size=1)
HOSTILE = st.text(alphabet="'\\%_;-\" \naé😀", min_size=1)


def tokens(query: str) -> list[tuple[str, str]]:
    found, at = [], 0
    while at < len(query):
        match = TOKEN.match(query, at)
        assert match, f"the lexer stops at {query[at:]!r}"
        found.append((str(match.lastgroup), match[0]))
        at = match.end()
    return [token for token in found if token[0] != "space"]


def strings(query: str) -> list[str]:
    """The values that MySQL sees: it gets each literal verbatim."""
    return [mysql(text) for kind, text in tokens(query) if kind == "string"]


def mysql(literal: str) -> str:
    """MySQL's reading of a string literal (reference manual, "String Literals")."""
    value, rest = "", literal[1:-1]
    while rest:
        if rest.startswith("''"):
            value, rest = value + "'", rest[2:]
        elif rest[0] == "\\":
            assert len(rest) > 1, "a backslash escapes the closing quote"
            kept = rest[:2] if rest[1] in "%_" else rest[1]
            value, rest = value + kept, rest[2:]
        else:
            assert rest[0] != "'", "a quote ends the string"
            value, rest = value + rest[0], rest[1:]
    return value


def like_matches(pattern: str, text: str) -> bool:
    """MySQL's LIKE with its escape character, the backslash."""
    regex, rest = "", pattern
    while rest:
        if rest[0] == "\\" and len(rest) > 1:
            regex, rest = regex + re.escape(rest[1]), rest[2:]
        else:
            regex, rest = regex + {"%": ".*", "_": "."}.get(rest[0], re.escape(rest[0])), rest[1:]
    return re.fullmatch(regex, text, re.DOTALL) is not None


@given(VALUES | HOSTILE)
def test_a_quoted_value_is_one_token_and_reads_back_unchanged(value: str) -> None:
    query = str(Select("Leads", any_of=[[compare("lastname", "=", value)]]))

    assert strings(query) == [value]
    assert [text for kind, text in tokens(query) if kind != "string"] == [
        *("SELECT", "*", "FROM", "Leads", "WHERE", "lastname", "="),
        *("LIMIT", "100", ";"),
    ]


@given(VALUES | HOSTILE, st.text(max_size=5), st.text(max_size=5))
def test_like_finds_its_literal_within_any_text(value: str, before: str, after: str) -> None:
    (pattern,) = strings(str(Select("Leads", any_of=[[like("description", value)]])))

    assert like_matches(pattern, before + value + after)


@pytest.mark.parametrize(
    ("literal", "other"), [("a_b", "axb"), ("50%", "50 pounds"), ("a\\b", "a/b"), ("\\%", "\\x")]
)
def test_like_takes_wildcards_literally(literal: str, other: str) -> None:
    (pattern,) = strings(str(Select("Leads", any_of=[[like("description", literal)]])))

    assert not like_matches(pattern, other)


def test_like_takes_several_literals_in_their_order() -> None:
    (pattern,) = strings(str(Select("Leads", any_of=[[like("phone", *"946000")]])))

    assert like_matches(pattern, "020 7946-00 00")
    assert not like_matches(pattern, "000649")


def test_the_empty_string_is_refused_because_it_cannot_be_asked_for() -> None:
    with pytest.raises(Refused, match="empty string"):
        quote("")


def test_an_empty_list_is_refused() -> None:
    with pytest.raises(Refused, match="empty list"):
        one_of("lastname", [])


def test_a_list_is_quoted_item_by_item() -> None:
    assert one_of("lastname", ["O'Brien", "b"]) == "lastname IN ('O''Brien', 'b')"


@pytest.mark.parametrize("name", ["last name", "lastname;", "a.b", "", "x = 1 OR y", "naïve"])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(Refused):
        compare(name, "=", "x")
    with pytest.raises(Refused):
        str(Select(name))
    with pytest.raises(Refused):
        str(Select("Leads", columns=[name]))
    with pytest.raises(Refused):
        str(Select("Leads", order_by=name or "-"))


@pytest.mark.parametrize("limit", [-1, 0, 101])
def test_a_limit_that_the_server_would_not_keep_is_refused(limit: int) -> None:
    with pytest.raises(Refused):
        str(Select("Leads", limit=limit))


def test_a_query_is_written_in_the_grammar_s_order() -> None:
    query = Select(
        "Leads",
        ("lastname", "email"),
        [[compare("lastname", "=", "a"), compare("city", "!=", "b")], [like("email", "c")]],
        order_by="createdtime",
        limit=5,
    )

    assert str(query) == (
        "SELECT lastname, email FROM Leads WHERE lastname = 'a' AND city != 'b'"
        " OR email LIKE '%c%' ORDER BY createdtime LIMIT 5;"
    )


def test_the_next_page_is_asked_for_in_every_alternative() -> None:
    """AND binds tighter than OR and there are no parentheses."""
    query = Select("Leads", any_of=[[compare("city", "=", "a")], [compare("city", "=", "b")]])

    assert str(query.page()).endswith("WHERE city = 'a' OR city = 'b' ORDER BY id LIMIT 100;")
    assert str(query.page(after="10x3")) == (
        "SELECT * FROM Leads WHERE id > '10x3' AND city = 'a' OR id > '10x3' AND city = 'b'"
        " ORDER BY id LIMIT 100;"
    )
    assert str(Select("Leads").page(after="10x3")) == (
        "SELECT * FROM Leads WHERE id > '10x3' ORDER BY id LIMIT 100;"
    )
