"""Blueprints: what they mean, what keeps them from being met, and what is drawn from them."""

from __future__ import annotations

import pytest
from studypack.errors import SelectionError
from studypack.questions.blueprint import Portion, blueprint, drawn, unmet
from studypack.questions.model import QuestionSet

from tests.making import authored, make_set


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> QuestionSet:
    """Return twelve questions: four of each level and of each topic, six of each tag."""
    content = authored(12, per_topic=4)
    content["topics"][0]["title"] = "Data structures"
    return make_set(tmp_path_factory.mktemp("blueprint"), content)


def test_levels_topics_and_tags_are_known_by_id_and_title(whole: QuestionSet) -> None:
    """A part may name each of them, in any case, or several one after the other."""
    parts = blueprint("2 core, 1 x Data Structures, 3 ODD,1 advanced topic-1", whole)
    assert [(part.number, part.named) for part in parts] == [
        (2, (("level", "core"),)),
        (1, (("topic", "topic-0"),)),
        (3, (("tag", "odd"),)),
        (1, (("level", "advanced"), ("topic", "topic-1"))),
    ]


def test_every_part_that_cannot_be_read_is_named(whole: QuestionSet) -> None:
    """A word that names nothing is answered with what there is; a part without a number, with an example."""
    with pytest.raises(SelectionError) as caught:
        blueprint("2 cor, databases, 1 core core", whole)
    said = [str(each) for each in caught.value.diagnostics]
    assert '"cor", which is no level, topic or tag' in said[0]
    assert 'did you mean "core"?' in said[0]
    assert 'the part "databases"' in said[1]
    assert '"core core"' in said[2]


def test_the_same_seed_draws_the_same_questions(whole: QuestionSet) -> None:
    """A draw depends on the seed and the ids alone; other seeds draw others; the pool's order is kept."""
    parts = blueprint("2 core, 1 advanced", whole)
    first = drawn(whole.questions, parts, "1")
    assert first == drawn(tuple(reversed(whole.questions)), parts, "1")[::-1]
    assert [q.level for q in sorted(first, key=lambda q: q.level or "")] == ["advanced", "core", "core"]
    assert len({tuple(q.id for q in drawn(whole.questions, parts, str(n))) for n in range(20)}) > 10


def test_parts_that_share_questions_are_met_whenever_they_can_be(whole: QuestionSet) -> None:
    """Four core questions in all, of which a topic has two: whatever the seed, both parts get theirs."""
    topic = [q for q in whole.questions if q.topic == "topic-0"]
    core = [q for q in topic if q.level == "core"]
    parts = (
        Portion(len(core), "core", (("level", "core"),)),
        Portion(len(topic) - len(core), "topic-0", (("topic", "topic-0"),)),
    )
    for seed in range(30):
        assert len(drawn(tuple(topic), parts, str(seed))) == len(topic)


def test_a_part_with_too_few_questions_is_named(whole: QuestionSet) -> None:
    """So is one that has too few beside the others."""
    (said,) = unmet(whole.questions, blueprint("5 core, 1 advanced", whole))
    assert said.what == "each paper asks for 5 core, and there are 4"
    (said,) = unmet(whole.questions, blueprint("3 topic-0, 2 data structures", whole))
    assert (said.what, said.why) == ("each paper asks for 2 data structures", "beside 3 topic-0 only 1 is left")
    (said,) = unmet(whole.questions, (Portion(13),))
    assert said.what == "each paper asks for 13 questions, and there are 12"
    assert not list(unmet(whole.questions, blueprint("4 core, 4 advanced", whole)))
