#!/usr/bin/env python3
"""dbt builds what `starling model dbt` writes, and its tests pass: the demo shop as sources, then as refs to a project's own models.
dbt comes from PyPI into build/dbt-venv; where that cannot be reached, the test is skipped.

usage: dbt_test.py STARLING JAFFLE_WAREHOUSE
"""
import pathlib
import re
import subprocess
import sys
import tempfile
import venv

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
VENV = ROOT / "build" / "dbt-venv"
PACKAGES = ["dbt-core==1.10.*", "dbt-duckdb==1.10.*"]
SKIPPED = 77


def run(*arguments, cwd=None):
    done = subprocess.run([str(argument) for argument in arguments], cwd=cwd, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, arguments))}\n{done.stdout}{done.stderr}")
    return done.stdout


def dbt_program():
    program = VENV / "bin" / "dbt"
    if program.exists():
        return program
    try:
        venv.create(VENV, clear=True, with_pip=True)
        subprocess.run([VENV / "bin" / "pip", "install", "-q", *PACKAGES], check=True, capture_output=True)
    except (subprocess.CalledProcessError, OSError) as error:
        print(f"skipped: dbt cannot be installed from PyPI: {error}")
        sys.exit(SKIPPED)
    return program


def make_project(folder):
    (folder / "models").mkdir(parents=True)
    (folder / "dbt_project.yml").write_text("name: shop\nversion: '1.0'\nprofile: shop\n")
    (folder / "profiles.yml").write_text(
        "shop: {target: dev, outputs: {dev: {type: duckdb, path: ../jaffle.duckdb, schema: main}}}\n")


def build(dbt, project):
    printed = run(dbt, "build", "--profiles-dir", ".", "--no-use-colors", cwd=project)
    found = re.search(r"PASS=(\d+) WARN=0 ERROR=0 SKIP=0", printed)
    assert found and int(found.group(1)) >= 18, printed
    return printed


def main():
    starling, jaffle_warehouse = sys.argv[1:]
    dbt = dbt_program()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        run(jaffle_warehouse, "--out", folder / "jaffle.duckdb", "--end", "2025-09-01")
        text = (ROOT / "examples/jaffle/model.yaml").read_text()
        model = folder / "model.yaml"
        model.write_text(re.sub(r"path: \S*jaffle\.duckdb", "path: jaffle.duckdb", text))

        project = folder / "project"
        make_project(project)
        written = project / "models" / "starling"
        run(starling, "model", "dbt", model, "-o", written)
        build(dbt, project)
        rows = run(dbt, "show", "--profiles-dir", ".", "--no-use-colors", "--inline",
                   "select (select count(*) from {{ ref('starling_order_submitted') }}) - "
                   "(select count(*) from {{ source('main', 'orders') }}) as differ", cwd=project)
        assert re.search(r"\|\s*0\s*\|", rows), rows

        # The project builds a table of its own: it becomes a ref, and a model that is gone is removed.
        (project / "models" / "customers.sql").write_text("select 'c1' as customer_id, 'Ann' as customer_name, 'new' as customer_type")
        run(dbt, "build", "--profiles-dir", ".", "--select", "customers", cwd=project)
        model.write_text("version: 1\nproject: p\nwarehouse: {type: duckdb, path: jaffle.duckdb}\n"
                         "events:\n  - {event: order, table: orders, time: ordered_at, user: customer_id, id: order_id}\n"
                         "users: {table: customers, user: customer_id, properties: {name: customer_name}}\n")
        printed = run(starling, "model", "dbt", model, "-o", written, "--dbt", project / "target")
        assert "removed starling_lookup_products.sql" in printed, printed
        assert "{{ ref('customers') }}" in (written / "starling_users.sql").read_text()
        assert sorted(file.name for file in written.glob("*.sql")) == ["starling_order.sql", "starling_users.sql"]
        run(dbt, "build", "--profiles-dir", ".", cwd=project)
    print("dbt built the models and their tests passed")


main()
