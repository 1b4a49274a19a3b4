"""One mapping as a form: script, trigger, limits; and what a save needs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError

from qubecb.conffile.options import OPTION_KINDS, CallbackOptions, parse_options
from qubecb.conffile.parsing import MappingLine
from qubecb.digits import is_digits
from qubecb.errors import TriggerSyntaxError
from qubecb.triggers import LONGEST, parse

PREFIX = "mapping"
LIMITS = tuple(OPTION_KINDS)
_WORDS = {"cpu": "CPU", "nice": "Niceness"}


class TriggerField(forms.CharField):
    """A trigger that can be read, on one line."""

    def to_python(self, value: Any) -> str:
        """Put what was typed on several lines on one."""
        return " ".join(str(super().to_python(value) or "").splitlines())

    def clean(self, value: Any) -> str:
        """Give it as written, or say what is wrong and what to do."""
        text = str(super().clean(value))
        try:
            parse(text)
        except TriggerSyntaxError as error:
            hint = f" ({error.hint})" if error.hint else ""
            raise ValidationError(f"{error}{hint}.") from None
        return text


class MappingForm(forms.Form):
    """One mapping of an edit. Without a line it is a new one."""

    line = forms.IntegerField(required=False, widget=forms.HiddenInput)
    was = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
    file = forms.ChoiceField(label="Script")
    trigger = TriggerField(
        label="Trigger",
        max_length=LONGEST,
        widget=forms.Textarea(
            attrs={"rows": 2, "spellcheck": "false", "class": "code one"}
        ),
    )

    def __init__(
        self, data: Any = None, scripts: Iterable[str] = (), **kwargs: Any
    ) -> None:
        super().__init__(data, prefix=PREFIX, use_required_attribute=False, **kwargs)
        own = str(self["was"].value() or self["file"].value() or "")
        names = dict.fromkeys([*([own] if own else []), *scripts])
        choices = [("", "Choose a script"), *((name, name) for name in names)]
        self.file_field.choices = choices
        for name in LIMITS:
            self.fields[name] = _limit_field(name)

    @classmethod
    def of(
        cls, mapping: MappingLine, scripts: Iterable[str], also: str = ""
    ) -> MappingForm:
        """The form of a mapping as it stands in the file, or with one more way to fire."""
        written = str(mapping.options).split()
        initial = {
            "line": mapping.number,
            "was": mapping.file,
            "file": mapping.file,
            "trigger": " || ".join(filter(None, (mapping.trigger_text, also))),
            **dict(part.split("=", 1) for part in written),
        }
        return cls(scripts=scripts, initial=initial)

    @property
    def file_field(self) -> forms.ChoiceField:
        """The choice of scripts."""
        return cast(forms.ChoiceField, self.fields["file"])

    @classmethod
    def typed(cls, data: Any, scripts: Iterable[str]) -> MappingForm:
        """What was typed so far, kept as it is and not judged yet."""
        names = ("line", "was", "file", "trigger", *LIMITS)
        found = {name: data.get(f"{PREFIX}-{name}", "") for name in names}
        if not is_digits(found["line"]):
            found["line"] = ""
        return cls(scripts=scripts, initial=found)

    @property
    def limits(self) -> list[forms.BoundField]:
        """The fields of the limits."""
        return [self[name] for name in LIMITS]

    @property
    def has_limits(self) -> bool:
        """Whether any limit is set, or was refused."""
        return any(field.value() or field.errors for field in self.limits)

    @property
    def is_new(self) -> bool:
        """Whether it is for a mapping that is not in the file."""
        return not self["line"].value()

    def clean(self) -> dict[str, Any]:
        """Read the limits as the comment line above the mapping would be read."""
        data = super().clean() or self.cleaned_data
        values: dict[str, float | int] = {}
        for name in LIMITS:
            given = str(data.get(name) or "").strip()
            if given:
                found, problems = parse_options(f"{name}={given}", 0, 0)
                values |= found
                for problem in problems:
                    self.add_error(name, f"{problem.message}: {problem.hint}.")
        data["options"] = CallbackOptions.from_dict(values)
        return data


def _limit_field(name: str) -> forms.Field:
    kind = OPTION_KINDS[name]
    return forms.CharField(
        label=_WORDS.get(name, name.capitalize()),
        required=False,
        max_length=30,
        help_text=kind.meaning.capitalize(),
        widget=forms.TextInput(attrs={"placeholder": kind.example, "size": 8}),
    )


#: What a person confirms before replacing a missing callbacks.conf.
THOUGH_ABSENT = "The directory is mounted, and the file is to be written"
TICK_ABSENT = "Check that the directory is mounted, then tick this."


class ReasonForm(forms.Form):
    """Why a file is changed, and that errors in it are known."""

    reason = forms.CharField(
        label="Why", max_length=500, help_text="Kept with the revision."
    )
    despite_errors = forms.BooleanField(label="Save it anyway", required=False)
    though_absent = forms.BooleanField(label=THOUGH_ABSENT, required=False)

    def __init__(
        self, data: Any = None, errors: int = 0, absent: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(data, use_required_attribute=False, **kwargs)
        self.errors_left = errors
        self.fields["though_absent"].required = absent
        self.fields["though_absent"].error_messages["required"] = TICK_ABSENT

    def clean_despite_errors(self) -> bool:
        """Errors need an explicit tick."""
        ticked = bool(self.cleaned_data["despite_errors"])
        if self.errors_left and not ticked:
            raise ValidationError(
                "Tick this to save a file with errors, or go on editing."
            )
        return ticked
