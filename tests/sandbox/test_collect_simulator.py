"""The Collect! simulator takes what its help documents, and nothing else."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from leadrelay_sandbox.collect import CollectSimulator
from leadrelay_sandbox.simulator import serve

LOGIN = {"op_id": "API", "op_password": "sandbox-password"}
ANA = {
    "de_name": "Ruiz, Ana",
    "de_rowid_client": "17",
    "de_cell_phone": "2025550123",
    "de_email": "ana@example.com",
    "de_status": "NEW",
}
DATA = "/api/v1/collect/data"
APP = "/api/v1/collect/app"


class Collect:
    """The simulator, and a client that says what it is told to."""

    def __init__(self, simulator: CollectSimulator, http: httpx.Client) -> None:
        self.simulator = simulator
        self.http = http

    def login(self) -> None:
        result = self.http.post("/api/v1/auth/login", json=LOGIN).json()["result"]
        self.http.headers["Authorization"] = f"Bearer {result['access_token']}"

    def create(self, record: str, row: dict[str, Any], mode: Any = 4) -> httpx.Response:
        return self.http.post(f"{DATA}/{record}", json={"business-logic": mode, "data": row})

    def read(self, record: str, **query: str | int) -> Any:
        return self.http.get(f"{DATA}/{record}", params=query).json()

    def upload(self, *parts: tuple[str, Any]) -> httpx.Response:
        return self.http.post(f"{APP}/upload", files=list(parts))


def part(**members: Any) -> tuple[str, Any]:
    return ("json", (None, json.dumps(members)))


FILE = ("file", ("cv.pdf", b"%PDF"))


@pytest.fixture(scope="module")
def served() -> Iterator[Collect]:
    simulator = CollectSimulator()
    server = serve(simulator, 0)
    with httpx.Client(base_url=f"http://127.0.0.1:{server.server_port}") as http:
        yield Collect(simulator, http)
    server.shutdown()
    server.server_close()


@pytest.fixture
def collect(served: Collect) -> Collect:
    served.simulator.reset()
    served.http.headers.pop("x-collect-database", None)
    served.login()
    return served


def test_a_login_answers_with_the_operator_and_its_tokens(collect: Collect) -> None:
    answer = collect.http.post("/api/v1/auth/login", json=LOGIN).json()
    assert answer["status"] == 200
    assert answer["result"].keys() == {"nx_operator", "access_token", "refresh_token"}
    operator = answer["result"]["nx_operator"]
    assert (operator["op_rowid"], operator["op_level"]) == ("2", 10)
    assert collect.simulator.logins == 2


@pytest.mark.parametrize("status", [401, 200])
def test_a_wrong_password_is_401_in_the_body(collect: Collect, status: int) -> None:
    collect.simulator.switch |= {"login_http": status}
    answer = collect.http.post("/api/v1/auth/login", json=LOGIN | {"op_password": "own"})
    assert (answer.status_code, answer.json()) == (status, {"status": 401})


def test_a_token_dies_after_so_many_calls_or_at_once(collect: Collect) -> None:
    collect.simulator.switch["token_calls"] = 1
    path = f"{DATA}/client/17"
    assert [collect.http.get(path).status_code for _ in range(2)] == [200, 401]
    collect.simulator.switch["token_calls"] = 0
    collect.login()
    collect.http.post("/_sandbox/switch", json={"expire_now": True})
    assert collect.http.get(path).status_code == 401
    collect.login()
    assert collect.http.get(path).status_code == 200
    assert collect.simulator.violations == []


def test_several_databases_need_the_header_and_an_unknown_one_is_not_authorized(
    collect: Collect,
) -> None:
    path = f"{DATA}/client/17"
    unknown = {"x-collect-database": "cv_other"}
    assert collect.http.get(path, headers=unknown).status_code == 401
    collect.simulator.switch["databases"] = ["cv_masterdb", "cv_demodb"]
    assert collect.http.get(path).status_code == 401
    named = {"x-collect-database": "cv_demodb"}
    assert collect.http.get(path, headers=named).status_code == 200


def test_a_debtor_with_full_logic_gets_a_file_number_and_a_contact(collect: Collect) -> None:
    answer = collect.create("debtor", ANA)
    assert answer.status_code == 200
    assert answer.json()["type"] == {"recId": "debtor", "rowId": "de_rowid"}
    row = answer.json()["data"]
    assert (row["de_rowid"], row["de_number"], row["de_contact"]) == ("124", "1002", "Ana Ruiz")
    record = collect.simulator.records[0]
    assert (record.id, record.operation) == ("124", "create:debtor")
    assert collect.simulator.violations == []


def test_a_staged_debtor_is_not_inserted(collect: Collect) -> None:
    staged = collect.create("debtor", ANA, 1).json()["data"]
    assert "de_rowid" not in staged
    assert collect.simulator.records == []
    assert collect.create("debtor", staged, 3).json()["data"]["de_number"] == "1002"


def test_an_insert_without_logic_has_no_file_number(collect: Collect) -> None:
    row = collect.create("debtor", ANA, 0).json()["data"]
    assert "de_number" not in row
    assert row["de_owing"] == "0.00"


@pytest.mark.parametrize(
    ("row", "mode", "words"),
    [
        (ANA, "4", "business-logic"),
        (ANA, 5, "business-logic"),
        (ANA | {"de_nickname": "x"}, 4, "no column de_nickname"),
        (ANA | {"de_rowid": "9"}, 4, "no column de_rowid to set"),
        (ANA | {"de_name": "x" * 63}, 4, "longer than 62"),
        (ANA | {"de_name": None}, 4, "must be a string"),
        (ANA | {"de_dob": "31/12/1990"}, 4, "YYYY-MM-DD"),
        ({}, 4, "data must be an object"),
    ],
)
def test_what_the_help_rules_out_is_refused_and_noted(
    collect: Collect, row: dict[str, Any], mode: Any, words: str
) -> None:
    answer = collect.create("debtor", row, mode)
    assert answer.status_code == 400
    assert words in answer.json()["message"]
    assert words in collect.simulator.violations[0]
    assert collect.simulator.records == []


def test_what_is_too_long_can_also_be_cut_and_a_number_passes_with_a_note(
    collect: Collect,
) -> None:
    collect.simulator.switch["too_long"] = "cut"
    row = ANA | {"de_name": "x" * 63, "de_rowid_client": 17}
    made = collect.create("debtor", row).json()["data"]
    assert (len(made["de_name"]), made["de_rowid_client"]) == (62, "17")
    assert len(collect.simulator.violations) == 2


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/poem", 404),
        ("/debtor/999", 404),
        ("/debtor/123/poem", 404),
        ("/debtor/123/client", 404),
        ("/debtor?fields=de_nickname", 400),
        ("/debtor?page=0", 400),
        ("/debtor?colour=red", 400),
        ("/debtor?filter=de_number", 400),
        ("/debtor?filter=de_number__in=1001", 400),
        ("/debtor?filter=de_number__eq=1001", 400),
        ("/debtor?filter=de_name__in=('O'Neil')", 400),
        ("/debtor?filter=de_nickname__in=(1)", 400),
        ("/debtor?join=(client,outer,cl_rowid,de_rowid_client)", 400),
        ("/debtor?sort=-de_number", 400),
    ],
)
@pytest.mark.parametrize("form", ["json", "text"])
def test_a_read_of_what_is_not_there_fails(
    collect: Collect, path: str, status: int, form: str
) -> None:
    collect.simulator.switch["error_body"] = form
    answer = collect.http.get(DATA + path)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith(
        "application/json" if form == "json" else "text/plain"
    )


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ("de_number__in=(1002,1003)", ["Ruiz, Ana", "Acme"]),
        ("de_email__in=('ANA@example.com')", ["Ruiz, Ana"]),
        ("de_name__nlike='%, %'", ["Acme"]),
        ("de_name__nlike='%, %',de_number__in=(1002)", []),
        ("de_name__in=('Ruiz, Ana','Acme')", ["Ruiz, Ana", "Acme"]),
    ],
)
def test_attested_filters_always_work(collect: Collect, condition: str, names: list[str]) -> None:
    for row in (ANA, {"de_name": "Acme"}):
        collect.create("debtor", row)
    answer = collect.read("debtor", filter=condition, fields="de_name")
    assert answer["data"] == [{"de_name": name} for name in names]
    assert collect.simulator.violations == []


@pytest.mark.parametrize(
    "condition", ["de_name__like='ruiz%'", "de_number__eq=1002", "de_number__gt='1001'"]
)
def test_likely_filters_work_when_switched_on(collect: Collect, condition: str) -> None:
    collect.create("debtor", ANA)
    collect.simulator.switch["other_operators"] = True
    assert collect.read("debtor", filter=condition)["data"][0]["de_name"] == "Ruiz, Ana"


def test_a_list_is_joined_sorted_and_paged(collect: Collect) -> None:
    for name in ("B", "A"):
        collect.create("debtor", ANA | {"de_name": name})
    answer = collect.read(
        "debtor",
        join="(client,inner,cl_rowid,de_rowid_client)",
        fields="de_name,cl_name",
        sort="de_name",
        limit=2,
        page=2,
    )
    assert answer["type"] == {
        "recId": "debtor",
        "rowId": "de_rowid",
        "numRecords": 3,
        "numPages": 2,
    }
    assert answer["data"] == [{"de_name": "Example, Eva", "cl_name": "Example Agency"}]


def test_a_list_of_one_can_also_be_that_object(collect: Collect) -> None:
    collect.simulator.switch["data_form"] = "object"
    assert collect.read("debtor")["data"]["de_rowid"] == "123"


def test_sub_records_are_counted_and_listed(collect: Collect) -> None:
    event = {"co_type": "5", "co_description": "Call", "co_rowid_debtor": "123"}
    collect.create("contact", event)
    listed = collect.http.get(f"{DATA}/debtor/123/contact").json()
    assert [row["co_description"] for row in listed["data"]] == ["Call"]
    counts = collect.http.get(f"{DATA}/debtor/123/counts").json()["data"]
    assert {"table": "contact", "count": 1} in counts


def test_a_record_is_changed_and_deleted(collect: Collect) -> None:
    path = f"{DATA}/debtor/123"
    changed = collect.http.patch(path, json={"data": {"de_status": "RET"}})
    assert changed.json()["data"]["de_status"] == "RET"
    assert collect.http.patch(path, json={"business-logic": 4, "data": {}}).status_code == 400
    assert collect.http.delete(path).json() == {"type": {"recId": "debtor", "rowId": "de_rowid"}}
    assert collect.http.get(path).status_code == 404
    operations = [record.operation for record in collect.simulator.records]
    assert operations == ["update:debtor", "delete:debtor"]


def test_a_link_to_nothing_is_refused(collect: Collect) -> None:
    assert collect.create("debtor", ANA | {"de_rowid_client": "18"}).status_code == 400
    assert collect.create("contact", {"co_rowid_debtor": "9"}).status_code == 400
    assert collect.simulator.violations == []


def test_an_upload_is_kept_by_its_digest(collect: Collect) -> None:
    answer = collect.upload(part(debtor=123, overwrite="no"), FILE)
    assert answer.json() == {"recordType": "debtor", "fileName": "cv.pdf", "fileNumber": 1001}
    fields = collect.simulator.records[0].fields
    assert (fields["debtor"], fields["filename"], fields["size"]) == ("123", "cv.pdf", 4)
    assert len(fields["sha256"]) == 64
    assert collect.upload(part(debtor=123, overwrite="no"), FILE).status_code == 409
    assert collect.upload(part(debtor=123, overwrite="inc"), FILE).json()["fileName"] == "cv-2.pdf"
    assert collect.upload(part(debtor=123, overwrite="yes"), FILE).json()["fileName"] == "cv.pdf"


@pytest.mark.parametrize(
    "parts",
    [
        (FILE, part(debtor=123, overwrite="no")),
        (part(debtor=123, overwrite="no"),),
        (part(debtor=123, overwrite="no"), FILE, FILE),
        (part(debtor="123", overwrite="no"), FILE),
        (part(debtor=123, overwrite="maybe"), FILE),
        (part(debtor=123, client=17), FILE),
        (("json", ("j.json", "{}")), FILE),
    ],
)
def test_an_upload_of_another_form_is_refused(collect: Collect, parts: Any) -> None:
    assert collect.upload(*parts).status_code == 400
    assert len(collect.simulator.violations) == 1


def test_an_upload_to_nobody_is_404(collect: Collect) -> None:
    assert collect.upload(part(debtor=9, overwrite="no"), FILE).status_code == 404
    assert collect.upload(part(client=9, overwrite="no"), FILE).status_code == 404


def test_a_file_of_an_attachment_is_downloaded(collect: Collect) -> None:
    asked = {"record": "attachment", "rowid": "1", "field": "at_file_2"}
    answer = collect.http.get(f"{APP}/download", params=asked)
    assert "letter.txt" in answer.headers["content-disposition"]
    assert answer.text == "letter.txt of attachment 1"


def test_forms_are_found_by_their_list(collect: Collect) -> None:
    forms = collect.read("application_form", fields="af_form_name,af_form_fieldname")["data"]
    form = collect.http.get(f"/api/v1/collect/ui/forms/{forms[0]['af_form_fieldname']}").json()
    assert form["name"] == forms[0]["af_form_name"]
    assert [button["value"] for button in form["buttons"]] == [4631, 4632]


def test_unknown_endpoints_and_calls_without_a_token_are_noted(collect: Collect) -> None:
    assert collect.http.get("/api/v1/data/debtor").status_code == 404
    del collect.http.headers["Authorization"]
    assert collect.http.get(f"{DATA}/debtor").status_code == 401
    assert len(collect.simulator.violations) == 2


def test_an_injected_refusal_looks_like_a_real_one(collect: Collect) -> None:
    collect.simulator.fail_next(refuse="No.", operation="create:debtor")
    answer = collect.create("debtor", ANA)
    assert (answer.status_code, answer.json()["message"]) == (400, "No.")
