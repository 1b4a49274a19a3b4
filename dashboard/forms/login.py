"""A person's own password."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest

OLD = "old_password"
STRENGTH = "At least 8 characters, and none of the common passwords."
PasswordInput = forms.PasswordInput(attrs={"autocomplete": "new-password"})


class NewPasswordForm(forms.Form):
    """A new password, typed twice, checked against Django's validators."""

    new_password = forms.CharField(
        label="New password",
        strip=False,
        max_length=1000,
        widget=PasswordInput,
        help_text=STRENGTH,
    )
    repeated = forms.CharField(
        label="Repeat it", strip=False, max_length=1000, widget=PasswordInput
    )

    def __init__(self, person: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_new_password(self) -> str:
        value: str = self.cleaned_data["new_password"]
        validate_password(value, self.person)
        return value

    def clean(self) -> None:
        """Check that both are the same."""
        first = self.cleaned_data.get("new_password")
        if first is not None and first != self.cleaned_data.get("repeated"):
            self.add_error("repeated", "The two passwords differ.")


class OwnPasswordForm(NewPasswordForm):
    """One's own password: the old one is asked for, too."""

    old_password = forms.CharField(
        label="Current password",
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = (OLD, "new_password", "repeated")

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        if not isinstance(request.user, User):
            raise TypeError("only a person has a password")
        super().__init__(request.user, *args, **kwargs)
        self.request = request

    def clean_old_password(self) -> str:
        """Check that it is right; a wrong one counts like a wrong one at the login."""
        value: str = self.cleaned_data[OLD]
        name = self.person.get_username()
        if authenticate(self.request, username=name, password=value) is None:
            raise ValidationError("This is not your current password.")
        return value
