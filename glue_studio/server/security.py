"""Who may ask: the browser that was given the address, and no other page, host or program.

A random token in the address becomes a cookie; `Host` and `Origin` are checked, against DNS rebinding and other pages.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from fastapi import Request, Response
from fastapi.responses import PlainTextResponse, RedirectResponse

LOOPBACK_NAMES = ("127.0.0.1", "localhost")
TOKEN = "token"  # noqa: S105 - the parameter's name
REPORT = "/report"
"""The page about a run is a document of its own, with its script and styles inside.

It came with the lake, so it is kept apart: its script can ask nothing of the Studio.
"""
APART = "; sandbox allow-scripts allow-popups allow-downloads"

Next = Callable[[Request], Awaitable[Response]]


class Gate:
    """Lets requests through that carry the cookie.

    Parameters
    ----------
    port
        The port that the server listens on.
    """

    def __init__(self, port: int) -> None:
        self.token = secrets.token_urlsafe(32)
        self._cookie = f"glue_studio_{port}"
        self._hosts = {f"{name}:{port}" for name in LOOPBACK_NAMES}

    async def __call__(self, request: Request, call_next: Next) -> Response:
        """Answer a request, or refuse it."""
        refused = self._refusal(request)
        if refused:
            return PlainTextResponse(refused, HTTPStatus.FORBIDDEN)
        given = request.query_params.get(TOKEN)
        if request.url.path == "/" and given is not None and self._is_token(given):
            welcome = RedirectResponse("/", HTTPStatus.SEE_OTHER)
            welcome.set_cookie(self._cookie, self.token, httponly=True, samesite="strict")
            return _with_headers(welcome, "")
        if not self._is_token(request.cookies.get(self._cookie, "")):
            words = "Open the address that glue-studio printed when it was started: it carries a token."
            return PlainTextResponse(words, HTTPStatus.FORBIDDEN)
        request.state.nonce = secrets.token_urlsafe(16)
        response = await call_next(request)
        return _with_headers(response, "" if request.url.path == REPORT else request.state.nonce)

    def _refusal(self, request: Request) -> str:
        if request.headers.get("host", "") not in self._hosts:
            return "This Studio answers only at 127.0.0.1 and localhost."
        origin = request.headers.get("origin")
        if origin is not None and origin.removeprefix("http://") not in self._hosts:
            return "This Studio answers no other page."
        if request.method not in ("GET", "HEAD") and origin is None:
            return "This Studio changes something only for its own page."
        if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return "This Studio answers no other page."
        return ""

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self.token.encode())


def _with_headers(response: Response, nonce: str) -> Response:
    styles = f"'self' 'nonce-{nonce}'" if nonce else "'unsafe-inline'"
    scripts = "'self'" if nonce else "'unsafe-inline'"
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; script-src {scripts}; style-src {styles}; style-src-attr 'unsafe-inline'; "
        "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; worker-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'" + ("" if nonce else APART)
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    return response
