"""How a file is refused from any depth of its reading."""

from typing import Final

from kaiban.domain.papers.material import UploadLimits

_TOO_MANY_PIXELS: Final = "图片超过 {most} 万像素，请降低拍摄或者扫描分辨率后再上传。"


class RefusedError(Exception):
    """Carries the code and the sentence out of the depths of a file."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code, self.message = code, message


def too_many_pixels(limits: UploadLimits) -> RefusedError:
    """A picture that is larger than the city allows."""
    return RefusedError("upload.pixels", _TOO_MANY_PIXELS.format(most=limits.megapixels * 100))
