"""Websites that post forms: some at once, each lead with its number in the message."""

import http.client
import json
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from urllib.parse import urlsplit

AT_ONCE = 4


def post_all(url: str, numbers: Iterable[int]) -> list[str]:
    """The numbers of the leads that were answered with 200; each is sent once."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answered = pool.map(lambda number: (number, post(url, number)), numbers)
        return [f"{number:06}" for number, status in answered if status == HTTPStatus.OK]


def post(url: str, number: int) -> int:
    """The status; 0 when there was no answer."""
    parts = urlsplit(url)
    body = {
        "name": f"Jane Doe{number}",
        "email": f"jane{number}@example.com",
        "phone": "+44 20 7946 0958",
        "message": f"Hello, this is lead-no-{number:06d}. Please call me back.",
        "company": f"Acme {number}",
    }
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    try:
        headers = {"Content-Type": "application/json"}
        connection.request("POST", parts.path, json.dumps(body), headers)
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()
    return answer.status


def wait_until_up(url: str) -> None:
    """Until it takes a lead, whose number is 0."""
    end = time.monotonic() + 240  # some take a minute, and a busy machine makes it two
    while post(url, 0) != HTTPStatus.OK:
        assert time.monotonic() < end, f"{url} doesn't answer"
        time.sleep(0.3)
