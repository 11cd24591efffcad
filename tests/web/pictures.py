"""Files as people bring them: photographs of documents, scans; and what is none."""

import io
import random

import pikepdf
from PIL import Image, ImageDraw, ImageFilter


def photograph(width=3000, height=2250, seed=1, quality=90):
    """A JPEG as a phone takes it: a sheet on a desk, uneven light, grain."""
    dice = random.Random(seed)
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    draw = ImageDraw.Draw(image)
    draw.rectangle((width // 8, height // 10, width * 7 // 8, height * 9 // 10), fill="#f4f1e8")
    for line in range(height // 6, height * 5 // 6, 60):
        draw.line((width // 6, line, dice.randint(width // 2, width * 5 // 6), line), "#333", 12)
    grain = Image.effect_noise((width, height), 24).convert("RGB")
    image = Image.blend(image, grain, 0.12).filter(ImageFilter.GaussianBlur(0.8)).rotate(2)
    target = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # held upright
    image.save(target, "JPEG", quality=quality, exif=exif)
    return target.getvalue()


def scan(pages=2):
    """A PDF of empty A4 pages."""
    target = io.BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page(page_size=(595, 842))
        pdf.save(target)
    return target.getvalue()
