"""A call to DynamoDB with nothing but a signature and a kept connection."""

import http.client
import json
import os
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials


def thin_get_item(table: str, key: dict[str, Any]) -> Callable[[], dict[str, Any]]:
    """It tries nothing again, knows no error, and gets no fresh credentials."""
    url = os.environ["AWS_ENDPOINT_URL"]
    own = Credentials(os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"])
    signer = SigV4Auth(own, "dynamodb", os.environ["AWS_DEFAULT_REGION"])
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
    headers = {
        "X-Amz-Target": "DynamoDB_20120810.GetItem",
        "Content-Type": "application/x-amz-json-1.0",
    }

    def get() -> dict[str, Any]:
        body = json.dumps({"TableName": table, "Key": key})
        request = AWSRequest("POST", f"{url}/", headers=headers, data=body)
        signer.add_auth(request)
        connection.request("POST", "/", body, dict(request.headers.items()))
        found: dict[str, Any] = json.loads(connection.getresponse().read())
        return found

    return get
