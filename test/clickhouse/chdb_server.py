#!/usr/bin/env python3
"""ClickHouse's HTTP interface in front of chDB, which is ClickHouse in a process: statements by POST, settings and the database in the
address, users by X-ClickHouse-User and X-ClickHouse-Key, errors with ClickHouse's own texts and codes of HTTP.

usage: chdb_server.py FOLDER     prints the port, then serves until it is ended; FOLDER keeps the tables
"""
import http.server
import re
import sys
import threading
import urllib.parse

from chdb import session

SESSION = session.Session(sys.argv[1])
LOCK = threading.Lock()
USERS = {"default": "", "reader": "secret"}
PIECE = 50_000  # bytes


def sql_text(value):
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def refuse(self, status, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        sql = self.rfile.read(int(self.headers["Content-Length"])).decode()
        user = self.headers.get("X-ClickHouse-User", "default")
        if USERS.get(user) != self.headers.get("X-ClickHouse-Key", ""):
            return self.refuse(403, f"Code: 516. DB::Exception: {user}: Authentication failed: password is incorrect, or there is no user "
                                    "with such name. (AUTHENTICATION_FAILED) (version 26.9.2.1)\n")
        settings = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
        database = settings.pop("database", "default")
        named = ", ".join(f"{name} = {sql_text(value)}" for name, value in settings.items())
        form = re.search(r"\nFORMAT (\w+)$", sql)
        statement = sql[:form.start()] if form else sql
        if named:
            statement += f"\nSETTINGS {named}"
        try:
            with LOCK:
                SESSION.query(f"USE `{database}`")
                body = SESSION.query(statement, form.group(1) if form else "TabSeparated").bytes()
        except Exception as error:  # chDB knows no other
            text = str(error)
            return self.refuse(404 if "Code: 60." in text or "Code: 81." in text else 500, text[max(0, text.find("Code: ")):])
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for at in range(0, len(body), PIECE):
            piece = body[at:at + PIECE]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        self.wfile.write(b"0\r\n\r\n")


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
