"""How intake and delivery tell what happened, without knowing where it is written."""

from contextvars import ContextVar
from typing import Protocol

correlation_id: ContextVar[str] = ContextVar("correlation_id", default="")
"""Of the request that is answered just now, or that brought the lead that is delivered: it
stands in every line that is told meanwhile. Set anew for each, so never reset."""


class Report(Protocol):
    """One structured line and its metrics for each outcome, such as `lead.accepted`.

    Facts are ids, names of ours and numbers; never contact data, secrets or a CRM's words.
    """

    def __call__(self, outcome: str, **facts: str | float | bool | None) -> None: ...


def place(error: BaseException) -> str:
    """file:line of the innermost frame: enough to find a defect, and free of anybody's data."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    if trace is None:
        return ""
    return f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}"
