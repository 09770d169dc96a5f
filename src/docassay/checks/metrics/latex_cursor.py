"""The parts of LaTeX mathematics that hold no mathematics: lengths, colours, brackets, options."""

from __future__ import annotations

from collections.abc import Sequence

from docassay.checks.metrics import latex_vocabulary as known
from docassay.checks.metrics.latex_tokens import group_end, skip_space, written


class Refusal(Exception):
    """What a renderer refuses, and the index of the token that it refuses."""

    def __init__(self, message: str, index: int) -> None:
        super().__init__(message)
        self.message = message
        self.index = index


class LatexCursor:
    """``_index`` is the next token; each method reads one construct and leaves the index behind it."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self._tokens = tokens
        self._index = 0

    def _stop(self, message: str, index: int | None = None) -> Refusal:
        return Refusal(message, self._index if index is None else index)

    def _peek(self) -> str:
        self._index = skip_space(self._tokens, self._index)
        return self._tokens[self._index] if self._index < len(self._tokens) else ""

    def _row_end_option(self) -> None:
        if self._index < len(self._tokens) and self._tokens[self._index] == "[":
            start = self._index
            self._raw_option()
            if not known.LENGTH.fullmatch("".join(self._tokens[start + 1 : self._index - 1])):
                raise self._stop("\\\\ with something in brackets that is no length", start)

    def _raw_argument(self, command: str) -> str:
        if self._peek() != "{":
            raise self._stop(f"{command} without its argument in braces")
        end = group_end(self._tokens, self._index)
        if end >= len(self._tokens):
            raise self._stop("{ without its }")
        content = written(self._tokens[self._index + 1 : end])
        self._index = end + 1
        return content

    def _length(self, command: str) -> None:
        if self._peek() == "{":
            start = self._index
            if not known.LENGTH.fullmatch(self._raw_argument(command)):
                raise self._stop(f"{command} without a length", start)
            return
        content = ""
        start = self._index
        while (
            self._index < len(self._tokens)
            and not known.LENGTH.fullmatch(content)
            and self._index - start < 20
        ):
            content += self._tokens[self._index]
            self._index += 1
        if not known.LENGTH.fullmatch(content):
            raise self._stop(f"{command} without a length", start)

    def _color(self, command: str) -> None:
        start = self._index
        if not known.COLOR.fullmatch(self._raw_argument(command)):
            raise self._stop(f"{command} without a colour", start)

    def _delimiter(self, command: str) -> None:
        piece = self._peek()
        if piece not in known.DELIMITERS:
            raise self._stop(f"{command} without a bracket behind it")
        self._index += 1

    def _raw_option(self) -> None:
        """An optional argument as it stands, when there is one."""
        if self._peek() == "[":
            start = self._index
            while self._index < len(self._tokens) and self._tokens[self._index] != "]":
                self._index += 1
            self._end_option(start)

    def _end_option(self, start: int) -> None:
        if self._peek() != "]":
            raise self._stop("[ without its ]", start)
        self._index += 1
