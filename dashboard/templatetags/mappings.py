"""`{% mapping_row row may_edit %}`: one mapping of an edit; what was rendered before is kept."""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def mapping_row(row: Hashable, may_edit: bool) -> SafeString:
    """A row of the list beside the text."""
    return _rendered(row, may_edit)


@lru_cache(maxsize=2048)
def _rendered(row: Hashable, may_edit: bool) -> SafeString:
    context = {"row": row, "may_edit": may_edit}
    return render_to_string("configuration/_mapping_row.html", context)
