"""What getSettingsData says of the sandbox's tenant; fixed.

Keys as in "Widget API v1.11", pp. 18-19; `taskTypes` and what follows it were seen in live answers.
"""

from typing import Any


def _listed(*names: str) -> list[dict[str, Any]]:
    return [{"Id": number, "Name": name} for number, name in enumerate(names, 1)]


SETTINGS: dict[str, Any] = {
    "accessRights": "CORPNTL",
    "namingConventions": {
        "client": "Company",
        "contact": "Contact",
        "lead": "Lead",
        "opportunity": "Job",
        "project": "Project",
        "resource": "Candidate",
        "ticket": "Issue",
        "resume": "Resume",
        "opportunities": "Jobs",
        "leads": "Leads",
        "tickets": "Issues",
        "projects": "Projects",
    },
    "leadStatuses": _listed("Open", "Qualified", "Closed"),
    "leadSources": _listed("Website", "Referral", "Telephone", "Client Request", "Google Ads"),
    "opportunityStatuses": _listed("Open", "Won", "Closed"),
    "opportunityWorkTypes": _listed("Permanent", "Contract", "Temporary"),
    "projectStatuses": _listed("Open", "Closed"),
    "resourceStatuses": _listed("Active", "Placed", "Inactive"),
    "resourceSources": _listed("Website", "Referral", "Job Board", "Indeed"),
    "departments": _listed("Sales", "Permanent", "Contract"),
    "ticketTypes": _listed("Question", "Complaint"),
    "userTeams": _listed("London", "New York"),
    "taskTypes": _listed("Telephone", "Appointment", "Task", "Email", "Text"),
    "skillCategories": _listed("Languages"),
    "skillAreas": _listed("Programming"),
    "skills": _listed("Java", "Python", "SQL"),
    "skillLists": [],
    "customFields": [
        {"Association": "R", "Id": 1, "Name": "Right to work", "Type": "Text", "ListId": 0},
        {"Association": "L", "Id": 2, "Name": "Campaign", "Type": "Text", "ListId": 0},
    ],
    "customFieldLists": [],
    "users": [
        {
            "UserId": 20,
            "Username": "api@example.com",
            "Email": "api@example.com",
            "LastLogon": None,
            "Active": "Y",
        },
        {
            "UserId": 21,
            "Username": "alex",
            "Email": "alex.agent@example.com",
            "LastLogon": None,
            "Active": "Y",
        },
    ],
}

DOCUMENT_FOLDERS = [{"id": 1, "name": "General"}, {"id": 2, "name": "Resumes"}]


def names(*lists: str) -> set[str]:
    """The names that the settings lists hold."""
    return {item["Name"] for key in lists for item in SETTINGS[key]}
