"""Who may do what with whose files, as template.yaml says it."""

from typing import Any

from leadrelay_sandbox.ledger import read_template

RESOURCES = read_template()["Resources"]
LEADS, UPLOADS = "${Files.Arn}/leads/*", "${Files.Arn}/uploads/*"
REFUSED = {("s3:PutObject", "${Files.Arn}/refused/*")}
DELIVER = {("s3:GetObject", LEADS)}
MAY = {
    "ReceiveForm": REFUSED,
    "ReceiveCall": REFUSED,
    "ReceiveResume": {
        *REFUSED,
        ("s3:PutObject", LEADS),
        ("s3:DeleteObject", LEADS),
        ("s3:PutObject", UPLOADS),
    },
    "ReceiveFile": {
        ("s3:GetObject", UPLOADS),
        ("s3:DeleteObject", UPLOADS),
        ("s3:ListBucket", "Files.Arn"),
        ("s3:PutObject", LEADS),
    },
    "Tidy": {("s3:ListBucket", "Files.Arn"), ("s3:DeleteObject", LEADS)},
    **dict.fromkeys(["DeliverToTrackerRms", "DeliverToInitiative", "DeliverToCollect"], DELIVER),
    # not DeliverToCentia: centiaCRM takes no files
}


def several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def granted(function: dict[str, Any]) -> set[tuple[str, str]]:
    """(action, where) of what a function may do in S3."""
    return {
        (action, str(*where.values()))
        for policy in function["Properties"].get("Policies", ())
        for statement in policy["Statement"]
        if statement["Effect"] == "Allow"
        for action in several(statement["Action"])
        for where in several(statement["Resource"])
        if action.startswith("s3:")
    }


def test_each_function_may_do_with_files_what_it_does_and_no_more() -> None:
    functions = {
        name: granted(resource)
        for name, resource in RESOURCES.items()
        if resource["Type"] == "AWS::Serverless::Function"
    }
    assert {name: may for name, may in functions.items() if may} == MAY


def test_what_arrives_is_told_of_once_by_s3_or_by_the_scan() -> None:
    notification = RESOURCES["Files"]["Properties"]["NotificationConfiguration"]
    condition, scanned, plain = notification["Fn::If"]
    assert condition == "HasMalwareScan"
    assert scanned == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}
    (queue,) = plain["QueueConfigurations"]
    assert queue["Filter"] == {"S3Key": {"Rules": [{"Name": "prefix", "Value": "uploads/"}]}}
    for name in ("MalwareScan", "MalwareScanRole", "MalwareScanResults"):
        assert RESOURCES[name]["Condition"] == "HasMalwareScan"


def test_only_uploads_are_scanned() -> None:
    """What a function wrote has been looked at; and a scan of it would tell of no upload."""
    bucket = RESOURCES["MalwareScan"]["Properties"]["ProtectedResource"]["S3Bucket"]
    assert bucket["ObjectPrefixes"] == ["uploads/"]


def test_an_upload_that_nobody_took_in_is_gone_after_a_week() -> None:
    rules = RESOURCES["Files"]["Properties"]["LifecycleConfiguration"]["Rules"]
    assert {rule["Prefix"]: rule["ExpirationInDays"] for rule in rules}["uploads/"] == 7
