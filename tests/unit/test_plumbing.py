"""What is nobody's answer, and reaches no CRM; and what only looks so, and does."""

import pytest

from leadrelay.plumbing import is_plumbing, is_private

V4, V6 = "203.0.113.7", "2001:db8::7"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ip", V4),
        ("ipaddress", V6),
        ("ipAddress", V4),
        ("clientip", V4),
        ("REMOTE_ADDR", f"{V4}:50312"),
        ("x-forwarded-for", f"{V4}, {V6}"),
        ("visitor.address", V4),
        ("remote_host", f"[{V6}]:443"),
        ("meta[user_ip]", V4),
        ("userAgent", "Mine/1.0"),
        ("user-agent", "anything"),
        ("useragent", "anything"),
        ("browser", "Mozilla/5.0 (X11; Linux x86_64)"),
        ("file", "leads/careers/1/2"),
        ("sha256", "0123456789abcdef" * 4),
    ],
)
def test_it_is_of_a_network_a_browser_or_a_store(name: str, value: str) -> None:
    assert is_private(name, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Which IP address shall we let in?", V4),
        ("Address of your server", V4),
        ("address", "1 Example Street"),
        ("client", "Sample & Sons"),
        ("host", "Jane Sample"),
        ("software_version", "10.0.0.1"),
        ("visitor_address", "York"),
        ("agent", "Alex Agent"),
        ("user", "jane"),
        ("How many?", "1795167300"),
        ("passport_number", "533401372"),
        ("time", "12:30"),
        ("date", "1/2"),
        ("graduated", "2024"),
    ],
)
def test_it_is_somebody_s_answer(name: str, value: str) -> None:
    assert not is_plumbing(name, value)
