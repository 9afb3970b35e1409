"""Short titles: a question of twenty words, as the three that it is about."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from studypack.questions.model import Question


class _Asking(NamedTuple):
    """How a language asks.

    Attributes:
        leads: what a title leaves out at the beginning of a question; the longest that fits counts.
        asks: words that begin a second question, as alternatives of a regular expression.
        joins: words between the two questions, likewise.
    """

    leads: tuple[str, ...]
    asks: str
    joins: str


_LANGUAGES: Final = {
    "en": _Asking(
        ("What is the difference between ", "What is meant by ", "What is ", "What are ", "How do you ",
         "How would you ", "How can you ", "How should you ", "How to ", "Explain ", "Describe ", "Define ",
         "Tell me about "),
        "how|what|when|why|where|which|who|give|explain|walk|can",
        "and|but|or",
    ),
    "de": _Asking(
        ("Was ist der Unterschied zwischen ", "Was versteht man unter ", "Was ist ", "Was sind ", "Erklären Sie ",
         "Erkläre ", "Beschreiben Sie ", "Beschreibe ", "Nennen Sie ", "Nenne ", "Definieren Sie ", "Definiere "),
        "wie|was|wann|warum|wo|welche|welcher|welches|wer|wozu|nennen|erklären|geben",
        "und|aber|oder",
    ),
    "fr": _Asking(
        ("Quelle est la différence entre ", "Qu’est-ce que ", "Qu'est-ce que ", "Qu’est-ce qu’", "Qu'est-ce qu'",
         "Expliquez ", "Décrivez ", "Définissez "),
        "comment|que|quoi|quand|pourquoi|où|quel|quelle|quels|quelles|qui|donnez|expliquez",
        "et|mais|ou",
    ),
    "es": _Asking(
        ("¿Cuál es la diferencia entre ", "¿Qué es ", "¿Qué son ", "¿Qué se entiende por ", "Explique ", "Describa ",
         "Defina "),
        "cómo|qué|cuándo|por qué|dónde|cuál|cuáles|quién|dé|explique",
        "y|pero|o",
    ),
}  # fmt: skip  # a table
"""By the first part of a BCP 47 tag. Questions in other languages stay whole."""

_ENDS: Final = "?？.!:;, "
_PAIRED: Final = "`*_$"
"""Marks of Markdown that a title must have in pairs."""


def short_title(question: Question, lang: str) -> str:
    """Return a question's own short title, or the question cut at its subject, as Markdown.

    "What is deadlock and how do you prevent it?" becomes "Deadlock": the words that only ask are left out at the
    beginning, and a second question at the end. A question that this does not fit stays whole, and no cut divides a
    piece of Markdown.

    Args:
        question: the question.
        lang: the set's language.
    """
    return question.short or cut(question.question, lang)


def cut(question: str, lang: str) -> str:
    """Return a question, one line of Markdown, cut at its subject."""
    asking = _LANGUAGES.get(lang.partition("-")[0].lower())
    if asking is None:
        return question
    first = _first_of_two(question, asking)
    leads = sorted(asking.leads, key=len, reverse=True)
    lead = next((lead for lead in leads if first.casefold().startswith(lead.casefold())), "")
    title = first[len(lead) :].strip(_ENDS)
    if title == question.strip(_ENDS) or not title or any(title.count(mark) % 2 for mark in _PAIRED):
        return question
    return title[0].upper() + title[1:]


def _first_of_two(question: str, asking: _Asking) -> str:
    """Return what is asked before a second question begins, which is introduced by a mark or by a joining word."""
    second = re.search(rf"(?:[.:;?–—]\s+|,?\s+(?:{asking.joins})\s+)¿?(?:{asking.asks})\b", question, re.IGNORECASE)
    return question[: second.start()] if second and second.start() else question
