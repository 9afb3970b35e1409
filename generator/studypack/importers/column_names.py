"""What the columns of other people's tables are called, in the languages that they write in."""

from __future__ import annotations

import re
from typing import Final

_WORDS: Final = {
    "question": "question questions prompt front term q stem item problem frage fragen pregunta preguntas pergunta "
    "domanda вопрос вопросы pytanie pytania vraag 题目 问题 問題 質問 题干 word",
    "answer": "answer answers back definition a response solution meaning antwort antworten respuesta resposta "
    "risposta réponse reponse ответ odpowiedź odpowiedz antwoord 答案 回答 解答 lösung translation",
    "explanation": "explanation explanations rationale reason feedback comment erklärung begründung explicación "
    "explicação explication комментарий пояснение объяснение 解析 解説",
    "topic": "topic category subject chapter section deck unit theme thema kategorie kapitel fach tema capítulo "
    "categoría categoria kategoria temat rozdział chapitre sujet catégorie "
    "тема раздел глава категория 分类 分類 类别 章节",
    "level": "level difficulty schwierigkeit niveau stufe dificultad dificuldade difficulté difficoltà уровень "
    "сложность 难度 難易度 等级",
    "tags": "tags tag keywords labels schlagworte schlagwörter etiquetas теги 标签",
    "id": "id guid uid key number no nr # № uuid",
    "stimulus": "stimulus passage context",
    "snippet": "snippet",
    "guidance": "guidance hint hints notes note tip hinweis tipp pista indice подсказка 提示",
    "takeaway": "takeaway summary",
    "key_points": "points",
    "pitfalls": "pitfalls",
    "follow_ups": "follow-up follow-ups followup followups",
    "sources": "source sources reference references url link quelle fuente fonte источник 来源",
    "picture": "picture image img photo bild imagen imagem immagine изображение 图片",
    "correct": "correct right key richtig correcta correcto correta corretta correcte правильный верный 正确",
}
_CHOICE: Final = re.compile(
    r"(?:choice|option|distractor|alternative|opt|antwort|opción|opcion|opção|opcao|opzione|вариант|选项|選択肢)s?"
    r"(?:[ _-]*ответа)?[ _-]*(?:[a-h]|\d{1,2})|(?:choice|option|distractor|alternative|opt|选项)s?|[a-h]"
)
_CORRECT: Final = re.compile(
    r"(?:is )?(?:correct|right)(?:[ _-]*(?:answer|option|choice|letter))?s?(?:[ _-]*(?:index|number|no))?"
    r"|richtige (?:antwort|lösung)|(?:respuesta|resposta|risposta) corr?e(?:c?t[ao])|(?:bonne|correcte) réponse"
    r"|réponse correcte|(?:правильный|верный) ответ|(?:poprawna|prawidłowa) odpowied[źz]"
    r"|正确答案|正解|(?:answer|solution) key|key"
)
_WRONG: Final = re.compile(
    r"(?:incorrect|wrong)(?:[ _-]*(?:answer|option|choice))?s?[ _-]*\d*|falsche antwort[ _-]*\d*"
)
_FEEDBACK: Final = re.compile(
    r"(?:feedback|explanation|rationale)s?[ _-]*(?:for[ _-]*)?(?:option|choice)?[ _-]*(?:[a-h]|[1-8])"
)
_NUMBERED: Final = re.compile(r"^(.*?)[ _-]*\d+$")
_ABOUT: Final = (
    "type",
    "name",
    "title",
    "kind",
    "format",
    "points",
    "marks",
    "score",
    "date",
    "time",
    "status",
    "length",
)
"""What a column such as `Question Type` is about; the question itself is in another."""

SEVERAL: Final = ("choices", "wrong", "answer", "key_points", "follow_ups", "feedback", "explanation")
"""The keys that several columns can be."""
NAMES: Final = (
    "question", "stimulus", "snippet", "answer", "explanation", "topic", "level", "tags", "id", "guidance", "takeaway",
    "key_points", "pitfalls", "follow_ups", "sources", "picture", "choices", "feedback", "correct", "wrong",
)  # fmt: skip  # one list
"""The keys that a column can be, for `--map`."""


def key_of(head: str) -> str:
    """Return the key that a column's name says; empty where it says none."""
    word = " ".join(re.sub(r"([a-z])([A-Z])", r"\1 \2", head.strip().strip("*:")).replace("_", " ").lower().split())
    if not word:
        return ""
    if word.replace(" ", "_") in NAMES:
        return word.replace(" ", "_")
    patterns = (("feedback", _FEEDBACK), ("wrong", _WRONG), ("correct", _CORRECT), ("choices", _CHOICE))
    for key, pattern in patterns:
        if pattern.fullmatch(word) and word != "a":
            return key
    words = word.split()
    if words[0] == "question" and len(words) > 1:  # something about the question, or its text
        if words[-1] in _ABOUT:
            return ""
        words.reverse()
    return next((key for each in (word, words[0], words[-1]) if (key := _by_word(each))), "")


def _by_word(word: str) -> str:
    numbered = _NUMBERED.match(word)
    for key, words in _WORDS.items():
        if word in words.split() or (numbered and numbered[1] in words.split() and key in SEVERAL):
            return key
    return ""
