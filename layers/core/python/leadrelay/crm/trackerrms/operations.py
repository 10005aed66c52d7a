"""The TrackerRMS Widget API as a table: each operation and what stands beside its credentials.

The vendor marks no field as required; required here are only the objects an operation is about
and the ids it can't do without. "Lesson n" is https://academy.tracker-rms.com/Home/Lesson/n.
"""

from leadrelay.crm.operations import Param, table
from leadrelay.crm.trackerrms.params import instructions, list_of, object_of, params, read, write

RECORD_TYPES = ("C", "N", "L", "O", "P", "T", "R")
"""Clients, contacts, leads, opportunities, projects, tickets, resources (Lesson 361)."""


def _of_type(*letters: str) -> Param:
    return Param("recordtype", required=True, values=letters)


_PERSON = (
    "firstname lastname fullname jobtitle company address1 address2 city state zipcode country"
)
_JOB = "opportunityname department worktype source description"
_PHONES = "businessphone homephone cellphone email linkedin website"
_CUSTOM = list_of("customfields", "id:integer! value!")
_ON_LIST = (
    Param("assigntolist", values=("short", "long")),
    Param("shortlistedby", values=("user", "resource")),
)
_TO_JOB = (Param("assigntoopportunity", "integer", form="the number in JOB-1007"), *_ON_LIST)
_FILE = (Param("filename", required=True, form="a name with extension"), "data:base64!")
_MOMENT = "YYYY-MM-DD HH:MM:SS"

OPERATIONS = table(
    write(
        "createContact",
        "Create or update a contact, and its company",
        "Widget API v1.11, p. 3; Lesson 356",
        instructions("createcompanyifnotexists:boolean overwritecontact:boolean"),
        object_of("contact", _PERSON, _PHONES, "note image"),
    ),
    write(
        "createResource",
        "Create or update a resource (candidate), and put it on a job's list",
        "Widget API v1.11, p. 4-5; Lesson 357 (skills, status, customfields)",
        instructions("overwriteresource:boolean", *_TO_JOB),
        object_of(
            "resource",
            _PERSON,
            "workphone homephone cellphone email linkedin nationality education source",
            Param("dateofbirth", "date", form="YYYY-MM-DD"),
            Param("languages", form="names, parted by commas"),
            list_of("jobhistory", "company jobtitle startdate enddate description"),
            "salary:number note image status",
            Param("skills", form="ids, parted by commas"),
            _CUSTOM,
        ),
    ),
    write(
        "createResourceFromResume",
        "Create or update a resource (candidate) from a résumé, which is parsed and kept",
        "Widget API v1.11, p. 6-7; Lesson 358; overwriteresource seen in use only",
        instructions("overwriteresource:boolean", *_TO_JOB),
        object_of("resource", "firstname lastname fullname jobtitle email note source"),
        object_of("file", *_FILE),
    ),
    write(
        "createLead",
        "Create a lead, and its person where there is none",
        "Widget API v1.11, p. 8; Lesson 359 (image)",
        instructions("createpersonifnotexists:boolean notifydepartment:boolean"),
        object_of(
            "lead",
            "leadname department source description",
            Param("leadpersontype", values=("N", "R")),
            f"{_PERSON} {_PHONES} image",
        ),
    ),
    write(
        "createOpportunity",
        "Create an opportunity (job), and its contact where there is none",
        "Widget API v1.11, p. 10; Lesson 360",
        instructions("createpersonifnotexists:boolean"),
        object_of("opportunity", _JOB, _PERSON, _PHONES),
    ),
    write(
        "updateRecord",
        "Change columns, custom fields or skills of a record",
        "Lesson 840; X and A seen in use",
        object_of("instructions", _of_type(*RECORD_TYPES, "X", "A"), "recordid:integer!"),
        list_of("updates", "column! value!"),
        _CUSTOM,
        list_of("skills", "id:integer! value!"),
    ),
    write(
        "createActivity",
        "Add an activity (call, task, …) to a record",
        "Lesson 1123",
        Param("instructions", "object"),
        object_of(
            "activity",
            "subject type status priority contactType note userId:integer",
            Param("date", "date", form="YYYY-MM-DD"),
            Param("time", form="hh:mm AM"),
            Param("linkRecordType", values=RECORD_TYPES),
            "linkRecordId:integer",
        ),
        _CUSTOM,
    ),
    write(
        "resourceApplication",
        "Put a resource (candidate) on the list of an opportunity (job)",
        "Lesson 1124",
        object_of("instructions", "opportunityid! resourceid! source", *_ON_LIST),
    ),
    write(
        "attachDocument",
        "Attach a file to a record",
        "Lesson 1125",
        object_of(
            "file",
            *_FILE,
            Param("recordType", required=True, values=RECORD_TYPES),
            "recordId:integer!",
            Param(
                "documentType",
                values=("general", "resume", "photo", "specification", "logo", "agencyresume"),
            ),
            Param("primary", values=("y", "n")),
        ),
    ),
    write(
        "addComplianceItem",
        "Add a compliance document to a resource (candidate)",
        "Lesson 1126",
        object_of(
            "record",
            "resourceId:integer! complianceItemName mandatory:boolean status notes",
            Param("complianceItemId", "integer", form="an id, or 0 with complianceItemName"),
            Param("dateCompleted", "date", form="YYYY-MM-DD"),
            Param("dateExpires", "date", form="YYYY-MM-DD"),
        ),
        object_of("file", "filename! data:base64!", required=False),
    ),
    read("checkLogon", "Check the credentials", "Widget API v1.11, p. 2; Lesson 355"),
    read(
        "getRecords",
        "Records of one type by text, state, owner or id, a page at a time",
        "Widget API v1.11, p. 12-13; Lesson 361 (recordid, paging, sorting, X); A seen in use",
        object_of(
            "instructions",
            _of_type(*RECORD_TYPES, "X", "A"),
            Param("recordid", "integer", form="the one record wanted; 0: none"),
            Param("state", form='"", open, closed, won'),
            Param("searchtext", form="part of the name"),
            "onlymyrecords:boolean sortfield includecustomfields:boolean",
            Param("numrecords", "integer", form="records a page"),
            Param("pagenum", "integer", form="from 0"),
            Param("sortdir", values=("asc", "desc")),
            Param("updatedbefore", "datetime", form=_MOMENT),
            Param("updatedafter", "datetime", form=_MOMENT),
        ),
    ),
    read(
        "getIndividualRecord",
        "One record with all its fields",
        "Lesson 1127",
        object_of("instructions", _of_type("L", "O", "P", "T", "A", "R"), "recordid:integer!"),
    ),
    read(
        "getDocumentFolders",
        "The document folders of a record",
        "Widget API v1.11, p. 14-15",
        object_of("instructions", _of_type(*RECORD_TYPES), "recordid:integer!"),
    ),
    read(
        "checkPerson",
        "Whether somebody is known: C contact, R resource, U user (letters of this answer only)",
        "Widget API v1.11, p. 16-17; Lesson 363",
        object_of("details", "email phone linkedin"),
    ),
    read(
        "getSettingsData",
        "Departments, sources, statuses, types, custom fields and users",
        "Widget API v1.11, p. 18-19",
    ),
    read(
        "inboundCall",
        "Show the caller's record on the called user's screen; numbers in digits",
        "Lesson 365",
        object_of("instructions", "source! destination!"),
    ),
    read(
        "telephone/inboundCall",
        "The same by GET and without credentials, for telephone systems",
        "Widget API v1.11, p. 20",
        *params("Source! Destination!"),
    ),
)

TAKES_API_KEY = frozenset(
    {
        "createResource",  # Widget API v1.11, p. 4
        "createResourceFromResume",  # p. 6
        "resourceApplication",  # Lesson 1124
        "attachDocument",  # Lesson 1125
        "addComplianceItem",  # Lesson 1126
        "checkLogon",  # in the words of p. 2, though not in its sample
        "checkPerson",  # p. 16, likewise
        "telephone/inboundCall",  # asks for no credentials
    }
)
"""The operations for which an API key is documented as credential."""
