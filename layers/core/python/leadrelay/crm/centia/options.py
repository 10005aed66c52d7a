"""What a source may set for centiaCRM: the table [<source>.centia] of sources.toml."""

from typing import Literal, Self

from pydantic import Field, model_validator

from leadrelay.crm.mapping import OptionsModel, Template


class Options(OptionsModel):
    """The ids are the CRM's own: `leadrelay crm centia METHOD` lists them, where METHOD is
    Contacts.GetOrigins, Profiles.GetUsers, Tickets.GetCases and so on."""

    origin_id: int | None = Field(default=None, description="the secret's, unless set")
    company_id: int | None = Field(default=None, description="the secret's, unless set")
    title_id: int | None = None
    position_id: int | None = None
    department_id: int | None = None

    create_company: bool = Field(
        default=False, description="find or create the company that the lead names"
    )
    company_type_id: int | None = None
    company_industry_id: int | None = None

    also: Literal["opportunity", "ticket", "nothing"] | None = Field(
        default=None,
        description="beside the contact; by default a ticket where the account has what it needs",
    )
    title: Template = "{name} {subject}"
    description: Template = Field(default="", description="put above what the lead says")
    user_id: int | None = Field(default=None, description="who owns it; by default who logs in")
    owner: Template = Field(default="", description='the same, by e-mail or name: "{agent}"')
    due_days: int = Field(default=7, description="its estimated end, in days from receipt")
    notify: bool = Field(default=True, description="tell the owner")
    stage_id: int | None = None
    value: float = Field(default=0.0, description="of an opportunity, in the profile's currency")
    ticket_origin_id: int | None = Field(default=None, description="of Tickets.GetOrigins")
    case_id: int | None = None
    priority_id: int | None = None

    @model_validator(mode="after")
    def _ids_are_complete(self) -> Self:
        needs = ["user_id", "stage_id"] if self.also == "opportunity" else []
        if self.create_company:
            needs += ["company_type_id", "company_industry_id"]
        if missing := [name for name in needs if getattr(self, name) is None]:
            raise ValueError(f"this needs {', '.join(missing)} too")
        return self
