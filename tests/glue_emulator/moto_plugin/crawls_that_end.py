"""A pytest plugin for moto's tests: ListCrawls waits until the crawl has ended.

moto's crawlers run until somebody lists their crawls, and its tests list them for that. Here crawls end by themselves, sometimes later.
"""

from __future__ import annotations

import time
from typing import Any

from botocore.client import BaseClient

SECONDS = 30
_call = BaseClient._make_api_call


def _call_when_ended(self: Any, operation: str, arguments: dict[str, Any]) -> Any:
    if operation == "ListCrawls":
        _wait_for_crawl(self, arguments["CrawlerName"])
    return _call(self, operation, arguments)


def _wait_for_crawl(client: Any, crawler: str) -> None:
    """Wait until a crawler, if there is one, is ready; TimeoutError after `SECONDS`."""
    end = time.monotonic() + SECONDS
    while any(one["State"] != "READY" for one in client.get_crawlers()["Crawlers"] if one["Name"] == crawler):
        if time.monotonic() > end:
            raise TimeoutError(f"crawler {crawler} still runs after {SECONDS} s")
        time.sleep(0.02)


BaseClient._make_api_call = _call_when_ended
