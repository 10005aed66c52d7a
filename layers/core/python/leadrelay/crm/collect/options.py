"""What a source may set for Collect!: the table [<source>.collect] of sources.toml."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from leadrelay.crm.mapping import OptionsModel, Template
from leadrelay.lead import TEXT_FIELDS, Kind

type Column = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$")]

_FIELDS = {"name"} | TEXT_FIELDS - {"first_name", "last_name"}


def _are_fields(columns: dict[str, str]) -> dict[str, str]:
    if unknown := columns.keys() - _FIELDS:
        raise ValueError(f"{', '.join(sorted(unknown))}: not a field of a lead that has a column")
    return columns


class Options(OptionsModel):
    """The table [<source>.collect]."""

    record: Literal["debtor", "contact_event"] = "debtor"
    """contact_event: a debtor known by e-mail or telephone gets an event instead of a second
    account; one who isn't known is made. Calls always do this, by telephone."""

    columns: Annotated[dict[str, Column | Literal[""]], AfterValidator(_are_fields)] = Field(
        default_factory=dict
    )
    """Lead field → column, over `COLUMNS`; "" sends the field to the note."""

    values: dict[Column, Template] = Field(default_factory=dict)
    """Column → template, over `VALUES`; one that comes out empty is not sent."""

    limits: dict[Column, int] = Field(default_factory=dict)
    """Column → the most characters it takes, over `LIMITS`."""

    client_rowid: int | str | None = None
    """The client whose account a debtor becomes; else the secret's `client_rowid`."""

    ref_column: Column = "de_user_1"
    """Holds the reference, by which a debtor is found again. Version 11's first user field; its
    sister in the client table, cl_user_1, is seen in v13."""

    note_column: Column | Literal[""] = "de_noteblob"
    """Holds what has no column of its own. Version 11's debtor notes, which hold any length
    (d00collect and debtornotes pages); whether version 13 still has it is asked there. Without
    it, with "", and past its limit, the note is uploaded as a text file instead."""

    phone_columns: tuple[Column, ...] = (
        "de_cell_phone",
        "de_home_phone",
        "de_work_phone",
        "de_other_phone",
    )
    """Where a known debtor's telephone number may stand."""

    lookup_operator: Annotated[str, Field(pattern=r"^[a-z]+$")] = "in"
    """The filter's operator for "is equal to"; `in` is the only one attested."""

    event: dict[Column, Template] = Field(default_factory=dict)
    """Column → template for a contact event, over co_type, co_date and co_description."""

    event_debtor_column: Column = "co_rowid_debtor"
    """The event's debtor, by analogy with de_rowid_client."""

    plan: str | None = None
    """The code (cp_code) of a contact plan to run at the end; one that prompts would fail."""

    def joins(self, kind: Kind) -> bool:
        """Whether a lead of a known person becomes an event on the debtor that is there."""
        return kind == "call" or self.record == "contact_event"
