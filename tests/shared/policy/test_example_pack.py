"""The example pack: a company's own on top of a shipped one, with the targets that the regulation leaves unsaid."""

from pathlib import Path

from services.complaint.policy import ComplaintChapter
from services.customer.policy import CustomerChapter
from shared.policy.check import check_packs
from tests.support.packs import CHAPTERS, shipped

EXAMPLES = Path(__file__).parents[3] / "docs/examples/packs"
RED_IN_THE_STORY = {
    "complaint": ("response_on_time", "handling_satisfaction", "resolution_on_time"),
    "customer": ("repair_on_time",),
}


def test_the_example_pack_has_no_mistake_and_states_what_its_base_leaves_open() -> None:
    packs, mistakes = check_packs(EXAMPLES, CHAPTERS)
    assert [str(mistake) for mistake in mistakes] == []
    assert [pack.code for pack in packs] == ["yunhu-gas"]
    own, base = packs[0], shipped("xxx-gas")
    assert own.manifest.extends == base.code
    assert set(own.common.demo_staff) == set(base.common.demo_staff)
    for name, codes in RED_IN_THE_STORY.items():
        chapter, inherited = own.chapters[name], base.chapters[name]
        assert isinstance(chapter, (ComplaintChapter, CustomerChapter))
        assert isinstance(inherited, (ComplaintChapter, CustomerChapter))
        for code in codes:
            assert chapter.indicators[code].targets["vip"].at_least == 100
            assert not inherited.indicators[code].targets
            assert chapter.indicators[code].figure == inherited.indicators[code].figure
