"""Debian's ``docker-registry`` on the loopback, and images put there as any client does."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

import requests

from tests.pipeline.oci import INDEX, MANIFEST, digest

PROGRAM = shutil.which("docker-registry")
USER, PASSWORD = "ada", "let me in"
# `htpasswd -nbB ada "let me in"`
PEOPLE = "ada:$2b$04$abcdefghijklmnopqrstuuTnc8amReAFiMHxaSoW9U22KarbWnkSm\n"
CONFIG = """\
version: 0.1
log: {{level: error, accesslog: {{disabled: true}}}}
storage: {{filesystem: {{rootdirectory: {folder}/data}}, delete: {{enabled: true}}}}
http: {{addr: "127.0.0.1:{port}"}}
auth: {{htpasswd: {{realm: here, path: {folder}/people}}}}
"""


class RealRegistry:
    """A process of its own, with all that it keeps in one folder."""

    def __init__(self, folder: Path) -> None:
        if PROGRAM is None:
            raise RuntimeError("no docker-registry here")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        folder.mkdir(exist_ok=True)
        (folder / "people").write_text(PEOPLE)
        (folder / "config.yml").write_text(CONFIG.format(folder=folder, port=port))
        self.host = f"127.0.0.1:{port}"
        self.session = requests.Session()
        self.session.auth = (USER, PASSWORD)
        with (folder / "log").open("wb") as log:
            plain = {name: value for name, value in os.environ.items() if not name.startswith("REGISTRY_")}
            self.process = subprocess.Popen(
                [PROGRAM, "serve", str(folder / "config.yml")], stdout=log, stderr=log, env=plain
            )
        deadline = time.monotonic() + 20
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.close()
                raise RuntimeError((folder / "log").read_text())
            time.sleep(0.02)

    def _answers(self) -> bool:
        try:
            return self.session.get(f"http://{self.host}/v2/", timeout=5).ok
        except requests.ConnectionError:
            return False

    def close(self) -> None:
        self.session.close()
        self.process.terminate()
        self.process.wait(10)

    def ask(self, method: str, place: str, **more: Any) -> requests.Response:
        url = place if place.startswith("http") else f"http://{self.host}/v2/{place}"
        answer = self.session.request(method, url, timeout=30, **more)
        answer.raise_for_status()
        return answer

    def blob(self, repository: str, content: bytes) -> dict[str, Any]:
        """Upload one, and say how a manifest names it."""
        place = self.ask("POST", f"{repository}/blobs/uploads/").headers["Location"]
        name = digest(content)
        self.ask("PUT", f"{place}&digest={name}", data=content)
        return {"mediaType": "application/octet-stream", "digest": name, "size": len(content)}

    def image(self, repository: str, tag: str, seed: str = "a") -> str:
        """Put an image there. Returns its digest."""
        config, *layers = [self.blob(repository, f"{seed}{n}".encode() * 1000) for n in range(3)]
        document = {"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": layers}
        return self.keep(repository, tag, json.dumps(document, indent=3).encode(), MANIFEST)

    def index(self, repository: str, tag: str) -> str:
        """An image for two platforms."""
        parts = []
        for n, architecture in enumerate(("amd64", "arm64")):
            child = self.image(repository, f"child{n}", f"child{n}")
            size = len(self.content(repository, child))
            platform = {"os": "linux", "architecture": architecture}
            parts.append({"mediaType": MANIFEST, "digest": child, "size": size, "platform": platform})
        document = {"schemaVersion": 2, "mediaType": INDEX, "manifests": parts}
        return self.keep(repository, tag, json.dumps(document).encode(), INDEX)

    def keep(self, repository: str, tag: str, content: bytes, kind: str) -> str:
        self.ask("PUT", f"{repository}/manifests/{tag}", data=content, headers={"Content-Type": kind})
        return digest(content)

    def content(self, repository: str, reference: str) -> bytes:
        """The very bytes of a manifest."""
        answer = self.ask("GET", f"{repository}/manifests/{reference}", headers={"Accept": f"{MANIFEST}, {INDEX}"})
        return answer.content

    def tags(self, repository: str) -> dict[str, str]:
        try:
            names = self.ask("GET", f"{repository}/tags/list").json()["tags"] or []
        except requests.HTTPError:
            return {}
        return {name: digest(self.content(repository, name)) for name in names}

    def lose(self, repository: str, reference: str) -> None:
        """Delete one manifest."""
        self.ask("DELETE", f"{repository}/manifests/{reference}")
