"""What the functions' processes are forked from: it has imported and made what takes long."""

from importlib import import_module
from pathlib import Path

import leadrelay_config
from leadrelay.aws.clients import client
from leadrelay.crm import http

# Before anything reads where the sources are.
vars(leadrelay_config)["SOURCES_TOML"] = Path(__file__).with_name("sources.toml")
for _module in (
    "leadrelay.compose",
    "leadrelay.delivery.deliver",
    "leadrelay_sandbox.chaos.worker",
):
    import_module(_module)

# The first client of a service reads its whole description, the first of a CRM all CAs there are.
http.client(1).close()
for _service in ("dynamodb", "sqs", "secretsmanager", "s3", "lambda"):
    client(_service)
