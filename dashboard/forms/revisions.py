"""What a roll back asks for."""

from __future__ import annotations

from typing import Any

from django import forms

from dashboard.forms.configuration import THOUGH_ABSENT, TICK_ABSENT


class RollBackForm(forms.Form):
    """Why an earlier revision is put in force again."""

    reason = forms.CharField(
        label="Why", max_length=500, help_text="Kept with the new revision."
    )
    though_absent = forms.BooleanField(label=THOUGH_ABSENT, required=False)

    def __init__(self, data: Any = None, absent: bool = False, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["though_absent"].required = absent
        self.fields["though_absent"].error_messages["required"] = TICK_ABSENT


class EmptyForm(forms.Form):
    """Why a directory whose callbacks.conf is missing is declared empty."""

    reason = forms.CharField(
        label="Why", max_length=500, help_text="Kept with the new revision."
    )
