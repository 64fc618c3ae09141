"""What a file is, told by its content and never by its name."""

import codecs
import zipfile
from pathlib import PurePath
from typing import IO

from shared.files.errors import FileDamagedError, FileTooLargeError, FileTypeRefusedError

JPEG, PNG, WEBP = "image/jpeg", "image/png", "image/webp"
PDF, MP4 = "application/pdf", "video/mp4"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV, TEXT = "text/csv", "text/plain"

IMAGES = frozenset((JPEG, PNG, WEBP))
MEDIA_TYPES = (JPEG, PNG, WEBP, PDF, MP4, XLSX, CSV, TEXT)

HEAD = 1024
"""Bytes that tell the type."""

_ACCEPTED = "可上传 JPEG、PNG、WebP、PDF、MP4、XLSX、CSV 和纯文本"
_MP4_BRANDS = frozenset((b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"dash"))
_ACTIVE = (b"<script", b"<html", b"<svg", b"<!doctype", b"<?xml", b"<?php", b"<iframe", b"<body")
_MAX_MEMBERS = 2000
_MAX_UNPACKED = 200 * 1024 * 1024
_CHUNK = 64 * 1024


def media_type_of(file: IO[bytes], name: str) -> str:
    """The media type of the content; `name` only tells CSV from other text.

    Raises: FileTypeRefusedError, FileDamagedError, FileTooLargeError.
    """
    file.seek(0)
    head = file.read(HEAD)
    if kind := _by_magic(head):
        return kind
    if head.startswith(b"PK\x03\x04"):
        return _workbook(file)
    if head and _is_text(file, head):
        return CSV if PurePath(name).suffix.lower() == ".csv" else TEXT
    raise FileTypeRefusedError(_ACCEPTED)


def _by_magic(head: bytes) -> str | None:
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head.startswith(b"%PDF-"):
        return PDF
    if head[4:8] == b"ftyp" and head[8:12] in _MP4_BRANDS:
        return MP4
    return None


def _workbook(file: IO[bytes]) -> str:
    try:
        file.seek(0)
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError) as error:
        raise FileDamagedError("压缩结构无法读取") from error
    names = {member.filename for member in members}
    if not {"[Content_Types].xml", "xl/workbook.xml"} <= names or any("vbaproject" in one.lower() for one in names):
        raise FileTypeRefusedError(_ACCEPTED)
    if len(members) > _MAX_MEMBERS or sum(member.file_size for member in members) > _MAX_UNPACKED:
        raise FileTooLargeError(f"解压后不得超过 {_MAX_UNPACKED // 1024 // 1024} MiB")
    return XLSX


def _is_text(file: IO[bytes], head: bytes) -> bool:
    lowered = head.lower()
    if head.startswith(b"#!") or any(mark in lowered for mark in _ACTIVE):
        return False
    return any(_decodes(file, encoding) for encoding in ("utf-8", "gb18030"))


def _decodes(file: IO[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while chunk := file.read(_CHUNK):
            if any(ord(letter) < 32 and letter not in "\t\r\n\f" for letter in set(decoder.decode(chunk))):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
