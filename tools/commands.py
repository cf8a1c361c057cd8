#!/usr/bin/env python3
"""Fails when a page names a `./dev` command, a `starling` command or a file of the repository that does not exist."""
import pathlib
import re
import sys

PAGES = [pathlib.Path("README.md"), *sorted(pathlib.Path("docs").rglob("*.md"))]
FOLDERS = "src|docs|tools|bench|test|examples|cmake|deps|web|third_party"


def dev_commands():
    cases = pathlib.Path("dev").read_text().split("case $command in")[1]
    return {word for line in re.findall(r"^  ([a-z |-]+)\)", cases, re.M) for word in line.replace("|", " ").split()}


def starling_commands():
    source = pathlib.Path("src/app/cli.cc").read_text()
    return set(re.findall(r'(?:command\(\s*\*?\w+,\s*|add_subcommand\(\s*)"([a-z]+)"', source))


def problems_of(page, dev, starling):
    for number, line in enumerate(page.read_text().splitlines(), 1):
        where = f"{page}:{number}: "
        for word in re.findall(r"\./dev ([a-z]+)", line):
            if word not in dev:
                yield where + f"there is no ./dev {word}"
        for word in re.findall(r"(?:`|release/|^ *)starling +([a-z]+)\b", line):
            if word not in starling:
                yield where + f"there is no starling {word}"
        for path in re.findall(rf"(?:`|\]\()((?:{FOLDERS})/[\w./-]+)", line):
            if "..." not in path and not pathlib.Path(path.rstrip(".")).exists():
                yield where + f"there is no {path}"


def main():
    dev, starling = dev_commands(), starling_commands()
    problems = [problem for page in PAGES if page.exists() for problem in problems_of(page, dev, starling)]
    print("\n".join(problems), end="\n" if problems else "")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
