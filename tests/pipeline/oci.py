"""A container registry on the loopback: the part of the OCI distribution API that copying a tag takes, with tokens."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"


def digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


class OciRegistry:
    """Blobs and manifests by repository. It refuses a manifest whose parts it does not have, as real ones do."""

    def __init__(self, token: str | None = None) -> None:
        self.blobs: dict[str, set[str]] = {}
        self.manifests: dict[str, dict[str, tuple[bytes, str]]] = {}
        self.token, self.mounts, self.lies = token, True, False
        self.log: list[str] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.host = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def image(self, repository: str, tag: str, seed: str = "a") -> str:
        """Put an image there. Returns its digest."""
        parts = [digest(f"{seed}{n}".encode()) for n in range(3)]
        self.blobs.setdefault(repository, set()).update(parts)
        entries = [{"mediaType": "x", "digest": one, "size": 2} for one in parts]
        document = {"schemaVersion": 2, "mediaType": MANIFEST, "config": entries[0], "layers": entries[1:]}
        return self.keep(repository, tag, json.dumps(document, indent=3).encode(), MANIFEST)

    def index(self, repository: str, tag: str) -> str:
        """An image for two platforms."""
        children = [self.image(repository, f"child{n}", f"child{n}") for n in range(2)]
        document = {
            "schemaVersion": 2,
            "mediaType": INDEX,
            "manifests": [{"mediaType": MANIFEST, "digest": one} for one in children],
        }
        return self.keep(repository, tag, json.dumps(document).encode(), INDEX)

    def keep(self, repository: str, tag: str, content: bytes, kind: str) -> str:
        found = digest(content)
        self.manifests.setdefault(repository, {}).update({tag: (content, kind), found: (content, kind)})
        return found

    def tags(self, repository: str) -> dict[str, str]:
        there = self.manifests.get(repository, {})
        return {tag: digest(content) for tag, (content, _) in there.items() if not tag.startswith("sha256:")}

    def content(self, repository: str, reference: str) -> bytes:
        """The very bytes of a manifest."""
        return self.manifests[repository][reference][0]

    def lose(self, repository: str, reference: str) -> None:
        """Delete one manifest."""
        del self.manifests[repository][reference]

    def answer(
        self, method: str, path: str, query: dict[str, list[str]], body: bytes, kind: str
    ) -> tuple[int, dict[str, str], bytes]:
        found = re.fullmatch(r"/v2/(.+)/manifests/([^/]+)", path)
        if found and method == "GET":
            there = self.manifests.get(found[1], {}).get(found[2])
            if there is None:
                return 404, {}, b"{}"
            said = digest(b"else") if self.lies else digest(there[0])
            return 200, {"Content-Type": there[1], "Docker-Content-Digest": said}, there[0]
        if found and method == "PUT":
            document = json.loads(body)
            parts = [
                one["digest"]
                for one in [*([document["config"]] if "config" in document else []), *document.get("layers", [])]
            ]
            known = all(one in self.blobs.get(found[1], set()) for one in parts)
            children = all(one["digest"] in self.manifests.get(found[1], {}) for one in document.get("manifests", []))
            if not known or not children:
                return 400, {}, b'{"errors": [{"code": "MANIFEST_BLOB_UNKNOWN"}]}'
            return 201, {"Docker-Content-Digest": self.keep(found[1], found[2], body, kind)}, b""
        found = re.fullmatch(r"/v2/(.+)/blobs/uploads/", path)
        if found and method == "POST":
            blob, source = query["mount"][0], query["from"][0]
            if not self.mounts or blob not in self.blobs.get(source, set()):
                return 202, {"Location": f"/v2/{found[1]}/blobs/uploads/1"}, b""
            self.blobs.setdefault(found[1], set()).add(blob)
            return 201, {}, b""
        return (204, {}, b"") if method == "DELETE" else (404, {}, b"{}")


def _handler(registry: OciRegistry) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

        def serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            parts = urlsplit(self.path)
            registry.log.append(f"{self.command} {parts.path}")
            headers: dict[str, str]
            if parts.path == "/token":
                status, headers, content = 200, {}, json.dumps({"token": registry.token}).encode()
            elif registry.token and self.headers.get("Authorization") != f"Bearer {registry.token}":
                realm = f'Bearer realm="http://{registry.host}/token",service="s",scope="repository:x:pull"'
                status, headers, content = 401, {"WWW-Authenticate": realm}, b"{}"
            else:
                kind = self.headers.get("Content-Type", "")
                status, headers, content = registry.answer(self.command, parts.path, parse_qs(parts.query), body, kind)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_DELETE = serve  # noqa: N815

    return Handler
