r"""Whether a renderer of LaTeX mathematics would accept a formula, and if not, what is wrong and where.

A recursive descent over tokens with the rules that KaTeX applies: known commands with all their arguments,
matching braces, fences and environments, ``&`` in tables alone, at most one script of each kind, no scripts
and no commands of mathematics in text. Chemistry (``\ce``, ``\pu``) counts as known, for it is an extension
that ships with both KaTeX and MathJax; its content is not looked into.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from docassay.checks.metrics import latex_vocabulary as known
from docassay.checks.metrics.latex_cursor import LatexCursor, Refusal
from docassay.checks.metrics.latex_tokens import VERBATIM, latex_tokens, written

MAX_FORMULA_CHARACTERS: Final = 20_000
MAX_GRAMMAR_DEPTH: Final = 60
"""Groups nested deeper are a fault of their own; renderers run out of stack not far behind."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, in words, and a few characters of the source from there on."""

    message: str
    near: str


def find_fault(latex: str, *, is_displayed: bool = True) -> Fault | None:
    """The first thing in a formula (no delimiters around it) that a renderer would refuse; None when nothing.

    Formulas within a line (``is_displayed`` False) may not hold ``\\tag`` and some environments.
    """
    if len(latex) > MAX_FORMULA_CHARACTERS:
        return Fault(f"longer than {MAX_FORMULA_CHARACTERS} characters", latex[:30])
    tokens = latex_tokens(latex)
    parser = _Grammar(tokens, is_displayed=is_displayed)
    try:
        parser.formula()
    except Refusal as stop:
        return Fault(stop.message, written(tokens[stop.index : stop.index + 12]).strip()[:30])
    return None


class _Grammar(LatexCursor):
    """``_index`` is the next token; each method reads one construct and leaves the index behind it."""

    def __init__(self, tokens: Sequence[str], *, is_displayed: bool) -> None:
        super().__init__(tokens)
        self._is_displayed = is_displayed
        self._depth = 0
        self._has_tag = False
        self._own: dict[str, int] = {}

    def formula(self) -> None:
        """All tokens, or Refusal."""
        self._expression()
        if self._index < len(self._tokens):
            piece = self._tokens[self._index]
            opening = {"}": "{", "\\right": "\\left", "\\end": "\\begin", "&": "a table around it"}
            raise self._stop(f"{piece} without {opening.get(piece, 'its beginning')}")

    def _expression(self, *, closing: str = "", is_cell: bool = False) -> None:
        """Atoms up to ``closing``, a ``}``, ``\\right``, ``\\end`` or, in a cell, ``&`` or a new row."""
        if self._depth >= MAX_GRAMMAR_DEPTH:
            raise self._stop(f"more than {MAX_GRAMMAR_DEPTH} groups inside each other")
        self._depth += 1
        has_infix = False
        while piece := self._peek():
            if piece in ("}", "\\right", "\\end", "&") or piece == closing:
                break
            if is_cell and piece in ("\\\\", "\\cr", "\\tabularnewline"):
                break
            if piece[1:] in known.INFIX and piece[0] == "\\":
                if has_infix:
                    raise self._stop(f"a second {piece} in one group")
                has_infix = True
                self._index += 1
                if piece == "\\above":
                    self._length(piece)
                if self._peek() in ("^", "_", "'"):
                    raise self._stop(f"a script behind {piece}")
                continue
            self._atom_with_scripts()
        self._depth -= 1

    def _atom_with_scripts(self) -> None:
        piece = self._peek()
        takes_limits = False
        if piece not in ("^", "_", "'"):
            start = self._index
            self._atom()
            name = self._tokens[start].removesuffix("*")[1:]
            takes_limits = self._tokens[start][0] == "\\" and name in known.TAKES_LIMITS
        has_upper = has_lower = False
        while (piece := self._peek()) in ("^", "_", "'", "\\limits", "\\nolimits"):
            if piece in ("\\limits", "\\nolimits"):
                if not takes_limits:
                    raise self._stop(f"{piece} behind something that takes no limits")
                self._index += 1
            elif piece == "'":
                if has_upper:
                    raise self._stop("two superscripts on one base")
                has_upper = True
                while self._peek() == "'":
                    self._index += 1
                if self._peek() == "^":
                    self._index += 1
                    self._script("^")
            else:
                if has_upper if piece == "^" else has_lower:
                    raise self._stop(f"two {'superscripts' if piece == '^' else 'subscripts'} on one base")
                has_upper, has_lower = has_upper or piece == "^", has_lower or piece == "_"
                self._index += 1
                self._script(piece)

    def _script(self, mark: str) -> None:
        piece = self._peek()
        if piece in ("", "}", "&", "^", "_", "'", "\\\\", "\\right", "\\end", "$"):
            raise self._stop(f"{mark} without a script")
        if piece[0] == "\\" and (
            piece[1:] in known.NO_SCRIPT or piece[1:] in known.SIZED or piece == "\\left"
        ):
            raise self._stop(f"{piece} is a script without braces around it")
        self._atom()

    def _atom(self) -> None:
        piece = self._tokens[self._index]
        if piece == "{":
            self._group()
        elif piece[0] == "\\" and len(piece) > 1:
            self._command(piece)
        elif piece in ("$", "#"):
            raise self._stop(f"{piece} inside of a formula")
        elif len(piece) == 1 and (piece < " " or piece == "\x7f" or piece == "\\"):
            raise self._stop("a backslash without a command" if piece == "\\" else "a control character")
        else:
            self._index += 1

    def _group(self) -> None:
        start = self._index
        self._index += 1
        self._expression()
        if self._peek() != "}":
            raise self._unclosed("{", "}", start)
        self._index += 1

    def _unclosed(self, opening: str, closing: str, start: int) -> Refusal:
        piece = self._peek()
        if piece == "&":
            return self._stop("& without a table around it")
        if not piece:
            return self._stop(f"{opening} without its {closing}", start)
        return self._stop(f"{piece} before the {closing} of a {opening}")

    def _argument(self, command: str) -> None:
        """One mandatory argument in mathematics."""
        piece = self._peek()
        if piece == "{":
            self._group()
            return
        if piece in ("", "}", "&", "^", "_", "'", "\\right", "\\end", "\\\\"):
            raise self._stop(f"{command} without all of its arguments")
        is_bare = piece[0] == "\\" and self._takes_arguments(piece[1:])
        if is_bare and command[1:] not in known.BARE_COMMAND_ARGUMENT:
            raise self._stop(f"{piece} is an argument of {command} without braces around it")
        self._atom()

    def _takes_arguments(self, name: str) -> bool:
        return (
            name in known.ONE_ARGUMENT
            or name in known.TWO_ARGUMENTS
            or name in ("left", "begin", "genfrac")
            or name in known.SIZED
            or self._own.get(name, 0) > 0
        )

    def _command(self, piece: str) -> None:
        name = piece[1:]
        if (
            name not in known.ENVIRONMENTS
            and name.endswith("*")
            and name[:-1] in ("operatorname", "tag", "hspace")
        ):
            name = name[:-1]
        elif name.endswith("*") and len(name) > 1:
            name = name[:-1]  # the star is a symbol behind the command
        if name in ("begin", "left") or name in known.SIZED or name == "middle":
            self._fence_or_environment(name)
            return
        if name in self._own:
            self._index += 1
            for _ in range(self._own[name]):
                self._argument(piece)
            return
        if name in known.DEFINITIONS:
            self._definition()
            return
        if (
            name in known.RAW_ARGUMENTS
            or name in known.LENGTH_ARGUMENTS
            or name in ("color", "textcolor", "raisebox")
        ):
            self._command_with_raw_arguments(name, piece)
            return
        if name in ("colorbox", "fcolorbox", "verb", "char", "genfrac"):
            self._command_with_raw_arguments(name, piece)
            return
        self._index += 1
        if name == "tag":
            if not self._is_displayed:
                raise self._stop("\\tag in a formula within a line", self._index - 1)
            if self._has_tag:
                raise self._stop("a second \\tag", self._index - 1)
            self._has_tag = True
        if name in known.TEXT_ARGUMENT:
            self._text_argument(piece)
        elif name in known.ONE_ARGUMENT or name in known.ACCENTS_BY_SIGN:
            if name in known.OPTIONAL_ARGUMENT:
                self._option()
            self._argument(piece)
        elif name in known.TWO_ARGUMENTS:
            self._argument(piece)
            self._argument(piece)
        elif name == "mathchoice":
            for _ in range(4):
                self._argument(piece)
        elif name in ("\\", "newline"):
            self._row_end_option()
        elif name in ("limits", "nolimits"):
            raise self._stop(f"{piece} behind something that takes no limits", self._index - 1)
        elif name in ("hline", "hdashline"):
            raise self._stop(f"{piece} that does not begin a row", self._index - 1)
        elif name in known.TEXT_ONLY:
            raise self._stop(f"{piece} outside of text", self._index - 1)
        elif name not in known.WITHOUT_ARGUMENT and name not in known.SYMBOL_COMMANDS:
            raise self._stop(f"unknown command {piece}", self._index - 1)

    def _option(self) -> None:
        if self._peek() == "[":
            start = self._index
            self._index += 1
            self._expression(closing="]")
            self._end_option(start)

    def _command_with_raw_arguments(self, name: str, piece: str) -> None:
        self._index += 1
        if name in known.LENGTH_ARGUMENTS:
            if name == "rule":
                self._raw_option()
            for _ in range(known.LENGTH_ARGUMENTS[name]):
                self._length(piece)
        elif name == "raisebox":
            self._length(piece)
            self._text_argument(piece)
        elif name in ("color", "textcolor"):
            self._color(piece)
            if name == "textcolor":
                self._argument(piece)
        elif name in ("colorbox", "fcolorbox"):
            for _ in range(1 if name == "colorbox" else 2):
                self._color(piece)
            self._text_argument(piece)
        elif name == "char":
            self._peek()
            self._index += 2
        elif name == "verb":
            raise self._stop("\\verb without its end", self._index - 1)
        elif name == "genfrac":
            for _ in range(6):
                self._argument(piece)
        else:
            self._raw_option()
            self._raw_argument(piece)
            if name not in ("url", "includegraphics", "ce", "pu"):
                self._argument(piece)

    def _definition(self) -> None:
        """A command of the formula's own; its body is not looked into until it stands somewhere."""
        command = self._tokens[self._index]
        self._index += 1
        piece = self._peek()
        if piece == "{":
            piece = self._raw_argument(command).strip()
        else:
            self._index += 1
        if not piece.startswith("\\"):
            raise self._stop(f"{command} of something that is no command")
        count = 0
        if self._peek() == "[":
            self._raw_option()
            digits = self._tokens[self._index - 2]
            count = int(digits) if digits.isdecimal() else 0
        while self._peek() == "#":
            count += 1
            self._index += 2
        if command == "\\let":
            self._index += 1 + (self._peek() == "=")
        else:
            self._raw_argument(command)
        self._own[piece[1:]] = count

    def _fence_or_environment(self, name: str) -> None:
        start = self._index
        self._index += 1
        if name in known.SIZED:
            self._delimiter("\\" + name)
        elif name == "begin":
            self._environment(start)
        elif name == "middle":
            raise self._stop("\\middle outside of \\left and \\right", start)
        else:
            self._delimiter("\\left")
            while True:
                self._expression(closing="\\middle")
                if self._peek() != "\\middle":
                    break
                self._index += 1
                self._delimiter("\\middle")
            if self._peek() != "\\right":
                raise self._unclosed("\\left", "\\right", start)
            self._index += 1
            self._delimiter("\\right")

    def _environment(self, start: int) -> None:
        name = self._raw_argument("\\begin").strip()
        if name not in known.ENVIRONMENTS:
            raise self._stop(f"unknown environment {name}", start)
        if name in known.DISPLAYED_ENVIRONMENTS and not self._is_displayed:
            raise self._stop(f"environment {name} in a formula within a line", start)
        if name in known.HAS_COLUMN_LAYOUT and not known.COLUMNS.fullmatch(
            self._raw_argument(f"\\begin{{{name}}}")
        ):
            raise self._stop(f"columns of {name} that are not l, c or r", start)
        if name in known.HAS_COLUMN_COUNT:
            self._raw_argument(f"\\begin{{{name}}}")
        if name == "CD":
            while self._index < len(self._tokens) and self._tokens[self._index] != "\\end":
                self._index += 1
        elif name in ("aligned", "gathered", "alignedat") or (name.endswith("*") and "matrix" in name):
            self._raw_option()
        self._rows(name)
        if self._peek() != "\\end":
            raise self._unclosed(f"\\begin{{{name}}}", f"\\end{{{name}}}", start)
        ending = self._raw_end()
        if ending != name:
            raise self._stop(f"\\begin{{{name}}} ended by \\end{{{ending}}}", start)

    def _raw_end(self) -> str:
        self._index += 1
        return self._raw_argument("\\end").strip()

    def _rows(self, name: str) -> None:
        begins_row = True
        while True:
            while begins_row and self._peek() in ("\\hline", "\\hdashline"):
                self._index += 1
            self._expression(is_cell=True)
            piece = self._peek()
            if piece == "&":
                begins_row = False
                self._index += 1
            elif piece in ("\\\\", "\\cr", "\\tabularnewline"):
                begins_row = True
                self._index += 1
                self._row_end_option()
                if name in known.NUMBERED:
                    self._has_tag = False
            else:
                return

    def _text_argument(self, command: str) -> None:
        piece = self._peek()
        if piece in ("", "}", "&", "^", "_", "\\right", "\\end"):
            raise self._stop(f"{command} without its text")
        if piece == "{":
            self._text_group()
        else:
            self._text_piece()

    def _text_group(self) -> None:
        if self._depth >= MAX_GRAMMAR_DEPTH:
            raise self._stop(f"more than {MAX_GRAMMAR_DEPTH} groups inside each other")
        self._depth += 1
        start = self._index
        self._index += 1
        while (piece := self._peek()) != "}":
            if not piece:
                raise self._stop("{ without its }", start)
            self._text_piece()
        self._index += 1
        self._depth -= 1

    def _text_piece(self) -> None:
        piece = self._tokens[self._index]
        if piece == "{":
            self._text_group()
        elif piece in ("$", "\\("):
            start = self._index
            closing = "$" if piece == "$" else "\\)"
            self._index += 1
            self._expression(closing=closing)
            if self._peek() != closing:
                raise self._stop(f"{piece} in text without its {closing}", start)
            self._index += 1
        elif piece in ("^", "_", "&", "#"):
            raise self._stop(f"{piece} in text")
        elif piece[0] == "\\" and len(piece) > 1 and not piece.startswith(VERBATIM):
            name = piece[1:].removesuffix("*")
            if name in known.TEXT_ONLY:
                self._index += 1
            elif name in known.ACCENTS_BY_SIGN or (name in known.WITHIN_TEXT and name in known.ONE_ARGUMENT):
                if name in ("color", "url"):
                    self._command(piece)
                else:
                    self._index += 1
                    self._text_argument(piece)
            elif (
                name in known.WITHIN_TEXT
                or name in known.SYMBOL_COMMANDS
                or name in known.LENGTH_ARGUMENTS
                or name in ("href", "textcolor", "colorbox", "fcolorbox", "raisebox", "ce", "pu", "char")
                or name in self._own
            ):
                self._command(piece)
            else:
                is_known = name in known.WITHOUT_ARGUMENT or self._takes_arguments(name)
                raise self._stop(f"{piece} in text" if is_known else f"unknown command {piece}")
        else:
            self._index += 1
