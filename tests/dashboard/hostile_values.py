"""Texts that parameters of addresses are tried with: too large, no numbers, no moments, no text."""

from __future__ import annotations

#: None of them may ever be answered by 500.
VALUES = (
    *("-1", "1.5", "1e400", "NaN", "-inf", "0x10", "٣", "²", "null", "[]", "%00"),
    *("999999999999", "253402300800", "-62135596801", "99999999999999"),
    *(str(2**63 - 1), str(2**63), "9" * 19, "9" * 20, "9" * 5000),
    *("9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "2026-02-30"),
    *("999999d", "a\0b", "\ufffe", "x" * 5000, "/a/b\0", "'"),
)
