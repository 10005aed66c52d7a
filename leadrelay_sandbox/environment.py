"""What template.yaml tells the functions, with values for a place where nothing is deployed."""

from leadrelay.crms import CRMS

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "POWERTOOLS_METRICS_NAMESPACE": "Leadrelay",
    "TABLE_NAME": "ledger",
    "REQUESTS_PER_SECOND": "50",
    "QUEUE_URL_PREFIX": "https://sqs.eu-west-1.amazonaws.com/123456789012/leadrelay-",
    "FILES_BUCKET": "files",
    "MAX_BODY_BYTES": "262144",
    "PUBLIC_URL": "",
    "MALWARE_SCAN": "false",
    "CRM": "trackerrms",
    "CRMS": ",".join(CRMS),
    "MAPPINGS": ",".join(f"mapping-{number}" for number, _ in enumerate(CRMS, 1)),
    "FUNCTION_PREFIX": "leadrelay-",
    "STACK_NAME": "leadrelay",
    "TOPIC_ARN": "arn:aws:sns:eu-west-1:123456789012:alarms",
    "CANARY_SOURCE": "contact-us",
    "API_URL": "https://api.example.com",
    "GRAPH_URL": "http://127.0.0.1:9/v21.0",  # nobody is there
    "LINKED_IN_URL": "http://127.0.0.1:9/rest/202606",
    "IN_FLIGHT": "10",
    "LEASE_SECONDS": "90",
    "BACKOFF_BASE_SECONDS": "15",
    "GIVE_UP_AFTER_HOURS": "96",
}
