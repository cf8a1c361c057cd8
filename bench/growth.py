#!/usr/bin/env python3
"""How time grows: the same questions over more events, longer ranges, more segments, more properties. Prints a table and draws it as
SVG with --page. `./dev bench growth` builds what it needs and runs it."""
import argparse
import datetime
import json
import math
import pathlib
import statistics
import subprocess
import sys

import run

FOLDER = pathlib.Path("build/bench-growth")
PICTURE = pathlib.Path("docs/images/growth.svg")
RUNS = 7
YEAR = {"from": "2025-01-01", "to": "2025-12-31"}
VIEWS = {"name": "views", "event": "page viewed"}
FILTERS = [{"property": "country", "op": "is not", "value": ["JP"]}, {"property": "platform", "op": "is not", "value": ["tv"]},
           {"property": "campaign", "op": "is not", "value": ["campaign 1"]}, {"user": "plan", "op": "is not", "value": ["team"]},
           {"user": "age", "op": ">", "value": 18}]


def insights(**more):
    return json.dumps({"report": "insights", "metrics": [VIEWS]} | YEAR | more)


def peers(name):
    return (pathlib.Path("bench/peers") / f"{name}.json").read_text()


OVER_EVENTS = {"count a day (Q1)": peers("q1"), "active users a day (Q2)": peers("q2"), "funnel (Q5)": peers("q5"),
               "retention (Q6)": peers("q6"), "flow (Q10)": peers("q10")}
OVER_DAYS = {days: insights(unit="day", **{"from": str(datetime.date(2025, 12, 31) - datetime.timedelta(days - 1))})
             for days in (1, 7, 31, 365)}
OVER_SEGMENTS = {"platform": insights(breakdown=[{"property": "platform"}]), "country": insights(breakdown=[{"property": "country"}]),
                 "age": insights(breakdown=[{"user": "age"}]), "name of the user": insights(breakdown=[{"user": "name"}]),
                 "platform × country × age": insights(breakdown=[{"property": "platform"}, {"property": "country"}, {"user": "age"}])}
OVER_PROPERTIES = {count: insights(unit="day", where=FILTERS[:count]) for count in range(len(FILTERS) + 1)}


def prepare(build, events):
    """A store of so many events in a folder of its own."""
    folder = FOLDER / str(events)
    if (folder / "loaded").exists():
        return folder / "store"
    (folder / "data").mkdir(parents=True, exist_ok=True)
    run.run_sql(build, "bench/generate.sql", events=events, out=folder / "data")
    model = pathlib.Path("bench/model.yaml").read_text().replace("../build/bench/data", "data")
    (folder / "model.yaml").write_text(model)
    subprocess.run([build / "starling", "sync", folder / "model.yaml", "--data", folder / "store"], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    (folder / "loaded").touch()
    return folder / "store"


def milliseconds(server, document):
    result = server.ask(document)[0]
    return result, statistics.median(server.ask(document)[1] for _ in range(RUNS)) * 1000


# --- the picture ---

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 460, 300, 56, 40, 34
COLORS = ["#2f6fdb", "#c2571a", "#2f8f5b", "#8a4fc0", "#b0325a"]


def spoken(power):
    """10^power milliseconds."""
    return f"{10**power:g} ms" if power < 3 else f"{10**(power - 3):g} s"


def panel(title, unit, lines, at):
    """One diagram, both axes by powers of ten; `lines` are names with their points."""
    xs = [x for _, points in lines for x, _ in points]
    ys = [y for _, points in lines for _, y in points]
    low_x, high_x = math.log10(max(min(xs), 0.5)), math.log10(max(xs))
    low_y, high_y = math.floor(math.log10(min(ys))), math.ceil(math.log10(max(ys)))

    def place(x, y):
        across = (math.log10(max(x, 0.5)) - low_x) / (high_x - low_x)
        up = (math.log10(y) - low_y) / (high_y - low_y)
        return LEFT + across * (WIDTH - LEFT - 40), HEIGHT - BOTTOM - up * (HEIGHT - BOTTOM - TOP)

    out = [f'<g transform="translate({at % 2 * WIDTH},{at // 2 * HEIGHT})"><text x="{LEFT}" y="20" font-weight="600">{title}</text>']
    for power in range(low_y, high_y + 1):
        _, y = place(1, 10**power)
        out.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - 40}" stroke="#ddd"/>'
                   f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{spoken(power)}</text>')
    for x in sorted(set(xs)):
        across, _ = place(x, 10**low_y)
        out.append(f'<text x="{across:.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{x:,}</text>')
    out.append(f'<text x="{(LEFT + WIDTH) / 2}" y="{HEIGHT - 8}" text-anchor="middle" fill="#666">{unit}</text>')
    for number, (name, points) in enumerate(lines):
        color = COLORS[number % len(COLORS)]
        path = "L".join("{:.1f} {:.1f}".format(*place(x, y)) for x, y in sorted(points))
        out.append(f'<path d="M{path}" fill="none" stroke="{color}" stroke-width="2"/>')
        out += ['<circle cx="{:.1f}" cy="{:.1f}" r="3" fill="{}"/>'.format(*place(x, y), color) for x, y in points]
        if name:
            out.append(f'<text x="{LEFT + 8}" y="{TOP + 12 + 14 * number}" fill="{color}">{name}</text>')
    return "".join(out) + "</g>"


def picture(panels):
    rows = (len(panels) + 1) // 2
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * WIDTH} {rows * HEIGHT}" font-family="sans-serif" '
            f'font-size="11"><rect width="100%" height="100%" fill="#fff"/>'
            + "".join(panel(*one, at) for at, one in enumerate(panels)) + "</svg>\n")


def main():
    parser = argparse.ArgumentParser(prog="./dev bench growth", description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("build/release"), help=argparse.SUPPRESS)
    parser.add_argument("--events", type=run.at_least(1000), default=10_000_000, help="the most events (default 10000000); also a third, a tenth")
    parser.add_argument("--port", type=int, default=18080, help="where the server listens meanwhile")
    parser.add_argument("--page", action="store_true", help=f"also draws {PICTURE}")
    options = parser.parse_args()
    options.build = options.build.resolve()
    by_question = {name: [] for name in OVER_EVENTS}
    for events in (options.events // 10, options.events // 3, options.events):
        with run.Server(options.build, options.port, prepare(options.build, events)) as server:
            for name, document in OVER_EVENTS.items():
                by_question[name].append((events, milliseconds(server, document)[1]))
    days, segments, properties = [], [], []
    with run.Server(options.build, options.port, FOLDER / str(options.events) / "store") as server:
        for count, document in OVER_DAYS.items():
            days.append((count, milliseconds(server, document)[1]))
        for document in OVER_SEGMENTS.values():
            result, time = milliseconds(server, document)
            segments.append((int(result["segments"]["found"]), time))
        for count, document in OVER_PROPERTIES.items():
            properties.append((count + 1, milliseconds(server, document)[1]))
    panels = [("More events", "events", list(by_question.items())), ("A longer range", "days", [("page views a day", days)]),
              ("More segments", "segments found", [("page views of a year, split", segments)]),
              ("More properties", "columns read", [("page views a day, filtered", properties)])]
    for title, unit, lines in panels:
        print(title)
        for name, points in lines:
            print(f"  {name}: " + ", ".join(f"{x:,} {unit} {y:.1f} ms" for x, y in sorted(points)))
    if options.page:
        PICTURE.write_text(picture(panels))
    return 0


if __name__ == "__main__":
    sys.exit(main())
