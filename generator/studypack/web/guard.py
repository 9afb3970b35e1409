"""Which requests are answered: only those of the page that this server itself has opened.

Any web page can make a browser send requests to the loopback address. The checks follow OWASP's advice: the `Host`
header stops DNS rebinding, `Origin` and `Sec-Fetch-Site` stop requests across sites, and a token that only the opened
address carries, kept in a cookie that other sites cannot use, stops everything else, such as another user's programs.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY: Final = 64_000
"""Bytes of a request's body; only an import may be larger."""

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
"""The content security policy of all answers that have none of their own."""

_ALWAYS: Final = {
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


class Guard:
    """Middleware that refuses requests of other hosts, origins and programs, and those that are too large.

    Args:
        app: the application.
        port: the port of the server.
        token: the secret in the opened address; a new one by default.
        uploads: paths whose bodies may have as many bytes as given.
    """

    def __init__(self, app: ASGIApp, port: int, token: str, uploads: Mapping[str, int]) -> None:
        self._app = app
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        self._token = token
        self._cookie = f"studypack-{port}"
        self._uploads = uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        answer = self._refused(scope, headers) or self._opened(scope) or self._unknown(headers)
        limited = _Limited(receive, self._uploads.get(scope["path"], MAX_BODY))
        if answer is None and int(headers.get("content-length", "0")) > limited.left:
            answer = PlainTextResponse("the request is too large", 413)
        await (answer or self._app)(scope, limited, _with_headers(send))

    def _refused(self, scope: Scope, headers: Headers) -> Response | None:
        """Return the refusal of a request that another site or name has caused, or None."""
        if headers.get("host") not in self._hosts:
            return PlainTextResponse("this server answers only to 127.0.0.1 and localhost", 421)
        if not headers.get("content-length", "0").isdecimal():
            return PlainTextResponse("the length of the request is not a number", 400)
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        foreign = origin is not None and origin not in {f"http://{host}" for host in self._hosts}
        foreign |= site not in (None, "same-origin", "none")
        foreign |= scope["method"] not in ("GET", "HEAD") and origin is None
        return PlainTextResponse("requests from other sites are not answered", 403) if foreign else None

    def _opened(self, scope: Scope) -> Response | None:
        """Return the answer to the address that carries the token: the page without it, with the cookie."""
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        if scope["path"] != "/" or not given or not self._is_token(given):
            return None
        answer = RedirectResponse("/", 303)
        answer.set_cookie(self._cookie, self._token, httponly=True, samesite="strict")
        return answer

    def _unknown(self, headers: Headers) -> Response | None:
        """Return the refusal of a request without the token, or None."""
        cookie = SimpleCookie()
        try:
            cookie.load(headers.get("cookie", ""))
        except CookieError:
            cookie.clear()
        kept = cookie.get(self._cookie)
        if kept is not None and self._is_token(kept.value):
            return None
        return PlainTextResponse("open the address that `studypack serve` has printed: it carries the token", 401)

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode("utf-8", "replace"), self._token.encode())


def new_token() -> str:
    """Return a new secret for an address."""
    return secrets.token_urlsafe(24)


class _Limited:
    """Receives a body of at most so many bytes, whatever its headers say."""

    def __init__(self, receive: Receive, left: int) -> None:
        self._receive = receive
        self.left = left

    async def __call__(self) -> Message:
        message = await self._receive()
        self.left -= len(message.get("body", b""))
        if self.left < 0:
            raise HTTPException(413, "the request is too large")
        return message


def _with_headers(send: Send) -> Send:
    """Return a sender that adds the headers of every answer."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in {"content-security-policy": POLICY, **_ALWAYS}.items():
                headers.setdefault(name, value)
        await send(message)

    return sending
