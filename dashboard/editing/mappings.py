"""What a mapping's form means for a draft."""

from __future__ import annotations

from dashboard.editing.drafts import Draft
from dashboard.forms.configuration import LIMITS, MappingForm
from qubecb.conffile import editing
from qubecb.conffile.document import Document
from qubecb.digits import limited
from qubecb.errors import ConfigurationError


def differs(form: MappingForm, draft: Draft) -> bool:
    """Whether the form has changes that are not in the draft yet."""
    old = None
    if form["line"].value():
        line = limited(str(form["line"].value())) or 0
        old = draft.locate(str(form["was"].value()), line)
    if old is None:
        return any(form[name].value() for name in ("trigger", *LIMITS))
    known = MappingForm.of(old, ())
    return any(
        str(form[name].value() or "").strip() != str(known[name].value() or "")
        for name in ("file", "trigger", *LIMITS)
    )


def put_into(draft: Draft, form: MappingForm) -> Draft | None:
    """Give the draft with a valid form's mapping; None where it is refused: the form says why."""
    try:
        return draft.to(_edited(draft, form))
    except ConfigurationError as error:
        form.add_error(None, str(error))
        return None


def _edited(draft: Draft, form: MappingForm) -> Document:
    data = form.cleaned_data
    file, trigger, options = data["file"], data["trigger"], data["options"]
    old = draft.locate(data["was"], data["line"]) if data["line"] else None
    if old is None:
        return editing.add_mapping(draft.document, file, trigger, options)
    document, line = draft.document, old.number
    if file != old.file:
        document = editing.rename(document, old.file, line, file)
    if trigger != old.trigger_text:
        document = editing.set_trigger(document, file, line, trigger)
    return editing.set_options(document, file, line, options)
