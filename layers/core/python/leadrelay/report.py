"""How intake and delivery tell what happened, without knowing where it is written."""

from typing import Protocol


class Report(Protocol):
    """One structured line and its metrics for each outcome, such as `lead.accepted`.

    Facts are ids, names of ours and numbers; never contact data, secrets or a CRM's words.
    """

    def __call__(self, outcome: str, **facts: str | float | bool | None) -> None: ...
