#!/usr/bin/env python3
"""Many people at once: clients that ask the reports of bench/reports and bench/peers in random order, on connections that stay
open, while another process writes durable batches into the same store and merges them. Prints how long answers take, and how many
each client got. `./dev bench clients` builds what it needs and runs it."""
import argparse
import http.client
import pathlib
import random
import shutil
import subprocess
import sys
import threading
import time

import run

STORE = run.BENCH / "clients"
SEED = 20261127


class Client(threading.Thread):
    """Asks until the end; remembers seconds by question."""

    def __init__(self, number, port, documents, end, headers):
        super().__init__()
        self.random = random.Random(SEED + number)
        self.port, self.documents, self.end, self.headers = port, documents, end, headers
        self.seconds, self.failure = [], None

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        while time.monotonic() < self.end and self.failure is None:
            began = time.monotonic()
            try:
                connection.request("POST", "/api/v1/query", self.random.choice(self.documents), self.headers)
                answer = connection.getresponse()
                body = answer.read()
                if answer.status != 200:
                    self.failure = f"status {answer.status}: {body.decode()}"
            except OSError as error:
                self.failure = str(error)
            self.seconds.append(time.monotonic() - began)


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def ask_together(name, options, documents, headers):
    end = time.monotonic() + options.seconds
    clients = [Client(number, options.port, documents, end, headers) for number in range(options.clients)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    failures = {client.failure for client in clients if client.failure}
    if failures:
        sys.exit(f"bench: {failures}")
    seconds = [one for client in clients for one in client.seconds]
    counts = [len(client.seconds) for client in clients]
    print(f"{name}: {len(seconds) / options.seconds:,.0f} answers/s, p50 {percentile(seconds, 0.5) * 1000:.0f} ms, "
          f"p99 {percentile(seconds, 0.99) * 1000:.0f} ms, longest {max(seconds) * 1000:.0f} ms; "
          f"each client got {min(counts)} to {max(counts)}")


def hang_up(server, port, document, clients):
    """How long a question takes when many have just asked and gone away."""
    began = time.monotonic()
    server.ask(document)
    alone = time.monotonic() - began
    for _ in range(clients):
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request("POST", "/api/v1/query", document, {"Content-Type": "application/json", "Cache-Control": "no-cache"})
        connection.close()
    began = time.monotonic()
    server.ask(document)
    print(f"after {clients} clients asked and went away: {(time.monotonic() - began) * 1000:.0f} ms (alone {alone * 1000:.0f} ms)")


def main():
    parser = argparse.ArgumentParser(prog="./dev bench clients", description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("build/release"), help=argparse.SUPPRESS)
    parser.add_argument("--events", type=run.at_least(1000), default=10_000_000, help="how many (default 10000000)")
    parser.add_argument("--clients", type=run.at_least(1), default=32, help="how many at once (default 32)")
    parser.add_argument("--seconds", type=run.at_least(1), default=15, help="how long each of the three rounds takes (default 15)")
    parser.add_argument("--arriving", type=run.at_least(1), default=2000, help="events a second that arrive meanwhile (default 2000)")
    parser.add_argument("--port", type=int, default=18080, help="where the server listens meanwhile")
    options = parser.parse_args()
    options.build = options.build.resolve()
    run.generate(options.build, options.events)
    if not (run.BENCH / "store").exists():
        run.load(options.build, options.events)
    shutil.rmtree(STORE, ignore_errors=True)
    shutil.copytree(run.BENCH / "store", STORE)
    documents = [file.read_text() for folder in ("reports", "peers") for file in sorted(pathlib.Path("bench", folder).glob("*.json"))]
    fresh = {"Content-Type": "application/json", "Cache-Control": "no-cache"}
    with run.Server(options.build, options.port, STORE) as server:
        ask_together("nothing arrives, nothing is remembered", options, documents, fresh)
        hang_up(server, options.port, pathlib.Path("bench/peers/q3.json").read_text(), options.clients)
        writer = subprocess.Popen([options.build / "store_rates", STORE, "arrive", str(options.arriving)], stdout=subprocess.PIPE,
                                  text=True)
        ask_together(f"{options.arriving:,} events/s arrive, nothing is remembered", options, documents, fresh)
        ask_together(f"{options.arriving:,} events/s arrive, answers are remembered", options, documents,
                     {"Content-Type": "application/json"})
        writer.terminate()
        print(writer.communicate()[0].strip())
        print(f"the server held at most {server.memory_mb():,.0f} MB of memory (mapped store files included)")
    shutil.rmtree(STORE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
