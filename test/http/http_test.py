#!/usr/bin/env python3
"""Asks a running server what the files beside this one say, and compares the answers to the letter.

usage: http_test.py STARLING [--rewrite]

A file is a conversation with a server over the warehouse of test/program.py: exchanges, with an empty line between them.

    # comment
    METHOD PATH
    body, on any number of lines
    ----
    STATUS
    the exact JSON of the answer

In an answer "<name>" stands for any text, and for that text in what follows; "<number>" and "<time>" for any of these.
--rewrite puts the server's answers in (where a file has any), with these marks for what differs from run to run.
Every JSON answer is also held against its schema in the OpenAPI document, and every operation there must be used.
"""
import json
import pathlib
import re
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import program  # noqa: E402

CHANGING_NUMBERS = {"elapsed_ms", "duration_ms", "events_scanned", "data_version"}
CHANGING_TIMES = {"now", "synced_at", "created_at", "updated_at", "last_run", "last_success", "started", "first_seen"}
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")


class Exchange:
    def __init__(self, block):
        lines = block.split("\n")
        self.comments = [line for line in lines if line.startswith("#")]
        lines = [line for line in lines if not line.startswith("#")]
        cut = lines.index("----")
        self.method, self.path = lines[0].split(" ", 1)
        self.body = "\n".join(lines[1:cut])
        self.status = int(lines[cut + 1])
        self.answer = "\n".join(lines[cut + 2:])

    def text(self):
        return "\n".join([*self.comments, f"{self.method} {self.path}", *([self.body] if self.body else []), "----",
                          str(self.status), *([self.answer] if self.answer else [])])


def fill(text, names):
    return re.sub(r"<(\w+)>", lambda found: names.get(found.group(1), found.group(0)), text)


def differences(expected, actual, names, path="$"):
    """Where the answer is not what the file says; names found on the way are remembered."""
    if isinstance(expected, str) and (found := re.fullmatch(r"<(\w+)>", expected)):
        name = found.group(1)
        if name == "number":
            return [] if isinstance(actual, (int, float)) else [f"{path}: no number: {actual!r}"]
        if name == "time":
            return [] if isinstance(actual, str) and TIME.match(actual) else [f"{path}: no time: {actual!r}"]
        if not isinstance(actual, str):
            return [f"{path}: no text: {actual!r}"]
        return [] if names.setdefault(name, actual) == actual else [f"{path}: {actual!r} is not {names[name]!r}"]
    if isinstance(expected, dict) and isinstance(actual, dict):
        out = [] if list(expected) == list(actual) else [f"{path}: keys {list(actual)}, not {list(expected)}"]
        for key in expected:
            if key in actual:
                out += differences(expected[key], actual[key], names, f"{path}.{key}")
        return out
    if isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        return [line for i, (e, a) in enumerate(zip(expected, actual)) for line in
                differences(e, a, names, f"{path}[{i}]")]
    same = expected == actual and isinstance(expected, bool) == isinstance(actual, bool)
    return [] if same else [f"{path}: {json.dumps(actual)}, not {json.dumps(expected)}"]


def marked(value, names, key=""):
    """An answer with marks in place of what differs from run to run; ids are named after what they are the id of."""
    if isinstance(value, dict):
        if isinstance(value.get("id"), str) and isinstance(value.get("name"), str) and {"updated_at", "origin"} & set(value):
            names.setdefault(re.sub(r"\W+", "_", value["name"].lower()), value["id"])
        return {k: marked(v, names, k) for k, v in value.items()}
    if isinstance(value, list):
        return [marked(item, names) for item in value]
    if key in CHANGING_NUMBERS:
        return "<number>"
    if key in CHANGING_TIMES and value is not None:
        return "<time>"
    if isinstance(value, str):
        for name, known in names.items():
            value = value.replace(known, f"<{name}>")
    return value


def misfits(value, schema, document, path="$"):
    """Where a value does not fit a schema, for the part of JSON Schema our document uses."""
    if "$ref" in schema:
        return misfits(value, document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], document, path)
    if "oneOf" in schema:
        fits = [one for one in schema["oneOf"] if not misfits(value, one, document, path)]
        return [] if len(fits) == 1 else [f"{path}: fits {len(fits)} of oneOf"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{path}: {value!r} is none of {schema['enum']}"]
    if "const" in schema and value != schema["const"]:
        return [f"{path}: {value!r} is not {schema['const']!r}"]
    kinds = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None),
             "integer": int, "number": (int, float)}
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    is_one = any(isinstance(value, kinds[kind]) and (kind == "boolean" or not isinstance(value, bool)) for kind in types)
    if types and not is_one:
        return [f"{path}: {value!r} is no {types}"]
    out = []
    if isinstance(value, dict):
        out += [f"{path}: {key} is missing" for key in schema.get("required", []) if key not in value]
        for key, part in schema.get("properties", {}).items():
            if key in value:
                out += misfits(value[key], part, document, f"{path}.{key}")
    if isinstance(value, list):
        for i, item in enumerate(value):
            out += misfits(item, schema.get("items", {}), document, f"{path}[{i}]")
    return out


def operation_of(document, method, path):
    """The operation of a request, by the pattern with the fewest names that fits."""
    parts = path.split("?")[0].split("/")
    for pattern in sorted(document["paths"], key=lambda p: p.count("{")):
        names = pattern.split("/")
        if len(names) == len(parts) and all(n == p or n.startswith("{") for n, p in zip(names, parts)):
            return document["paths"][pattern].get(method.lower())
    return None


def check_schema(document, exchange, status, headers, answer):
    operation = operation_of(document, exchange.method, exchange.path)
    if operation is None or status == 204:
        return []
    response = operation["responses"].get(str(status), operation["responses"]["default"])
    content = response.get("content", {})
    media = headers.get("Content-Type", "")
    if media not in content:
        return [f"Content-Type {media!r} is not described"]
    return misfits(answer, content[media]["schema"], document)


def run_file(path, server, document, used, rewrite):
    exchanges = [Exchange(block) for block in path.read_text(encoding="utf-8").strip("\n").split("\n\n")]
    names, failures = {}, []
    for exchange in exchanges:
        status, headers, answer = server.ask(exchange.method, fill(exchange.path, names),
                                             fill(exchange.body, names) or None)
        operation = operation_of(document, exchange.method, exchange.path)
        if operation and status < 300:
            used.add(operation["operationId"])
        if rewrite:
            exchange.status = status
            if exchange.answer:
                exchange.answer = "" if answer == "" else json.dumps(marked(answer, names), ensure_ascii=False)
        found = [] if status == exchange.status else [f"status {status}, not {exchange.status}: {answer}"]
        if not found and exchange.answer:
            found += differences(json.loads(fill(exchange.answer, names)), answer, names)
        found += check_schema(document, exchange, status, headers, answer)
        failures += [f"{path.name}: {exchange.method} {exchange.path}: {line}" for line in found]
    if rewrite:
        path.write_text("\n\n".join(exchange.text() for exchange in exchanges) + "\n", encoding="utf-8")
    return len(exchanges), failures


def main():
    starling, rewrite = sys.argv[1], "--rewrite" in sys.argv
    count, failures, used = 0, [], set()
    for path in sorted(HERE.glob("*.txt")):
        with tempfile.TemporaryDirectory() as folder:
            model = program.make_warehouse(folder)
            data = pathlib.Path(folder) / "data"
            synced = program.run(starling, "sync", model, "--data", data)
            if synced.returncode != 0:
                sys.exit(f"the sync failed: {synced.stdout}{synced.stderr}")
            more = ["--sync", str(model)] if path.stem == "sync" else []
            with program.Served(starling, data, *more) as server:
                document = server.ask("GET", "/api/v1/openapi.json")[2]
                done, found = run_file(path, server, document, used, rewrite)
                count += done
                failures += found
    operations = {operation["operationId"] for path in document["paths"].values() for operation in path.values()}
    failures += [f"no file uses the operation {name}" for name in sorted(operations - used)]
    print("\n".join(failures))
    print(f"{count} exchanges, {len(failures)} failures")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
