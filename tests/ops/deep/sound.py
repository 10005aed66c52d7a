"""A deployment that nothing is wrong with, and ways to break one thing of it."""

from dataclasses import fields, replace
from typing import Any

from leadrelay.crm.base import adapter
from leadrelay.crms import CRMS
from leadrelay.sources import Source
from leadrelay.sources_file import read_sources
from leadrelay_ops.deep.deployment import Account, Deployment
from leadrelay_ops.deep.from_template import read_deployment
from leadrelay_sandbox.ledger import read_template

SOURCES = """
[web]
kind = "form"
sender = "html"
deliver = ["trackerrms", "collect"]
origins = ["https://www.example.com", "http://localhost:8000"]
public_url = "https://hooks.example.com/forms/web"

[jobs]
kind = "resume"
sender = "multipart"
deliver = ["centia"]
retention = "730d"
file_wait = "3d"
"""


def sound() -> Deployment:
    """What template.yaml deploys, with secrets put in and a mailbox at the topic."""
    made = read_deployment(read_template(), read_sources(SOURCES))
    secrets = [replace(secret, wrong=None, keys=_keys(str(secret.kind))) for secret in made.secrets]
    topics = [replace(topic, subscribers=1) for topic in made.topics]
    return replace(
        made,
        secrets=tuple(secrets),
        topics=tuple(topics),
        accounts=(Account(name="account", concurrency=16),),
        paused=frozenset(),
    )


def _keys(kind: str) -> frozenset[str]:
    crm = kind.removeprefix("crm/")
    return adapter(crm).secret_keys[0] if crm in CRMS else frozenset()


def changed(deployment: Deployment, name: str, **changes: Any) -> Deployment:
    """With other values in the part of this name that has them."""
    parts: dict[str, Any] = {
        kind.name: tuple(
            replace(part, **changes) if part.name == name and _has(part, changes) else part
            for part in getattr(deployment, kind.name)
        )
        for kind in fields(Deployment)
        if kind.name not in {"sources", "paused"}
    }
    return replace(deployment, **parts)


def _has(part: Any, names: dict[str, Any]) -> bool:
    return names.keys() <= {field.name for field in fields(part)}


def without(deployment: Deployment, *names: str) -> Deployment:
    """Without the parts of these names."""
    parts: dict[str, Any] = {
        kind.name: tuple(part for part in getattr(deployment, kind.name) if part.name not in names)
        for kind in fields(Deployment)
        if kind.name not in {"sources", "paused"}
    }
    return replace(deployment, **parts)


def with_source(deployment: Deployment, name: str, **changes: Any) -> Deployment:
    """With other keys in a source."""
    source: Source = deployment.sources[name]
    changed_source = source.model_copy(update=changes)
    return replace(deployment, sources={**deployment.sources, name: changed_source})


def with_variable(deployment: Deployment, name: str, **variables: str) -> Deployment:
    """With other variables in a function's environment."""
    (function,) = [one for one in deployment.functions if one.name == name]
    environment = function.environment
    assert isinstance(environment, dict)
    return changed(deployment, name, environment=environment | variables)
