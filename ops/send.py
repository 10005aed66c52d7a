"""Posting a sample request to a stack's API."""

import httpx

from ops.samples import Sample


def send(api_url: str, sample: Sample) -> httpx.Response:
    """Send the sample as it is, but for the host it goes to. Redirects are not followed."""
    headers = [(name, value) for name, value in sample.headers if name.lower() != "host"]
    with httpx.Client(timeout=30.0) as client:
        # Only the sample's own headers: httpx's defaults would pretend to be another sender.
        client.headers = httpx.Headers()
        return client.request(
            sample.method, api_url + sample.path, headers=headers, content=sample.body
        )
