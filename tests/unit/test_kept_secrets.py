"""How long a secret is kept, and when it is read again."""

import json
from typing import Any

import pytest

from leadrelay.aws.secrets import Secrets, source_secrets


class Store:
    """Secrets Manager with one secret."""

    class exceptions:  # noqa: N801  # as botocore's clients have them
        class ResourceNotFoundException(Exception):
            pass

    def __init__(self, **secret: Any) -> None:
        self.secret = secret
        self.read = 0

    def get_secret_value(self, **_: str) -> dict[str, str]:
        self.read += 1
        return {"SecretString": json.dumps(self.secret)}


class Time:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


def test_a_changed_secret_is_read_after_five_minutes(time: Time) -> None:
    store = Store(web="old")
    secrets = Secrets(store, "", time)
    assert source_secrets(secrets, "web") == ("old",)
    store.secret = {"web": "new"}
    time.now += 299
    assert source_secrets(secrets, "web") == ("old",)
    time.now += 2
    assert source_secrets(secrets, "web") == ("new",)
    assert store.read == 2


def test_a_source_that_had_none_has_its_secret_within_a_minute(time: Time) -> None:
    store = Store(other="its own")
    secrets = Secrets(store, "", time)
    for _ in range(10):
        assert source_secrets(secrets, "web") == ()
    assert store.read == 1
    store.secret = {"web": "new"}
    time.now += 61
    assert source_secrets(secrets, "web") == ("new",)
    assert store.read == 2
