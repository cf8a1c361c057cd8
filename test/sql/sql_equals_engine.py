#!/usr/bin/env python3
"""The SELECT of `starling query --sql`, run in DuckDB over the warehouse, gives every number the engine gives.

usage: sql_equals_engine.py STARLING JAFFLE_WAREHOUSE RUN_SQL [QUESTION.yaml ...]

The questions are questions/jaffle/*.yaml (a small copy of the demo's shop) and questions/corner/*.yaml (corner.sql).
"""
import collections
import csv
import decimal
import json
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
AS_OF = "2025-09-01"
DIGITS = 12  # of averages, ratios and percentiles in a result
SIGNIFICANT = decimal.Decimal("1e-11")
AT_LEAST = {"insights": 24, "retention": 10, "funnel": 14}


class Failed(Exception):
    pass


def run(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=300)
    if done.returncode != 0:
        raise Failed(f"{' '.join(str(word) for word in command)}\n{done.stdout}{done.stderr}")
    return done.stdout


class World:
    """A warehouse with its synced data folder."""

    def __init__(self, starling, run_sql, folder, warehouse, model):
        self.starling, self.run_sql, self.folder, self.warehouse = starling, run_sql, folder, warehouse
        (folder / "model.yaml").write_text(model, encoding="utf-8")
        run(starling, "sync", folder / "model.yaml", "--data", folder / "data")

    def ask(self, question, *options):
        return run(self.starling, "query", question, "--data", self.folder / "data", "--as-of", AS_OF, *options)

    def rows(self, sql):
        statement = self.folder / "question.sql"
        statement.write_text(f"ATTACH '{self.warehouse}' AS warehouse (READ_ONLY); USE warehouse;\n{sql}", encoding="utf-8")
        return list(csv.DictReader(run(self.run_sql, statement).splitlines()))


def make_worlds(starling, jaffle_warehouse, run_sql, folder):
    jaffle, corner = folder / "jaffle", folder / "corner"
    jaffle.mkdir()
    corner.mkdir()
    run(jaffle_warehouse, "--out", jaffle / "jaffle.duckdb", "--orders", 3000, "--days", 400, "--end", "2025-08-31")
    run(run_sql, HERE / "corner.sql", f"PATH={corner / 'corner.duckdb'}")
    model = (ROOT / "examples/jaffle/model.yaml").read_text(encoding="utf-8")
    return {
        "jaffle": World(starling, run_sql, jaffle, jaffle / "jaffle.duckdb",
                        model.replace("../../build/demo/jaffle.duckdb", "jaffle.duckdb")),
        "corner": World(starling, run_sql, corner, corner / "corner.duckdb",
                        (HERE / "corner.model.yaml").read_text(encoding="utf-8")),
    }


def plain(value):
    """JSON whose numbers compare by value."""
    if isinstance(value, (list, tuple)):
        return tuple(plain(item) for item in value)
    if isinstance(value, dict):
        return tuple(sorted((key, plain(item)) for key, item in value.items()))
    if isinstance(value, (int, decimal.Decimal)) and not isinstance(value, bool):
        return ("number", decimal.Decimal(value).normalize())
    return value


def parse(text):
    return json.loads(text, parse_float=decimal.Decimal)


def number(text):
    return None if text in ("", None) else decimal.Decimal(text)


def equal(engine, sql):
    if engine is None or sql is None:
        return engine is None and sql is None
    engine, sql = decimal.Decimal(engine), decimal.Decimal(sql)
    if engine == sql:
        return True
    is_no_exact_decimal = len(sql.normalize().as_tuple().digits) > DIGITS
    return is_no_exact_decimal and abs(engine - sql) <= SIGNIFICANT * abs(engine)


class Comparison:
    def __init__(self):
        self.cells, self.differences = 0, []

    def cell(self, where, engine, sql):
        self.cells += 1
        if not equal(engine, sql):
            self.differences.append(f"{where}: engine {engine}, SQL {sql}")


def by_key(rows, *columns):
    out = {}
    for row in rows:
        key = (plain(parse(row["segment"])),) + tuple(row[column] for column in columns)
        if key in out:
            raise Failed(f"SQL gives two rows for {key}")
        out[key] = row
    return out


def compare_insights(result, rows, comparison):
    sql, seen = by_key(rows, "interval"), set()
    labels = result["intervals"] + ["overall"]
    for series in result["series"]:
        segment = plain(series["segment"])
        for label, value in zip(labels, (series["values"] if result["intervals"] else []) + [series["overall"]]):
            row = sql.get((segment, label), {})
            seen.add((segment, label, series["metric"]))
            comparison.cell(f"{series['metric']} {series['segment']} {label}", value, number(row.get(series["metric"])))
    metrics = {series["metric"] for series in result["series"]}
    for (segment, label), row in sql.items():
        for metric in metrics:
            if (segment, label, metric) not in seen and number(row[metric]) not in (None, 0):
                comparison.differences.append(f"{metric} {segment} {label}: only SQL has it: {row[metric]}")


def compare_retention(result, rows, comparison):
    sql, seen = by_key(rows, "born", "bucket"), set()
    for series in result["series"]:
        segment = plain(series["segment"])
        for cohort in series["cohorts"]:
            for bucket, cell in zip(result["buckets"], cohort["cells"]):
                key = (segment, cohort["born"], str(bucket))
                where = f"{series['segment']} {cohort['born']} {bucket}"
                if cell is None:
                    if key in sql:
                        comparison.differences.append(f"{where}: only SQL has it")
                    continue
                seen.add(key)
                row = sql.get(key, {})
                comparison.cell(f"{where} size", cohort["size"], number(row.get("size")))
                comparison.cell(f"{where} users", cell["users"], number(row.get("users")))
                comparison.cell(f"{where} value", cell["value"], number(row.get("value")))
                comparison.cell(f"{where} complete", int(cell["complete"]), int(row.get("complete") == "true"))
    for key in set(sql) - seen:
        comparison.differences.append(f"{key}: only SQL has it")


def compare_steps(segment, label, steps, sql, seen, comparison):
    for place, step in enumerate(steps, 1):
        key = (plain(segment), label, str(place))
        seen.add(key)
        row = sql.get(key, {})
        for name in ("count", "median_seconds", "avg_seconds"):
            comparison.cell(f"{segment} {label} step {place} {name}", step[name], number(row.get(name)))


def compare_funnel(result, rows, comparison):
    sql, seen = by_key(rows, "interval", "step"), set()
    for series in result["series"]:
        compare_steps(series["segment"], "overall", series["steps"], sql, seen, comparison)
        for interval in series.get("trend", []):
            compare_steps(series["segment"], interval["interval"], interval["steps"], sql, seen, comparison)
    for key in set(sql) - seen:
        comparison.differences.append(f"{key}: only SQL has it")


COMPARE = {"insights": compare_insights, "retention": compare_retention, "funnel": compare_funnel}


def compare(world, question):
    comparison, report = Comparison(), "refused"
    try:
        result = parse(world.ask(question, "--format", "json"))
        report = result["report"]
        if result["segments"]["found"] > result["segments"]["returned"]:
            raise Failed("its limit cuts segments off")
        COMPARE[report](result, world.rows(world.ask(question, "--sql")), comparison)
        if not comparison.cells:
            raise Failed("nothing was compared")
    except Failed as failure:
        comparison.differences.append(str(failure))
    return report, comparison


def main():
    starling, jaffle_warehouse, run_sql, *chosen = sys.argv[1:]
    questions = [pathlib.Path(path).resolve() for path in chosen] or sorted((HERE / "questions").glob("*/*.yaml"))
    counts, cells, failed = collections.Counter(), 0, 0
    with tempfile.TemporaryDirectory() as folder:
        worlds = make_worlds(starling, jaffle_warehouse, run_sql, pathlib.Path(folder))
        for question in questions:
            report, comparison = compare(worlds[question.parent.name], question)
            counts[report] += 1
            cells += comparison.cells
            if comparison.differences:
                failed += 1
                print(f"{question.parent.name}/{question.name}: {len(comparison.differences)} of {comparison.cells} differ")
                print("".join(f"  {line}\n" for line in comparison.differences[:8]), end="")
    for report, least in AT_LEAST.items():
        if not chosen and counts[report] < least:
            sys.exit(f"only {counts[report]} questions about {report}; {least} are expected")
    kinds = ", ".join(f"{count} {report}" for report, count in sorted(counts.items()))
    print(f"{sum(counts.values())} questions ({kinds}), {cells} cells compared, {failed} questions differ")
    return 1 if failed or not cells else 0


if __name__ == "__main__":
    sys.exit(main())
