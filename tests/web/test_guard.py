"""Only the page that the server itself has opened is answered."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from studypack.web.guard import MAX_BODY, POLICY, Guard

from tests.web.client import HOST, ORIGIN, PORT, request

TOKEN = "a-secret"
COOKIE = f"studypack-{PORT}={TOKEN}"


async def _length(asked: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await asked.body())))


APP = Guard(
    Starlette(routes=[Route(path, _length, methods=["GET", "POST"]) for path in ("/", "/upload")]),
    PORT,
    TOKEN,
    {"/upload": 3 * MAX_BODY},
)


def test_the_opened_address_sets_a_cookie_that_no_other_site_can_use() -> None:
    """The token leaves the address bar at once, and its cookie is for this origin and unseen by scripts."""
    answer = request(APP, "GET", f"/?token={TOKEN}")
    assert (answer.status, answer.headers["location"]) == (303, "/")
    assert COOKIE in answer.headers["set-cookie"]
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "SameSite=strict" in answer.headers["set-cookie"]
    assert request(APP, "GET", "/", cookie=COOKIE).status == 200


@pytest.mark.parametrize("cookie", ["", f"studypack-{PORT}=wrong", f"studypack-{PORT}=", f"other={TOKEN}", "\xff=;;=="])
def test_without_the_token_nothing_is_answered(cookie: str) -> None:
    """Another program, or a browser that was not sent here, is refused."""
    assert request(APP, "GET", "/", cookie=cookie).status == 401
    assert request(APP, "GET", "/?token=wrong", cookie=cookie).status == 401


@pytest.mark.parametrize("host", ["evil.example", f"evil.example:{PORT}", "127.0.0.1", "127.0.0.1:1", ""])
def test_another_host_is_refused(host: str) -> None:
    """A name that was made to point here (DNS rebinding) is refused, even with the cookie."""
    assert request(APP, "GET", "/", cookie=COOKIE, host=host).status == 421


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": f"https://{HOST}"},
        {"origin": f"http://127.0.0.1:{PORT + 1}"},
        {"origin": ORIGIN, "sec_fetch_site": "cross-site"},
        {"origin": ORIGIN, "sec_fetch_site": "same-site"},
        {},
    ],
)
def test_a_request_of_another_origin_is_refused(headers: dict[str, str]) -> None:
    """A form or script of another site, or one that does not say where it comes from, cannot post here."""
    assert request(APP, "POST", "/", b"x", cookie=COOKIE, **headers).status == 403


def test_a_request_of_the_page_is_answered() -> None:
    """The page's own requests pass, under both names of this machine."""
    own = {"cookie": COOKIE, "sec_fetch_site": "same-origin"}
    assert request(APP, "POST", "/", b"abc", origin=ORIGIN, **own).body == b"3"
    other = f"localhost:{PORT}"
    assert request(APP, "POST", "/", b"abc", host=other, origin=f"http://{other}", **own).status == 200


@pytest.mark.parametrize("told", [True, False])
def test_a_body_that_is_too_large_is_refused(*, told: bool) -> None:
    """Only an upload may be long; what a header says, or leaves out, does not matter."""
    body = b"x" * (MAX_BODY + 1)
    length = {} if told else {"content_length": "1"}
    own = {"cookie": COOKIE, "origin": ORIGIN, **length}
    assert request(APP, "POST", "/", body, **own).status == 413
    assert request(APP, "POST", "/upload", body, **own).status == 200
    assert request(APP, "POST", "/upload", body * 3, **own).status == 413


def test_a_length_that_is_no_number_is_refused() -> None:
    """A damaged header is an answer, not a fault."""
    assert request(APP, "GET", "/", cookie=COOKIE, content_length="-5").status == 400


def test_every_answer_has_a_strict_policy() -> None:
    """Also refusals carry the policy: no inline script, nothing from elsewhere, no frames around the page."""
    for answer in (request(APP, "GET", "/", cookie=COOKIE), request(APP, "GET", "/", host="x")):
        assert answer.headers["content-security-policy"] == POLICY
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert "unsafe" not in POLICY
    assert "frame-ancestors 'self'" in POLICY
