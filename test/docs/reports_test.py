#!/usr/bin/env python3
"""Every report that docs/reports shows is asked of a small copy of the demo's shop, and has an answer in every form.

usage: reports_test.py STARLING JAFFLE_WAREHOUSE
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BLOCK = re.compile(r"^```yaml\n(report: .*?)^```$", re.MULTILINE | re.DOTALL)


def run(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(str(word) for word in command)}\n{done.stdout}{done.stderr}")
    return done.stdout


def has_answer(result):
    """An example that finds nothing teaches nothing."""
    if "users" in result:
        return result["size"] > 0
    if "nodes" in result:
        return result["entries"] > 0
    first = result["series"][0]
    return bool(first.get("overall") or first.get("cohorts") or first.get("steps", [{}])[0].get("count"))


def main():
    starling, jaffle_warehouse = sys.argv[1:]
    pages = sorted((ROOT / "docs/reports").glob("*.md")) + [ROOT / "docs/reports.md"]
    blocks = [(page, block) for page in pages for block in BLOCK.findall(page.read_text())]
    if len(blocks) < 10:
        sys.exit(f"only {len(blocks)} reports are shown in docs/reports")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        run(jaffle_warehouse, "--out", folder / "jaffle.duckdb", "--orders", 12000)
        model = (ROOT / "examples/jaffle/model.yaml").read_text().replace("../../build/demo/jaffle.duckdb", "jaffle.duckdb")
        (folder / "model.yaml").write_text(model)
        run(starling, "sync", folder / "model.yaml", "--data", folder / "data")
        for page, block in blocks:
            report = folder / "report.yaml"
            report.write_text(block)
            for form in ("table", "csv"):
                run(starling, "query", report, "--data", folder / "data", "--format", form)
            result = json.loads(run(starling, "query", report, "--data", folder / "data", "--format", "json"))
            if not has_answer(result):
                sys.exit(f"{page.relative_to(ROOT)}: this report finds nothing:\n{block}")
            run(starling, "query", report, "--data", folder / "data", "--explain")
    print(f"{len(blocks)} reports of docs/reports have their answers")


if __name__ == "__main__":
    main()
