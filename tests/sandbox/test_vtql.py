"""VTQL in the Initiative simulator: what vtiger 6.0.0 was observed to find, and to refuse."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sandbox.initiative_client import DENIED, LEAD, Client, error, result, serving, talking

INTERNAL = ("INTERNAL_SERVER_ERROR", "Unknown Error while processing request")
UNFINISHED = (
    "Syntax Error on line 1: token '1' Unexpected End of Input(0), expected one of: SEMICOLON"
)
DATABASE = ("DATABASE_QUERY_ERROR", "LBL_DATABASE_QUERY_ERROR")


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    """Five leads: 10x3 to 10x7."""
    with serving() as served, talking(served) as client:
        client.session = result(client.log_in())["sessionName"]
        for lastname, firstname, revenue in (
            ("O'Brien", "Émile", "10"),
            ("Smith", "Ann", "9"),
            ("Smith", "Bob", "200"),
            ("a_b", "100%", "0"),
            ("axb", "back\\slash", "0"),
        ):
            client.created(
                "Leads",
                lastname=lastname,
                firstname=firstname,
                annualrevenue=revenue,
                assigned_user_id="19x1",
            )
        yield client


def leads_where(condition: str) -> str:
    return " ".join(("SELECT id FROM Leads WHERE", condition, "ORDER BY id;"))


@pytest.fixture(scope="module")
def empty() -> Iterator[Client]:
    """A CRM without leads."""
    with serving() as served, talking(served) as client:
        yield client


def query(client: Client, text: str) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = result(client.get("query", query=text))
    return rows


def found(client: Client, condition: str) -> list[int]:
    """The leads that meet a condition, counted from 1."""
    rows = query(client, leads_where(condition))
    return [int(row["id"].removeprefix("10x")) - 2 for row in rows]


def refused(client: Client, text: str) -> tuple[str, str]:
    return error(client.get("query", query=text))


@pytest.mark.parametrize(
    ("condition", "leads"),
    [
        ("lastname = 'O''Brien'", [1]),
        ("firstname = 'emile'", [1]),
        ("lastname = 'smith  '", [2, 3]),
        ("lastname != 'Smith'", [1, 4, 5]),
        ("lastname IN ('axb', 'O''Brien')", [1, 5]),
        ("lastname like 'a_b'", [4, 5]),
        (r"lastname LIKE 'a\_b'", [4]),
        (r"firstname LIKE '%\%'", [4]),
        ("firstname LIKE 'É%'", [1]),
        (r"firstname = 'back\\slash'", [5]),
        (r"firstname LIKE 'back\\\\slash'", [5]),
        (r"firstname LIKE 'back\\slash'", []),
        ("annualrevenue > 9", [1, 3]),
        ("annualrevenue < '10'", [2, 4, 5]),
        ("lastname = 'Smith' AND firstname = 'Bob' OR lastname = 'axb'", [3, 5]),
        ("lastname = 'axb' OR lastname = 'Smith' AND firstname = 'Bob'", [3, 5]),
        ("id = '10x4'", [2]),
        ("id = 4x4", [2]),
        ("id > '10x5' ", [4, 5]),
        ("assigned_user_id = 19x1 AND id <= 10x3", [1]),
        ("lastname = '; DROP TABLE x; --'", []),
    ],
)
def test_conditions_mean_what_mysql_makes_of_them(
    client: Client, condition: str, leads: list[int]
) -> None:
    assert found(client, condition) == leads


def test_columns_come_as_asked_with_the_id_behind(client: Client) -> None:
    reply = client.get("query", query="SELECT id, lastname FROM Leads WHERE lastname='O''Brien';")
    assert reply.text == '{"success":true,"result":[{"lastname":"O\'Brien","id":"10x3"}]}'
    everything = query(client, "select * from Leads limit 1 ; ")
    assert everything == [result(client.get("retrieve", id="10x3"))]
    assert query(client, "SELECT COUNT(*)\nFROM Leads;") == [{"count": "5"}]


def test_order_and_limit(client: Client) -> None:
    rows = query(client, "SELECT firstname FROM Leads ORDER BY lastname, firstname DESC LIMIT 1,3;")
    assert [row["firstname"] for row in rows] == ["100%", "Émile", "Bob"]
    by_number = query(client, "SELECT id FROM Leads ORDER BY annualrevenue DESC LIMIT 1;")
    assert by_number == [{"id": "10x5"}]
    assert query(client, "SELECT id FROM Leads LIMIT 0;") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT * FROM Leads WHERE firstname = '';", INTERNAL),
        ('SELECT * FROM Leads WHERE firstname = "x";', INTERNAL),
        ("SELECT * FROM Leads WHERE annualrevenue = 1234.5;", INTERNAL),
        ("SELECT * FROM Leads; -- x", INTERNAL),
        ("SELECT * FROM Leads ORDER BY nosuch;", DATABASE),
        ("SELECT * FROM Leads LIMIT -1;", DATABASE),
        ("SELECT * FROM Leads WHERE id = 3;", DATABASE),
        ("SELECT * FROM Leads WHERE lastname = 'x\\';", DATABASE),
        ("SELECT * FROM nosuch;", ("ACCESS_DENIED", f"{DENIED} for name")),
        ("SELECT * FROM Leads, Contacts;", ("ACCESS_DENIED", f"{DENIED} for name")),
        ("", ("ACCESS_DENIED", f"{DENIED} for query")),
        (
            "SELECT nosuch FROM Leads;",
            ("ACCESS_DENIED", "Permission to access '.nosuch.' attribute denied."),
        ),
        (
            "SELECT * FROM Leads WHERE nosuch = 'x';",
            ("ACCESS_DENIED", "Permission to access .nosuch. attribute denied."),
        ),
        (
            "SELECT filename FROM Documents;",
            ("ACCESS_DENIED", "Permission to access '.filename.' attribute denied."),
        ),
        ("SELECT * FROM Leads LIMIT 1", ("QUERY_SYNTAX_ERROR", UNFINISHED)),
    ],
)
def test_refusals_are_vtigers(client: Client, text: str, expected: tuple[str, str]) -> None:
    assert refused(client, text) == expected


@pytest.mark.parametrize(
    "condition",
    [
        "lastname <> 'x'",
        "lastname NOT IN ('x')",
        "lastname IS NULL",
        "(lastname = 'x')",
        "lastname IN ()",
        "lastname = 'O\\'Brien'",
        "createdtime > 2026-01-01",
    ],
)
def test_there_is_no_such_syntax(client: Client, condition: str) -> None:
    code, _ = refused(client, leads_where(condition))
    assert code == "QUERY_SYNTAX_ERROR"


def test_a_reference_is_compared_with_an_id(client: Client) -> None:
    code, _ = refused(client, "SELECT * FROM Contacts WHERE account_id = 3;")
    assert code == "INVALID_ID_ATTRIBUTE"


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM Leads LIMIT 2,2;",
        "SELECT * FROM Leads LIMIT 2;",
        "SELECT * FROM Leads WHERE lastname = Smith ORDER BY id;",
        "SELECT * FROM Leads WHERE lastname = 'a\\b' ORDER BY id;",
    ],
)
def test_what_works_by_luck_is_noted(client: Client, text: str) -> None:
    client.simulator.violations.clear()
    result(client.get("query", query=text))
    assert len(client.violations) == 1


def test_a_hundred_rows_are_all_there_is_and_ids_page(client: Client) -> None:
    made = [
        client.created("Accounts", accountname=str(n), assigned_user_id="19x1") for n in range(103)
    ]
    for limit in ("", "LIMIT 500", "LIMIT 0,500"):
        rows = query(client, " ".join(("SELECT * FROM Accounts ORDER BY id", limit, ";")))
        assert rows == made[:100]
    past = ("SELECT * FROM Accounts WHERE id >", quoted(rows[-1]["id"]), "ORDER BY id;")
    assert query(client, " ".join(past)) == made[100:]
    assert query(client, "SELECT * FROM Accounts ORDER BY id LIMIT 100,100;") == made[100:]


def quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def liked(text: str) -> str:
    return quoted("".join("\\" + char if char in "\\%_" else char for char in text))


# What the database of a stock server keeps as it is: no character of four bytes.
TEXT = st.text(
    st.one_of(
        st.sampled_from("'\\%_;\" -\n"),
        st.characters(exclude_categories=["Cs"], max_codepoint=0xFFFF),
    ),
    min_size=1,
    max_size=40,
)


@settings(max_examples=60)
@given(TEXT)
def test_a_value_quoted_the_right_way_finds_its_record_and_no_other(
    empty: Client, text: str
) -> None:
    empty.simulator.reset()
    empty.session = result(empty.log_in())["sessionName"]
    wanted = empty.created("Leads", **LEAD, description=text)["id"]
    for other in ("§", f"{text}§", f"§{text}", ""):
        empty.created("Leads", **LEAD, description=other)
    for condition in (f"= {quoted(text)}", f"IN ('§§', {quoted(text)})", f"LIKE {liked(text)}"):
        rows = query(empty, leads_where(f"description {condition}"))
        assert {"id": wanted} in rows
        if text.strip(" ") and text != "§":
            assert rows == [{"id": wanted}], json.dumps(condition)
    assert not empty.violations
