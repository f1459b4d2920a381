package convnets.io;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** What a file is by its first bytes, whatever its name says. */
enum PictureKind {
  PNG("png"),
  JPEG("jpeg"),
  GIF("gif"),
  BMP("bmp"),
  WEBP("webp"),
  TIFF("tiff");

  private static final String CONVERT = "which cannot be read: convert it to JPEG or PNG";
  private static final int LOOKED_AT = 512;

  /** By which Java knows its reader. */
  final String format;

  PictureKind(String format) {
    this.format = format;
  }

  /**
   * The kind of a file.
   *
   * @param file all of it, or its beginning
   * @throws IOException if it is none that can be read; the message says what it is instead, and
   *     what mends that
   */
  static PictureKind of(byte[] file) throws IOException {
    if (file.length == 0) {
      throw new IOException("it is empty");
    }
    if (begins(file, "\u0089PNG\r\n")) {
      return PNG;
    }
    if (begins(file, "\u00ff\u00d8\u00ff")) {
      return JPEG;
    }
    if (begins(file, "GIF8")) {
      return GIF;
    }
    if (begins(file, "RIFF") && at(file, 8, "WEBP")) {
      return WEBP;
    }
    if (begins(file, "II*\0") || begins(file, "MM\0*")) {
      return TIFF;
    }
    // "BM" alone may begin a text; behind the size of the file stand four zeros.
    if (begins(file, "BM") && at(file, 6, "\0\0\0\0")) {
      return BMP;
    }
    throw new IOException(foreign(file));
  }

  /** What it is instead. */
  private static String foreign(byte[] file) {
    if (at(file, 4, "ftyp")) {
      return container(
          new String(file, 8, Math.min(4, file.length - 8), StandardCharsets.US_ASCII));
    }
    if (begins(file, "\0\0\0\u000cJXL ") || begins(file, "\u00ff\n")) {
      return "it is a JPEG XL picture, " + CONVERT;
    }
    if (begins(file, "\0\0\0\u000cjP  ") || begins(file, "\u00ffO\u00ffQ")) {
      return "it is a JPEG 2000 picture, " + CONVERT;
    }
    if (begins(file, "8BPS")) {
      return "it is a picture of Photoshop's (PSD), " + CONVERT;
    }
    if (begins(file, "\0\0\1\0")) {
      return "it is an icon (ICO), " + CONVERT;
    }
    if (file[0] == 'P' && file.length > 2 && file[1] >= '1' && file[1] <= '7' && file[2] <= ' ') {
      return "it is a portable map (PPM, PGM, PBM), " + CONVERT;
    }
    if (begins(file, "%PDF")) {
      return "it is a page (PDF), no picture: export the picture as JPEG or PNG";
    }
    return text(file);
  }

  private static String container(String brand) {
    if (brand.startsWith("avi")) {
      return "it is an AVIF picture, " + CONVERT;
    }
    if (brand.startsWith("he") || brand.startsWith("mif") || brand.startsWith("msf")) {
      return "it is a HEIC picture, as phones take them, " + CONVERT;
    }
    return "it is a film (" + brand.strip() + "), no picture: save frames of it as JPEG or PNG";
  }

  private static String text(byte[] file) {
    byte[] start = Arrays.copyOf(file, Math.min(file.length, LOOKED_AT));
    String text = new String(start, StandardCharsets.ISO_8859_1);
    if (text.startsWith("version https://git-lfs")) {
      return "it is a pointer of Git LFS, no picture: fetch the pictures with `git lfs pull`";
    }
    if (text.contains("<svg")) {
      return "it is a drawing of lines (SVG), " + CONVERT;
    }
    String small = text.toLowerCase(Locale.ROOT);
    if (small.contains("<!doctype html") || small.contains("<html")) {
      return "it is a web page, no picture: download the picture itself";
    }
    if (text.chars().allMatch(c -> c == 0)) {
      return "it holds zeros only, as after a download that broke off: copy it again";
    }
    if (text.chars().allMatch(c -> c >= ' ' && c != 0x7f || Character.isWhitespace(c))) {
      return "it is text, not a picture";
    }
    return "it is not a picture of a kind that is known: PNG, JPEG, GIF, BMP, WebP, TIFF";
  }

  private static boolean begins(byte[] file, String start) {
    return at(file, 0, start);
  }

  /** Whether the characters, each a byte, stand at a place. */
  static boolean at(byte[] file, int place, String characters) {
    byte[] wanted = characters.getBytes(StandardCharsets.ISO_8859_1);
    return file.length >= place + wanted.length
        && Arrays.equals(file, place, place + wanted.length, wanted, 0, wanted.length);
  }
}
