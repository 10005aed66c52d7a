"""What PHP prints of a form for somebody to read is a form; half of it is none."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrelay.errors import Rejected
from leadrelay.intake.body.printed import is_printed, read_printed
from leadrelay.intake.limits import LIMITS
from tests.unit.test_as_it_was_meant import lead_of

PRINT_R = """
Array
(
    [name] => Jane Doe
    [address] => Array
        (
            [city] => London
            [tags] => Array
                (
                )

            [zip] => N1
        )

    [o] => App\\Lead Object
        (
            [n:protected] => 1
            [m:App\\Lead:private] => 2
        )

    [message] => two

lines with [brackets] => and
)
    )
(more)
    [none] =>
)
"""
VAR_DUMP = """array(4) {
  ["name"]=>
  string(9) "Jörg "D""
  ["n"]=>
  int(-5)
  ["tags"]=>
  array(1) {
    [0]=>
    string(1) "x"
  }
  ["o":protected]=>
  object(stdClass)#3 (2) {
    ["empty"]=>
    string(0) ""
    ["none"]=>
    NULL
    ["yes"]=>
    bool(true)
  }
}
"""
DUMPED = {
    "name": 'Jörg "D"',
    "n": "-5",
    "tags": {"0": "x"},
    "o": {"empty": "", "none": None, "yes": "true"},
}


def test_print_r_is_read() -> None:
    assert is_printed(PRINT_R)
    assert read_printed(PRINT_R, LIMITS) == {
        "name": "Jane Doe",
        "address": {"city": "London", "tags": {}, "zip": "N1"},
        "o": {"n": "1", "m": "2"},
        "message": "two\n\nlines with [brackets] => and\n)\n    )\n(more)",
        "none": "",
    }


def test_print_r_in_one_line_is_read() -> None:
    text = "Array ( [name] => Jane (Jo) Doe [to] => Array ( [city] => London ) [zip] => N1 )"
    assert is_printed(text)
    assert read_printed(text, LIMITS) == {
        "name": "Jane (Jo) Doe",
        "to": {"city": "London"},
        "zip": "N1",
    }


@pytest.mark.parametrize("text", [VAR_DUMP, " ".join(VAR_DUMP.split())])
def test_var_dump_is_read(text: str) -> None:
    assert is_printed(text)
    assert read_printed(text, LIMITS) == DUMPED


SERIALIZED = (
    'a:5:{s:4:"name";s:9:"Jörg "D"";s:1:"n";i:-5;s:4:"tags";a:1:{i:0;s:1:"x";}'
    's:1:"o";O:8:"stdClass":3:{s:5:"empty";s:0:"";s:4:"none";N;s:3:"yes";b:1;}s:1:"d";d:1.5;}'
)


@pytest.mark.parametrize(
    "text", [SERIALIZED, SERIALIZED.replace("s:9:", "s:8:"), f"{SERIALIZED}\n"]
)
def test_what_serialize_stored_is_read(text: str) -> None:
    assert is_printed(text)
    stored = {**DUMPED, "o": {"empty": "", "none": None, "yes": "1"}, "d": "1.5"}
    assert read_printed(text, LIMITS) == stored


def test_var_dump_is_read_although_its_bytes_were_counted_in_another_charset() -> None:
    assert read_printed(VAR_DUMP.replace("string(9)", "string(8)"), LIMITS) == DUMPED


@pytest.mark.parametrize("text", [PRINT_R.replace("\n)\n    )\n", ""), VAR_DUMP, SERIALIZED])
def test_what_was_cut_off_is_refused(text: str) -> None:
    whole = text.rstrip()
    for end in range(20, len(whole), 7):
        with pytest.raises(Rejected, match=r"^400"):
            read_printed(whole[:end], LIMITS)


@pytest.mark.parametrize(
    "text",
    [
        "Array\n(\n    [a] => b\n" + ")\n" * 10_000 + ")",
        "Array\n(\n" + "[a] => Array\n(\n" * 30,
        "array(9) {" + '["a"]=> NULL ' * 1_000 + "}",
        "a:9:{" + "i:0;a:1:{" * 30,
    ],
)
def test_a_bomb_is_refused(text: str) -> None:
    with pytest.raises(Rejected, match=r"^413"):
        read_printed(text, LIMITS)


@pytest.mark.parametrize("text", ["Array of (things)", "array(", "Object (x)", "Array", "[a] => b"])
def test_words_are_no_such_data(text: str) -> None:
    assert not is_printed(text)


VALUES = st.text("ab )[=>(\n", max_size=9).map(str.strip)


@given(st.dictionaries(st.sampled_from("wxyz"), VALUES, min_size=1))
def test_nothing_is_lost(members: dict[str, Any]) -> None:
    lines = "\n".join(f"    [{name}] => {value}" for name, value in members.items())
    found = read_printed(f"Array\n(\n{lines}\n)\n", LIMITS)
    kept = "".join(f"{name}{value}" for name, value in found.items())
    assert sorted("".join(kept.split())) == sorted(
        "".join("".join(f"{name}{value}" for name, value in members.items()).split())
    )


@pytest.mark.parametrize("content_type", ["text/plain", "text/html", "application/json", ""])
@pytest.mark.parametrize("field", ["", "payload="])
def test_a_lead_may_come_as_such(content_type: str, field: str) -> None:
    body = f"{field}Array\n(\n    [name] => Jane\n    [email] => jane@example.com\n)\n".encode()
    if field:
        content_type, body = "application/x-www-form-urlencoded", body.replace(b"=>", b"%3D>")
    lead = lead_of(body, content_type)
    assert (lead.full_name, lead.email) == ("Jane", "jane@example.com")
