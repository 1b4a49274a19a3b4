"""The filters in the address of the runs page."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from dashboard.forms.fields import FilterForm, IdField, KeyField, MomentField, TextField
from dashboard.models import WhyRecord
from dashboard.models.whys import REACHED
from dashboard.queries.paging import LARGEST_KEY
from dashboard.queries.runs import RunFilter
from dashboard.store.acts.dismissing import LONGEST_REASON
from dashboard.store.configuration.directory_names import path_of
from qubecb.digits import limited
from qubecb.runner.outcome import RunState

_YES_OR_NO = {"": None, "yes": True, "no": False}
#: By the word of the address: what is chosen, whether of a test or a fire, whether simulated.
TESTS: dict[str, tuple[str, bool | None, bool | None]] = {
    "": ("Live and tests", None, None),
    "no": ("Live", None, False),
    "farm": ("Live, from the farm", False, None),
    "fired": ("Live, fired by hand", True, False),
    "yes": ("Tests", True, True),
}


def _text(longest: int) -> TextField:
    return TextField(required=False, max_length=longest)


class RunFilterForm(FilterForm):
    """The filters of the runs page, all optional."""

    state = forms.MultipleChoiceField(
        required=False, choices=[(state.value, state.value) for state in RunState]
    )
    callback = _text(1300)
    trigger = _text(10_000)
    job = IdField(required=False)
    user = _text(200)
    event = _text(1200)
    test = forms.ChoiceField(
        required=False,
        choices=[(word, said) for word, (said, *_) in TESTS.items()],
    )
    open = forms.ChoiceField(
        required=False,
        choices=[("", "Open or not"), ("yes", "Open only"), ("no", "Not open")],
    )
    text = _text(200)
    since = MomentField(required=False)
    until = MomentField(required=False)
    hour = MomentField(required=False)
    signature = _text(200)
    revision = KeyField(required=False)
    pause = KeyField(required=False)
    #: A question about a span, and a step of its funnel: `12.kept-back`.
    why = _text(40)

    def clean_why(self) -> Q | None:
        """Find the runs of that step."""
        number, _, step = self.cleaned_data["why"].partition(".")
        if not number:
            return None
        asked = WhyRecord.objects.filter(pk=limited(number, LARGEST_KEY) or 0).first()
        if asked is None or step not in REACHED:
            raise ValidationError("the question is no longer stored; ask it again")
        return asked.runs(step)

    def wanted(self) -> RunFilter:
        """The filter; to be called on a valid form."""
        data = self.cleaned_data
        called, _, file = data["callback"].rpartition("/")
        _, test, simulate = TESTS[data["test"]]
        return RunFilter(
            states=tuple(data["state"]),
            directory=path_of(called),
            file=file,
            trigger=data["trigger"],
            job=data["job"],
            user=data["user"],
            event=data["event"],
            test=test,
            simulate=simulate,
            open=_YES_OR_NO[data["open"]],
            text=data["text"],
            since=data["since"],
            until=data["until"],
            hour=data["hour"],
            signature=data["signature"],
            revision=data["revision"],
            pause=data["pause"],
            within=data["why"],
        )


class DismissForm(forms.Form):
    """Why a run is dismissed."""

    reason = forms.CharField(
        label="Why",
        max_length=LONGEST_REASON,
        help_text="Shown with the runs, and in the audit log.",
        error_messages={"required": "Say why it is dismissed."},
    )


class DiscardForm(forms.Form):
    """Why a suppressed run will not be run; optional."""

    reason = forms.CharField(label="Why", max_length=LONGEST_REASON, required=False)
