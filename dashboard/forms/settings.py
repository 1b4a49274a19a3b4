"""Users, tokens and the audit log's filters."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.utils import timezone

from dashboard.forms.fields import MomentField
from dashboard.forms.login import STRENGTH
from dashboard.models.rights import MEANINGS, RIGHTS, TOKEN_RIGHTS
from dashboard.queries.settings import AuditFilter

LONGEST_NAME = 150


def right_choices(rights: tuple[str, ...]) -> list[tuple[str, str]]:
    """Rights with what each means, for a select."""
    return [(right, f"{right}: {MEANINGS[right]}") for right in rights]


class RightForm(forms.Form):
    """Another right for a person."""

    right = forms.ChoiceField(choices=right_choices(RIGHTS))


class NewUserForm(forms.Form):
    """A person who may log in."""

    username = forms.CharField(
        label="Name",
        max_length=LONGEST_NAME,
        validators=[UnicodeUsernameValidator()],
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    right = forms.ChoiceField(choices=right_choices(RIGHTS))
    password = forms.CharField(
        label="First password",
        strip=False,
        max_length=1000,
        help_text=f"{STRENGTH} They can change it themselves.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_username(self) -> str:
        """Normalise it as Django does when it makes a user."""
        return str(User.normalize_username(self.cleaned_data["username"]))

    def clean_password(self) -> str:
        value: str = self.cleaned_data["password"]
        validate_password(value)
        return value


class NewTokenForm(forms.Form):
    """A token for a program."""

    name = forms.CharField(
        max_length=100,
        help_text="What will use it. The name is shown with every event that it sends.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    right = forms.ChoiceField(
        choices=[(right, right) for right in TOKEN_RIGHTS], initial="intake"
    )
    expires = forms.DateField(
        label="Last day",
        required=False,
        help_text="It works until the end of this day; leave it empty for no end.",
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def clean_name(self) -> str:
        """Refuse what cannot be read in a log."""
        value: str = self.cleaned_data["name"]
        if not value.isprintable():
            raise ValidationError("A name must have only printable characters.")
        return value

    def clean_expires(self) -> datetime | None:
        """The end of that day in the site's time zone."""
        day = self.cleaned_data["expires"]
        if day is None:
            return None
        if day < timezone.localdate():
            raise ValidationError("This day is past.")
        return timezone.make_aware(datetime.combine(day, time.max))


class AuditFilterForm(forms.Form):
    """The filters of the audit log, all optional."""

    actor = forms.CharField(required=False, max_length=150)
    act = forms.CharField(required=False, max_length=30)
    since = MomentField(required=False)
    until = MomentField(required=False)

    def wanted(self) -> AuditFilter:
        """The filter; what cannot be read counts as not given."""
        self.is_valid()
        data: dict[str, Any] = self.cleaned_data
        return AuditFilter(
            actor=data.get("actor", ""),
            act=data.get("act", ""),
            since=data.get("since"),
            until=data.get("until"),
        )
