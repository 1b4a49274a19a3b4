"""The steps of an edit: each takes a draft and what was typed, and gives the next draft."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import QueryDict

from dashboard.editing.drafts import Draft
from dashboard.editing.mappings import differs, put_into
from dashboard.forms.builder import BuilderForm, path_of, readable
from dashboard.forms.configuration import PREFIX, MappingForm
from qubecb.conffile import editing
from qubecb.conffile.qb_conf import QubConf
from qubecb.digits import limited, whole_number
from qubecb.errors import ConfigurationError
from qubecb.triggers import EventSpec, Node, reshaping
from qubecb.triggers.reshaping import Path, find


@dataclass(frozen=True, slots=True)
class Step:
    """An edit after a step: the draft, the mapping whose form is open, what to say."""

    draft: Draft
    form: MappingForm | None = None
    remark: str = ""
    #: Whether it could not be done; `remark` or the form says why.
    refused: bool = False
    #: What the builder of the form holds.
    build: BuilderForm | None = None


@dataclass(frozen=True, slots=True)
class Typed:
    """What came from the browser with a step."""

    draft: Draft
    data: QueryDict
    qb_conf: QubConf
    argument: str = ""

    @property
    def scripts(self) -> tuple[str, ...]:
        """The scripts that can be chosen."""
        return self.draft.loaded.scripts

    @property
    def open_form(self) -> MappingForm | None:
        """The mapping whose form is open, as typed so far."""
        if f"{PREFIX}-trigger" not in self.data:
            return None
        return MappingForm.typed(self.data, self.scripts)

    @property
    def build(self) -> BuilderForm:
        """The choices of the builder, as they are, not judged yet."""
        return BuilderForm.typed(self.data)

    @property
    def number(self) -> int:
        """The number that the argument begins with; 0 for anything else."""
        return whole_number(self.argument.partition(":")[0]) or 0

    @property
    def named(self) -> str:
        """The name after the number in the argument: a line may have moved since."""
        return self.argument.partition(":")[2]


def take(name: str, typed: Typed) -> Step:
    """Take one step; an unknown one only looks at what was typed."""
    return _STEPS.get(name, look)(typed)


def look(typed: Typed) -> Step:
    """Show the form as typed."""
    return Step(typed.draft, typed.open_form, build=typed.build)


def settle(typed: Typed) -> Step:
    """Put the open form into the draft, so that nothing typed is lost."""
    form = typed.open_form
    if form is None or not differs(form, typed.draft):
        return Step(typed.draft)
    return apply(typed)


def apply(typed: Typed) -> Step:
    """Put the open form's mapping into the draft, or say why it cannot be."""
    form = MappingForm(typed.data, typed.scripts)
    draft = put_into(typed.draft, form) if form.is_valid() else None
    if draft is None:
        said = "This mapping cannot be saved like this."
        return Step(typed.draft, form, said, True, typed.build)
    file = form.cleaned_data["file"]
    return Step(draft, remark=f"{file} is in the text now, but not saved yet.")


def open_mapping(typed: Typed) -> Step:
    """Open the form of the mapping on a line, or of the one that stood there: `5:mail.py`."""
    step = settle(typed)
    if step.refused:
        return step
    # what was typed, and what was settled, may have moved the line
    known = {each.line: each.file for each in typed.draft.loaded.mappings}
    file = typed.named or known.get(typed.number, "")
    found = step.draft.locate(file, typed.number)
    if found is None:
        return Step(
            step.draft, None, f"Line {typed.number} is not a mapping any more.", True
        )
    return Step(step.draft, MappingForm.of(found, typed.scripts))


def add(typed: Typed) -> Step:
    """Open the form of a new mapping, for a script if one is named."""
    step = settle(typed)
    if step.refused:
        return step
    return Step(step.draft, new_mapping(typed.scripts, typed.argument))


def new_mapping(
    scripts: tuple[str, ...], file: str = "", trigger: str = ""
) -> MappingForm:
    """The form of a mapping that is not in the file."""
    initial = {"file": file, "trigger": trigger[:1000]}
    return MappingForm(scripts=scripts, initial=initial)


def close(typed: Typed) -> Step:
    """Close the form without putting it into the draft."""
    return Step(typed.draft)


def compose(typed: Typed) -> Step:
    """Put the builder's event into the trigger of the open form, at the chosen place."""
    form, build = typed.open_form, BuilderForm(typed.data)
    if form is None or not build.is_valid():
        return Step(typed.draft, form, "", True, build)
    trigger = str(form["trigger"].value() or "").strip()
    if trigger and not build.cleaned_data["join"]:
        return Step(typed.draft, form, ASKED, True, typed.build)
    built = build.put_into(trigger)
    if built is None:
        return Step(typed.draft, form, "", True, build)
    remark = f"It replaces {trigger}." if build.replaces(trigger) else ""
    return Step(typed.draft, _with(typed, form, built), remark, build=typed.build)


ASKED = (
    "The trigger is not empty. Choose how this event is joined to it, "
    "or put it in its place."
)


def part(typed: Typed) -> Step:
    """Change one part of the open form's trigger: `remove:0.1`, `turn:0`, `edit:1`, …"""
    form, (act, _, place) = typed.open_form, typed.argument.partition(":")
    trigger = str(form["trigger"].value() or "") if form else ""
    root, path = readable(trigger), path_of(place)
    found = find(root, path) if root and path is not None else None
    if form is None or root is None or path is None or found is None:
        said = "That part of the trigger is no longer there."
        return Step(typed.draft, form, said, True, typed.build)
    if act == "edit" and isinstance(found, EventSpec):
        return Step(typed.draft, form, build=BuilderForm.of(found, place))
    reshaped = _RESHAPED[act](root, path) if act in _RESHAPED else root
    built = str(reshaped) if reshaped else ""
    return Step(typed.draft, _with(typed, form, built), build=typed.build)


_RESHAPED: dict[str, Callable[[Node, Path], Node | None]] = {
    "remove": reshaping.remove,
    "turn": reshaping.turn,
    "up": lambda root, path: reshaping.move(root, path, -1),
    "down": lambda root, path: reshaping.move(root, path, 1),
}


def _with(typed: Typed, form: MappingForm, trigger: str) -> MappingForm:
    initial = {**form.initial, "trigger": trigger}
    return MappingForm(scripts=typed.scripts, initial=initial)


def remove(typed: Typed) -> Step:
    """Remove the open mapping, with the comment lines of its limits."""
    form = typed.open_form
    line = limited(str(form["line"].value())) or 0 if form else 0
    old = typed.draft.locate(str(form["was"].value()), line) if form else None
    if old is None:
        return Step(typed.draft, None, "This mapping is not in the text.", True)
    document = editing.remove_mapping(typed.draft.document, old.file, old.number)
    said = f"{old.file} is no longer in the text; this is not saved yet."
    return Step(typed.draft.to(document), remark=said)


def fix(typed: Typed) -> Step:
    """Apply a finding's fix: of several equal ones, the one nearest to its line."""
    step = settle(typed)
    found = [each.fix for each in step.draft.findings(typed.qb_conf) if each.fix]
    same = [each for each in found if each.key == typed.named]
    wanted = min(same, key=lambda each: abs(each.line - typed.number), default=None)
    if step.refused or wanted is None:
        return Step(step.draft, step.form, "There is nothing to fix there.", True)
    try:
        document = editing.apply_fix(
            step.draft.document, wanted.line, wanted.text, wanted.remove
        )
    except ConfigurationError as error:
        return Step(step.draft, None, str(error), True)
    return Step(step.draft.to(document), remark=f"Done: {wanted.title}.")


def reset(typed: Typed) -> Step:
    """Back to the file as it was read."""
    draft = Draft.of(
        typed.draft.directory, typed.draft.base, None, typed.draft.in_force
    )
    return Step(draft, remark="The text is as it was read.")


_STEPS: dict[str, Callable[[Typed], Step]] = {
    "look": look,
    "open": open_mapping,
    "add": add,
    "apply": apply,
    "close": close,
    "compose": compose,
    "part": part,
    "remove": remove,
    "fix": fix,
    "reset": reset,
}
