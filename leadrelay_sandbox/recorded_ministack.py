"""MiniStack, writing down what every function asked of AWS, and whether its role allowed it.

Run by MiniStack's own Python, as `python -P recorded_ministack.py FILE LATENCY_S`; so many seconds
longer each request takes, as if MiniStack were away. Each line of the file is a JSON list

    [function's name, "service:Action", resource ARN, allowed]

and no line comes twice. Observed on MiniStack 1.5.33: with AUTH=true it checks every request as
AWS does, by `iam_evaluator.enforce`, which is looked up anew for each.
"""

import asyncio
import json
import sys
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any


def record(file: Path) -> None:
    """Have each decision on a function's request written to the file."""
    evaluator, sts = map(import_module, ("ministack.core.iam_evaluator", "ministack.services.sts"))
    enforce, told, lines = evaluator.enforce, file.open("w", buffering=1), set[str]()

    @wraps(enforce)
    def recorded(key: str, action: str, service: str, region: str, **more: Any) -> Any:
        if service == "sqs":  # where a batch is allowed by the single request's name
            action = action.removesuffix("Batch")
        denied = enforce(key, action, service, region, **more)
        if session := vars(sts)["_sessions"].get(key):
            function = session["Arn"].rpartition("/")[2]
            line = json.dumps([function, action, more.get("resource_arn", "*"), denied is None])
            if line not in lines:
                lines.add(line)
                told.write(line + "\n")
        return denied

    vars(evaluator)["enforce"] = recorded


def be_away(seconds: float) -> None:
    """Let every request for AWS wait, others meanwhile going on; the API's callers don't."""
    app = vars(import_module("ministack.app"))
    dispatch = app["_dispatch_service_request"]

    @wraps(dispatch)
    async def dispatch_later(*request: Any) -> Any:
        await asyncio.sleep(seconds)
        return await dispatch(*request)

    app["_dispatch_service_request"] = dispatch_later


def name_mappings() -> None:
    """Give requests for one event source mapping the names that AWS has for them: MiniStack 1.5.33
    takes them for requests for the list of all, or for none."""
    actions = vars(import_module("ministack.core.iam_actions"))
    named = actions["_lambda_action"]

    @wraps(named)
    def better_named(method: str, path: str) -> Any:
        _, one, uuid = path.partition("/event-source-mappings/")
        verb = {"GET": "Get", "PUT": "Update"}.get(method)
        return f"{verb}EventSourceMapping" if one and uuid and verb else named(method, path)

    actions["_lambda_action"] = better_named


def see_projections() -> None:
    """Let conditions on dynamodb:Attributes see what a BatchGetItem asks for: MiniStack 1.5.33
    looks for its projection where a GetItem has one, and takes it for a wish for everything."""
    actions = vars(import_module("ministack.core.iam_actions"))
    context = actions["dynamodb_service_context"]

    @wraps(context)
    def of_the_table(body: bytes) -> Any:
        asked = json.loads(body or b"{}").get("RequestItems")
        requests = list(asked.values()) if isinstance(asked, dict) else []
        is_read = len(requests) == 1 and "Keys" in requests[0]
        return context(json.dumps(requests[0]).encode() if is_read else body)

    actions["dynamodb_service_context"] = of_the_table


def read_no_field_after_the_file() -> None:
    """S3 takes nothing of a form that comes after its file (S3 API reference, POST Object), so it
    misses the key or the signature there; MiniStack 1.5.33 reads all of it."""
    s3 = vars(import_module("ministack.services.s3"))
    parse = s3["_parse_multipart_form"]

    @wraps(parse)
    def up_to_the_file(content_type: str, body: bytes) -> Any:
        parts = parse(content_type, body)
        names = [part[0] for part in parts]
        return parts[: names.index("file") + 1] if "file" in names else parts

    s3["_parse_multipart_form"] = up_to_the_file


def spell_settings() -> None:
    """Have what a template says of an HTTP API looked up by its names: MiniStack 1.5.33 keeps CORS
    and limits with CloudFormation's, AllowOrigins, and looks for the API's, allowOrigins."""
    provisioners = vars(import_module("ministack.services.cloudformation.provisioners"))

    def better_spelled(kept: Any) -> Any:
        @wraps(kept)
        def spelled(props: dict[str, Any], *more: Any) -> Any:
            for key in {"CorsConfiguration", "DefaultRouteSettings"} & props.keys():
                settings = props[key].items()
                props[key] = {name[0].lower() + name[1:]: value for name, value in settings}
            return kept(props, *more)

        return spelled

    for name in ("_apigw_v2_api_props", "_apigw_v2_stage_props"):
        provisioners[name] = better_spelled(provisioners[name])


if __name__ == "__main__":
    latency_s = float(sys.argv.pop())
    record(Path(sys.argv.pop()))
    if latency_s:
        be_away(latency_s)
    name_mappings()
    see_projections()
    read_no_field_after_the_file()
    spell_settings()
    import_module("ministack.app").main()
