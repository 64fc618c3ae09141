"""Content-addressed attachments: typed by content, stripped of EXIF, capped in size."""
