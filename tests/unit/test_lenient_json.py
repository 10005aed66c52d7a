"""JSON that a template or a person put together is read as it was meant; half of it never is."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrelay.errors import Rejected
from leadrelay.intake.body.json_fields import read_json, read_objects
from leadrelay.intake.body.lenient_json import read_leniently
from leadrelay.intake.limits import LIMITS, Limits

NAMES = st.text("abcxyz_", min_size=1, max_size=8)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
DOCUMENTS = st.dictionaries(
    NAMES,
    st.recursive(
        st.none() | st.booleans() | WORDS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
        max_leaves=8,
    ),
)
LETTERS = st.text("abc é'.!?-", max_size=12)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ('{"m": "two\r\nlines", "e": "x"}', {"m": "two\r\nlines", "e": "x"}),
        ('{"m": "a\ttab"}', {"m": "a\ttab"}),
        ('{"m": "She said "hi" to me", "e": "x"}', {"m": 'She said "hi" to me', "e": "x"}),
        ('{"m": "one "a", then "b": so", "e": "x"}', {"m": 'one "a", then "b": so', "e": "x"}),
        ('{"m": "it ends in a "quote"", "e": ""}', {"m": 'it ends in a "quote"', "e": ""}),
        ('{"m": "5\' 10" tall\nand "so on""}', {"m": '5\' 10" tall\nand "so on"'}),
        ('{"m": "see {"x": 1} there", "e": "x"}', {"m": 'see {"x": 1} there', "e": "x"}),
        ('{"tags": ["a "b" c", "d"]}', {"tags": ['a "b" c', "d"]}),
        ('{"a": , "b": "x"}', {"a": None, "b": "x"}),
        ('{"a":, "b": }', {"a": None, "b": None}),
        ('{"a": "x", "b": ["y",],}', {"a": "x", "b": ["y"]}),
        ('{"a": "x",, "b": "y"}', {"a": "x", "b": "y"}),
        ('{"a": "x"\n "b": "y"}', {"a": "x", "b": "y"}),
        ('{"a": NaN, "b": -Infinity, "c": undefined}', {"a": None, "b": None, "c": None}),
        ('{"id": 9007199254740993, "p": 1.10,}', {"id": "9007199254740993", "p": "1.10"}),
        ("{'a': 'it's me', 'b': True, 'c': None}", {"a": "it's me", "b": True, "c": None}),
        ("{name: Jane Doe, email: a@b.c, }", {"name": "Jane Doe", "email": "a@b.c"}),
        ('{"m": "C:\\docs \\d \\u12 \\u00e9",}', {"m": "C:\\docs \\d \\u12 é"}),
        ('{"a": "x", "a": "y",}', {"a": ["x", "y"]}),
        ('{"a": "x"};', {"a": "x"}),
        ('"{\\"a\\": \\"x\\"}"', {"a": "x"}),
        ('{/* of the form */ "a": "x", // and\n "b": "y" /* , */ }', {"a": "x", "b": "y"}),
        (
            '{"m": "see http://example.com // there", "b": "y",}',
            {"m": "see http://example.com // there", "b": "y"},
        ),
        ('{"a"=>"x", "b"=>nil, "c"=>["y"]}', {"a": "x", "b": None, "c": ["y"]}),
        ('{:a=>"x", :b=>nil, :c=>:y}', {"a": "x", "b": None, "c": ":y"}),
        # JSONP, and PHP's arrays as they are written and as var_export prints them
        ('cb({"a": "x"});', {"a": "x"}),
        ('/**/ typeof cb === \'function\' && cb({"a": "(x)"})\n', {"a": "(x)"}),
        ('var lead = {"a": "x"};', {"a": "x"}),
        ("['a' => 'x', \"b\" => ['y', 'z']]", {"a": "x", "b": ["y", "z"]}),
        ("[\n 'a' => 'it\\'s x',\n 'b' => true,\n]", {"a": "it's x", "b": True}),
        (
            "array (\n  'a' => 'x',\n  'b' => \n  array (\n    0 => 'y',\n  ),\n  'c' => NULL,\n)",
            {"a": "x", "b": {"0": "y"}, "c": None},
        ),
        ("(object) array(\n  'a' => (object) array('b' => 5,\n ),\n)", {"a": {"b": "5"}}),
        ("{“a”: “it’s x”, “b”: “y”}", {"a": "it’s x", "b": "y"}),
        ('{"m": "he said “x”", "b": "y",}', {"m": "he said “x”", "b": "y"}),
    ],
)
def test_it_is_read_as_it_was_meant(text: str, meant: object) -> None:
    assert read_json(text, LIMITS) == meant


@pytest.mark.parametrize(
    "text",
    [
        *('{"a": "cut off', '{"a": "x"', '{"a": "x", ', '{"a": {"b": "x"}', '{"a": ["x"', '{"a"'),
        *("{", '{"a" "b"}', '{"a": "b"}}', '{"a": 1} and more', "[}", "[1, 2]", "[]", "words", ""),
        *('cb({"a": "x"', "array (\n 'a' => 'x',", "['a' => 'x'", "cb()"),
    ],
)
def test_what_may_be_half_of_it_and_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(Rejected, match=r"^400"):
        read_json(text, LIMITS)


@given(DOCUMENTS)
def test_good_json_is_read_leniently_too(document: dict[str, object]) -> None:
    def same(value: object) -> object:
        match value:
            case dict():
                return {name: same(member) for name, member in value.items()}
            case list():
                return [same(item) for item in value]
        return value

    with suppress(Rejected):  # too many values
        assert read_leniently(json.dumps(document), LIMITS) == [same(document)]


@given(st.dictionaries(NAMES, LETTERS | st.tuples(LETTERS, LETTERS).map('"'.join), min_size=1))
def test_a_template_that_escapes_nothing_loses_nothing(given_values: dict[str, str]) -> None:
    values = {name: value.strip() for name, value in given_values.items()}
    text = ", ".join(f'"{name}": "{value}"' for name, value in values.items())
    assert read_objects(f"{{{text}}}", LIMITS) == [values]


@given(st.text("{}[]\",:\\\n \t'aé1;", max_size=60))
def test_nothing_but_rejected_is_ever_raised(text: str) -> None:
    for shape in (text, "{" + text, '{"a":' + text + "}"):
        with suppress(Rejected):
            assert all(isinstance(one, dict) for one in read_objects(shape, LIMITS))


@given(DOCUMENTS.filter(bool), st.data())
def test_json_that_is_cut_off_anywhere_is_never_taken(
    document: dict[str, object], data: st.DataObject
) -> None:
    text = json.dumps(document)
    with pytest.raises(Rejected):
        read_objects(text[: data.draw(st.integers(0, len(text) - 1))], LIMITS)


@given(st.text(r"\"[]{},a", max_size=40), st.sampled_from(["[", '{"a":']))
def test_no_text_hides_how_deep_it_goes_behind_it_nor_is_it_counted(text: str, open_: str) -> None:
    beside = json.dumps({"a": text})
    shallow = Limits(depth=1, fields=1)
    assert read_json(beside, shallow) == {"a": text}
    with pytest.raises(Rejected, match="413"):
        read_json(f'{{"a": {json.dumps(text)}, "b": {open_ * 30}', LIMITS)
