"""HTTP servers on the loopback address that answer wrongly once, at the n-th request: for a directory, or in front of another server."""

import contextlib
import email.utils
import http.client
import http.server
import re
import socket
import struct
import threading
import urllib.parse
from pathlib import Path

HEADERS_OF_HOPS = {"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "server", "date"}


class Faults:
    """Which request breaks, and how: 503, 404, 403, reset or short (with + behind it: that one and all later ones). Counts the requests since it was told."""

    def __init__(self):
        self.lock = threading.Lock()
        self.arm(0, "none")

    def arm(self, n, kind):
        with self.lock:
            self.n, self.kind, self.count = n, kind, 0

    def next(self):
        with self.lock:
            self.count += 1
            now = self.count >= self.n > 0 if self.kind.endswith("+") else self.count == self.n
            return self.kind.rstrip("+") if now else None


def directory(root):
    """Answers for the files below a directory, with byte ranges."""

    def answer(method, path, headers, body):
        file = Path(root) / urllib.parse.unquote(path.split("?")[0]).lstrip("/")
        if not file.is_file():
            return 404, {}, b""
        data = file.read_bytes()
        tag = {"ETag": f'"{file.stat().st_mtime_ns:x}"', "Last-Modified": email.utils.formatdate(file.stat().st_mtime, usegmt=True)}
        asked = re.fullmatch(r"bytes=(\d*)-(\d*)", headers.get("Range", ""))
        if not asked:
            return 200, tag, data
        first, last = asked.groups()
        start = int(first) if first else max(0, len(data) - int(last))
        end = min(int(last), len(data) - 1) if first and last else len(data) - 1
        if start > end:
            return 416, {"Content-Range": f"bytes */{len(data)}"}, b""
        return 206, tag | {"Content-Range": f"bytes {start}-{end}/{len(data)}"}, data[start : end + 1]

    return answer


def upstream(host, port):
    """Hands requests on to another server."""

    def answer(method, path, headers, body):
        connection = http.client.HTTPConnection(host, port, timeout=60)
        try:
            kept = {name: value for name, value in headers.items() if name.lower() not in HEADERS_OF_HOPS}
            connection.request(method, path, body, kept)
            response = connection.getresponse()
            data = response.read()
            fields = {name: value for name, value in response.getheaders() if name.lower() not in HEADERS_OF_HOPS}
            return response.status, fields, data
        finally:
            connection.close()

    return answer


@contextlib.contextmanager
def server(answer, faults):
    """Serves on a free port until the end of the block; /__arm__/N/KIND arms a fault, and tells how many requests came since the last one."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1
        disable_nagle_algorithm = True

        def log_message(self, *arguments):
            pass

        def handle_any(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.path.startswith("/__arm__/"):
                count = faults.count
                faults.arm(int(self.path.split("/")[2]), self.path.split("/")[3])
                return self.reply(200, {}, str(count).encode(), None)
            fault = faults.next()
            if fault == "reset":
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.close_connection = True
                self.connection.close()
                return None
            if fault in ("503", "404", "403"):
                return self.reply(int(fault), {}, b"", None)
            return self.reply(*answer(self.command, self.path, self.headers, body), fault)

        def reply(self, status, fields, body, fault):
            self.send_response(status)
            for name, value in fields.items():
                if name.lower() != "content-length":
                    self.send_header(name, value)
            length = fields.get("Content-Length", len(body)) if self.command == "HEAD" else len(body)
            self.send_header("Content-Length", str(length))
            self.end_headers()
            if self.command != "HEAD" and status != 204:
                self.wfile.write(body[: len(body) // 2] if fault == "short" else body)
            self.wfile.flush()
            if fault == "short":
                self.close_connection = True

        do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = handle_any

        def handle(self):
            with contextlib.suppress(ConnectionError, ValueError):
                super().handle()

        def finish(self):
            with contextlib.suppress(OSError, ValueError):
                super().finish()

    class Server(http.server.ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request, client_address):
            pass

    served = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{served.server_address[1]}"
    finally:
        served.shutdown()
        served.server_close()
        thread.join()
