"""Whoever has not handed in a form reads until when it is kept, by the rule by which it is dropped."""

from dataclasses import replace
from datetime import timedelta

import pytest

from kaiban.domain.hours.clock import HALL_TIME
from kaiban.ports import FilingNotFound


def test_the_list_says_on_which_day_the_form_is_dropped_if_nothing_is_saved(filing, city):
    filings = city.kaiban.filings
    begun = filings.get(filing.filing_id)
    # Long ago, so that what is dropped here is nobody else's.
    long_ago = begun.started_at - timedelta(days=400)
    filings.save(replace(begun, started_at=long_ago, saved_at=long_ago + timedelta(days=3)))
    end = long_ago + timedelta(days=3) + city.kaiban.profile.drafts
    told = end.astimezone(HALL_TIME)
    filing.go("")
    assert f"到 {told.year}年{told.month}月{told.day}日 没有再保存过" in filing.text
    filings.prune(end - timedelta(seconds=1) - city.kaiban.profile.drafts)
    assert filings.get(begun.id).id == begun.id
    filing.go("licence").press("先保存，回清单", company__postal_code="999000")
    saved = filings.get(begun.id).saved_at + city.kaiban.profile.drafts
    told = saved.astimezone(HALL_TIME)
    assert f"到 {told.year}年{told.month}月{told.day}日 没有再保存过" in filing.text
    filings.save(replace(filings.get(begun.id), saved_at=long_ago))
    filings.prune(long_ago + timedelta(seconds=1))
    with pytest.raises(FilingNotFound):
        filings.get(begun.id)
