"""What a roll back asks for."""

from __future__ import annotations

from django import forms


class RollBackForm(forms.Form):
    """Why an earlier revision is to be in force again."""

    reason = forms.CharField(
        label="Why", max_length=500, help_text="Kept with the new revision."
    )
