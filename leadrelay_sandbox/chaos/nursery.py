"""What the functions' processes are forked from: it has imported and made what takes long."""

from importlib import import_module
from pkgutil import walk_packages

import leadrelay
import leadrelay_config
from leadrelay.aws.clients import client
from leadrelay.crm import http
from leadrelay_sandbox.chaos.posts import SOURCES_TOML

# Before anything reads where the sources are.
vars(leadrelay_config)["SOURCES_TOML"] = SOURCES_TOML
for _module in walk_packages(leadrelay.__path__, "leadrelay."):
    import_module(_module.name)
import_module("leadrelay_sandbox.chaos.worker")

# The first client of a service reads its whole description, the first of a CRM all CAs there are.
http.client(1).close()
for _service in ("dynamodb", "sqs", "secretsmanager", "s3", "lambda"):
    client(_service)
