"""The search field of the top bar."""

from __future__ import annotations

from django import forms

from dashboard.forms.fields import TextField


class SearchForm(forms.Form):
    """What a person typed into the search."""

    q = TextField(required=False, max_length=500)
