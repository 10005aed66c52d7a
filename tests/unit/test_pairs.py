"""In lists of questions and answers, what was asked is the name of what was answered."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrelay.intake.body.json_fields import flatten
from leadrelay.intake.body.pairs import are_pairs, named
from leadrelay.intake.body.read import read_bodies
from leadrelay.intake.request import Headers, Request


@pytest.mark.parametrize(
    ("document", "fields"),
    [
        (  # Fillout
            {"questions": [{"id": "a", "name": "Full name", "type": "Text", "value": "Jane Doe"}]},
            {"Full name": "Jane Doe", "questions.0.id": "a", "questions.0.type": "Text"},
        ),
        (  # HubSpot's forms
            {"fields": [{"name": "email", "value": "j@example.com"}, {"name": "phone"}]},
            {"email": "j@example.com"},
        ),
        (  # Meta's leads, as Make hands them on (facebook-php-business-sdk #270)
            {"field_data": [{"name": "full_name", "values": ["Jane Doe"]}]},
            {"full_name": "Jane Doe"},
        ),
        (  # Calendly (lucidmq/integrand #28)
            {"questions_and_answers": [{"question": "Phone", "answer": "1", "position": "0"}]},
            {"Phone": "1", "questions_and_answers.0.position": "0"},
        ),
        (  # ohmyform/ohmyform #236
            {"fields": [{"field": "1", "slug": "email", "content": "j@example.com"}]},
            {"email": "j@example.com", "fields.0.field": "1"},
        ),
        (  # formforgewp.com, "Webhook Integration"
            {
                "fields": {
                    "f1": {"label": "Name", "value": "J"},
                    "f2": {"label": "Tel", "value": "1"},
                }
            },
            {"Name": "J", "Tel": "1"},
        ),
        ({"fields": {"f1": {"label": "Name", "value": {"first": "J"}}}}, {"Name.first": "J"}),
        (
            {"answers": [{"key": "email", "label": "Where to?", "value": "j@example.com"}]},
            {"email": "j@example.com", "answers.0.label": "Where to?"},
        ),
        (
            {"emails": [{"value": "j@example.com", "label": "work"}]},
            {"emails work": "j@example.com", "emails.0.label": "work"},
        ),
        ({"emails": [{"value": "j@example.com"}]}, {"emails.0.value": "j@example.com"}),
        ({"form": {"name": "Jane", "content": "Hi"}}, {"form.name": "Jane", "form.content": "Hi"}),
        (
            {"people": [{"name": "Jane", "email": "j@example.com", "content": "Hi"}]},
            {
                "people.0.name": "Jane",
                "people.0.email": "j@example.com",
                "people.0.content": "Hi",
            },
        ),
    ],
)
def test_an_answer_is_named_by_its_question(document: Any, fields: dict[str, str]) -> None:
    assert dict(named(document)) == fields


def test_a_list_of_fields_is_one_submission() -> None:
    fields = [{"name": "name", "value": "Jane Doe"}, {"name": "email", "value": "j@example.com"}]
    request = Request("POST", "/", Headers(), (), "", json.dumps(fields).encode())
    (body,) = read_bodies(request)
    assert dict(body.fields) == {"name": "Jane Doe", "email": "j@example.com"}


KEYS = st.sampled_from(["name", "label", "value", "answer", "email", "fields", "x"])
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=9,
)
ANSWERED = st.recursive(  # of a question without an answer nothing is told, as of any other null
    st.booleans() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3)
        | st.dictionaries(KEYS, inner, min_size=1, max_size=3)
    ),
    max_leaves=9,
)


@given(st.dictionaries(KEYS, ANSWERED, max_size=4))
def test_no_word_is_lost(document: dict[str, Any]) -> None:
    told = "\n".join(f"{name} {value}" for name, value in named(document))
    assert all(value in told or not value.strip() for _, value in flatten(document))


@given(DOCUMENTS)
def test_what_has_no_pairs_is_named_by_its_path(document: Any) -> None:
    if not any(map(are_pairs, _inside(document))):
        assert list(named(document)) == list(flatten(document))


def _inside(value: Any) -> list[Any]:
    if not isinstance(value, dict | list):
        return []
    members = value.values() if isinstance(value, dict) else value
    return [value, *(one for member in members for one in _inside(member))]
