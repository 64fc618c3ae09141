"""Pictures without what the camera wrote into them: decoded and encoded anew (reliability.md T16)."""

import io
from typing import IO

from PIL import Image, ImageOps, UnidentifiedImageError

from shared.files.errors import FileDamagedError, FileTooLargeError
from shared.files.types import JPEG, PNG, WEBP

MAX_PIXELS = 50_000_000
_FORMATS = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP"}
_QUALITY = 90


def cleaned(file: IO[bytes], media_type: str, *, max_pixels: int = MAX_PIXELS) -> bytes:
    """The first frame, turned upright, without EXIF, position, comments or appended bytes.  Blocking: use a thread.

    Raises: FileDamagedError, FileTooLargeError.
    """
    kind = _FORMATS[media_type]
    file.seek(0)
    try:
        with Image.open(file, formats=[kind]) as opened:
            if opened.width * opened.height > max_pixels:
                raise FileTooLargeError(f"图片最多 {max_pixels // 10_000} 万像素")
            upright = ImageOps.exif_transpose(opened)
            has_alpha = kind != "JPEG" and "A" in upright.convert("RGBA").getbands() and _is_transparent(upright)
            picture = upright.convert("RGBA" if has_alpha else "RGB")
        picture.info.clear()
        target = io.BytesIO()
        picture.save(target, format=kind, **({} if kind == "PNG" else {"quality": _QUALITY}))
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError) as error:
        raise FileDamagedError("图片无法读取") from error
    return target.getvalue()


def _is_transparent(picture: Image.Image) -> bool:
    return picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info
