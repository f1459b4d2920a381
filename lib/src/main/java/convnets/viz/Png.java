package convnets.viz;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.knowm.xchart.internal.chartpart.Chart;

/** Images as the bytes of a PNG file. */
public final class Png {

  /** Signature (8 bytes) and the chunk IHDR (4 length, 4 type, 13 data, 4 CRC), always first. */
  private static final int HEADER = 8 + 25;

  /** 96 pixels of the page an inch, in pixels a metre. */
  private static final double PAGE = 96 / 0.0254;

  private Png() {}

  /** Encodes a chart, drawn with two pixels for one of the page. */
  public static byte[] encode(Chart<?, ?> chart) {
    return encode(Picture.of(chart));
  }

  /**
   * Encodes an image. The chunk {@code pHYs} says how large it is meant to be seen: see {@link
   * Picture#displayWidth}.
   */
  public static byte[] encode(BufferedImage image) {
    byte[] plain = plain(image);
    byte[] size = chunk("pHYs", density(PAGE * Picture.density(image)));
    return ByteBuffer.allocate(plain.length + size.length)
        .put(plain, 0, HEADER)
        .put(size)
        .put(plain, HEADER, plain.length - HEADER)
        .array();
  }

  private static byte[] plain(BufferedImage image) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    ImageWriteParam small = writer.getDefaultWriteParam();
    small.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    small.setCompressionQuality(0); // of a lossless format: the least bytes
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), small);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray(); // complete only now that the stream is closed
  }

  private static byte[] density(double pixelsAMetre) {
    int density = (int) Math.round(pixelsAMetre);
    return ByteBuffer.allocate(9).putInt(density).putInt(density).put((byte) 1).array();
  }

  /** A chunk: length, type, data, and the CRC of type and data. */
  private static byte[] chunk(String type, byte[] data) {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(data);
    return ByteBuffer.allocate(data.length + 12)
        .putInt(data.length)
        .put(name)
        .put(data)
        .putInt((int) crc.getValue())
        .array();
  }
}
