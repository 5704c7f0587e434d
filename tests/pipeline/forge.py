"""The part of GitHub's REST API that the commands use, over real HTTP: state, pages, ETags, rate limits, bad gateways."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Answer = tuple[int, Any]
BOT, PERSON = {"login": "llem-ci-bot[bot]", "type": "Bot"}, {"login": "ada", "type": "User"}
RENOVATE = {"login": "renovate[bot]", "type": "Bot"}


@dataclass(frozen=True)
class Commit:
    """A commit of a pull request: whose it is for GitHub, whose it says it is, and what it touches."""

    who: dict[str, str] | None
    email: str
    files: tuple[str, ...] = ("engine_versions/transformers.yaml",)
    sha: str | None = None


@dataclass
class Pull:
    """One pull request."""

    number: int
    branch: str
    sha: str
    state: str = "open"
    merged: bool = False
    fork: bool = False
    user: dict[str, str] = field(default_factory=lambda: RENOVATE)
    labels: list[str] = field(default_factory=list)
    events: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    commits: list[Commit] = field(default_factory=list)
    became: str | None = None  # the commit on the main branch
    holds: tuple[str, ...] = ()  # others that belong to it, too
    auto_merge: dict[str, Any] | None = None


class Forge:
    """A server with one repository. ``faults`` are answered instead of the next requests; ``token``: who may write."""

    def __init__(self) -> None:
        self.pulls: dict[int, Pull] = {}
        self.comments: dict[int, dict[str, Any]] = {}
        self.statuses: dict[str, list[dict[str, Any]]] = {}
        self.permissions: dict[str, str] = {"ada": "write", "eve": "read"}
        self.faults: list[tuple[int, dict[str, str], Any]] = []
        self.log: list[tuple[str, str, int]] = []
        self.stale: dict[str, Any] = {}
        self.contents: dict[tuple[str, str], str] = {}
        self.read_only = False
        self.merging_refused: str | None = None
        self.page = 100
        self.before: dict[str, Callable[[], None]] = {}
        self.follow: Callable[[Pull], None] = lambda _pull: None  # brings a pull request up to its branch
        self.trouble: Callable[[], str | None] = lambda: (
            None
        )  # "lost": a 502 in place of it; "unheard": after it was done
        self.lock = threading.RLock()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def add_comment(self, number: int, body: str, user: dict[str, str] = BOT) -> int:
        identity = max(self.comments, default=0) + 1
        self.comments[identity] = {"id": identity, "number": number, "body": body, "user": user}
        return identity

    def bodies(self, number: int) -> list[str]:
        return [one["body"] for one in self.comments.values() if one["number"] == number]

    def writes(self) -> list[tuple[str, str]]:
        return [(method, path) for method, path, status in self.log if method != "GET" and status < 300]

    # -- the API: one method a route

    def answer(self, method: str, path: str, query: dict[str, list[str]], body: Any) -> Answer:
        for pattern, verbs in ROUTES:
            found = re.fullmatch(f"/repos/own/er{pattern}", path)
            if found and method in verbs:
                if method != "GET" and self.read_only:
                    return 403, {"message": "Resource not accessible by integration"}
                return verbs[method](self, *found.groups(), body=body, query=query)
        if (method, path) == ("POST", "/graphql"):
            return self.merging(body)
        return 404, {"message": f"no route {method} {path}"}

    def merging(self, body: Any) -> Answer:
        """The two mutations about auto-merge."""
        wanted = body["variables"]["input"]
        one = self.pulls[int(wanted["pullRequestId"].removeprefix("PR_"))]
        name = (
            "enablePullRequestAutoMerge"
            if "enablePullRequestAutoMerge" in body["query"]
            else "disablePullRequestAutoMerge"
        )
        if self.merging_refused:
            return 200, {"data": {name: None}, "errors": [{"type": "UNPROCESSABLE", "message": self.merging_refused}]}
        one.auto_merge = wanted if name.startswith("enable") else None
        return 200, {"data": {name: {"actor": None, "clientMutationId": None}}}

    def content(self, path: str, query: dict[str, list[str]], **_: Any) -> Answer:
        text = self.contents.get((query["ref"][0], path))
        if text is None:
            return 404, {"message": "Not Found"}
        coded = base64.b64encode(text.encode()).decode()
        return 200, {
            "type": "file",
            "encoding": "base64",
            "path": path,
            "content": coded,
            "url": self.url,
            "sha": "0" * 40,
        }

    def _issue_url(self, number: int) -> str:
        return f"{self.url}/repos/own/er/issues/{number}"

    def pull(self, number: str, **_: Any) -> Answer:
        one = self.pulls.get(int(number))
        if one is None:
            return 404, {"message": "Not Found"}
        self.follow(one)
        return 200, self._pull(one)

    def _pull(self, one: Pull) -> dict[str, Any]:
        home = {"full_name": "own/er"}
        return {
            "url": f"{self.url}/repos/own/er/pulls/{one.number}", "issue_url": self._issue_url(one.number),
            "number": one.number,
            "state": one.state, "merged": one.merged, "user": one.user, "node_id": f"PR_{one.number}", "title": "x", "body": "",
            "head": {"sha": one.sha, "ref": one.branch, "repo": {"full_name": "eve/er"} if one.fork else home},
            "base": {"sha": "0" * 40, "ref": "main", "repo": home}, "labels": [{"name": name} for name in one.labels],
            "merge_commit_sha": one.became, "auto_merge": one.auto_merge,
        }  # fmt: skip

    def pull_list(self, query: dict[str, list[str]], **_: Any) -> Answer:
        branch = query["head"][0].partition(":")[2]
        return 200, [self._pull(one) for one in self.pulls.values() if one.branch == branch and one.state == "open"]

    def open_pull(self, body: Any, **_: Any) -> Answer:
        if any(one.branch == body["head"] and one.state == "open" for one in self.pulls.values()):
            return 422, {"message": "Validation Failed", "errors": [{"message": "A pull request already exists"}]}
        number = max(self.pulls, default=0) + 1
        self.pulls[number] = Pull(number, body["head"], "0" * 40, user=BOT)
        return 201, self._pull(self.pulls[number])

    def pull_commits(self, number: str, **_: Any) -> Answer:
        self.follow(self.pulls[int(number)])
        return 200, [self._commit(int(number), n) for n in range(len(self.pulls[int(number)].commits))]

    def _commit(self, number: int, n: int) -> dict[str, Any]:
        one = self.pulls[number].commits[n]
        sha = one.sha or f"{number:020x}{n:020x}"
        said = {"author": {"name": "x", "email": one.email, "date": "2026-01-01T00:00:00Z"}}
        return {"sha": sha, "url": f"{self.url}/repos/own/er/commits/{sha}", "author": one.who, "commit": said}

    def issue(self, number: str, **_: Any) -> Answer:
        one = self.pulls[int(number)]
        labels = [{"name": name} for name in one.labels]
        return 200, {"url": self._issue_url(one.number), "number": one.number, "state": one.state, "labels": labels}

    def comment_list(self, number: str, **_: Any) -> Answer:
        return 200, [self._comment(one) for one in self.comments.values() if one["number"] == int(number)]

    def _comment(self, one: dict[str, Any]) -> dict[str, Any]:
        return {**one, "url": f"{self.url}/repos/own/er/issues/comments/{one['id']}"}

    def new_comment(self, number: str, body: Any, **_: Any) -> Answer:
        if len(body["body"]) > 65_536:
            return 422, {"message": "body is too long"}
        return 201, self._comment(self.comments[self.add_comment(int(number), body["body"])])

    def one_comment(self, identity: str, **_: Any) -> Answer:
        found = self.comments.get(int(identity))
        return (200, self._comment(found)) if found else (404, {"message": "Not Found"})

    def edit_comment(self, identity: str, body: Any, **_: Any) -> Answer:
        if int(identity) not in self.comments:
            return 404, {"message": "Not Found"}
        self.comments[int(identity)]["body"] = body["body"]
        return self.one_comment(identity)

    def delete_comment(self, identity: str, **_: Any) -> Answer:
        return (204, None) if self.comments.pop(int(identity), None) else (404, {"message": "Not Found"})

    def label_list(self, number: str, **_: Any) -> Answer:
        return 200, [{"name": name} for name in self.pulls[int(number)].labels]

    def add_labels(self, number: str, body: Any, **_: Any) -> Answer:
        one = self.pulls[int(number)]
        names = body["labels"] if isinstance(body, dict) else body
        one.events += [(name, BOT) for name in names if name not in one.labels]
        one.labels = sorted({*one.labels, *names})
        return self.label_list(number)

    def remove_label(self, number: str, name: str, **_: Any) -> Answer:
        one = self.pulls[int(number)]
        if name not in one.labels:
            return 404, {"message": "Label does not exist"}
        one.labels.remove(name)
        return self.label_list(number)

    def event_list(self, number: str, **_: Any) -> Answer:
        events = self.pulls[int(number)].events
        return 200, [{"event": "labeled", "label": {"name": name}, "actor": who} for name, who in events]

    def permission(self, login: str, **_: Any) -> Answer:
        return 200, {"permission": self.permissions.get(login, "none"), "user": {"login": login}}

    def commit(self, sha: str, **_: Any) -> Answer:
        for number, pull in self.pulls.items():
            for n, one in enumerate(pull.commits):
                if self._commit(number, n)["sha"] == sha:
                    return 200, {**self._commit(number, n), "files": [{"filename": name} for name in one.files]}
        return 200, {"sha": sha, "url": f"{self.url}/repos/own/er/commits/{sha}"}

    def commit_pulls(self, sha: str, **_: Any) -> Answer:
        every = self.pulls.values()
        return 200, [self._pull(one) for one in every if sha in {f"{one.number:040x}", one.sha, one.became, *one.holds}]

    def commit_status(self, sha: str, **_: Any) -> Answer:
        return 200, {"state": "success", "sha": sha, "statuses": self.statuses.get(sha, [])}

    def new_status(self, sha: str, body: Any, **_: Any) -> Answer:
        # The combined status has the latest of each context.
        older = [one for one in self.statuses.get(sha, []) if one["context"] != body["context"]]
        self.statuses[sha] = [*older, body]
        return 201, body


N, SHA = r"(\d+)", r"([0-9a-f]{40})"
ROUTES: list[tuple[str, dict[str, Callable[..., Answer]]]] = [
    (r"/contents/(.+)", {"GET": Forge.content}),
    ("/pulls", {"GET": Forge.pull_list, "POST": Forge.open_pull}),
    (f"/pulls/{N}", {"GET": Forge.pull}),
    (f"/pulls/{N}/commits", {"GET": Forge.pull_commits}),
    (f"/issues/{N}", {"GET": Forge.issue}),
    (f"/issues/{N}/comments", {"GET": Forge.comment_list, "POST": Forge.new_comment}),
    (f"/issues/comments/{N}", {"GET": Forge.one_comment, "PATCH": Forge.edit_comment, "DELETE": Forge.delete_comment}),
    (f"/issues/{N}/labels", {"GET": Forge.label_list, "POST": Forge.add_labels}),
    (rf"/issues/{N}/labels/([\w-]+)", {"DELETE": Forge.remove_label}),
    (f"/issues/{N}/events", {"GET": Forge.event_list}),
    (r"/collaborators/([\w-]+)/permission", {"GET": Forge.permission}),
    (f"/commits/{SHA}", {"GET": Forge.commit}),
    (f"/commits/{SHA}/pulls", {"GET": Forge.commit_pulls}),
    (f"/commits/{SHA}/status", {"GET": Forge.commit_status}),
    (f"/statuses/{SHA}", {"POST": Forge.new_status}),
]


def _handler(forge: Forge) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

        def serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length) or b"null")
            parts = urlsplit(self.path)
            query = parse_qs(parts.query)
            with forge.lock:
                path = parts.path.removeprefix("/api/v3").replace("/api/graphql", "/graphql")
                surprise = forge.before.pop(f"{self.command} {path}", None)
                if surprise is not None:
                    surprise()
                trouble = forge.trouble()
                if forge.faults:
                    status, headers, answer = forge.faults.pop(0)
                elif trouble == "lost":
                    status, headers, answer = 502, {}, {"message": "Bad Gateway"}
                else:
                    status, answer = forge.answer(self.command, path, query, body)
                    headers = {}
                    if status == 200 and self.command == "GET" and path in forge.stale:
                        answer = forge.stale.pop(path)
                    if trouble == "unheard":
                        status, answer = 502, {"message": "Bad Gateway"}
                forge.log.append((self.command, path, status))
            if isinstance(answer, list):
                answer = self._paged(answer, query, headers)
            self._send(status, headers, answer)

        def _paged(self, every: list[Any], query: dict[str, list[str]], headers: dict[str, str]) -> list[Any]:
            size = min(forge.page, int(query.get("per_page", ["30"])[0]))
            page = int(query.get("page", ["1"])[0])
            if page * size < len(every):
                rest = f"{forge.url}{urlsplit(self.path).path}?per_page={size}&page="
                last = -(-len(every) // size)
                headers["Link"] = f'<{rest}{page + 1}>; rel="next", <{rest}{last}>; rel="last"'
            return every[(page - 1) * size : page * size]

        def _send(self, status: int, headers: dict[str, str], answer: Any) -> None:
            content = b"" if answer is None else json.dumps(answer).encode()
            etag = f'W/"{hashlib.sha256(content).hexdigest()}"'
            if status == 200 and self.headers.get("If-None-Match") == etag:
                status, content = 304, b""
            self.send_response(status)
            for name, value in {"ETag": etag, "Content-Type": "application/json; charset=utf-8", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = serve  # noqa: N815

    return Handler
