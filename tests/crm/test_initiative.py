"""Initiative: sessions, logins and errors, against answers copied from vtiger 6.0.0."""

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from leadrelay.crm.initiative.operations import CODES, Denied, SessionLost
from leadrelay.errors import DeliveryError, Misconfigured, Refused, Retryable, Unknown
from tests.crm.vtiger import EMPTY_500, JANE, SECRET, Params, Server, bad, create, crm, good


@pytest.fixture
def server() -> Server:
    return Server()


# -- sessions -----------------------------------------------------------------------------


def test_a_warm_plain_form_is_one_call(server: Server) -> None:
    adapter = crm(server)
    create(adapter, JANE)
    before = len(server.calls)

    create(adapter, JANE)

    assert [call["operation"] for call in server.calls[before:]] == ["create"]


@pytest.mark.parametrize(
    "code",
    ["INVALID_SESSIONID", "SESSION_EXPIRED", "SESSION_LEFT_IDLE", "AUTHENTICATION_REQUIRED"],
)
def test_a_lost_session_is_one_new_login_and_the_create_again(server: Server, code: str) -> None:
    adapter = crm(server)
    create(adapter, JANE)
    server.answers["create"] = [bad(code)]

    create(adapter, JANE)

    assert server.count()["login"] == 2
    assert len(server.made) == 2


def test_a_server_that_forgets_each_session_at_once_ends_as_retryable(server: Server) -> None:
    server.answers["listtypes"] = [bad("INVALID_SESSIONID")] * 9
    with pytest.raises(SessionLost):
        crm(server).api.call("listtypes")
    assert server.count()["login"] == 1


def test_sessions_lost_all_at_once_are_not_a_login_for_each_thread(server: Server) -> None:
    threads = 16
    api = crm(server).api
    server.seconds_a_call = 0.01
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda _: api.call("listtypes"), range(100)))
        assert server.count()["login"] <= threads
        server.sessions.clear()
        before = server.count()["login"]
        list(pool.map(lambda _: api.call("listtypes"), range(threads)))

    assert server.count()["login"] - before <= threads // 2


def test_a_session_is_never_shared_and_a_thousand_calls_need_no_more_than_the_threads(
    server: Server,
) -> None:
    api = crm(server).api
    in_use: Counter[str] = Counter()
    shared: list[str] = []
    lock = threading.Lock()

    def borrow(_: int) -> None:
        def act(session: Any) -> None:
            with lock:
                in_use[session.name] += 1
                if in_use[session.name] > 1:
                    shared.append(session.name)
            time.sleep(0.0005)
            with lock:
                in_use[session.name] -= 1

        api._login.run(act)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(borrow, range(1000)))

    assert not shared
    assert server.count()["login"] <= 8


def test_a_failed_login_is_the_answer_to_everybody_who_waited_for_it(server: Server) -> None:
    server.answers["getchallenge"] = [EMPTY_500] * 99
    server.seconds_a_call = 0.05
    api = crm(server).api
    barrier = threading.Barrier(8)

    def attempt(_: int) -> str:
        barrier.wait()
        with pytest.raises(Retryable) as caught:
            api.call("listtypes")
        return str(caught.value)

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(attempt, range(8))) == {"HTTP 500"}
    assert server.count()["getchallenge"] < 8


def test_a_failed_login_is_no_answer_to_others_while_a_session_is_at_work(server: Server) -> None:
    api = crm(server).api
    fails, at_work = threading.Event(), threading.Event()
    logging_in, working = threading.Event(), threading.Event()

    def work(_: object) -> None:
        working.set()
        assert at_work.wait(60)

    def fail(_: Params) -> httpx.Response:
        logging_in.set()
        assert fails.wait(60)
        return EMPTY_500

    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(api._login.run, work)
        assert working.wait(60)
        server.answers["getchallenge"] = [fail]
        second = pool.submit(api.call, "listtypes")
        assert logging_in.wait(60)
        third = pool.submit(api.call, "listtypes")
        while not vars(api._login._changed)["_waiters"]:
            time.sleep(0.001)
        fails.set()
        with pytest.raises(Retryable):
            second.result()
        assert third.result()
        at_work.set()
        first.result()


def test_a_session_whose_call_timed_out_is_not_used_again(server: Server) -> None:
    def hang(_: Params) -> httpx.Response:
        raise httpx.ReadTimeout("slow")

    api = crm(server).api
    server.answers["listtypes"] = [hang]
    with pytest.raises(Retryable):
        api.call("listtypes")
    api.call("listtypes")

    first, second = (c["sessionName"] for c in server.calls if c["operation"] == "listtypes")
    assert first != second


# -- login --------------------------------------------------------------------------------


def test_a_changed_secret_is_read_again_when_the_login_is_refused(server: Server) -> None:
    def secret(fresh: bool) -> dict[str, str]:  # noqa: FBT001  # the shape that Crm asks for
        return SECRET if fresh else SECRET | {"access_key": "old"}

    assert crm(server, secret).check() == "acme/api at crm.example.com: user 19x1, 2 modules"
    assert server.count()["login"] == 2


@pytest.mark.parametrize(
    "answer",
    [
        bad("INVALID_AUTH_TOKEN"),
        bad("INVALID_USER_CREDENTIALS"),
        bad("ACCESSKEY_UNDEFINED"),
        bad("AUTHENTICATION_REQUIRED", "Given user is inactive"),
        bad("ACCESS_DENIED", "username does not exists"),
        httpx.Response(404, text="nothing here"),
        good(None),
    ],
)
def test_a_login_that_is_refused_twice_is_a_misconfiguration(
    server: Server, answer: httpx.Response
) -> None:
    server.answers["login"] = [answer] * 9
    with pytest.raises(Misconfigured) as caught:
        crm(server).check()
    assert server.count()["login"] == server.count()["getchallenge"] == 2
    assert "K3y" not in caught.value.reason


@pytest.mark.parametrize("key", ["base_url", "username", "access_key"])
def test_a_secret_without_a_key_is_a_misconfiguration_that_names_it(
    server: Server, key: str
) -> None:
    with pytest.raises(Misconfigured, match=key):
        crm(server, lambda _: {k: v for k, v in SECRET.items() if k != key}).check()


def test_check_logs_in_anew_with_documented_operations_only(server: Server) -> None:
    adapter = crm(server)
    adapter.check()
    adapter.check()
    assert server.count() == {"getchallenge": 2, "login": 2, "listtypes": 2}


# -- errors -------------------------------------------------------------------------------


@pytest.mark.parametrize("code", sorted(CODES.keys() - {"0"}))
def test_each_error_code_has_its_meaning_for_a_read(server: Server, code: str) -> None:
    server.answers["retrieve"] = [bad(code, "their words")] * 2
    with pytest.raises(CODES[code]) as caught:
        crm(server).api.call("retrieve", id="10x3")
    assert not isinstance(caught.value, Unknown)
    assert "their words" not in str(caught.value)
    assert "their words" in caught.value.words


@pytest.mark.parametrize("code", [0, "ACCESS_DENIED", "MANDATORY_FIELDS_MISSING"])
def test_a_create_that_was_refused_before_saving_is_refused(server: Server, code: Any) -> None:
    server.answers["create"] = [bad(code, "Duplicate(s) detected!")]
    with pytest.raises(Refused) as caught:
        create(crm(server), JANE)
    assert caught.value.reason == f"Initiative answered {code}: Duplicate(s) detected!"
    assert server.count()["create"] == 1


def test_who_may_not_even_look_is_refused(server: Server) -> None:
    server.answers["create"] = [bad("ACCESS_DENIED", "no right")]
    server.answers["query"] = [bad("ACCESS_DENIED")] * 9
    with pytest.raises(Refused) as caught:
        create(crm(server), JANE)
    assert (type(caught.value), caught.value.words) == (Denied, "no right")


IN_DOUBT = {
    "INVALID_ID_ATTRIBUTE": Refused,
    "INTERNAL_SERVER_ERROR": Refused,
    "SOMETHING_NEW": Refused,
    "DATABASE_QUERY_ERROR": Retryable,
}


@pytest.mark.parametrize("code", [*IN_DOUBT, 0, "ACCESS_DENIED", "MANDATORY_FIELDS_MISSING"])
def test_a_create_whose_error_came_after_saving_is_found_at_once(server: Server, code: str) -> None:
    server.answers["create"] = [bad(code)]
    server.answers["query"] = [good([{"description": "Reference: LR-7Q2KX9BD", "id": "10x8"}])]
    assert create(crm(server), JANE) == "10x8"


@pytest.mark.parametrize(("code", "meaning"), IN_DOUBT.items())
def test_a_create_whose_record_is_not_there_was_what_its_error_says(
    server: Server, code: str, meaning: type[DeliveryError]
) -> None:
    server.answers["create"] = [bad(code)]
    with pytest.raises(meaning):
        create(crm(server), JANE)
    assert server.count()["create"] == 1


def test_a_create_stays_unknown_when_the_look_fails_too(server: Server) -> None:
    server.answers["create"] = [bad("INTERNAL_SERVER_ERROR")]
    server.answers["query"] = [EMPTY_500]
    with pytest.raises(Unknown):
        create(crm(server), JANE)


UNUSABLE = [
    EMPTY_500,
    httpx.Response(200, text="Sorry! Attempt to access restricted file."),
    httpx.Response(200, text=""),
    httpx.Response(200, json=["success"]),
    httpx.Response(200, json={"success": "yes"}),
    httpx.Response(200, json={"success": False, "error": None}),
]


@pytest.mark.parametrize("answer", UNUSABLE)
def test_an_unusable_answer_leaves_a_write_unknown_and_a_read_to_be_retried(
    server: Server, answer: httpx.Response
) -> None:
    adapter = crm(server)
    server.answers["create"] = server.answers["listtypes"] = [answer, answer]
    with pytest.raises(Unknown):
        create(adapter, JANE)
    with pytest.raises(Retryable):
        adapter.api.call("listtypes")


def test_a_create_answered_without_a_record_is_unknown(server: Server) -> None:
    server.answers["create"] = [good(None)]
    with pytest.raises(Unknown):
        create(crm(server), JANE)
