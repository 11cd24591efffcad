"""How a file is refused from any depth of its reading."""

from kaiban.domain.papers.material import UploadLimits


class RefusedError(Exception):
    """Carries the code and the sentence out of the depths of a file."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code, self.message = code, message


def too_many_pixels(limits: UploadLimits) -> RefusedError:
    """A picture that is larger than the city allows."""
    message = f"图片超过 {limits.megapixels * 100} 万像素，请降低拍摄或者扫描分辨率后再上传。"
    return RefusedError("upload.pixels", message)
