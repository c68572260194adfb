"""The functions of `os` that take paths, as a consumer sees them: changes go to copies."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from types import MethodType
from typing import Any

from ecr_contracts.runtime.sandbox.files.merged import MergedFolder
from ecr_contracts.runtime.sandbox.files.overlay import NoCopyError
from ecr_contracts.runtime.sandbox.files.places import exact, real_path_of
from ecr_contracts.runtime.sandbox.files.redirection import Redirection, Request
from ecr_contracts.runtime.sandbox.files.system import ORIGINALS, real

__all__ = ["Calls"]


class Calls:
    """The replacements for the functions of `os`, by name."""

    def __init__(self, redirection: Redirection) -> None:
        self._redirection = redirection
        self._overlay = redirection.overlay
        self._watch = redirection.watch

    def replacements(self) -> Mapping[str, Callable[..., Any]]:
        """A replacement for each function that this system has."""
        own = {
            "access": self._access,
            "chdir": self._chdir,
            "getcwd": self._getcwd,
            "getcwdb": self._getcwdb,
            "link": self._link,
            "listdir": self._listdir,
            "lstat": self._reading("lstat", follow=False),
            "mkdir": self._mkdir,
            "mkfifo": self._mkfifo,
            "mknod": self._mknod,
            "readlink": self._readlink,
            "remove": self._removing("remove"),
            "rename": self._renaming("rename"),
            "replace": self._renaming("replace"),
            "rmdir": self._rmdir,
            "scandir": self._scandir,
            "symlink": self._symlink,
            "truncate": self._truncate,
            "unlink": self._removing("unlink"),
        }
        for name in ("getxattr", "listxattr", "stat", "statvfs"):
            own[name] = self._reading(name)
        for name in ("chflags", "chmod", "chown", "removexattr", "setxattr", "utime"):
            own[name] = self._altering(name)
        for name in ("lchflags", "lchmod", "lchown"):
            own[name] = self._altering(name, follow=False)
        found = {name: function for name, function in own.items() if name in ORIGINALS}
        return {name: self._method(name, function) for name, function in found.items()}

    def __reduce__(self) -> Any:
        """As the module: so the functions can be pickled and copied like those of the system."""
        return import_module, ("os",)

    def _method(self, name: str, function: Any) -> Any:
        """A function as a method of this: as an attribute of a class it stays what it is."""
        inner = getattr(function, "__func__", function)
        inner.__name__ = inner.__qualname__ = name
        return function if inner is not function else MethodType(function, self)

    # Reading
    # ----------------------------------------------------------------------------------------------

    def _reading(self, name: str, *, follow: bool = True) -> Callable[..., Any]:
        """A function that looks at what a path leads to."""
        original = ORIGINALS[name]
        is_idle = self._redirection.is_idle

        def reading(_: Any, *arguments: Any, **named: Any) -> Any:
            path = arguments[0] if arguments else named.get("path")
            if is_idle(path) or isinstance(path, int) or path is None:
                return original(*arguments, **named)
            follows = follow and named.get("follow_symlinks", True)
            folder = named.get("dir_fd")
            request = self._redirection.reading(path, folder, follow=follows)
            if request is None:
                return original(*arguments, **named)
            rest = {key: value for key, value in named.items() if key not in ("path", "dir_fd")}
            return self._redirection.done(
                original, (request.system,), (request,), *arguments[1:], **rest
            )

        return reading

    def _access(
        self,
        path: Any,
        mode: int,
        *,
        dir_fd: int | None = None,
        effective_ids: bool = False,
        follow_symlinks: bool = True,
    ) -> bool:
        """Whether a path may be read, changed, run: a copy may be, where the file might.

        The system has the file itself on a read-only mount, so that it is not asked of changes.
        """
        options = {"effective_ids": effective_ids, "follow_symlinks": follow_symlinks}
        request = None
        if not isinstance(path, int):
            request = self._redirection.reading(path, dir_fd, follow=follow_symlinks)
        if request is None:
            return bool(real.access(path, mode, dir_fd=dir_fd, **options))
        is_asked = isinstance(mode, int) and bool(mode & os.W_OK)
        if is_asked and self._redirection.is_copied(request) and request.system == request.view:
            mode &= ~os.W_OK
            if not _lets_change(request.system, effective_ids):
                return False
        done = self._redirection.done
        return bool(done(real.access, (request.system,), (request,), mode, **options))

    def _readlink(self, path: Any, *, dir_fd: int | None = None) -> Any:
        request = None
        if not self._redirection.is_idle(path):
            request = self._redirection.reading(path, dir_fd, follow=False)
        if request is None:
            return real.readlink(path, dir_fd=dir_fd)
        target = self._redirection.done(real.readlink, (request.system,), (request,))
        return os.fsencode(target) if isinstance(path, bytes) else target

    def _chdir(self, path: Any) -> None:
        request = None
        if not isinstance(path, int) and not self._redirection.is_idle(path):
            request = self._redirection.reading(path)
        if request is None:
            real.chdir(path)
            return
        self._redirection.done(real.chdir, (request.system,), (request,))
        self._overlay.entered(request.view)

    def _getcwd(self) -> str:
        return self._overlay.working_folder()

    def _getcwdb(self) -> bytes:
        return os.fsencode(self._getcwd())

    def _listdir(self, path: Any = None) -> Any:
        request = self._folder_request(path)
        if request is None:
            return real.listdir(path)
        if not self._is_other(request):
            names = self._redirection.done(real.listdir, (request.system,), (request,))
        else:
            names = self._names(request)
        return [os.fsencode(name) for name in names] if isinstance(path, bytes) else names

    def _scandir(self, path: Any = None) -> Any:
        request = self._folder_request(path)
        if request is None:
            return real.scandir(path)
        if not self._is_other(request) and request.system == request.lexical:
            return real.scandir(path)
        return MergedFolder(path, self._names(request), request.view, self._overlay.system_path)

    def _folder_request(self, path: Any) -> Request | None:
        """What folder is listed, if it may be another than the real one."""
        if path is None:
            path = "."
        if isinstance(path, int):
            path = real_path_of(path)
            if path is None:
                return None
        if self._redirection.is_idle(path) and not self._has_others_names(exact(path)):
            return None
        return self._redirection.reading(path)

    def _has_others_names(self, path: str | None) -> bool:
        """Whether a folder never shows all that the real one holds."""
        place = (path or "").rstrip("/")
        if place in ("/tmp", self._overlay.places.temporary):
            return True
        return place in self._redirection.stores.folders

    def _is_other(self, request: Request) -> bool:
        """Whether what is listed is not what the system lists."""
        return self._overlay.is_merged(request.view) or self._has_others_names(request.view)

    def _names(self, request: Request) -> list[str]:
        stores = self._redirection.stores
        try:
            names = self._overlay.names(request.view)
            if request.view in stores.folders:
                names = [name for name in names if not stores.holds(f"{request.view}/{name}")]
            return names
        except OSError as error:
            error.filename = request.said
            raise

    # Entries of folders
    # ----------------------------------------------------------------------------------------------

    def _mkdir(self, path: Any, mode: int = 0o777, *, dir_fd: int | None = None) -> None:
        request = self._redirection.changing(path, dir_fd, follow=False)
        if request is None:
            real.mkdir(path, mode, **_folder(dir_fd))
            return
        self._must_be_new(request)
        place = self._redirection.room(request)
        self._redirection.done(real.mkdir, (place,), (request,), mode)
        self._overlay.touch()

    def _mkfifo(self, path: Any, mode: int = 0o666, *, dir_fd: int | None = None) -> None:
        request = self._redirection.changing(path, dir_fd, follow=False)
        if request is None:
            real.mkfifo(path, mode, **_folder(dir_fd))
            return
        self._must_be_new(request)
        place = self._redirection.room(request)
        self._redirection.done(real.mkfifo, (place,), (request,), mode)

    def _mknod(
        self, path: Any, mode: int = 0o600, device: int = 0, *, dir_fd: int | None = None
    ) -> None:
        request = self._redirection.changing(path, dir_fd, follow=False)
        if request is None:
            real.mknod(path, mode, device, **_folder(dir_fd))
            return
        if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFIFO):
            self._redirection.refuse(request)
        self._must_be_new(request)
        place = self._redirection.room(request)
        self._redirection.done(real.mknod, (place,), (request,), mode)

    def _symlink(
        self, src: Any, dst: Any, target_is_directory: bool = False, *, dir_fd: int | None = None
    ) -> None:
        with _naming(src, dst):
            request = self._redirection.changing(dst, dir_fd, follow=False)
            if request is None:
                real.symlink(src, dst, target_is_directory, **_folder(dir_fd))
                return
            self._must_be_new(request)
            place = self._redirection.room(request)
            self._watch.note_lasting(request.lexical, "link")
            self._redirection.done(lambda there: real.symlink(src, there), (place,), (request,))
        self._overlay.touch()

    def _link(
        self,
        src: Any,
        dst: Any,
        *,
        src_dir_fd: int | None = None,
        dst_dir_fd: int | None = None,
        follow_symlinks: bool = True,
    ) -> None:
        with _naming(src, dst):
            source = self._redirection.changing(src, src_dir_fd, follow=False)
            target = self._redirection.changing(dst, dst_dir_fd, follow=False)
            if source is None or target is None:
                folders = {"src_dir_fd": src_dir_fd, "dst_dir_fd": dst_dir_fd}
                real.link(src, dst, follow_symlinks=follow_symlinks, **folders)
                return
            self._join(source, target)

    def _join(self, source: Request, target: Request) -> None:
        """Make a second name of a file."""
        self._must_be_there(source)
        place = self._redirection.room(target)
        self._must_be_new(target)
        if self._overlay.is_folder(source.view):
            raise source.error(errno.EPERM)
        copy = self._redirection.copied(source)
        self._watch.note_lasting(target.lexical, "link")
        self._redirection.done(real.link, (copy, place), (source, target), follow_symlinks=False)

    def _removing(self, name: str) -> Callable[..., Any]:
        original = ORIGINALS[name]

        def removing(_: Any, path: Any, *, dir_fd: int | None = None) -> None:
            request = self._redirection.changing(path, dir_fd, follow=False)
            if request is None:
                original(path, **_folder(dir_fd))
                return
            if not self._redirection.is_copied(request):
                self._redirection.done(original, (request.system,), (request,))
                self._overlay.touch()
                return
            self._must_be_there(request)
            if self._overlay.is_folder(request.view):
                raise request.error(errno.EISDIR)
            self._redirection.must_have_folder(request)
            self._take_out(request, original)

        return removing

    def _take_out(self, request: Request, original: Callable[..., Any]) -> None:
        """Take an entry out of the upper layer, and hide it in the lower one."""
        overlay = self._overlay
        has_lower = overlay.has_lower(request.view)
        if overlay.has_upper(request.view):
            self._redirection.done(original, (overlay.upper(request.view),), (request,))
        elif original is real.rmdir:
            self._watch.note_lasting(request.lexical, "remove")
        else:
            self._watch.note(request.lexical, "remove")
        if has_lower:
            overlay.hide(request.view)
        overlay.touch()

    def _rmdir(self, path: Any, *, dir_fd: int | None = None) -> None:
        request = self._redirection.changing(path, dir_fd, follow=False)
        if request is None:
            real.rmdir(path, **_folder(dir_fd))
            return
        if not self._redirection.is_copied(request):
            self._redirection.done(real.rmdir, (request.system,), (request,))
            self._overlay.touch()
            return
        self._must_be_there(request)
        if not self._overlay.is_folder(request.view):
            raise request.error(errno.ENOTDIR)
        if request.view in ("/", self._overlay.places.temporary):
            raise request.error(errno.EBUSY)
        if self._names(request):
            raise request.error(errno.ENOTEMPTY)
        self._redirection.must_have_folder(request)
        self._take_out(request, real.rmdir)

    def _renaming(self, name: str) -> Callable[..., Any]:
        original = ORIGINALS[name]

        def renaming(
            _: Any,
            src: Any,
            dst: Any,
            *,
            src_dir_fd: int | None = None,
            dst_dir_fd: int | None = None,
        ) -> None:
            with _naming(src, dst):
                source = self._redirection.changing(src, src_dir_fd, follow=False)
                target = self._redirection.changing(dst, dst_dir_fd, follow=False)
                if source is None or target is None:
                    original(src, dst, src_dir_fd=src_dir_fd, dst_dir_fd=dst_dir_fd)
                    return
                self._rename(original, source, target)

        return renaming

    def _rename(self, original: Callable[..., Any], source: Request, target: Request) -> None:
        overlay, redirection = self._overlay, self._redirection
        self._must_be_there(source)
        if source.view == target.view:
            return
        if overlay.is_folder(source.view) and target.view.startswith(f"{source.view}/"):
            raise source.error(errno.EINVAL)
        self._must_be_replaceable(source, target)
        moved, place = source.system, redirection.room(target)
        if redirection.is_copied(source):
            redirection.must_have_folder(source)
            try:
                moved = overlay.copy_up_all(source.view)
            except NoCopyError:
                redirection.refuse(source)
        replaced = redirection.is_copied(target) and overlay.is_folder(target.view)
        if replaced and overlay.has_lower(target.view):
            overlay.hide(target.view)
        redirection.done(original, (moved, place), (source, target))
        if redirection.is_copied(source) and overlay.has_lower(source.view):
            overlay.hide(source.view)
        overlay.touch()

    def _must_be_replaceable(self, source: Request, target: Request) -> None:
        """Raise OSError where the target is a folder and the source is none, or it holds files."""
        overlay = self._overlay
        if not overlay.exists(target.view):
            return
        is_folder = overlay.is_folder(source.view)
        if source.view.startswith(f"{target.view}/"):
            raise source.error(errno.ENOTEMPTY)
        if overlay.is_folder(target.view):
            if not is_folder:
                raise source.error(errno.EISDIR)
            if overlay.names(target.view):
                raise source.error(errno.ENOTEMPTY)
        elif is_folder:
            raise source.error(errno.ENOTDIR)

    def _must_be_new(self, request: Request) -> None:
        if self._redirection.is_copied(request) and self._overlay.exists(request.view):
            raise request.error(errno.EEXIST)

    def _must_be_there(self, request: Request) -> None:
        if not self._overlay.exists(request.view):
            raise request.error(errno.ENOENT)

    # Files
    # ----------------------------------------------------------------------------------------------

    def _altering(self, name: str, *, follow: bool = True) -> Callable[..., Any]:
        """A function that changes what is known of a file: its mode, its owner, its times."""
        original = ORIGINALS.get(name, real.stat)

        def altering(_: Any, *arguments: Any, **named: Any) -> None:
            path = arguments[0] if arguments else named.get("path")
            follows = follow and named.get("follow_symlinks", True)
            request = self._redirection.changing(path, named.get("dir_fd"), follow=follows)
            if request is None:
                original(*arguments, **named)
                return
            self._must_be_there(request)
            place = self._redirection.copied(request)
            rest = {key: value for key, value in named.items() if key not in ("path", "dir_fd")}
            self._redirection.done(original, (place,), (request,), *arguments[1:], **rest)

        return altering

    def _truncate(self, path: Any, length: int) -> None:
        if isinstance(path, int):
            real.truncate(path, length)
            return
        request = self._redirection.changing(path)
        if request is None:
            real.truncate(path, length)
            return
        self._must_be_there(request)
        place = self._redirection.copied(request)
        self._watch.note(request.lexical, "write")
        self._redirection.done(real.truncate, (place,), (request,), length)


def _folder(dir_fd: int | None) -> dict[str, int]:
    return {} if dir_fd is None else {"dir_fd": dir_fd}


@contextlib.contextmanager
def _naming(src: Any, dst: Any) -> Iterator[None]:
    """Have an error name both paths, as those of the system do."""
    try:
        yield
    except OSError as error:
        if error.filename is not None:
            error.filename, error.filename2 = src, dst
        raise


def _lets_change(path: str, effective_ids: bool) -> bool:
    """Whether the mode of a file lets this user change it; False where there is none."""
    user = os.geteuid() if effective_ids else os.getuid()
    group = os.getegid() if effective_ids else os.getgid()
    try:
        found = real.stat(path)
    except (OSError, ValueError):
        return False
    if user == 0:
        return True
    if found.st_uid == user:
        return bool(found.st_mode & stat.S_IWUSR)
    if found.st_gid in {group, *os.getgroups()}:
        return bool(found.st_mode & stat.S_IWGRP)
    return bool(found.st_mode & stat.S_IWOTH)
