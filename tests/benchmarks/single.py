"""The handbook as one WeasyPrint document: what the benchmark compares with.

`python -m tests.benchmarks.single collect SET FOLDER` writes the HTML of all parts, one body, with its style sheets and
files; `python -m tests.benchmarks.single write FOLDER` typesets that in this process. Only the second is timed: reading
the set and filling templates, running heads and the proof are on the handbook's account alone.
"""

from __future__ import annotations

import pickle
import re
import sys
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from studypack.jobs.cache import Cache, default_folder
from studypack.jobs.executor import Job, JobExecutor
from studypack.typeset.layout import lay_out, write
from studypack.typeset.parts import PartJob


class _Recorder(JobExecutor):
    """An executor that remembers the parts it was asked for."""

    def __init__(self) -> None:
        super().__init__(cache=Cache(default_folder()))
        self.jobs: list[PartJob] = []

    def submit(self, job: Job[Any]) -> Future[Any]:
        if isinstance(job, PartJob) and job not in self.jobs:
            self.jobs.append(job)
        return super().submit(job)


def collect(path: Path, folder: Path) -> None:
    """Write `single.html`, `single.css` and the set's files; in the order in which the book has its parts."""
    from studypack.products.handbook import Handbook, flows
    from studypack.products.interface import PackContext
    from studypack.questions.loader import load
    from studypack.typeset.templating import stylesheet

    flows.WEIGHT = sys.maxsize  # type: ignore[misc]  # each text in one part
    loaded = load(path).question_set
    with _Recorder() as workshop:
        Handbook().render(PackContext(loaded, loaded, submit=workshop.submit))
    parts = [job for job in workshop.jobs if job.tagged]
    parts.sort(key=lambda job: "front" not in job.template)  # the others are made in the book's order
    pages = [job.html([], []) for job in parts]
    head, _, rest = pages[0].partition("<body>")
    bodies = "\n".join(re.split("</?body>", page)[1] for page in pages)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "single.html").write_text(f"{head}<body>{bodies}</body>{rest.partition('</body>')[2]}", "utf-8")
    (folder / "single.css").write_text(stylesheet(*parts[0].sheets, values=parts[0].values), "utf-8")
    (folder / "single.files").write_bytes(pickle.dumps(dict(loaded.files)))


def typeset(folder: Path) -> int:
    """Write `single.pdf`, tagged, and return how many pages it has."""
    html, css = ((folder / f"single.{kind}").read_text("utf-8") for kind in ("html", "css"))
    files = pickle.loads((folder / "single.files").read_bytes())  # of `collect`
    part = write(lay_out(html, css, files))
    (folder / "single.pdf").write_bytes(part.pdf)
    return part.count


if __name__ == "__main__":
    if sys.argv[1] == "collect":
        collect(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        sys.stdout.write(f"{typeset(Path(sys.argv[2]))}\n")
