"""The one user interface form of this Collect!: its structure, and what its buttons are worth."""

from typing import Any

FORM_ID = "35d01ff2-775d-ccb4-8f53-25d36f517384"
FORM_NAME = "Schedule Next Contact"
OK, CANCEL = 4631, 4632

FORMS: dict[str, dict[str, Any]] = {
    FORM_ID: {
        "name": FORM_NAME,
        "alias": "",
        "id": FORM_ID,
        "width": 400,
        "height": 300,
        "rights": 3,
        "fields": [
            {"name": name}
            for name in (
                "co_type",
                "co_description",
                "co_priority",
                "co_who",
                "co_date",
                "co_originator",
                "co_creation_date",
                "co_creation_time",
                "co_who_from",
                "co_lock",
            )
        ],
        "buttons": [{"name": "OK", "value": OK}, {"name": "CANCEL", "value": CANCEL}],
    }
}
