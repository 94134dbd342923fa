"""A journal's digest: the same story the same digest, any other story another."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from builders import SESSION, a_record, at
from khms_trader.domain.events import Event, ExecutionStarted
from khms_trader.storage.journal_digest import continued_digest

RECORD = a_record()
EVENT = ExecutionStarted(at=at("09:01"), account="paper", session=SESSION, plan_id="p")
# Pinned, so that no release changes what an earlier replay's digest was by accident.
KNOWN = "51e178d7ab628aaf73a150e99b694e268c883caea0f76c090cc3c47030de8833"


def digest(*events: Event, before: str = "") -> str:
    return continued_digest(before, [RECORD], events)


def test_the_digest_of_a_known_story_stays_what_it_was() -> None:
    assert digest(EVENT) == KNOWN


def test_one_field_of_one_order_or_event_changes_it() -> None:
    other_order = replace(RECORD, filled_quantity=1)
    other_event = replace(EVENT, plan_id="q")

    stories = {
        digest(EVENT),
        digest(other_event),
        digest(),
        continued_digest("", [other_order], [EVENT]),
        continued_digest("", [], [EVENT]),
    }

    assert len(stories) == 5


@given(st.lists(st.integers(min_value=0, max_value=3), max_size=6))
def test_a_chain_depends_on_every_link_and_its_place(links: list[int]) -> None:
    events = [replace(EVENT, plan_id=f"p{link}") for link in links]

    def chained(order: list[ExecutionStarted]) -> str:
        result = ""
        for event in order:
            result = digest(event, before=result)
        return result

    is_same_backwards = links == links[::-1]
    assert (chained(events) == chained(events[::-1])) == is_same_backwards
