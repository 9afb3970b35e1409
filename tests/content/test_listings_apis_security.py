"""The listings of the topic `apis-security` do what their captions say."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import pytest

from tests.content.listings import LISTINGS, load_python


@dataclass(frozen=True)
class Message:
    """A request or a response as it stands in the listing."""

    start: str
    fields: dict[str, str]
    body: str

    @property
    def status(self) -> int:
        return int(self.start.split()[1])

    @property
    def method(self) -> str:
        return self.start.split()[0]


def exchanges() -> list[tuple[Message, Message]]:
    """Return the listing's requests, each with its response."""
    text = (LISTINGS / "rest-api-design-lost-update.http").read_text("utf-8")
    pairs = []
    for part in re.split(r"^###.*\n", text, flags=re.MULTILINE)[1:]:
        request, response = re.split(r"^(?=HTTP/1\.1 )", part, flags=re.MULTILINE)
        pairs.append((message(request), message(response)))
    return pairs


def message(text: str) -> Message:
    """Take a message apart as HTTP does: start line, fields, an empty line, content."""
    head, _, body = text.partition("\n\n")
    start, *lines = head.splitlines()
    fields = dict(line.split(": ", 1) for line in lines)
    assert len(fields) == len(lines)
    return Message(start, fields, body.strip())


class Origin:
    """A server of one resource that honours If-Match, as RFC 9110 §13.1.1 asks."""

    def __init__(self, body: str, version: int) -> None:
        self.body, self.version = body, version

    @property
    def etag(self) -> str:
        return f'"v{self.version}"'

    def serve(self, request: Message, *, conditional: bool = True) -> tuple[int, str | None]:
        """Return the status and the ETag of the response."""
        if request.method == "GET":
            return 200, self.etag
        if conditional and request.fields["If-Match"] != self.etag:
            return 412, None
        self.body, self.version = request.body, self.version + 1
        return 204, self.etag


def origin() -> Origin:
    """Return a server in the state that the first response shows."""
    first = exchanges()[0][1]
    return Origin(first.body, int(first.fields["ETag"].strip('"v')))


def test_each_request_is_well_formed() -> None:
    """Method, target and version, a Host, and one resource in all three exchanges."""
    requests = [request for request, _ in exchanges()]
    assert [r.method for r in requests] == ["GET", "PUT", "PUT"]
    assert all(re.fullmatch(r"[A-Z]+ /\S+ HTTP/1\.1", r.start) for r in requests)
    assert len({(r.start.split()[1], r.fields["Host"]) for r in requests}) == 1


def test_each_response_has_the_registered_phrase() -> None:
    """Status line and reason phrase belong together."""
    for _, response in exchanges():
        assert response.start == f"HTTP/1.1 {response.status} {HTTPStatus(response.status).phrase}"


def test_content_has_a_type_and_is_json() -> None:
    """Messages with content name its media type, the others do not; the content parses."""
    for pair in exchanges():
        for one in pair:
            assert bool(one.body) == ("Content-Type" in one.fields)
            if one.body:
                assert one.fields["Content-Type"] in ("application/json", "application/problem+json")
                assert isinstance(json.loads(one.body), dict)


def test_entity_tags_are_strong_and_agree() -> None:
    """Both clients send back the tag that was read; the successful write gives a new one."""
    (_, read), (first, written), (second, refused) = exchanges()
    tags = [read.fields["ETag"], written.fields["ETag"]]
    assert all(re.fullmatch(r'"[^"]+"', tag) for tag in tags)
    assert tags[0] != tags[1]
    assert first.fields["If-Match"] == second.fields["If-Match"] == tags[0]
    assert "ETag" not in refused.fields


def test_an_origin_that_honours_if_match_answers_like_that() -> None:
    """Played against a server, the requests get the statuses and tags of the listing."""
    server = origin()
    for request, response in exchanges():
        assert server.serve(request) == (response.status, response.fields.get("ETag"))
    assert json.loads(server.body)["note"] == "ring twice"


def test_without_the_condition_the_first_edit_is_lost() -> None:
    """The comment is right: an unconditional second PUT wipes out the note."""
    server = origin()
    for request, _ in exchanges():
        server.serve(request, conditional=False)
    assert json.loads(server.body) == {"status": "cancelled", "note": ""}


def test_each_put_is_a_whole_representation() -> None:
    """PUT replaces: its content has all members of what GET returned."""
    (_, read), (first, _), (second, _) = exchanges()
    members = json.loads(read.body).keys()
    assert json.loads(first.body).keys() == json.loads(second.body).keys() == members


def test_the_refusal_is_a_problem_of_rfc_9457() -> None:
    """All five standard members, the status that of the response, type and instance URIs."""
    refused = exchanges()[-1][1]
    assert refused.fields["Content-Type"] == "application/problem+json"
    problem = json.loads(refused.body)
    assert problem.keys() == {"type", "title", "status", "detail", "instance"}
    assert problem["status"] == refused.status == 412
    assert re.match(r"https://\S+$", problem["type"])
    assert re.match(r"urn:uuid:[0-9a-f-]{36}$", problem["instance"])


ALICE, BOB, CLERK, OTHER_CLERK = 1, 2, 3, 4
MINE, HERS, ABSENT = 41, 42, 99


@pytest.fixture
def shop() -> dict[str, Any]:
    """Return the listing's names, callers of two tenants and two invoices of tenant 1."""
    names = load_python("authn-authz-ownership.py")
    caller, invoice = names["Caller"], names["Invoice"]
    names["callers"] = {
        ALICE: caller(ALICE, 1),
        BOB: caller(BOB, 1),
        CLERK: caller(CLERK, 1, frozenset({"clerk"})),
        OTHER_CLERK: caller(OTHER_CLERK, 2, frozenset({"clerk"})),
    }
    names["invoices"] = {MINE: invoice(BOB, 1), HERS: invoice(ALICE, 1), 43: invoice(CLERK, 1)}
    return names


def may(shop: dict[str, Any], caller: int, action: str, key: int) -> bool:
    """Say whether the listing lets the caller have the invoice."""
    try:
        return bool(shop["load"](shop["callers"][caller], action, key, shop["invoices"]) is shop["invoices"][key])
    except LookupError:
        return False


def test_a_customer_reads_only_invoices_of_their_own(shop: dict[str, Any]) -> None:
    """Changing 41 to 42 in the address gets nothing."""
    assert may(shop, BOB, "read", MINE)
    assert not may(shop, BOB, "read", HERS)


def test_a_role_counts_only_inside_its_tenant(shop: dict[str, Any]) -> None:
    """The clerk reads every invoice of the tenant; another tenant's clerk reads none."""
    assert all(may(shop, CLERK, "read", key) for key in (MINE, HERS))
    assert not any(may(shop, OTHER_CLERK, action, key) for key in (MINE, HERS) for action in ("read", "refund"))


def test_one_role_may_read_what_it_may_not_refund(shop: dict[str, Any]) -> None:
    """A clerk refunds customers' invoices, nobody their own."""
    assert may(shop, CLERK, "refund", MINE)
    assert may(shop, CLERK, "read", 43)
    assert not may(shop, CLERK, "refund", 43)
    assert not may(shop, BOB, "refund", MINE)


def test_an_action_without_a_rule_is_denied(shop: dict[str, Any]) -> None:
    """Deny by default, even to owner and clerk."""
    assert not may(shop, BOB, "delete", MINE)
    assert not may(shop, CLERK, "delete", MINE)


def test_a_refusal_does_not_tell_whether_the_invoice_exists(shop: dict[str, Any]) -> None:
    """Forbidden and absent give the same message, but for the number that was asked for."""
    bob = shop["callers"][BOB]
    said = []
    for key in (HERS, ABSENT):
        with pytest.raises(LookupError) as refusal:
            shop["load"](bob, "read", key, shop["invoices"])
        said.append(str(refusal.value).replace(str(key), "N"))
    assert said[0] == said[1]
