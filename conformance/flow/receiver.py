"""A server that webhooks call: it verifies what comes, keeps it, and answers as it is told."""

import base64
import hashlib
import hmac
import http.server
import json
import ssl
import threading
import time


def is_genuine(secret, headers, body):
    """The check of docs/events.md."""
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    code = hmac.new(base64.b64decode(secret.removeprefix("whsec_")), signed, hashlib.sha256).digest()
    return hmac.compare_digest("v1," + base64.b64encode(code).decode(), headers["webhook-signature"])


class Receiver:
    """Answers each call with the next of `answers`, then with 204. `None` closes without an answer, `"never"` leaves
    whoever calls waiting."""

    def __init__(self, port=0, answers=(), certificate=None):
        self.answers = list(answers)
        self.calls = []  # (headers, body)
        self.closing = threading.Event()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.calls.append(({name.lower(): value for name, value in self.headers.items()}, body))
                status = receiver.answers.pop(0) if receiver.answers else 204
                if status == "never":
                    receiver.closing.wait(60)
                if status in (None, "never"):
                    self.close_connection = True
                    return
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.scheme = "https" if certificate else "http"
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"{self.scheme}://127.0.0.1:{self.port}/in?from=weir"

    @property
    def events(self):
        return [json.loads(body) for _, body in self.calls]

    def wait(self, count, seconds=15):
        """Waits until so many calls have come; all that came."""
        end = time.monotonic() + seconds
        while len(self.calls) < count and time.monotonic() < end:
            time.sleep(0.05)
        return self.calls

    def close(self):
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()
