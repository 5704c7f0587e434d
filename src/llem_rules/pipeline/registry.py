"""A container registry over the OCI distribution API: just what copying a tag takes.

Not `docker buildx imagetools create`: given one plain manifest it makes an index around it unless told otherwise, and then the
digest is another one. Here the manifest's own bytes are put under the new name, so the digest cannot differ.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

import requests

from llem_rules.rules.failure import NOT_CHECKED, Failure

KINDS = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
_INDEXES = (KINDS[0], KINDS[2])


@dataclass(frozen=True)
class Manifest:
    """A manifest's own bytes, and their digest."""

    content: bytes
    kind: str
    digest: str

    @property
    def document(self) -> dict[str, Any]:
        """The manifest read."""
        found: dict[str, Any] = json.loads(self.content)
        return found

    @property
    def blobs(self) -> list[str]:
        """Digests of the config and the layers; none in an index."""
        document = self.document
        parts = [document["config"]] if "config" in document else []
        return [str(part["digest"]) for part in [*parts, *document.get("layers", [])]]

    @property
    def children(self) -> list[str]:
        """Digests of the manifests of an index."""
        return [str(one["digest"]) for one in self.document.get("manifests", [])] if self.kind in _INDEXES else []


@dataclass
class Registry:
    """One registry. ``host`` with a scheme, or without one for https; plain http only on the loopback."""

    host: str
    user: str | None = None
    password: str | None = None
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        if "://" not in self.host:
            local = re.match(r"(localhost|127\.0\.0\.1)(:|$)", self.host)
            self.host = f"{'http' if local else 'https'}://{self.host}"

    def manifest(self, repository: str, reference: str) -> Manifest | None:
        """A manifest by tag or digest; None where there is none.

        Raises:
            Failure: (3) the registry said no, or its bytes are not what their digest says.
        """
        answer = self._ask("GET", f"/v2/{repository}/manifests/{reference}", headers={"Accept": ", ".join(KINDS)})
        if answer.status_code == 404:
            return None
        self._expect(answer, {200}, f"{repository}:{reference}")
        digest = f"sha256:{hashlib.sha256(answer.content).hexdigest()}"
        said = answer.headers.get("Docker-Content-Digest", digest)
        if said != digest or (reference.startswith("sha256:") and reference != digest):
            raise Failure(f"{repository}:{reference} is {digest}, and the registry says {said}", code=NOT_CHECKED)
        return Manifest(answer.content, answer.headers["Content-Type"].split(";")[0], digest)

    def mount(self, source: str, target: str, digest: str) -> None:
        """Make a blob of one repository known in another; nothing is moved.

        Raises:
            Failure: (3) the registry did not mount it.
        """
        if source == target:
            return
        place = f"/v2/{target}/blobs/uploads/?mount={digest}&from={source}"
        answer = self._ask("POST", place, scope=f"repository:{target}:pull,push repository:{source}:pull")
        if answer.status_code == 202:
            self._ask("DELETE", answer.headers.get("Location", place))  # an upload was begun: it is not wanted
            raise Failure(f"{digest} of {source} could not be mounted in {target}", code=NOT_CHECKED)
        self._expect(answer, {201}, f"{target}@{digest}")

    def put(self, repository: str, reference: str, manifest: Manifest) -> None:
        """Put a manifest's bytes under a name."""
        place = f"/v2/{repository}/manifests/{reference}"
        answer = self._ask("PUT", place, data=manifest.content, headers={"Content-Type": manifest.kind})
        self._expect(answer, {201}, f"{repository}:{reference}")

    def close(self) -> None:
        """Close the connections."""
        self.session.close()

    def _ask(self, method: str, place: str, *, scope: str | None = None, **more: Any) -> requests.Response:
        url = urljoin(self.host, place)
        try:
            answer = self.session.request(method, url, timeout=60, **more)
            challenge = answer.headers.get("WWW-Authenticate", "")
            if answer.status_code == 401 and self._answered(challenge, scope):
                answer = self.session.request(method, url, timeout=60, **more)
        except requests.RequestException as error:
            raise Failure(f"{self.host} cannot be reached: {error}", code=NOT_CHECKED) from error
        return answer

    def _answered(self, challenge: str, scope: str | None) -> bool:
        """Log in as the registry asks for it: with a token from where it says, or by name and password."""
        if challenge.startswith("Bearer "):
            self.session.headers["Authorization"] = f"Bearer {self._token(challenge, scope)}"
            return True
        if challenge.startswith("Basic ") and self.user and self.password and self.session.auth is None:
            self.session.auth = (self.user, self.password)
            return True
        return False

    def _token(self, challenge: str, scope: str | None) -> str:
        said = dict(re.findall(r'(\w+)="([^"]*)"', challenge))
        scopes = scope.split(" ") if scope else [said.get("scope", "")]
        login = (self.user, self.password) if self.user and self.password else None
        asked = {"service": said.get("service", ""), "scope": scopes}
        answer = requests.get(said["realm"], params=asked, auth=login, timeout=60)
        self._expect(answer, {200}, "a token")
        document = answer.json()
        return str(document.get("token") or document["access_token"])

    def _expect(self, answer: requests.Response, codes: set[int], what: str) -> None:
        if answer.status_code not in codes:
            hint = "may this token write packages?" if answer.status_code in {401, 403} else None
            raise Failure(f"{self.host} answered {answer.status_code} to {what}", hint=hint, code=NOT_CHECKED)
