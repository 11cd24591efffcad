"""Whatever is done to a chain up to its newest anchor shows."""

import random
from dataclasses import replace

import pytest

from kaiban.domain.audit.chain import Found, Head, examine, line_of, linked, statement
from tests.domain.audit.damages import DAMAGES, campaign, chained, rechained, some_chain

CHAIN = chained({"2026-12-01": ["a", "b"], "2026-12-02": ["c"]})
ALL = [Head(each.day, each.seq, each.hash) for each in CHAIN]


def test_a_whole_chain_has_nothing_wrong_and_says_what_no_anchor_covers():
    assert examine(CHAIN, ALL) == Found(3, 0, ())
    assert examine(CHAIN, ALL[:2]) == Found(3, 1, ())
    assert examine(CHAIN, []) == Found(3, 3, ())
    assert examine([], []) == Found(0, 0, ())


def test_every_damage_up_to_the_newest_anchor_is_found():
    missed, done = campaign(examine, 360, seed=20261201)
    assert missed == []
    assert min(done.values()) >= 15


@pytest.mark.parametrize("seed", range(3))
def test_what_comes_after_the_newest_anchor_may_be_made_anew_unseen(seed):
    """So it is said how many records are not covered yet."""
    rng = random.Random(seed)
    records, anchors = some_chain(rng)
    newest = max(anchors)
    kept = [each for each in records if (each.day, each.seq) <= (newest.day, newest.seq)]
    added = rechained([*kept, replace(kept[-1], day="2027-01-01", line="made up")])
    assert examine(added, anchors).uncovered == 1
    assert examine(added, anchors).problems == ()


def weak(**without):
    """Verifiers that leave something out."""

    def looks(records, anchors):
        records = list(records)
        wrong = list(examine(records, [] if "anchors" in without else anchors).problems)
        if "tail" in without:
            wrong = [each for each in wrong if "not there any more" not in each]
        if "links" in without:
            wrong = [each for each in wrong if "changed" not in each]
        if "order" in without:
            wrong = [each for each in wrong if "follow" not in each]
        return Found(len(records), 0, tuple(wrong))

    return looks


@pytest.mark.parametrize(
    ("left_out", "lets_through"),
    [
        ("anchors", {"cut", "rewritten edit", "rewritten delete", "rewritten swap", "rewritten insert", "rewritten cut"}),
        ("tail", {"cut", "rewritten cut"}),
        ("links", {"edit", "swap"}),
    ],
)  # fmt: skip
def test_the_campaign_catches_a_verifier_that_leaves_something_out(left_out, lets_through):
    missed, _ = campaign(weak(**{left_out: True}), 360, seed=20261201)
    assert lets_through <= set(missed) <= set(DAMAGES)


def test_days_follow_each_other_and_begin_with_one():
    jumped = [CHAIN[0], CHAIN[1], replace(CHAIN[2], seq=2)]
    back = [CHAIN[2], *CHAIN[:2]]
    for wrong in (jumped, back, CHAIN[1:]):
        assert examine(wrong, []).problems


def test_records_are_written_in_one_way():
    assert (
        line_of({"b": 1, "a": "王", "empty": "", "none": None, "list": []}) == '{"a":"王","b":1}'
    )
    assert linked("0", "2026-12-01", 1, "x") != linked("0", "2026-12-01", 11, "x")
    assert statement("shifan", ALL[0]).decode().split("\n")[1:4] == ["shifan", "2026-12-01", "1"]
