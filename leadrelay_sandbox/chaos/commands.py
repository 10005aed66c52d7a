"""`leadrelay erase` as a process that can die in the middle of it."""

import os
from typing import Any

from leadrelay.aws.clients import client
from leadrelay.aws.files import Files
from leadrelay.ledger.erasure import Eraser
from leadrelay.ledger.table import Table

eraser = Eraser(
    table=Table(client("dynamodb"), os.environ["TABLE_NAME"]),
    files=Files(client("s3"), os.environ["FILES_BUCKET"]),
    salt=os.environ["TABLE_NAME"],
)


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Erase the lead with the id `event["lead_id"]`."""
    receipt = eraser.erase(event["lead_id"], by="an operator")
    return {"erased": receipt is not None}
