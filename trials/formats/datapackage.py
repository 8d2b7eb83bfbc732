"""`datapackage.json`: what the tables hold, by the Frictionless standard.

https://specs.frictionlessdata.io/data-package/ and /table-schema/. Own properties of a
field: `codes` (code -> label), `delimiter` (of a list), `exceptions` (values for which
a constraint was left out).
"""

from collections.abc import Collection, Mapping
from typing import Any

from trials.formats.csv_table import DATE
from trials.formats.export import Export, File
from trials.formats.words import column_words, table_words
from trials.record.cells import SEPARATOR
from trials.record.tabular import Column, Table

Odd = Mapping[str, Collection[str]]
"""Column's name -> values that are none of its codes, or no dates."""

_TYPES = {
    "text": "string",
    "list": "string",
    "date": "string",
    "count": "integer",
    "flag": "boolean",
    "time": "datetime",
}


def package(
    export: Export, trials: int, resources: list[dict[str, Any]]
) -> dict[str, Any]:
    """The descriptor of the whole."""
    described = {
        "profile": "tabular-data-package",
        "name": "clinical-trials",
        "title": "Clinical trials, curated",
        "description": " ".join((f"{trials} trials. {export.chosen}", *export.notes)),
        "created": export.created,
        "version": export.version,
        "resources": resources,
    }
    return {name: value for name, value in described.items() if value}


def resource(table: Table, file: File, odd: Odd) -> dict[str, Any]:
    """The descriptor of one table, written as `file`."""
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": file.name,
        "title": table.name.replace("_", " ").capitalize(),
        "description": table_words(table),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": file.bytes,
        "hash": f"sha256:{file.sha256}",
        "rows": file.rows,
        "schema": schema(table, odd),
    }


def schema(table: Table, odd: Odd) -> dict[str, Any]:
    """The Table Schema of one table. A constraint that does not hold is left out."""
    described: dict[str, Any] = {
        "fields": [
            _field(table, c, sorted(odd.get(c.name, ()))) for c in table.columns
        ],
        "missingValues": [""],
        "primaryKey": list(table.key),
    }
    if table.references:
        described["foreignKeys"] = [
            {
                "fields": list(reference.columns),
                "reference": {
                    "resource": reference.table,
                    "fields": list(reference.key),
                },
            }
            for reference in table.references
        ]
    return described


def _field(table: Table, column: Column, exceptions: list[str]) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "type": _TYPES[column.kind],
        "description": column_words(table, column),
    }
    constraints: dict[str, Any] = {}
    if column.is_required:
        constraints["required"] = True
    if column.name == "nct_id":
        constraints["pattern"] = "NCT[0-9]{8}"
    if column.kind == "count":
        constraints["minimum"] = 0
    if column.kind == "flag":
        field |= {"trueValues": ["true"], "falseValues": ["false"]}
    if column.kind == "list":
        field["delimiter"] = SEPARATOR
    if column.vocabulary:
        field["codes"] = {code.value: code.label for code in column.vocabulary}
    if exceptions:
        field["exceptions"] = exceptions
    elif column.kind == "date":
        constraints["pattern"] = DATE.pattern
    elif column.vocabulary and column.kind == "list":
        code = f"({'|'.join(column.vocabulary)})"
        constraints["pattern"] = rf"{code}( \| {code})*"
    elif column.vocabulary:
        constraints["enum"] = list(column.vocabulary)
    if constraints:
        field["constraints"] = constraints
    return field
