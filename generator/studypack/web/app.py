"""The addresses of the local server, and what each of them answers."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from studypack.errors import Diagnostic, StudypackError
from studypack.jobs.executor import JobExecutor
from studypack.resources import VERSION
from studypack.typeset.templating import render, stylesheet
from studypack.web import cards, pages
from studypack.web.choosing import asked, offered
from studypack.web.desk import Desk
from studypack.web.finished import File, names_of
from studypack.web.importing import MAX_UPLOAD, import_upload
from studypack.web.saving import save_pack

Shown = Callable[[Iterable[Diagnostic], str], str]
"""Returns diagnostics of a kind (`error` or `warning`) as the terminal shows them."""

UPLOADS: Final = {"/api/import": MAX_UPLOAD}
"""Paths that take files, and the most bytes of a body."""

HTML_POLICY: Final = "sandbox allow-scripts; frame-ancestors 'self'"
"""Added to the policy that a web page of a pack carries itself: it cannot reach this server."""

_HEARTBEAT: Final = 15.0
"""Seconds between signs of life on an event stream, by which a server notices that a page is gone."""


@dataclass
class Server:
    """What is served.

    Attributes:
        output: the folder in which packs and imported sets are written.
        executor: the workers of all builds.
        shown: returns diagnostics as the terminal shows them.
        desks: the sets by their keys in addresses.
    """

    output: Path
    executor: JobExecutor
    shown: Shown
    desks: dict[str, Desk] = field(default_factory=dict)
    _listening: dict[str, set[asyncio.Queue[str]]] = field(default_factory=dict)
    _loop: asyncio.AbstractEventLoop | None = None

    def add(self, path: Path) -> str:
        """Serve a set, and return its key; one that is served already keeps its own."""
        for key, desk in self.desks.items():
            if desk.path == path:
                return key
        key = str(len(self.desks))
        desk = Desk(path, self.output, self.executor, lambda event, data: self._tell(key, event, data))
        self.desks[key] = desk
        desk.open()
        return key

    def close(self) -> None:
        """Stop all watching and building."""
        for desk in self.desks.values():
            desk.close()

    def _tell(self, key: str, event: str, data: Any) -> None:
        message = f"event: {event}\ndata: {json.dumps(data)}\n\n"
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._pass_on, key, message)

    def _pass_on(self, key: str, message: str) -> None:
        for queue in self._listening.get(key, ()):
            queue.put_nowait(message)

    async def events(self, key: str) -> AsyncIterator[str]:
        """Yield what happens to a set as server-sent events, until the page is gone."""
        self._loop = asyncio.get_running_loop()
        queue: asyncio.Queue[str] = asyncio.Queue()
        self._listening.setdefault(key, set()).add(queue)
        try:
            yield "retry: 1000\n\n"
            while True:
                try:
                    yield await asyncio.wait_for(queue.get(), _HEARTBEAT)
                except TimeoutError:
                    yield ": here\n\n"
        finally:
            self._listening[key].discard(queue)


def app_of(server: Server) -> Starlette:
    """Return the application that answers for a server; `guard.Guard` belongs before it."""
    answers = _Answers(server)
    return Starlette(
        routes=[
            Route("/", answers.page),
            Route("/favicon.ico", answers.icon),
            Route("/app.css", answers.style),
            Route("/app.js", answers.script),
            Route("/api/sets", answers.sets),
            Route("/api/import", answers.bring, methods=["POST"]),
            Route("/api/{key}/offer", answers.offer),
            Route("/api/{key}/choose", answers.choose, methods=["POST"]),
            Route("/api/{key}/build", answers.build, methods=["POST"]),
            Route("/api/{key}/exam", answers.exam, methods=["POST"]),
            Route("/api/{key}/cancel", answers.cancel, methods=["POST"]),
            Route("/api/{key}/save", answers.save, methods=["POST"]),
            Route("/api/{key}/state", answers.state),
            Route("/api/{key}/events", answers.events),
            Route("/api/{key}/source/{id}", answers.source),
            Route("/api/{key}/pack.zip", answers.pack),
            Route("/api/{key}/file/{file}", answers.file),
            Route("/api/{key}/{build}/page/{file}/{number:int}", answers.picture),
            Route("/api/{key}/{build}/card/{number:int}/{side}", answers.card),
            Route("/api/{key}/{build}/html/{file}", answers.html),
        ],
        exception_handlers={StudypackError: answers.problems},
    )


class _Answers:
    """The functions behind the addresses."""

    def __init__(self, server: Server) -> None:
        self._server = server

    async def page(self, _: Request) -> Response:
        return Response(render("web/page.html.j2", version=VERSION), media_type="text/html")

    async def icon(self, _: Request) -> Response:
        return Response(status_code=204)

    async def style(self, _: Request) -> Response:
        return Response(stylesheet("web/app.css"), media_type="text/css")

    async def script(self, _: Request) -> Response:
        return Response(stylesheet("web/app.js"), media_type="text/javascript")

    async def sets(self, _: Request) -> Response:
        return JSONResponse([{"key": key, "name": desk.path.name} for key, desk in self._server.desks.items()])

    async def offer(self, request: Request) -> Response:
        desk = self._desk(request)
        if desk.loaded is None:
            raise StudypackError(*desk.problems)
        return JSONResponse(await run_in_threadpool(offered, desk.loaded))

    async def choose(self, request: Request) -> Response:
        return JSONResponse(await run_in_threadpool(self._desk(request).chosen, await _json(request)))

    async def build(self, request: Request) -> Response:
        await run_in_threadpool(self._desk(request).build, await _json(request))
        return JSONResponse({})

    async def exam(self, request: Request) -> Response:
        await run_in_threadpool(self._desk(request).exam, await _json(request))
        return JSONResponse({})

    async def cancel(self, request: Request) -> Response:
        await run_in_threadpool(self._desk(request).cancel)
        return JSONResponse({})

    async def save(self, request: Request) -> Response:
        desk, wanted = self._desk(request), await _json(request)
        name, title, criteria = wanted.get("name"), wanted.get("title", ""), wanted.get("criteria", {})
        if desk.loaded is None or not isinstance(name, str) or not isinstance(title, str):
            raise HTTPException(400)
        found = asked({"criteria": criteria}, desk.path, desk.output).criteria
        chosen = {key: getattr(found, key) for key in ("topics", "levels", "tags", "ids")}
        path = await run_in_threadpool(save_pack, desk.loaded, name, title, chosen)
        await run_in_threadpool(desk.read)
        return JSONResponse({"file": str(path)})

    async def state(self, request: Request) -> Response:
        return JSONResponse(await run_in_threadpool(self._state, self._desk(request)))

    def _state(self, desk: Desk) -> dict[str, Any]:
        result = desk.result
        problems = desk.problems or (result.problems if result else ())
        names = names_of(desk.loaded.question_set) if desk.loaded else {}
        warnings = [warning for made in desk.made.values() for warning in made.warnings]
        return {
            "problems": self._server.shown(problems, "error"),
            "warnings": self._server.shown(warnings, "warning") if warnings else "",
            "built": result and {"number": result.number, "seconds": round(result.seconds, 2)},
            "last": result.made.kind if result and result.made else "",
            "files": [
                {"of": made.kind, "folder": str(made.folder), **file.described(names)}
                for made in desk.made.values()
                for file in made.files
            ],
        }

    async def events(self, request: Request) -> Response:
        self._desk(request)
        return StreamingResponse(self._server.events(request.path_params["key"]), media_type="text/event-stream")

    async def source(self, request: Request) -> Response:
        return JSONResponse(await run_in_threadpool(_source, self._desk(request), request.path_params["id"]))

    async def pack(self, request: Request) -> Response:
        desk = self._desk(request)
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            for made in desk.made.values():
                for name, each in made.contents():
                    archive.writestr(zipfile.ZipInfo(name), each)
        name = next((made.folder.name for made in desk.made.values()), "pack")
        return _download(content.getvalue(), f"{name}.zip", "application/zip")

    async def file(self, request: Request) -> Response:
        file = self._file(request)
        return _download(file.content, file.filename, "application/octet-stream")

    async def picture(self, request: Request) -> Response:
        content, number = self._file(request).content, request.path_params["number"]
        width = request.query_params.get("width", "700")
        try:
            made = await run_in_threadpool(pages.picture, content, number, int(width[:5]))
        except (IndexError, ValueError) as error:
            raise HTTPException(404) from error
        return Response(made, media_type="image/png")

    async def card(self, request: Request) -> Response:
        deck = self._file(request, "apkg").content
        made = await run_in_threadpool(cards.cards_of, deck)
        number, parts = request.path_params["number"], request.path_params
        if number >= len(made):
            raise HTTPException(404)
        media = await run_in_threadpool(cards.media_of, deck)
        night = request.query_params.get("night") == "1"
        shown = cards.side(made[number], media, back=parts["side"] == "back", night=night)
        return Response(shown, media_type="text/html", headers={"content-security-policy": cards.CARD_POLICY})

    async def html(self, request: Request) -> Response:
        content = self._file(request).content
        return Response(content, media_type="text/html", headers={"content-security-policy": HTML_POLICY})

    async def bring(self, request: Request) -> Response:
        name = request.query_params.get("name", "")
        content = await request.body()
        folder, told = await run_in_threadpool(import_upload, name, content, self._server.output)
        key = await run_in_threadpool(self._server.add, folder)
        return JSONResponse({"key": key, **told})

    async def problems(self, _: Request, error: Exception) -> Response:
        diagnostics = error.diagnostics if isinstance(error, StudypackError) else ()
        return JSONResponse({"problems": self._server.shown(diagnostics, "error")}, 422)

    def _desk(self, request: Request) -> Desk:
        desk = self._server.desks.get(request.path_params["key"])
        if desk is None:
            raise HTTPException(404)
        return desk

    def _file(self, request: Request, kind: str = "") -> File:
        """Return the finished file that a request means: the one that it names, or that of a kind."""
        files = self._desk(request).files
        name = request.path_params.get("file", "")
        if kind:
            name = next((file.name for file in files.values() if file.kind == kind), "")
        if name not in files:
            raise HTTPException(404)
        return files[name]


def _source(desk: Desk, key: str) -> Mapping[str, Any]:
    """Return where a question is in the author's files, and the lines from there to the next question."""
    places = [(q.id, q.where) for q in desk.loaded.question_set.questions] if desk.loaded else []
    where = dict(places).get(key)
    if where is None:
        raise HTTPException(404)
    lines = Path(where.file).read_text("utf-8-sig", "replace").splitlines()
    following = [other.line for _, other in places if other and other.file == where.file and other.line > where.line]
    text = "\n".join(lines[where.line - 1 : min(following, default=len(lines) + 1) - 1])
    return {"file": where.file, "line": where.line, "text": text.rstrip()}


async def _json(request: Request) -> dict[str, Any]:
    """Return the body of a request."""
    try:
        found = json.loads(await request.body())
    except ValueError as error:
        raise HTTPException(400) from error
    if not isinstance(found, dict):
        raise HTTPException(400)
    return found


def _download(content: bytes, name: str, kind: str) -> Response:
    return Response(content, media_type=kind, headers={"content-disposition": f'attachment; filename="{name}"'})
