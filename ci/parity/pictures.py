"""Writes small pictures of every sort, beside what Pillow makes of them, so that the library's tests need no Pillow.

    .venv/bin/python -m ci.parity.pictures

Rows of `pictures.tsv`: a file of the folder `pictures`, its width and height as it is seen, how far a number may be off,
and the numbers, (3, H, W), zipped, in base 64. "As it is seen" is turned as the camera's note (EXIF) says, without regard
to colour profiles, as RGB, on white where it is transparent. Rows of `refused.tsv`: a file, and words of the message.

Where the numbers come from one formula, they may be off by 1 of 255, which is what a rounding gives. JPEG leaves the last
bit of its inverse transform to the decoder: 2. Lossy WebP stores colours at half the size, which libwebp enlarges
linearly and the library's reader does not, and the two smooth the edges of blocks a little differently: there the
brightness is compared, and "brightness" stands before the number; its mean may be off by 1.
"""

import base64
import io
import struct
import zlib
from pathlib import Path

from PIL import Image, ImageChops, ImageCms, ImageDraw, ImageOps, ImageSequence

HERE = Path(__file__).parents[2] / "lib" / "src" / "test" / "resources" / "reference"
FOLDER = HERE / "pictures"
ORIENTATION = 0x0112
EXACT, LOSSY, LOSSY_WEBP = "1", "2", "brightness 12"
W, H = 25, 18


def scene() -> Image.Image:
    """Smooth, with edges, and without any symmetry."""
    red = Image.linear_gradient("L").resize((W, H))
    green = Image.linear_gradient("L").rotate(90).resize((W, H))
    blue = Image.radial_gradient("L").resize((W, H))
    image = Image.merge("RGB", (red, green, blue))
    draw = ImageDraw.Draw(image)
    draw.rectangle((3, 2, 9, 6), fill=(250, 20, 30))
    draw.ellipse((14, 8, 22, 15), fill=(10, 200, 240))
    return image


def opacity() -> Image.Image:
    image = Image.linear_gradient("L").rotate(180).resize((W, H))
    ImageDraw.Draw(image).rectangle((0, 0, 4, 17), fill=0)
    return image


def encoded(image: Image.Image, kind: str, **options) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def exif(orientation: int, endian: str = "<") -> bytes:
    """The least that says how a camera was held."""
    mark = b"II*\0" if endian == "<" else b"MM\0*"
    entry = struct.pack(endian + "HHIHH", ORIENTATION, 3, 1, orientation, 0)
    return b"Exif\0\0" + mark + struct.pack(endian + "IH", 8, 1) + entry + struct.pack(endian + "I", 0)


def swapped_profile() -> bytes:
    """sRGB with red and green exchanged: who applies it, is seen to."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"tXYZ").replace(b"gXYZ", b"rXYZ").replace(b"tXYZ", b"gXYZ")


# PNG, of which Pillow writes but a few kinds.


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(samples: list[list[list[int]]], bits: int, kind: int, before: bytes = b"", interlaced: bool = False) -> bytes:
    """Of rows of pixels of samples."""
    height, width = len(samples), len(samples[0])
    steps = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    data = b""
    for left, top, across, down in steps if interlaced else [(0, 0, 1, 1)]:
        for row in samples[top::down]:
            pixels = row[left::across]
            if pixels:
                binary = "".join(f"{sample:0{bits}b}" for pixel in pixels for sample in pixel)
                binary += "0" * (-len(binary) % 8)
                data += b"\0" + int(binary, 2).to_bytes(len(binary) // 8, "big")
    header = struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, int(interlaced))
    body = chunk(b"IHDR", header) + before + chunk(b"IDAT", zlib.compress(data, 9)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def samples(image: Image.Image, bits: int = 8) -> list[list[list[int]]]:
    """With numbers of other lengths, whose last bits are not those of the first."""
    bands = image.split()
    high = (1 << bits) - 1

    def sample(value: int, x: int) -> int:
        return min(high, value * high // 255 + x) if bits > 8 else value >> (8 - bits)

    return [[[sample(b.getpixel((x, y)), x) for b in bands] for x in range(W)] for y in range(H)]


def png_files():
    rgb, alpha = scene(), opacity()
    grey = rgb.convert("L")
    rgba = Image.merge("RGBA", (*rgb.split(), alpha))
    la = Image.merge("LA", (grey, alpha))
    few = rgb.quantize(200)
    yield "rgb.png", encoded(rgb, "PNG")
    yield "rgba.png", encoded(rgba, "PNG")
    yield "grey.png", encoded(grey, "PNG")
    yield "grey-alpha.png", encoded(la, "PNG")
    for bits in (1, 2, 4):
        yield f"grey-{bits}-bit.png", png(samples(grey, bits), bits, 0)
        yield f"palette-{bits}-bit.png", encoded(rgb.quantize(1 << bits), "PNG", bits=bits)
    yield "palette.png", encoded(few, "PNG")
    yield "palette-transparent.png", encoded(few, "PNG", transparency=bytes(range(0, 200)))
    yield "palette-one-transparent.png", encoded(few, "PNG", transparency=few.getpixel((5, 4)))
    yield "grey-transparent.png", encoded(grey, "PNG", transparency=grey.getpixel((5, 4)))
    yield "rgb-transparent.png", encoded(rgb, "PNG", transparency=rgb.getpixel((5, 4)))
    yield "rgb-16-bit.png", png(samples(rgb, 16), 16, 2)
    yield "rgba-16-bit.png", png(samples(rgba, 16), 16, 6)
    yield "grey-16-bit.png", png(samples(grey, 16), 16, 0)
    yield "grey-alpha-16-bit.png", png(samples(la, 16), 16, 4)
    yield "interlaced.png", png(samples(rgb), 8, 2, interlaced=True)
    yield "gamma.png", png(samples(rgb), 8, 2, chunk(b"gAMA", struct.pack(">I", 100_000)))
    yield "grey-gamma.png", png(samples(grey), 8, 0, chunk(b"gAMA", struct.pack(">I", 100_000)))
    yield "profile.png", encoded(rgb, "PNG", icc_profile=swapped_profile())
    yield "held-6.png", png(samples(rgb), 8, 2, chunk(b"eXIf", exif(6)[6:]))
    yield "moving.png", encoded(rgb, "PNG", save_all=True, append_images=[ImageChops.invert(rgb)])


def jpeg_without(data: bytes, marker: int) -> bytes:
    """Without the segments of a marker."""
    kept, place = data[:2], 2
    while data[place + 1] != 0xDA:
        end = place + 2 + int.from_bytes(data[place + 2 : place + 4], "big")
        kept += b"" if data[place + 1] == marker else data[place:end]
        place = end
    return kept + data[place:]


def jpeg_files():
    rgb = scene()
    grey = rgb.convert("L")
    cmyk = Image.new("CMYK", (W, H), (0, 128, 255, 0))
    inks = Image.merge("CMYK", (*ImageChops.invert(rgb).split(), Image.new("L", (W, H), 40)))
    cmyk.paste(inks.crop((0, 0, W // 2, H)), (0, 0))
    best = {"quality": 95, "subsampling": 0}
    yield "rgb.jpg", encoded(rgb, "JPEG", **best)
    yield "subsampled.jpg", encoded(rgb, "JPEG", quality=90, subsampling=2)
    yield "subsampled-across.jpg", encoded(rgb, "JPEG", quality=90, subsampling=1)
    yield "progressive.jpg", encoded(rgb, "JPEG", progressive=True, **best)
    yield "restarts.jpg", encoded(rgb, "JPEG", restart_marker_blocks=2, **best)
    yield "grey.jpg", encoded(grey, "JPEG", quality=95)
    yield "grey-progressive.jpg", encoded(grey, "JPEG", quality=95, progressive=True)
    yield "not-converted.jpg", encoded(rgb, "JPEG", keep_rgb=True, quality=95)
    yield "profile.jpg", encoded(rgb, "JPEG", icc_profile=swapped_profile(), **best)
    yield "cmyk.jpg", encoded(cmyk, "JPEG", **best)
    yield "cmyk-progressive.jpg", encoded(cmyk, "JPEG", progressive=True, **best)
    yield "cmyk-not-by-adobe.jpg", jpeg_without(encoded(cmyk, "JPEG", **best), 0xEE)
    yield "cmyk-profile.jpg", encoded(cmyk, "JPEG", icc_profile=swapped_profile(), **best)
    # The three first as luminance and colour, as Photoshop writes them.
    three = Image.merge("RGB", cmyk.split()[:3]).convert("YCbCr").split()
    ycck = encoded(Image.merge("CMYK", (*three, cmyk.split()[3])), "JPEG", **best)
    place = ycck.index(b"Adobe") + 11
    yield "ycck.jpg", ycck[:place] + b"\2" + ycck[place + 1 :]
    for orientation in range(1, 9):
        endian = "<>"[orientation % 2]
        yield f"held-{orientation}.jpg", encoded(rgb, "JPEG", exif=exif(orientation, endian), **best)
    yield "held-9.jpg", encoded(rgb, "JPEG", exif=exif(9), **best)
    yield "note-damaged.jpg", encoded(rgb, "JPEG", exif=exif(6)[:20], **best)
    yield "cmyk-held-6.jpg", encoded(cmyk, "JPEG", exif=exif(6), **best)
    yield "more-behind.jpg", encoded(rgb, "JPEG", **best) + bytes(100)
    yield "two-in-one.jpg", encoded(rgb, "MPO", save_all=True, append_images=[grey.convert("RGB")], **best)
    yield "named-wrongly.png", encoded(rgb, "JPEG", **best)


def other_files():
    rgb, alpha = scene(), opacity()
    grey = rgb.convert("L")
    rgba = Image.merge("RGBA", (*rgb.split(), alpha))
    few = rgb.quantize(64)
    gif = encoded(few, "GIF", interlace=False)
    yield "plain.gif", gif
    yield "interlaced.gif", encoded(few, "GIF", interlace=True)
    yield "interlaced-low.gif", encoded(few.crop((0, 0, W, 3)), "GIF", interlace=True)  # its second pass is empty
    yield "transparent.gif", encoded(few, "GIF", transparency=few.getpixel((5, 4)))
    yield "moving.gif", encoded(few, "GIF", save_all=True, append_images=[rgb.rotate(180).quantize(64)], duration=100)
    larger = gif[:6] + struct.pack("<HH", W + 5, H + 3) + gif[10:]
    yield "smaller-than-its-screen.gif", larger
    yield "rgb.bmp", encoded(rgb, "BMP")
    yield "rgba.bmp", encoded(rgba, "BMP")
    yield "grey.bmp", encoded(grey, "BMP")
    yield "palette.bmp", encoded(few, "BMP")
    yield "1-bit.bmp", encoded(rgb.convert("1"), "BMP")
    yield "lossless.webp", encoded(rgb, "WEBP", lossless=True)
    yield "lossless-transparent.webp", encoded(rgba, "WEBP", lossless=True, exact=True)
    yield "lossy.webp", encoded(rgb, "WEBP", quality=90)
    yield "lossy-larger.webp", encoded(rgb.resize((4 * W, 4 * H)), "WEBP", quality=60)
    yield "lossy-transparent.webp", encoded(rgba, "WEBP", quality=90, exact=True)
    yield "profile.webp", encoded(rgb, "WEBP", lossless=True, icc_profile=swapped_profile())
    yield "held-8.webp", encoded(rgb, "WEBP", lossless=True, exif=exif(8))
    moving = {"save_all": True, "append_images": [ImageChops.invert(rgb)], "duration": 100, "lossless": True}
    yield "moving.webp", encoded(rgb, "WEBP", **moving)
    yield "rgb.tif", encoded(rgb, "TIFF", compression="tiff_lzw")
    yield "deflated.tif", encoded(rgb, "TIFF", compression="tiff_adobe_deflate")
    yield "rgba.tif", encoded(rgba, "TIFF")
    yield "grey.tif", encoded(grey, "TIFF")
    yield "palette.tif", encoded(few, "TIFF")
    yield "1-bit.tif", encoded(rgb.convert("1"), "TIFF")
    yield "held-5.tif", encoded(rgb, "TIFF", tiffinfo={ORIENTATION: 5})
    for kind in ("png", "jpg", "gif", "bmp", "webp", "tif"):
        name = {"jpg": "JPEG", "tif": "TIFF"}.get(kind, kind.upper())
        yield f"one-pixel.{kind}", encoded(Image.new("RGB", (1, 1), (200, 100, 50)), name)


def refused_files():
    """With words of the message."""
    rgb = scene()

    def container(brand: bytes) -> bytes:
        return struct.pack(">I", 24) + b"ftyp" + brand + bytes(4) + b"mif1" + brand

    yield "photograph.heic", container(b"heic"), "HEIC"
    yield "named-wrongly.jpg", container(b"heix"), "HEIC"
    yield "photograph.avif", container(b"avif"), "AVIF"
    yield "film.mp4", container(b"isom"), "film"
    yield "drawing.svg", b'<?xml version="1.0"?>\n<!-- a drawing -->\n<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"
    yield "page.pdf", encoded(rgb, "PDF"), "PDF"
    yield "text.png", b"This is not a picture.\n", "text"
    yield "page.jpg", b"<!DOCTYPE html>\n<html><body>404 Not Found</body></html>\n", "web page"
    yield "pointer.jpg", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "git lfs pull"
    yield "noise.png", bytes(range(7, 200)), "not a picture"
    yield "empty.jpg", b"", "empty"
    yield "zeros.jpg", bytes(500), "zeros"
    yield "portable.ppm", encoded(rgb, "PPM"), "PPM"
    yield "picture.jp2", encoded(rgb, "JPEG2000"), "JPEG 2000"
    yield "picture.jxl", b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(20), "JPEG XL"
    yield "picture.psd", b"8BPS\0\1" + bytes(40), "Photoshop"
    yield "icon.ico", encoded(rgb, "ICO"), "ICO"
    yield "cmyk.tif", encoded(rgb.convert("CMYK"), "TIFF"), "CMYK"
    for kind, name in ("png", "PNG"), ("jpg", "JPEG"), ("gif", "GIF"), ("bmp", "BMP"), ("tif", "TIFF"):
        whole = encoded(rgb, name)
        yield f"half.{kind}", whole[: len(whole) // 2], "ends too early"
    for name, options in ("half.webp", {"lossless": True}), ("half-lossy.webp", {}):
        whole = encoded(rgb, "WEBP", **options)
        yield name, whole[: len(whole) // 2], "ends too early"
    progressive = encoded(rgb, "JPEG", progressive=True)
    yield "half-progressive.jpg", progressive[: len(progressive) * 2 // 3], "ends too early"
    yield "only-its-beginning.jpg", progressive[:20], "ends too early"
    header = struct.pack(">IIBBBBB", 60_000, 50_000, 8, 2, 0, 0, 0)
    huge = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")
    yield "huge.png", b"\x89PNG\r\n\x1a\n" + huge, "60000 × 50000"
    jpeg = encoded(rgb, "JPEG")
    place = jpeg.index(b"\xff\xc0") + 5
    yield "huge.jpg", jpeg[:place] + struct.pack(">HH", 50_000, 60_000) + jpeg[place + 4 :], "60000 × 50000"


def seen(data: bytes) -> Image.Image:
    """As Pillow opens it, turned, on white, as RGB."""
    image = Image.open(io.BytesIO(data))
    image = ImageOps.exif_transpose(next(iter(ImageSequence.Iterator(image))).copy())
    if image.mode.startswith("I;16"):  # which Pillow itself would clip at 255
        image = Image.frombytes("L", image.size, image.tobytes()[1::2])
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba)
    return image.convert("RGB")


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.iterdir():
        old.unlink()
    rows = []
    for name, data in [*png_files(), *jpeg_files(), *other_files()]:
        (FOLDER / name).write_bytes(data)
        image = seen(data)
        lossy_webp = name.startswith("lossy")
        off = LOSSY_WEBP if lossy_webp else LOSSY if data[:2] == b"\xff\xd8" else EXACT
        numbers = b"".join(band.tobytes() for band in image.split())
        packed = base64.b64encode(zlib.compress(numbers, 9)).decode()
        rows.append(f"{name}\t{image.width}\t{image.height}\t{off}\t{packed}")
    (HERE / "pictures.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    rows = []
    for name, data, words in refused_files():
        (FOLDER / name).write_bytes(data)
        rows.append(f"{name}\t{words}")
    (HERE / "refused.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
