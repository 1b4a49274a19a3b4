"""Caches are bounded by bytes, and give what was computed."""

from __future__ import annotations

from dashboard.templatetags.source import lines_of
from qubecb.caching import Cache, remembered

MEBIBYTE = 1024 * 1024


def test_what_was_computed_is_given_again() -> None:
    asked = []

    @remembered(MEBIBYTE, lambda result, number: 8)
    def double(number: int) -> int:
        asked.append(number)
        return 2 * number

    assert [double(1), double(2), double(1)] == [2, 4, 2]
    assert asked == [1, 2]


def test_the_longest_unused_goes_first_when_there_is_no_room() -> None:
    cache = Cache(4 * 1500)
    for key in "abcd":
        cache.put(key, key, 1000)
    cache.get("a")
    cache.put("e", "e", 1000)
    assert [key for key in "abcde" if cache.get(key)] == ["a", "c", "d", "e"]
    assert cache.held <= cache.most


def test_what_is_too_large_for_the_cache_is_not_kept() -> None:
    cache = Cache(MEBIBYTE)
    cache.put("a", "a", MEBIBYTE)
    assert cache.get("a") is None
    assert cache.held == 0


def test_the_same_again_takes_no_more_room() -> None:
    cache = Cache(MEBIBYTE)
    for _ in range(3):
        cache.put("a", "a", 1000)
    assert cache.held == 1500


def test_coloured_sources_take_a_bounded_number_of_bytes() -> None:
    cache: Cache = lines_of.cache  # type: ignore[attr-defined]  # what it remembers
    for number in range(40):
        lines_of(f"{number}\n" + "x" * MEBIBYTE, "python")
    assert cache.held <= cache.most <= 32 * MEBIBYTE
