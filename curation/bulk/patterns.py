"""Finding and replacing in a text, in time that grows with the text alone.

Regular expressions are those of RE2, which never goes back in the text: no pattern can
hang the server. It has no look-around and no back-references in the pattern.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import re2

MOST_HITS = 1000
"""Hits in one value. A pattern that finds more finds nearly everything."""


class PatternError(ValueError):
    """A pattern or replacement that makes no sense, and why: a sentence."""


class Hit(NamedTuple):
    """A stretch of a text, from `start` to `end`, and what is to stand there."""

    start: int
    end: int
    new: str


class Pattern:
    """What to look for, and what to put there.

    Plain text stands for itself. In a regular expression `^` and `$` are the ends of a
    line, `\\w`, `\\d`, `\\b` know ASCII alone, and `\\pL` any letter. Its replacement
    may say `\\1` to `\\9` for a group, `\\0` for all that was found, `\\n` for a line
    break and `\\\\` for a backslash. A hit is never empty. Raises PatternError.
    """

    def __init__(
        self,
        find: str,
        replacement: str,
        *,
        is_regex: bool,
        whole_words: bool,
        match_case: bool,
    ):
        self._whole_words = whole_words
        self._needle = "" if is_regex else find if match_case else find.casefold()
        self._folds = not match_case
        # Of other letters, two may be one when they are folded, or one be two.
        self._is_ascii = find.isascii()
        self._compiled = _compiled(find, is_regex, match_case)
        self._template = [replacement]
        if is_regex:
            self._template = _template(replacement, self._compiled.groups)

    def hits(self, text: str) -> list[Hit]:
        """Where the text is to change. Raises PatternError where that is everywhere."""
        # Most values hold no hit; this tells faster than the engine can begin.
        if self._needle and not self._may_hold(text):
            return []
        found = []
        for start, end, new in self._found(text):
            if self._whole_words and _is_in_word(text, start, end):
                continue
            if new != text[start:end]:
                found.append(Hit(start, end, new))
            if len(found) > MOST_HITS:
                raise PatternError(
                    f"This finds more than {MOST_HITS} places in one value. "
                    "Please look for something longer."
                )
        return found

    def _found(self, text: str) -> Iterator[Hit]:
        """All that the pattern finds, whether it changes anything or not."""
        if self._needle and self._is_plain(text):
            yield from self._plain(text.lower() if self._folds else text)
            return
        for match in self._compiled.finditer(text):
            start, end = match.span()
            if start != end:
                new = "".join(
                    part if isinstance(part, str) else match.group(part) or ""
                    for part in self._template
                )
                yield Hit(start, end, new)

    def _is_plain(self, text: str) -> bool:
        """Whether Python finds what the engine would: it takes a tenth of the time."""
        return not self._folds or (self._is_ascii and text.isascii())

    def _plain(self, text: str) -> Iterator[Hit]:
        needle, (new,) = self._needle, self._template
        start = text.find(needle)
        while start >= 0:
            end = start + len(needle)
            yield Hit(start, end, new)
            start = text.find(needle, end)

    def _may_hold(self, text: str) -> bool:
        """Whether plain text stands somewhere. What the engine takes for two cases of
        one letter is one letter when it is folded."""
        if self._folds:
            return self._needle in text.casefold()
        return self._needle in text


@lru_cache(maxsize=64)
def _compiled(find: str, is_regex: bool, match_case: bool) -> Any:
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = match_case
    options.literal = not is_regex
    # The flag is RE2's own; in literal text it would be text.
    pattern = f"(?m){find}" if is_regex else find
    try:
        compiled = re2.compile(pattern, options)
    except re2.error as error:
        why = error.args[0].decode(errors="replace").replace("(?m)", "")
        raise PatternError(f"This is no regular expression: {why}.") from error
    if is_regex and compiled.fullmatch(""):
        raise PatternError("This also finds nothing at all, everywhere.")
    return compiled


_ESCAPE = re.compile(r"\\(.?)", re.DOTALL)


def _template(replacement: str, groups: int) -> list[str | int]:
    """The pieces of the replacement: texts, and numbers of groups."""
    pieces: list[str | int] = []
    end = 0
    for match in _ESCAPE.finditer(replacement):
        pieces.append(replacement[end : match.start()])
        end = match.end()
        said = match[1]
        if said.isascii() and said.isdecimal():
            if int(said) > groups:
                raise PatternError(f"The pattern has no group {said}.")
            pieces.append(int(said))
        elif said in ("\\", "n"):
            pieces.append("\n" if said == "n" else said)
        else:
            raise PatternError(
                f"“\\{said}” means nothing in a replacement; “\\\\” is a backslash."
            )
    return [*pieces, replacement[end:]]


def _is_in_word(text: str, start: int, end: int) -> bool:
    """Whether a word goes on before or behind the stretch."""
    before = text[start - 1 : start] if start else ""
    return (_is_letter(before) and _is_letter(text[start])) or (
        _is_letter(text[end : end + 1]) and _is_letter(text[end - 1])
    )


def _is_letter(char: str) -> bool:
    return char.isalnum() or char == "_"
