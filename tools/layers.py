#!/usr/bin/env python3
"""Fails when a file under src/ includes what its folder may not see, when includes run in a circle, or when a library
whose headers are heavy is included by a header."""
import pathlib
import re
import sys

MAY_SEE = {
    "base": "",
    "event": "base",
    "source": "base event",
    "model": "base event query source",
    "propose": "base event source",
    "sync": "base event source model",
    "store": "base event",
    "query": "base event",
    "sql": "base event query",
    "engine": "base event query store",
    "report": "base event query engine",
    "api": "base event source model sync query engine report",
    "app": "base event source model propose sync store query sql engine report api",
}
# What a folder may see of another, where it is less than the whole folder.
FACE = {
    ("model", "source"): {"source/table.h", "source/location.h"},
    ("report", "engine"): {"engine/backend.h", "engine/answer.h"},
    ("api", "engine"): {"engine/backend.h", "engine/answer.h"},
}
# Tests, and headers that only tests include, may also bring together what only app/ may in the program.
TESTS_MAY_SEE = {"propose": {"model"}, "model": {"source"}, "sync": {"store"}, "report": {"store", "engine"}, "api": {"store", "engine"}}
# Folders made to keep a heavy library to themselves.
HEAVY_INSIDE = {"src/source/duckdb", "src/source/postgres", "src/source/clickhouse", "src/source/odbc"}

HEAVY = re.compile(r"#include <(yaml\.h>|CLI/|boost/asio|boost/beast|duckdb\.h|libpq-fe\.h|curl/|sql\.h|sqlext\.h|sqlucode\.h|sqlite3\.h|absl/time/|re2/)")
OWN = re.compile(r'#include "([^"]+)"')


def lines_of(path):
    return enumerate(path.read_text().splitlines(), 1)


def included(path):
    return [match[1] for match in (OWN.match(line) for _, line in lines_of(path)) if match]


def is_test(path):
    return path.stem.endswith("_test")


def for_tests_only(files):
    """The headers that only tests include, directly or through such headers."""
    users = {}
    for path in files:
        name = str(path.relative_to("src"))
        for header in included(path):
            if header != str(path.relative_to("src").with_suffix(".h")):
                users.setdefault(header, set()).add(name)
    found, grown = set(), True
    while grown:
        more = {header for header, names in users.items()
                if all(name.endswith("_test.cc") or str(pathlib.Path(name).with_suffix(".h")) in found for name in names)}
        grown, found = more != found, more
    return found


def may_include(path, header, in_test):
    own, seen = path.parts[1], header.split("/")[0]
    if seen == own or (in_test and seen in TESTS_MAY_SEE.get(own, ())):
        return True
    face = FACE.get((own, seen))
    return seen in MAY_SEE.get(own, "").split() and (face is None or header in face)


def forbidden(files):
    test_headers = for_tests_only(files)
    for path in files:
        in_test = is_test(path) or str(path.relative_to("src").with_suffix(".h")) in test_headers
        for number, line in lines_of(path):
            where = f"{path}:{number}: "
            if path.suffix == ".h" and HEAVY.match(line) and str(path.parent) not in HEAVY_INSIDE:
                yield where + f"{line.split()[1]} is heavy and belongs in one .cc file, not in a header"
            found = OWN.match(line)
            if not found:
                continue
            if not pathlib.Path("src", found[1]).exists():
                yield where + f'"{found[1]}" is no path from src/'
            elif not may_include(path, found[1], in_test):
                yield where + f"{path.parts[1]}/ may not include {found[1]}"


def circles(files):
    includes = {str(path.relative_to("src")): included(path) for path in files}
    done, way = set(), []

    def visit(name):
        if name in way:
            yield "includes run in a circle: " + " -> ".join(way[way.index(name):] + [name])
        if name in way or name in done:
            return
        way.append(name)
        for header in includes.get(name, ()):
            yield from visit(header)
        way.pop()
        done.add(name)

    for name in includes:
        yield from visit(name)


def main():
    files = sorted(path for path in pathlib.Path("src").rglob("*") if path.suffix in (".h", ".cc"))
    problems = [*forbidden(files), *circles(files)]
    print("\n".join(problems), end="\n" if problems else "")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
