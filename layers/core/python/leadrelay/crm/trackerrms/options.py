"""What a source may set for TrackerRMS: the table [<source>.trackerrms] of sources.toml."""

import re
from typing import Literal

from leadrelay.crm import beside
from leadrelay.crm.mapping import OptionsModel, Template
from leadrelay.lead import Kind, Lead

type RecordKind = Literal["lead", "contact", "opportunity", "resource"]

_JOB = re.compile(r"(?:[A-Za-z]+-)?(\d{1,9})")  # "JOB-1007"; customers choose their prefix
# "Cook (ref. EX-204)", "Cook [EX-204]", "Réf. : 204 – Cook"; but no "ISO-9001 auditor".
_JOB_AMONG_WORDS = re.compile(
    r"(?:\b(?:ref(?:erence|erenz|erencia)?|réf(?:érence)?|job|vacancy|requisition)\b[.:#\s]*"
    r"(?:[A-Za-z]+-)?"
    r"|[(\[]\s*[A-Za-z]+-)(\d{1,9})\b",
    re.IGNORECASE,
)


class Options(OptionsModel):
    """The table [<source>.trackerrms]; where not said otherwise, names are the vendor's.

    `record` is what a lead becomes: by default a lead, and for a résumé a resource (candidate).
    `leadname` and `opportunityname` default to "Website: Jane Doe", also the subject of an
    activity. `description` goes before what has no field. `assigntoopportunity` defaults to the
    number in the lead's job, e.g. JOB-1007. `activity…` is for what a contact, a candidate or a
    caller who is known says: a call becomes a Telephone activity, anything else a Task; `userid`
    is whose it is, `owner` tells them by e-mail address: "{agent}".
    """

    record: RecordKind | None = None
    leadname: Template = ""
    opportunityname: Template = ""
    description: Template = ""
    department: Template = ""
    source: Template = ""
    worktype: Template = ""
    leadpersontype: Literal["N", "R"] | None = None
    createpersonifnotexists: bool = True
    createcompanyifnotexists: bool = True
    notifydepartment: bool = False
    overwritecontact: bool = False
    overwriteresource: bool = False
    assigntoopportunity: int | None = None
    assigntolist: Literal["short", "long"] = "short"
    shortlistedby: Literal["user", "resource"] = "resource"
    activitytype: str = ""
    activitystatus: str = ""
    activitypriority: str = "Medium"
    userid: int | None = None
    owner: Template = ""

    def record_for(self, kind: Kind) -> RecordKind:
        return self.record or ("resource" if kind == "resume" else "lead")

    def overwrites(self, record: RecordKind) -> bool:
        return {"contact": self.overwritecontact, "resource": self.overwriteresource}.get(
            record, False
        )

    def job(self, lead: Lead) -> int | None:
        """The number of the opportunity that is applied for."""
        if self.assigntoopportunity:
            return self.assigntoopportunity
        job = (lead.job or "").strip()
        if alone := _JOB.fullmatch(job):
            return int(alone[1])
        numbers = {*_JOB_AMONG_WORDS.findall(job)}
        if not numbers and (given := _JOB.fullmatch(beside.told(lead, "job_reference"))):
            numbers = {given[1]} if given[0] != given[1] else set()  # a bare one is a job board's
        return int(numbers.pop()) if len(numbers) == 1 else None
