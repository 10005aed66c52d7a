"""Where TrackerRMS is."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from leadrelay.errors import Misconfigured

REGIONS: Mapping[str, str] = {  # academy.tracker-rms.com/Home/Lesson/355
    "us": "https://evoapius.tracker-rms.com",
    "ca": "https://evoapica.tracker-rms.com",
    "global": "https://evoapi.tracker-rms.com",
}


def host(base_url: object) -> str:
    """A region's name or a URL → the URL without a slash at its end. Raises Misconfigured."""
    url = REGIONS.get(str(base_url), str(base_url)).rstrip("/")
    if urlsplit(url).scheme not in {"http", "https"}:
        raise Misconfigured(f"base_url in the secret must be a URL or one of {', '.join(REGIONS)}")
    return url
