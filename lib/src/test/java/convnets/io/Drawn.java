package convnets.io;

import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/**
 * A random picture of some colour model, and what is to be seen of it, reckoned sample by sample.
 *
 * @param format by which Java knows its writer
 * @param text what it is
 * @param seen (3, H, W), on white
 * @param tolerance how far a number may be off
 */
record Drawn(String format, String text, BufferedImage image, int[][][] seen, int tolerance) {

  /** What a picture's numbers are, before anything is drawn. */
  private enum Sort {
    RGB,
    RGBA,
    GREY,
    GREY_ALPHA,
    PALETTE,
    FEW_BITS
  }

  private static List<Sort> sorts(String format) {
    return switch (format) {
      case "png" -> List.of(Sort.RGB, Sort.RGBA, Sort.GREY, Sort.GREY_ALPHA, Sort.PALETTE);
      case "tiff" -> List.of(Sort.RGB, Sort.RGBA, Sort.GREY, Sort.PALETTE);
      case "bmp" -> List.of(Sort.RGB, Sort.GREY, Sort.PALETTE, Sort.FEW_BITS);
      case "gif" -> List.of(Sort.GREY, Sort.PALETTE);
      default -> List.of(Sort.RGB, Sort.GREY);
    };
  }

  static Drawn of(String format, int width, int height, Random random) {
    List<Sort> sorts = sorts(format);
    Sort sort = sorts.get(random.nextInt(sorts.size()));
    boolean deep = random.nextBoolean() && (format.equals("png") || format.equals("tiff"));
    boolean lossy = format.equals("jpeg");
    return switch (sort) {
      case PALETTE -> palette(format, width, height, random);
      case FEW_BITS -> {
        var image = new BufferedImage(width, height, BufferedImage.TYPE_USHORT_565_RGB);
        yield filled(format, "565", image, new int[] {31, 63, 31}, false, false, 5, random);
      }
      case RGB, RGBA, GREY, GREY_ALPHA -> {
        boolean color = sort == Sort.RGB || sort == Sort.RGBA;
        boolean alpha = sort == Sort.RGBA || sort == Sort.GREY_ALPHA;
        BufferedImage image = image(width, height, color, alpha, deep, random);
        int most = deep ? 65535 : 255;
        int bands = (color ? 3 : 1) + (alpha ? 1 : 0);
        int[] mosts = new int[bands];
        Arrays.fill(mosts, most);
        String text = sort + (deep ? " of 16 bits" : " of 8 bits");
        int tolerance = lossy ? 24 : alpha ? 2 : deep ? 1 : 0;
        yield filled(format, text, image, mosts, alpha, lossy, tolerance, random);
      }
    };
  }

  private static BufferedImage image(
      int width, int height, boolean color, boolean alpha, boolean deep, Random random) {
    if (!deep && color) {
      int[] opaque = {
        BufferedImage.TYPE_INT_RGB, BufferedImage.TYPE_3BYTE_BGR, BufferedImage.TYPE_INT_BGR
      };
      int[] translucent = {BufferedImage.TYPE_INT_ARGB, BufferedImage.TYPE_4BYTE_ABGR};
      int[] types = alpha ? translucent : opaque;
      return new BufferedImage(width, height, types[random.nextInt(types.length)]);
    }
    if (!alpha && !color) {
      int type = deep ? BufferedImage.TYPE_USHORT_GRAY : BufferedImage.TYPE_BYTE_GRAY;
      return new BufferedImage(width, height, type);
    }
    var model =
        new ComponentColorModel(
            ColorSpace.getInstance(color ? ColorSpace.CS_sRGB : ColorSpace.CS_GRAY),
            alpha,
            false,
            alpha ? Transparency.TRANSLUCENT : Transparency.OPAQUE,
            deep ? DataBuffer.TYPE_USHORT : DataBuffer.TYPE_BYTE);
    return new BufferedImage(
        model, model.createCompatibleWritableRaster(width, height), false, null);
  }

  /** Any samples; for what loses some of them, none that differ much from their neighbours. */
  private static Drawn filled(
      String format,
      String text,
      BufferedImage image,
      int[] most,
      boolean alpha,
      boolean smooth,
      int tolerance,
      Random random) {
    int w = image.getWidth();
    int h = image.getHeight();
    int colors = most.length - (alpha ? 1 : 0);
    int[][][] seen = new int[3][h][w];
    int[] first = random.ints(most.length, 0, 128).toArray();
    int[] pixel = new int[most.length];
    for (int y = 0; y < h; y++) {
      for (int x = 0; x < w; x++) {
        for (int band = 0; band < most.length; band++) {
          pixel[band] =
              smooth ? Math.min(255, first[band] + x + 2 * y) : random.nextInt(most[band] + 1);
        }
        if (alpha && random.nextInt(4) == 0) {
          pixel[colors] = random.nextBoolean() ? 0 : most[colors];
        }
        image.getRaster().setPixel(x, y, pixel);
        double opacity = alpha ? pixel[colors] / (double) most[colors] : 1;
        for (int c = 0; c < 3; c++) {
          int band = colors == 3 ? c : 0;
          double value = pixel[band] * 255.0 / most[band];
          seen[c][y][x] = (int) Math.round(255 + opacity * (value - 255));
        }
      }
    }
    return new Drawn(format, text, image, seen, tolerance);
  }

  private static Drawn palette(String format, int w, int h, Random random) {
    int bits = 1 << random.nextInt(4);
    if (format.equals("bmp") && bits == 2) { // there are none
      bits = 4;
    }
    int size = 1 + random.nextInt(1 << bits);
    if (format.equals("bmp")) { // Java's writer errs where fewer bits would do
      size = Math.max(size, (1 << bits) / 2 + 1);
    }
    byte[][] table = new byte[4][size];
    for (byte[] part : table) {
      random.nextBytes(part);
    }
    // GIF can leave a colour out, PNG give each an opacity.
    int holes =
        switch (format) {
          case "png" -> random.nextInt(3);
          case "gif" -> random.nextInt(2);
          default -> 0;
        };
    int hole = random.nextInt(size);
    for (int i = 0; i < size; i++) {
      table[3][i] = holes == 2 ? table[3][i] : (byte) (holes == 1 && i == hole ? 0 : 255);
    }
    IndexColorModel model =
        switch (holes) {
          case 0 -> new IndexColorModel(bits, size, table[0], table[1], table[2]);
          case 1 -> new IndexColorModel(bits, size, table[0], table[1], table[2], hole);
          default -> new IndexColorModel(bits, size, table[0], table[1], table[2], table[3]);
        };
    int type = bits < 8 ? BufferedImage.TYPE_BYTE_BINARY : BufferedImage.TYPE_BYTE_INDEXED;
    var image = new BufferedImage(w, h, type, model);
    int[][][] seen = new int[3][h][w];
    for (int y = 0; y < h; y++) {
      for (int x = 0; x < w; x++) {
        int index = random.nextInt(size);
        image.getRaster().setSample(x, y, 0, index);
        double opacity = (table[3][index] & 255) / 255.0;
        for (int c = 0; c < 3; c++) {
          seen[c][y][x] = (int) Math.round(255 + opacity * ((table[c][index] & 255) - 255));
        }
      }
    }
    String text = "palette of %d bits, %d colours, holes %d".formatted(bits, size, holes);
    return new Drawn(format, text, image, seen, holes == 2 ? 2 : 0);
  }

  /** The file, by some of the ways that its writer knows; nothing if Java cannot write it. */
  Optional<byte[]> written(Random random) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
    try {
      if (!writer.getOriginatingProvider().canEncodeImage(image)) {
        return Optional.empty();
      }
      var bytes = new ByteArrayOutputStream();
      try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
        writer.setOutput(out);
        writer.write(null, new IIOImage(image, null, null), way(writer, random));
      }
      return Optional.of(bytes.toByteArray());
    } catch (IOException | RuntimeException e) {
      return Optional.empty(); // a way that does not go with these colours, whatever Java says
    } finally {
      writer.dispose();
    }
  }

  private ImageWriteParam way(ImageWriter writer, Random random) {
    ImageWriteParam way = writer.getDefaultWriteParam();
    if (way.canWriteProgressive() && random.nextBoolean()) {
      way.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
    }
    List<String> kinds =
        switch (format) {
          case "tiff" -> List.of("LZW", "Deflate", "ZLib", "PackBits");
          case "bmp" -> List.of("BI_RGB", "BI_BITFIELDS"); // what it packs, Java packs wrongly
          default -> List.of();
        };
    if (!kinds.isEmpty() && random.nextInt(3) > 0) {
      way.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      way.setCompressionType(kinds.get(random.nextInt(kinds.size())));
    }
    if (format.equals("jpeg")) {
      way.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      way.setCompressionQuality(1);
    }
    if (format.equals("tiff") && random.nextInt(3) == 0) {
      way.setTilingMode(ImageWriteParam.MODE_EXPLICIT);
      way.setTiling(16 << random.nextInt(2), 16, 0, 0);
    }
    return way;
  }

  /** With a camera's note of how it was held, in a PNG or JPEG file. */
  static byte[] held(byte[] file, int orientation, boolean bigEndian) throws IOException {
    ByteBuffer notes =
        ByteBuffer.allocate(26).order(bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    notes.put((bigEndian ? "MM" : "II").getBytes(StandardCharsets.US_ASCII));
    notes.putShort((short) 42).putInt(8).putShort((short) 1);
    notes.putShort((short) 0x0112).putShort((short) 3).putInt(1).putShort((short) orientation);
    boolean png = file[0] == (byte) 0x89;
    int place = png ? 8 + 25 : 2;
    var out = new ByteArrayOutputStream();
    out.write(file, 0, place);
    if (png) {
      byte[] chunk = new byte[4 + notes.capacity()];
      System.arraycopy(new byte[] {'e', 'X', 'I', 'f'}, 0, chunk, 0, 4);
      System.arraycopy(notes.array(), 0, chunk, 4, notes.capacity());
      CRC32 sum = new CRC32();
      sum.update(chunk);
      out.write(ByteBuffer.allocate(4).putInt(notes.capacity()).array());
      out.write(chunk);
      out.write(ByteBuffer.allocate(4).putInt((int) sum.getValue()).array());
    } else {
      out.write(new byte[] {(byte) 0xff, (byte) 0xe1, 0, (byte) (2 + 6 + notes.capacity())});
      out.write(new byte[] {'E', 'x', 'i', 'f', 0, 0});
      out.write(notes.array());
    }
    out.write(file, place, file.length - place);
    return out.toByteArray();
  }

  /** What is to be seen when it was held so: by mirrors alone. */
  int[][][] seen(int orientation) {
    int[][][] turned = new int[3][][];
    for (int c = 0; c < 3; c++) {
      int[][] plane = seen[c];
      turned[c] =
          switch (orientation) {
            case 2 -> leftRight(plane);
            case 3 -> leftRight(upDown(plane));
            case 4 -> upDown(plane);
            case 5 -> diagonal(plane);
            case 6 -> leftRight(diagonal(plane));
            case 7 -> leftRight(upDown(diagonal(plane)));
            case 8 -> upDown(diagonal(plane));
            default -> plane;
          };
    }
    return turned;
  }

  private static int[][] leftRight(int[][] plane) {
    int[][] mirrored = new int[plane.length][];
    for (int y = 0; y < plane.length; y++) {
      mirrored[y] = plane[y].clone();
      for (int x = 0; x < plane[y].length; x++) {
        mirrored[y][x] = plane[y][plane[y].length - 1 - x];
      }
    }
    return mirrored;
  }

  private static int[][] upDown(int[][] plane) {
    int[][] mirrored = new int[plane.length][];
    for (int y = 0; y < plane.length; y++) {
      mirrored[y] = plane[plane.length - 1 - y];
    }
    return mirrored;
  }

  private static int[][] diagonal(int[][] plane) {
    int[][] mirrored = new int[plane[0].length][plane.length];
    for (int y = 0; y < plane.length; y++) {
      for (int x = 0; x < plane[0].length; x++) {
        mirrored[x][y] = plane[y][x];
      }
    }
    return mirrored;
  }

  @Override
  public String toString() {
    return "%s %d × %d, %s".formatted(format, image.getWidth(), image.getHeight(), text);
  }
}
