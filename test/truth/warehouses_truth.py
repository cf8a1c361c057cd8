#!/usr/bin/env python3
"""Compares what `starling query` answers over Northwind, Chinook and Sakila with their true answers, cell by cell.

usage: warehouses_truth.py STARLING SHARED
STARLING_SHARED goes before SHARED. Exit status 77 (skipped) when the warehouses are not there.
"""
import datetime
import json
import os
import pathlib
import sys
import tempfile
from decimal import Decimal

from truth import ALL_SEGMENTS, Truth, by_metric, label

EVENT = "purchase"
VALUE = {"sum": "value"}
# The range, and the first instant that the truths no longer look at.
WAREHOUSES = {"chinook": ("chinook", "2021-01-01", "2025-12-22", "2025-12-23T00:00:00Z"),
              "northwind": ("northwind", "1996-07-04", "1998-05-06", "1998-05-07T00:00:00Z"),
              "sakila_rentals": ("sakila", "2005-05-24", "2006-02-14", "2006-02-15T00:00:00Z")}


def insights(one, metrics, **more):
    document = [{"name": name, "event": EVENT, **metric} for name, metric in metrics.items()]
    return one.query(report="insights", **{"from": one.first, "to": one.last}, metrics=document,
                     limit=ALL_SEGMENTS, **more)


def check_intervals(one):
    metrics = {"events": {}, "users": {"measure": "users"}, "value_sum": {"measure": VALUE},
               "new_users": {"first_time": True, "measure": "users"},
               "new_value": {"first_time": True, "measure": VALUE}}
    for unit in ("day", "month"):
        file = "daily.csv" if unit == "day" else "monthly.csv"
        answer = insights(one, metrics, unit=unit)
        series = by_metric(answer)
        rows = {row[unit]: row for row in one.rows(file)}
        for at, interval in enumerate(answer["intervals"]):
            row = rows.pop(interval, {})
            for metric in metrics:
                if unit == "month" or metric in ("events", "users", "value_sum"):
                    one.compare(f"{file} {interval} {metric}", row.get(metric, ""), series[metric]["values"][at])
        for interval in rows:
            one.compare(f"{file} {interval}", interval, None)


def check_totals(one):
    totals = json.loads((one.truths / "totals.json").read_text(), parse_float=str)
    metrics = {"events": {}, "users": {"measure": "users"}, "value_sum": {"measure": VALUE}}
    metrics |= {f"{name}_value": {"measure": {name: "value"}} for name in ("median", "min", "max")}
    series = by_metric(insights(one, metrics))
    for metric in metrics:
        one.compare(f"totals.json {metric}", str(totals[metric]), series[metric]["overall"])


def check_cohorts(one):
    """"now" in the truths is the midnight that ends the last day looked at."""
    gone = {"did_not": EVENT, "last": "30 days"}
    definitions = {
        "users_ever": [{"did": EVENT}],
        "welcome_new_last30": [{"first_did": EVENT, "last": "30 days"}],
        "active_last30": [{"did": EVENT, "last": "30 days"}],
        "winback_30_120": [{"did": EVENT, "between": ["30 days ago", "119 days ago"]}, gone],
        "lapsed_over_120": [{"did": EVENT}, {"did_not": EVENT, "last": "120 days"}],
    }
    last_as_of = one.as_of
    for row in one.rows("cohort_counts.csv"):
        now = datetime.datetime.fromisoformat(row["now"]) - datetime.timedelta(milliseconds=1)
        one.as_of = now.isoformat(timespec="milliseconds") + "Z"
        for column, conditions in definitions.items():
            answer = one.query(report="users", cohort={"all": conditions})
            wanted = row[column]
            one.compare(f"cohort_counts.csv {row['now']} {column}", wanted, answer["size"])
    one.as_of = last_as_of


def check_funnel(one):
    """The n-th purchase as the n-th step of a funnel, and as a cohort of those with at least n."""
    rows = one.rows("nth_event_funnel.csv")
    steps = [{"event": EVENT} for _ in rows]
    for column, window in (("within_30d", "30 days"), ("within_90d", "90 days")):
        answer = one.query(report="funnel", **{"from": one.first, "to": one.last}, steps=steps, window=window)
        for row, step in zip(rows, answer["series"][0]["steps"]):
            one.compare(f"nth_event_funnel.csv {row['event_number']} {column}", row[column], step["count"])
    for row in rows:
        answer = one.query(report="users", cohort={"all": [{"did": EVENT, "at_least": int(row["event_number"])}]})
        one.compare(f"nth_event_funnel.csv {row['event_number']} users", row["users"], answer["size"])


def retention(one, **more):
    return one.query(report="retention", **{"from": one.first, "to": one.last},
                     born={"event": EVENT, "first_time": True}, returned={"event": EVENT}, **more)["series"][0]["cohorts"]


def check_months(one):
    """How many events a bucket has (repeat_events_on) is no measure of retention; first_value is monthly.csv's new_value."""
    for file, clock, index in (("retention_calendar_month.csv", "calendar", "month_index"),
                               ("retention_rolling_30d.csv", "rolling", "window_index")):
        rows = one.rows(file)
        options = {"unit": "month", "clock": clock, "buckets": max(int(row[index]) for row in rows)}
        by_criterion = {criterion: {cohort["born"]: cohort for cohort in retention(one, criterion=criterion, **options)}
                        for criterion in ("on", "on or after")}
        values = {cohort["born"]: cohort for cohort in retention(one, criterion="on", measure=VALUE, **options)}
        for row in rows:
            born, at = row["cohort_month"], int(row[index])
            here = f"{file} {born} {at}"
            on, after = by_criterion["on"][born]["cells"][at], by_criterion["on or after"][born]["cells"][at]
            one.compare(f"{here} size", row["cohort_size"], by_criterion["on"][born]["size"])
            if clock == "rolling" and on and on["complete"]:
                one.compare(f"{here} n_complete", row["n_complete"], by_criterion["on"][born]["size"])
            for column, cell, key in (("n_on", on, "users"), ("n_on_or_after", after, "users"),
                                      ("rate_on", on, "rate"), ("rate_on_or_after", after, "rate"),
                                      ("repeat_value_on", values[born]["cells"][at], "value")):
                if column in row:
                    one.compare(f"{here} {column}", row[column] if cell else zero_as_nothing(row[column]),
                                cell[key] if cell else None)


def zero_as_nothing(text):
    """A bucket that has not begun has no number; the truths say 0."""
    return "" if Decimal(text) == 0 else text


def check_days(one):
    """The truths add up all days of birth. Who has a complete bucket is not added up by any report."""
    rows = one.rows("retention_day.csv")
    for clock, suffix in (("rolling", "24h"), ("calendar", "calendar")):
        for criterion, column in (("on", "n_on"), ("on or after", "n_on_or_after")):
            cohorts = retention(one, unit="day", buckets=len(rows) - 1, clock=clock, criterion=criterion)
            for row in rows:
                at = int(row["day_index"])
                cells = [cohort["cells"][at] for cohort in cohorts]
                one.compare(f"retention_day.csv {at} {column}_{suffix}", row[f"{column}_{suffix}"],
                            sum(cell["users"] for cell in cells if cell))
                one.compare(f"retention_day.csv {at} population", row["population"],
                            sum(cohort["size"] for cohort in cohorts))


def check_segments(one, file, metrics, keys):
    answer = insights(one, metrics, breakdown=[{"property": f"inventory_id.{key}"} for key in keys])
    found = {(row["metric"], tuple(label(value) for value in row["segment"])): row["overall"]
             for row in answer["series"]}
    rows = one.rows(file)
    one.compare(f"{file} segments", str(len(rows)), answer["segments"]["found"])
    for row in rows:
        segment = tuple(row[key] for key in keys)
        for metric in metrics:
            one.compare(f"{file} {segment} {metric}", row[metric], found.get((metric, segment)))


def check_sakila(one):
    check_segments(one, "by_category.csv", {"rentals": {}, "customers": {"measure": "users"}, "amount": {"measure": VALUE}},
                   ["category"])
    check_segments(one, "by_rating_store.csv", {"rentals": {}}, ["rating", "store_id"])


def main():
    starling = pathlib.Path(sys.argv[1]).resolve()
    shared = pathlib.Path(os.environ.get("STARLING_SHARED", sys.argv[2])).resolve() / "data" / "warehouses"
    if not (shared / "truth").is_dir():
        print(f"skipped: there are no warehouses in {shared}")
        return 77
    well = True
    for name, (folder, *period) in WAREHOUSES.items():
        with tempfile.TemporaryDirectory() as temporary:
            one = Truth(starling, name, shared / "truth" / name, pathlib.Path(temporary) / "data", period)
            one.sync(f"{name}.model.yaml", shared / folder)
            for check in (check_intervals, check_totals, check_cohorts, check_funnel, check_months, check_days):
                check(one)
            if name == "sakila_rentals":
                check_sakila(one)
            well = one.report() and well
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
