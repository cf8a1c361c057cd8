"""Database servers that tests start for themselves, on 127.0.0.1, from Debian's packages."""
import glob
import os
import pathlib
import pwd
import socket
import subprocess
import sys
import time


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def as_user(name):
    """Servers refuse to run as root."""
    user = pwd.getpwnam(name) if os.geteuid() == 0 else None
    return {"user": user.pw_uid, "group": user.pw_gid} if user else {}


def until(works):
    for _ in range(200):
        if works():
            return
        time.sleep(0.1)
    sys.exit("a server did not start")


class Postgres:
    def __init__(self, folder):
        programs = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
        if not programs:
            raise FileNotFoundError("PostgreSQL")
        self.bin, self.data, self.port = pathlib.Path(programs[-1]), folder / "postgres", free_port()
        self.data.mkdir()
        self.data.chmod(0o777)
        user = as_user("postgres")
        quiet = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": "/"}
        subprocess.run([self.bin / "initdb", "-D", self.data / "d", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
                        "--no-sync"], **quiet, **user)
        (self.data / "d" / "pg_hba.conf").write_text("local all postgres trust\nhost all reader 127.0.0.1/32 scram-sha-256\n")
        subprocess.run([self.bin / "pg_ctl", "-D", self.data / "d", "-w", "-l", self.data / "log", "-o",
                        f"-p {self.port} -k {self.data} -c listen_addresses=127.0.0.1 -c fsync=off -c wal_level=logical -c timezone=America/New_York", "start"],
                       **quiet, **user)
        self.run(["CREATE ROLE reader LOGIN PASSWORD 'secret'", "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO reader"])
        self.dsn = f"DRIVER=PostgreSQL Unicode;SERVER=127.0.0.1;PORT={self.port};UID=reader;DATABASE=postgres"
        self.refused = (self.dsn + ";PWD=wrong-word", "password authentication failed")

    def run(self, statements):
        subprocess.run(["psql", "-q", "-h", self.data, "-p", str(self.port), "-U", "postgres", "-v", "ON_ERROR_STOP=1"], check=True, text=True,
                       input=";\n".join(statements) + ";", stdout=subprocess.DEVNULL)

    def stop(self):
        subprocess.run([self.bin / "pg_ctl", "-D", self.data / "d", "-m", "immediate", "stop"], stdout=subprocess.DEVNULL, cwd="/",
                       **as_user("postgres"))


class Mariadb:
    def __init__(self, folder):
        self.data, self.port = folder / "mariadb", free_port()
        self.data.mkdir()
        self.data.chmod(0o777)
        user = as_user("mysql")
        subprocess.run(["mariadb-install-db", f"--datadir={self.data}/d", "--auth-root-authentication-method=normal", "--skip-test-db"],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **user)
        self.socket = self.data / "socket"
        self.process = subprocess.Popen(
            ["/usr/sbin/mariadbd", "--no-defaults", f"--datadir={self.data}/d", f"--socket={self.socket}", f"--port={self.port}",
             "--bind-address=127.0.0.1", f"--pid-file={self.data}/pid", "--character-set-server=utf8mb4", "--innodb-flush-log-at-trx-commit=0"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **user)
        self.client = ["mariadb", "--no-defaults", "-S", self.socket, "-u", "root", "--default-character-set=utf8mb4"]
        until(lambda: subprocess.run([*self.client, "-e", "SELECT 1"], capture_output=True).returncode == 0)
        subprocess.run([*self.client, "-e", "CREATE DATABASE shop; CREATE USER reader@'localhost' IDENTIFIED BY 'secret'; "
                        "CREATE USER reader@'127.0.0.1' IDENTIFIED BY 'secret'; GRANT SELECT ON shop.* TO reader@'localhost'; "
                        "GRANT SELECT ON shop.* TO reader@'127.0.0.1'"], check=True)
        self.dsn = f"DRIVER=MariaDB Unicode;SERVER=127.0.0.1;PORT={self.port};UID=reader;DATABASE=shop"
        self.refused = (self.dsn + ";PWD=wrong-word", "Access denied")

    def run(self, statements):
        subprocess.run([*self.client, "shop"], check=True, text=True, input=";\n".join(statements) + ";")

    def stop(self):
        self.process.kill()
        self.process.wait()
