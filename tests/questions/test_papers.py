"""Papers: drawn from a seed alone, and told apart by their codes."""

from __future__ import annotations

from pathlib import Path

from studypack.questions.blueprint import Portion
from studypack.questions.papers import again, draw, new_code

from tests.making import authored, make_set

CHOICES = [{"text": f"Choice {n}.", "correct": n == 2} for n in range(5)]


def test_a_paper_is_the_same_on_every_run_and_another_for_another_seed(tmp_path: Path) -> None:
    """Questions, their order and that of the choices follow from the seed; the correct choice stays the correct one."""
    content = authored(8)
    for question in content["questions"]:
        question["choices"] = CHOICES
    whole = make_set(tmp_path, content)
    papers = [draw(whole, [Portion(4)], f"1/{n}", code=str(n), shuffled=True) for n in range(8)]
    assert papers[0] == draw(whole, [Portion(4)], "1/0", code="0", shuffled=True)
    assert len({paper.content for paper in papers}) == 8
    for question, order in zip(papers[0].question_set.questions, papers[0].orders, strict=True):
        assert [choice.text for choice in question.choices] == [f"Choice {n}." for n in order]
        assert [choice.text for _, choice in question.correct] == ["Choice 2."]
    assert any(
        [q.number for q in paper.question_set.questions] != sorted(q.number for q in paper.question_set.questions)
        for paper in papers
    )


def test_a_paper_can_be_made_again_from_what_was_recorded_of_it(tmp_path: Path) -> None:
    """Ids of questions and orders of choices are enough."""
    content = authored(5)
    content["questions"][1]["choices"] = CHOICES
    whole = make_set(tmp_path, content)
    paper = draw(whole, [Portion(3)], "x", code="AB12", name="Ada", shuffled=True)
    recorded = [(q.id, order) for q, order in zip(paper.question_set.questions, paper.orders, strict=True)]
    assert again(whole, recorded, code="AB12", name="Ada", seed="x") == paper


def test_codes_are_unique_and_depend_on_the_set_and_the_seed() -> None:
    """A code that another paper has is drawn again."""
    first = new_code("set", "1/1", ())
    assert first == new_code("set", "1/1", ())
    assert new_code("other", "1/1", ()) != first
    assert new_code("set", "1/1", {first}) != first
    taken: set[str] = set()
    for number in range(3000):
        taken.add(new_code("set", f"1/{number}", taken))
    assert len(taken) == 3000
