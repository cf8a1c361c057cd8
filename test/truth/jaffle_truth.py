#!/usr/bin/env python3
"""Compares what `starling query` answers over two Jaffle Shops with their true answers, cell by cell.

usage: jaffle_truth.py STARLING SHARED
STARLING_SHARED goes before SHARED. Exit status 77 (skipped) when there are no Jaffle Shops.
"""
import json
import os
import pathlib
import sys
import tempfile
from decimal import ROUND_DOWN, Decimal

from truth import ALL_SEGMENTS, Truth, by_metric, label

SHOPS = {"main_1y": ("2024-09-01", "2025-08-31", "2025-09-01T00:00:00Z"),
         "small_45d": ("2024-09-01", "2024-10-15", "2024-10-16T00:00:00Z")}
EVENT = "order submitted"


def metric(measure="total", **more):
    return {"event": EVENT, "measure": measure, **more}


def member(flag):
    return [{"property": f"items.{flag}", "op": "is", "value": True}]


ITEM_COST = {"sum": "items.supply_cost"}
LARGE = [{"property": "order_total", "op": ">=", "value": 20}]
METRICS = {
    "orders": metric(),
    "order_total": metric({"sum": "order_total"}),
    "tax_paid": metric({"sum": "tax_paid"}),
    "order_cost": metric(ITEM_COST),
    "subtotal": metric({"sum": "subtotal"}),
    "new_customer_orders": metric(first_time=True),
    "new_customer_order_total": metric({"sum": "order_total"}, first_time=True),
    "large_orders": metric(where=LARGE),
    "large_order_total": metric({"sum": "order_total"}, where=LARGE),
    "orders_strictly_over_20": metric(where=[{"property": "order_total", "op": ">", "value": 20}]),
    "food_orders": metric(where=member("is_food")),
    "drink_orders": metric(where=member("is_drink")),
    "no_item_orders": metric(where=[{"property": "items", "op": "is not set"}]),
    "active_customers": metric("users"),
    "customers": metric("users"),
    "avg_order_total": metric({"avg": "order_total"}),
    "median_order_total": metric({"median": "order_total"}),
    "min_order_total": metric({"min": "order_total"}),
    "max_order_total": metric({"max": "order_total"}),
    "revenue": metric({"sum": "items.price"}),
    "food_revenue": metric({"sum": "items.price"}, where=member("is_food")),
    "drink_revenue": metric({"sum": "items.price"}, where=member("is_drink")),
    "median_revenue": metric({"median": "items.price"}),
}
FORMULAS = {"food_revenue_pct": "A / B", "drink_revenue_pct": "C / B", "order_gross_profit": "B - D"}


def insights_document(shop, columns, **more):
    metrics = [{"name": column, **METRICS[column]} for column in columns]
    return shop.query(report="insights", **{"from": shop.first, "to": shop.last}, metrics=metrics,
                      limit=ALL_SEGMENTS, **more)


def check_metrics(shop):
    """Totals, and every metric by day, week and month."""
    for unit, file, date in (("day", "metrics_daily.csv", "day"), ("week", "metrics_weekly.csv", "week_monday"),
                             ("month", "metrics_monthly.csv", "month")):
        rows = shop.rows(file)
        columns = [column for column in rows[0] if column in METRICS]
        answer = insights_document(shop, columns, unit=unit)
        at = {interval: index for index, interval in enumerate(answer["intervals"])}
        series = by_metric(answer)
        for row in rows:
            for column in columns:
                wanted, found = row[column], series[column]["values"][at[row[date]]]
                # The truth files cut medians to two decimals; the exact median is right.
                if column.startswith("median") and found is not None:
                    cut = Decimal(found).quantize(Decimal("0.01"), rounding=ROUND_DOWN)
                    found = cut if cut == Decimal(wanted) else found
                shop.compare(f"{file} {row[date]} {column}", wanted, found)
        check_formulas(shop, rows, unit, date, file)
    totals = {key: str(value) for key, value in json.loads(
        (shop.truths / "totals.json").read_text(), parse_float=str).items()}
    columns = [column for column in totals if column in METRICS]
    series = by_metric(insights_document(shop, columns))
    for column in columns:
        shop.compare(f"totals.json {column}", totals[column], series[column]["overall"])


def check_formulas(shop, rows, unit, date, file):
    wanted = [name for name in FORMULAS if name in rows[0]]
    if not wanted:
        return
    operands = [METRICS["food_revenue"], METRICS["revenue"], METRICS["drink_revenue"], METRICS["order_cost"]]
    formulas = [{"formula": FORMULAS[name]} for name in wanted]
    cumulative = {**METRICS["revenue"], "name": "cumulative_revenue", "cumulative": True}
    answer = shop.query(report="insights", **{"from": shop.first, "to": shop.last}, unit=unit,
                        metrics=[{"name": f"operand {i}", **one} for i, one in enumerate(operands)] + formulas + [cumulative])
    at = {interval: index for index, interval in enumerate(answer["intervals"])}
    series = by_metric(answer)
    for row in rows:
        for name in wanted:
            shop.compare(f"{file} {row[date]} {name}", row[name], series[FORMULAS[name]]["values"][at[row[date]]])
        shop.compare(f"{file} {row[date]} cumulative_revenue", row["cumulative_revenue"],
                     series["cumulative_revenue"]["values"][at[row[date]]])


def check_segments(shop, file, keys, columns, breakdown, unit=None, date=None, missing=None):
    """A truth file with one row a segment (and interval). `keys` name its segment columns."""
    more = {"unit": unit} if unit else {}
    answer = insights_document(shop, list(columns.values()), breakdown=breakdown, **more)
    found = {}
    for row in answer["series"]:
        found[(row["metric"], tuple(label(coordinate) for coordinate in row["segment"]))] = row
    at = {interval: index for index, interval in enumerate(answer["intervals"])}
    for row in shop.rows(file):
        segment = tuple("" if row[key] == missing else row[key] for key in keys)
        for column, name in columns.items():
            series = found.get((name, segment))
            if series is None:
                shop.compare(f"{file} {segment} {column}", row[column] if row[column] != "0" else "", None)
                continue
            value = series["values"][at[row[date]]] if date else series["overall"]
            shop.compare(f"{file} {row.get(date, '')} {segment} {column}", row[column], value)


def check_breakdowns(shop):
    order_metrics = {name: name for name in ("orders", "order_total", "new_customer_orders", "large_orders")}
    location = [{"property": "location_id.location_name"}]
    product = [{"property": "items.product_id"}]
    check_segments(shop, "by_location.csv", ["location_name"], {**order_metrics, "customers": "customers"}, location)
    check_segments(shop, "by_location_month.csv", ["location_name"], order_metrics, location, "month", "month")
    check_segments(shop, "by_product.csv", ["product_id"],
                   {"item_revenue": "revenue", "supply_cost": "order_cost", "orders_containing": "orders",
                    "customers": "customers", "order_total_of_orders_containing": "order_total"}, product)
    check_segments(shop, "by_product.csv", ["product_name"], {"item_revenue": "revenue"},
                   [{"property": "items.product_id.product_name"}])
    check_segments(shop, "by_product_month.csv", ["product_id"],
                   {"item_revenue": "revenue", "orders_containing": "orders"}, product, "month", "month")
    check_segments(shop, "order_total_by_contained_product_month.csv", ["product_id"],
                   {"orders": "orders", "order_total": "order_total"}, product, "month", "month", missing="(none)")
    check_segments(shop, "by_customer_type.csv", ["customer_type"],
                   {"orders": "orders", "order_total": "order_total", "customers": "customers"}, [{"user": "type"}])
    check_segments(shop, "orders_by_hour.csv", ["hour_of_day"], {"orders": "orders", "order_total": "order_total"},
                   [{"time": "hour_of_day"}])


def check_buckets(shop):
    for file, key, reference, names in (
            ("by_order_number_bucket.csv", "order_number_bucket",
             {"property": "number", "buckets": [1, 2, 6, 21, 101]},
             {(1, 2): "1", (2, 6): "2-5", (6, 21): "6-20", (21, 101): "21-100", (101, None): "101+"}),
            ("by_lifetime_spend_bucket.csv", "lifetime_spend_bucket",
             {"user": "lifetime_spend", "buckets": [100, 500, 1000, 2000]},
             {(None, 100): "<100", (100, 500): "100-500", (500, 1000): "500-1000", (1000, 2000): "1000-2000",
              (2000, None): ">=2000"}),
            ("order_total_histogram_10.csv", "order_total_bucket_from",
             {"property": "order_total", "bucket_size": 10}, None)):
        answer = insights_document(shop, ["orders", "order_total"], breakdown=[reference])
        found = {}
        for row in answer["series"]:
            if row["segment"]:
                low, high = row["segment"][0]["bucket"]
                found[row["metric"], names[low, high] if names else str(low)] = row["overall"]
        for row in shop.rows(file):
            bucket = row[key] if names else str(int(Decimal(row[key])))
            for column in ("orders", "order_total"):
                shop.compare(f"{file} {bucket} {column}", row[column], found.get((column, bucket)))


def retention(shop, unit, buckets, **more):
    return shop.query(report="retention", **{"from": shop.first, "to": shop.last}, unit=unit, buckets=buckets,
                      returned={"event": EVENT}, limit=ALL_SEGMENTS, **more)


def check_retention(shop):
    for unit in ("day", "week", "month"):
        file = f"spec_retention_{unit}.csv"
        rows = shop.rows(file)
        buckets = max(int(row["k"]) for row in rows)
        kinds = sorted({(row["birth_mode"], row["clock"]) for row in rows})
        for mode, clock in kinds:
            born = {"event": EVENT, "first_time": True} if mode == "first_time" else {"event": EVENT}
            answers = {}
            for criterion, column in (("on", "n_on"), ("on or after", "n_on_or_after"),
                                      ("on or before", "n_on_or_before"), ("streak", "n_streak")):
                answers[column] = retention(shop, unit, buckets, born=born, clock=clock, criterion=criterion)
                if criterion != "streak":
                    answers["sum" + column[1:]] = retention(
                        shop, unit, buckets, born=born, clock=clock, criterion=criterion,
                        measure={"sum": "order_total"})
            chosen = [row for row in rows if (row["birth_mode"], row["clock"]) == (mode, clock)]
            for column, answer in answers.items():
                compare_cells(shop, f"{file} {mode} {clock}", chosen, column, answer["series"][0])
            compare_averages(shop, unit, mode, clock, answers)


def compare_cells(shop, where, rows, column, series):
    cohorts = {cohort["born"]: cohort for cohort in series["cohorts"]}
    date = "birth_interval" if "birth_interval" in rows[0] else "birth_month"
    for row in rows:
        cohort = cohorts.get(row[date])
        cell = cohort["cells"][int(row["k"])] if cohort else None
        here = f"{where} {row[date]} k={row['k']} {column}"
        if cell is None:
            shop.compare(here, row[column], None)
            continue
        shop.compare(here, row[column], cell["value" if column.startswith("sum") else "users"])
        shop.compare(here + " size", row["size"], cohort["size"])
        shop.compare(here + " complete", "false" if row["incomplete"] == "true" else "true", cell["complete"])


def compare_averages(shop, unit, mode, clock, answers):
    file = f"spec_retention_{unit}_average.csv"
    for row in shop.rows(file):
        if (row["birth_mode"], row["clock"]) != (mode, clock):
            continue
        for suffix in ("on", "on_or_after"):
            average = answers[f"n_{suffix}"]["series"][0]["average"][int(row["k"])]
            here = f"{file} {mode} {clock} k={row['k']}"
            shop.compare(f"{here} rate {suffix}", row[f"weighted_rate_{suffix}"], average["rate"])
            shop.compare(f"{here} pooled {suffix}", row[f"pooled_rate_{suffix}"], average["pooled_rate"])


def check_retention_breakdowns(shop):
    born = {"event": EVENT, "first_time": True}
    for at, key, columns in (("born", "birth_product", ("n_on", "n_on_or_after", "sum_on")),
                             ("returned", "return_product", ("n_on", "n_on_or_after"))):
        file = f"spec_retention_month_by_{'birth' if at == 'born' else 'return'}_product.csv"
        rows = shop.rows(file)
        buckets = max(int(row["k"]) for row in rows)
        for column in columns:
            criterion = "on or after" if column.endswith("after") else "on"
            measure = {"sum": "order_total"} if column.startswith("sum") else "users"
            answer = retention(shop, "month", buckets, born=born, criterion=criterion, measure=measure,
                               breakdown=[{"property": "items.product_id", "at": at}])
            series = {label(one["segment"][0]): one for one in answer["series"] if one["segment"]}
            for product in sorted({row[key] for row in rows}):
                chosen = [row for row in rows if row[key] == product]
                compare_cells(shop, f"{file} {product}", chosen, column, series["" if product == "(none)" else product])


def check_active_users(shop):
    rows = shop.rows("spec_dau_wau_mau_last120.csv")
    metrics = [{"name": name, **metric({"users": {"rolling": f"{days} days"}})}
               for name, days in (("dau", 1), ("wau", 7), ("mau", 30))]
    answer = shop.query(report="insights", **{"from": rows[0]["day"], "to": rows[-1]["day"]}, unit="day", metrics=metrics)
    at = {interval: index for index, interval in enumerate(answer["intervals"])}
    series = by_metric(answer)
    for row in rows:
        for name in ("dau", "wau", "mau"):
            shop.compare(f"spec_dau_wau_mau {row['day']} {name}", row[name], series[name]["values"][at[row["day"]]])


def check_cohorts(shop):
    row = shop.rows("spec_cohorts.csv")[0]
    old = {"did": EVENT, "between": ["30 days ago", "120 days ago"]}
    gone = {"did_not": EVENT, "last": "30 days"}
    new = {"first_did": EVENT, "last": "30 days"}
    definitions = {
        "users": {"all": [{"did": EVENT}]},
        "welcome_first_time_last30": "Welcome",
        "welcome_first_value_ge20": {"all": [{**new, "where": LARGE}]},
        "winback_30_120": "Win-back",
        "winback_with_event_ge20": {"all": [{**old, "where": LARGE}, gone]},
        "winback_sum_ge100": {"all": [{**old, "at_least": 100, "of": {"sum": "order_total"}}, gone]},
        "not_in_last30": {"all": [{"did": EVENT}, gone]},
    }
    # The truths are as of the last day of the data, whose local date is "today".
    as_of, shop.as_of = shop.as_of, f"{row['today']}T23:59:59Z"
    for column, definition in definitions.items():
        answer = shop.query(report="users", cohort=definition)
        shop.compare(f"spec_cohorts.csv {column}", row[column], answer["size"])
    shop.as_of = as_of


def main():
    starling = pathlib.Path(sys.argv[1]).resolve()
    shared = pathlib.Path(os.environ.get("STARLING_SHARED", sys.argv[2])).resolve()
    if not (shared / "data" / "jaffle" / "main_1y").is_dir():
        print(f"skipped: {shared} has no Jaffle Shops")
        return 77
    failed = False
    for name, period in SHOPS.items():
        with tempfile.TemporaryDirectory() as folder:
            shared_shop = shared / "data" / "jaffle" / name
            shop = Truth(starling, name, shared_shop / "truth", pathlib.Path(folder) / "data", period)
            shop.sync("jaffle.model.yaml", shared_shop / "raw")
            for check in (check_metrics, check_breakdowns, check_buckets, check_retention,
                          check_retention_breakdowns, check_active_users, check_cohorts):
                check(shop)
            failed = not shop.report() or failed
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
