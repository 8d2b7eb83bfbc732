"""A record as JSON and back.

The JSON carries the number of the shape that wrote it. An older one is brought up step
by step (`UPGRADES`); an unknown key or a newer shape is refused aloud.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from trials.record.shape import TrialRecord

SHAPE = 1
"""Number of the shape in `shape.py`. Raise it with each change, and add the upgrade."""

UPGRADES: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""Shape number -> function that makes the next shape's plain form of it."""

_encoder = msgspec.json.Encoder(order="sorted")


class ShapeError(ValueError):
    """The plain form is not a record of a shape that this version knows."""


class _Plain(msgspec.Struct):
    record: TrialRecord
    shape: int


class _Marked(msgspec.Struct, forbid_unknown_fields=True):
    record: msgspec.Raw
    shape: int


_marked_decoder = msgspec.json.Decoder(_Marked)
_record_decoder = msgspec.json.Decoder(TrialRecord)


def to_plain(record: TrialRecord) -> bytes:
    """Canonical UTF-8 JSON of a record: sorted keys, no white space, defaults left out.

    Equal records give equal bytes: they are what snapshots store and hashes cover.
    """
    return _encoder.encode(_Plain(record=record, shape=SHAPE))


def from_plain(plain: bytes | str) -> TrialRecord:
    """The record of `plain`. Raises ShapeError, which says what is wrong and where."""
    try:
        marked = _marked_decoder.decode(plain)
        if marked.shape == SHAPE:
            return _record_decoder.decode(marked.record)
        return msgspec.convert(_upgraded(marked), TrialRecord)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ShapeError(f"Not a trial record: {error}.") from error


def _upgraded(marked: _Marked) -> dict[str, Any]:
    if not 0 < marked.shape < SHAPE:
        raise ShapeError(
            f"A record of shape {marked.shape}; this version knows 1 to {SHAPE}."
        )
    values = msgspec.json.decode(marked.record, type=dict[str, Any])
    for shape in range(marked.shape, SHAPE):
        values = UPGRADES[shape](values)
    return values
