#!/usr/bin/env python3
"""Fails on words that mean two things here or one thing twice (docs/glossary.md), on notes to finish later, and on paths
of somebody's own machine. A line that must say such a word (a foreign API's name) ends with `words: ok`."""
import re
import subprocess
import sys

CODE = r"\.(cc|h|ts|tsx|css|py|cmake|txt)$|(^|/)dev$"
SKIP = r"^(third_party|LICENSE|tools/words\.py|web/package-lock\.json|deps/package-lock\.json)"
# pattern, what to say instead, in which files (None: everywhere)
RULES = [
    (r"\b(TODO|FIXME|XXX|HACK)\b", "finish it, or write an issue", None),
    (r"(?<![\w.$}])/(work|farm|home/\w+|root)/", "a path from the root of the repository", None),
    (r"\bstd::regex\b", "RE2: std::regex can take for ever", r"(?<!_test)\.(cc|h)$"),
    (r"\b(audience|Audience)_", "cohort", CODE),
    (r"\bgroup_by\b|\bGroupBy\b", "breakdown", CODE),
    (r"\butils?\b/|[/_](utils?|helpers?|common|manager)\.(h|cc|ts|tsx)\b", "name the one concept of the file", CODE),
]


def files():
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], capture_output=True,
                            text=True, check=True).stdout.splitlines()
    return [name for name in listed if not re.search(SKIP, name)]


def text_of(name):
    try:
        with open(name, encoding="utf-8") as file:
            return file.read()
    except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
        return ""


def main():
    problems = 0
    for name in files():
        for number, line in enumerate(text_of(name).splitlines(), 1):
            for pattern, instead, where in RULES:
                found = re.search(pattern, line)
                if found and (where is None or re.search(where, name)) and "words: ok" not in line:
                    print(f'{name}:{number}: "{found[0]}": {instead}')
                    problems += 1
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
