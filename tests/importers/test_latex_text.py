"""LaTeX in Anki's `[latex]`: text becomes Markdown, formulas stay."""

from __future__ import annotations

import pytest
from studypack.importers.html_markdown import markdown_of


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"[latex]What is $n$ in \(c\)?[/latex]", r"What is \(n\) in \(c\)?"),
        (r"[latex]\begin{itemize} \item one \item two: $a_1$\end{itemize}[/latex]", "- one\n- two: \\(a_1\\)"),
        (
            r"[latex]\begin{enumerate}<br>\item a<br>\begin{itemize}\item b\end{itemize}\end{enumerate}[/latex]",
            "1. a\n   - b",
        ),
        (
            r"[latex]One.\\$x^2$ is \textbf{two}, 5\,\% of \emph{it}\_[/latex]",
            "One.\n\n\\(x^2\\) is **two**, 5 % of *it*\\_",
        ),
        (r"[latex]$$a + b$$[/latex]", r"\[a + b\]"),
        (
            r"[latex]\begin{align*}a &amp;= b\\ c &amp;= d\end{align*}[/latex]",
            r"\[\begin{aligned}a &= b\\ c &= d\end{aligned}\]",
        ),
        (r"[latex]\frac{1}{2}x^2[/latex]", r"\(\frac{1}{2}x^2\)"),
        (r"[latex]``A'' -- \textbf Light, 2 * 3 * 4 \unknown{x}[/latex]", r"“A” – **L**ight, 2 \* 3 \* 4 \\unknown{x}"),
        (r"[latex]Fabry-P\'erot, fa\c{c}ade, \$5 each[/latex]", r"Fabry-Pérot, façade, \$5 each"),
    ],
)  # fmt: skip  # a source and its text
def test_text_becomes_markdown(source: str, text: str) -> None:
    """Lists, styles, signs and line breaks; a formula without delimiters is told by its signs."""
    assert markdown_of(source) == text
