"""The grammar of a whole trigger, read by recursive descent.

    trigger     = alternative ;
    alternative = conjunction, { or, conjunction } ;
    conjunction = operand, { and, operand } ;
    operand     = event | "(", alternative, ")" ;

Blanks may stand between any two tokens. `&&` binds tighter than `||`. Two bounds keep any
text harmless: its length and the depth of its parentheses.
"""

from __future__ import annotations

from qubecb.errors import TriggerSyntaxError
from qubecb.triggers import refusals, remarks
from qubecb.triggers.event_grammar import EventReader
from qubecb.triggers.expression import And, Node, Or, Trigger
from qubecb.triggers.notes import Note, shown, wrong
from qubecb.triggers.tokens import Token, TokenKind, tokenize

LONGEST = 10_000
DEEPEST = 100

#: A node and where its text begins and ends, its own parentheses included.
_Read = tuple[Node, int, int]
_SIGNS = {"and": "&&", "or": "||"}


def parse(text: str) -> Trigger:
    """Read a trigger as written in callbacks.conf.

    Takes any text. Raises TriggerSyntaxError, and nothing else, with the exact span, what
    is wrong there and what to do; in time linear in the length of the text.
    """
    if len(text) > LONGEST:
        message = f"the trigger has {len(text)} characters; {LONGEST} are allowed"
        raise wrong("too-long", message, text, (LONGEST, len(text)))
    return _Parser(text).trigger()


class _Parser:
    __slots__ = ("at", "depth", "notes", "text", "tokens")

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = [token for token in tokenize(text) if token.kind != "blank"]
        self.tokens.append(Token("end", len(text), len(text)))
        self.at = 0
        self.depth = 0
        self.notes: list[Note] = []

    def trigger(self) -> Trigger:
        """trigger = alternative ;"""
        if self._next().kind == "end":
            hint = "write an event, such as `done-job-self`"
            span = (0, len(self.text))
            raise wrong("empty", "the trigger is empty", self.text, span, hint)
        root, _, _ = self._alternative()
        if self._next().kind != "end":
            raise self._unexpected()
        self._refuse_global_in_and(root)
        self.notes.extend(remarks.about_tree(root))
        self.notes.sort(key=lambda note: note.start)
        return Trigger(self.text, root, tuple(self.notes))

    def _alternative(self) -> _Read:
        """alternative = conjunction, { or, conjunction } ;"""
        first = self._conjunction()
        if self._next().kind != "or":
            return first
        found = [first]
        while self._next().kind == "or":
            self._operator("or")
            found.append(self._conjunction())
        items: list[Node] = []
        for node, _, _ in found:
            items.extend(node.items if isinstance(node, Or) else [node])
        return _spanned(Or, items, found)

    def _conjunction(self) -> _Read:
        """conjunction = operand, { and, operand } ;"""
        first = self._operand()
        if self._next().kind != "and":
            return first
        found = [first]
        while self._next().kind == "and":
            self._operator("and")
            found.append(self._operand())
        items: list[Node] = []
        for node, _, _ in found:
            items.extend(node.items if isinstance(node, And) else [node])
        return _spanned(And, items, found)

    def _operand(self) -> _Read:
        """operand = event | "(", alternative, ")" ;"""
        token = self._next()
        if token.kind == "event":
            self.at += 1
            spec = EventReader(self.text, token.start, token.end, self.notes).read()
            return spec, token.start, token.end
        if token.kind != "open":
            raise self._no_event(token)
        self._enter(token)
        node, _, _ = self._alternative()
        closing = self._next()
        if closing.kind == "end":
            hint = "add the `)`"
            message = "this parenthesis is never closed"
            span = (token.start, token.end)
            raise wrong("unclosed-parenthesis", message, self.text, span, hint)
        if closing.kind != "close":
            raise self._unexpected()
        self.at += 1
        self.depth -= 1
        return node, token.start, closing.end

    def _next(self) -> Token:
        return self.tokens[self.at]

    def _enter(self, token: Token) -> None:
        self.at += 1
        self.depth += 1
        if self.depth > DEEPEST:
            message = f"parentheses are nested more than {DEEPEST} deep"
            raise wrong("too-deep", message, self.text, (token.start, token.end))

    def _operator(self, kind: TokenKind) -> None:
        token = self._next()
        self.at += 1
        word = self.text[token.start : token.end]
        if word != _SIGNS[kind]:
            span = (token.start, token.end)
            self.notes.append(remarks.word_operator(word, _SIGNS[kind], span))

    def _refuse_global_in_and(self, root: Node) -> None:
        spec = remarks.global_in_and(root)
        if spec is None:
            return
        name, _, rest = spec.canonical.removeprefix("global").partition("-")
        meant = f"dummy-{name}-self-{rest}" if name else None
        raise wrong(
            "global-with-job",
            f"`{spec.type}` is independent of any job and cannot be part of an `&&`",
            self.text,
            (spec.start, spec.end),
            f"for a time of this job write `{meant}`" if meant else "",
            meant,
        )

    # What stands at the wrong place.

    def _no_event(self, token: Token) -> TriggerSyntaxError:
        if token.kind == "stray":
            return self._stray(token)
        before = self.tokens[self.at - 1] if self.at else None
        seen = shown(self.text[token.start : token.end])
        after = f" after `{self._shown(before)}`" if before else ""
        message = f"an event is expected{after}"
        if token.kind != "end":
            message += f", not `{seen}`"
        elif before:
            token = before
        if token.kind == "close" and not self.depth:
            return self._unopened(token)
        hint = "write an event, such as `done-job-self`"
        span = (token.start, token.end)
        return wrong("missing-event", message, self.text, span, hint)

    def _unexpected(self) -> TriggerSyntaxError:
        """The error about a token where an operator or the end would have to follow."""
        token = self._next()
        if token.kind == "stray":
            return self._stray(token)
        if token.kind == "close":
            return self._unopened(token)
        span = (token.start, token.end)
        before = self.tokens[self.at - 1]
        label = self._label_with_blank(before, token)
        if label:
            message = f"a label with a blank, `{shown(label)}`, cannot be written"
            hint = "use the job id, or give the job a label without a blank"
            whole = (before.start, token.end)
            return wrong("label-blank", message, self.text, whole, hint)
        message = f"`&&` or `||` is missing before `{self._shown(token)}`"
        hint = "join events with `&&` (all of them) or `||` (any of them)"
        return wrong("missing-operator", message, self.text, span, hint)

    def _label_with_blank(self, before: Token, token: Token) -> str | None:
        """The label that was meant, if two tokens look like one event cut by a blank."""
        if before.kind != "event" or token.kind != "event":
            return None
        spec = EventReader(self.text, before.start, before.end, []).read()
        looks_whole = self.text[token.start : token.end].count("-") >= 2
        if spec.type != "job" or spec.context_kind != "label" or looks_whole:
            return None
        return f"{spec.context} {self.text[token.start : token.end]}"

    def _unopened(self, token: Token) -> TriggerSyntaxError:
        message = "this parenthesis was never opened"
        span = (token.start, token.end)
        hint = "delete it, or add its `(`"
        return wrong("unopened-parenthesis", message, self.text, span, hint)

    def _stray(self, token: Token) -> TriggerSyntaxError:
        span = (token.start, token.end)
        char = self.text[token.start]
        if char in "&|":
            sign = char * 2
            message = f"`{self._shown(token)}` is not an operator"
            hint = f"write `{sign}`"
            return wrong("single-operator", message, self.text, span, hint, sign)
        if char in "\"'":
            message = f"a quotation mark `{char}` is not allowed in a trigger"
            hint = "write the trigger without quotes"
            return wrong("quote", message, self.text, span, hint, "")
        if char == "#":
            message = "`#` is not allowed in a trigger"
            hint = "a comment needs a blank before its `#`"
            return wrong("hash", message, self.text, span, hint)
        return refusals.odd_character(self.text, token.start)

    def _shown(self, token: Token) -> str:
        return shown(self.text[token.start : token.end])


def _spanned(kind: type[And | Or], items: list[Node], found: list[_Read]) -> _Read:
    start, end = found[0][1], found[-1][2]
    return kind(tuple(items), start, end), start, end
