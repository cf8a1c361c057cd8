"""What the tests of the built program share: a small warehouse with its model, running commands, and a served API."""
import http.client
import json
import pathlib
import re
import signal
import subprocess

MODEL = """version: 1
project: corner shop
timezone: America/New_York
warehouse: {type: files, path: warehouse}
events:
  - event: order submitted
    table: orders
    time: ordered_at
    user: customer_id
    id: order_id
    properties:
      total: {sql: "order_total::decimal(16,2)"}
      size: size
      location_id: location_id
      items:
        list: order_items
        on: order_id
        order_by: item_id
        properties: {product_id: product_id, price: {sql: "price::decimal(16,2)"}}
    sync: {mode: standard, cursor: ordered_at, overlap: 2 days, every: 1 hour}
  - event: store visited
    table: visits
    time: visited_at
    user: customer_id
    id: visit_id
    properties: {location_id: location_id}
    sync: {mode: once}
users:
  table: customers
  user: customer_id
  properties: {name: name, city: city}
  sync: {mode: full}
lookups:
  - lookup: locations
    table: locations
    key: location_id
    on: {property: location_id}
    properties: "*"
    sync: {mode: full}
  - lookup: products
    table: products
    key: product_id
    on: {property: items.product_id}
    properties: "*"
    sync: {mode: full}
cohorts:
  - {cohort: Regulars, all: [{did: order submitted, at_least: 2}]}
metrics:
  - {metric: revenue, event: order submitted, measure: {sum: total}}
"""
TABLES = {
    "orders": """order_id,customer_id,ordered_at,order_total,size,location_id
o1,ann,2025-01-02 10:00:00,12.50,small,L1
o2,ann,2025-01-09 11:00:00,30.00,large,L2
o3,bob,2025-02-03 12:00:00,7.25,small,L1
o4,,2025-02-04 13:00:00,20.00,large,L1
o5,cem,2025-03-05 14:00:00,9.99,,L9
o6,ann,,5.00,small,L1
""",
    "order_items": """item_id,order_id,product_id,price
1,o1,P1,5.00
2,o1,P2,7.50
3,o2,P1,30.00
4,o3,P2,7.25
5,o4,P3,20.00
""",
    "visits": """visit_id,customer_id,visited_at,location_id
v1,ann,2025-01-02 09:55:00,L1
v2,dan,2025-01-03 09:00:00,L2
""",
    "customers": """customer_id,name,city
ann,Ann,Zürich
bob,Bob,
cem,Cem,Ankara
eve,Eve,Berlin
""",
    "locations": "location_id,location_name\nL1,Brooklyn\nL2,Philadelphia\n",
    "products": "product_id,product_name,kind\nP1,nutellaphone who dis?,jaffle\nP2,tangaroo,beverage\n",
}


def make_warehouse(folder):
    """Writes the model and its warehouse into the folder; gives the model's path."""
    warehouse = pathlib.Path(folder) / "warehouse"
    warehouse.mkdir(parents=True)
    for table, text in TABLES.items():
        (warehouse / f"{table}.csv").write_text(text, encoding="utf-8")
    model = pathlib.Path(folder) / "model.yaml"
    model.write_text(MODEL, encoding="utf-8")
    return model


def run(program, *arguments, cwd=None, env=None, stdin=""):
    return subprocess.run([program, *map(str, arguments)], cwd=cwd, env=env, input=stdin, capture_output=True,
                          text=True, timeout=120)


class Served:
    """`starling serve` on a free port, until the block ends."""

    def __init__(self, program, data, *arguments):
        self.process = subprocess.Popen([program, "serve", "--data", str(data), "--listen", "127.0.0.1:0", *arguments],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)", line)
        if not found:
            raise RuntimeError(f"the server did not start: {line}{self.process.stderr.read()}")
        self.port = int(found.group(1))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.stop()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        _, self.stderr = self.process.communicate(timeout=30)
        return self.process.returncode

    def ask(self, method, path, body=None, headers=None):
        """Gives status, headers and the body: parsed when it is JSON."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        all_headers = {} if body is None else {"Content-Type": "application/json"}
        all_headers.update(headers or {})
        data = body if body is None or isinstance(body, str) else json.dumps(body)
        connection.request(method, path, body=data and data.encode(), headers=all_headers)
        response = connection.getresponse()
        text = response.read().decode()
        connection.close()
        is_json = "json" in response.headers.get("Content-Type", "")
        return response.status, response.headers, json.loads(text) if is_json and text else text
