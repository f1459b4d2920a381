package convnets.io;

import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.awt.Color;
import java.awt.Dimension;
import java.awt.Graphics2D;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.w3c.dom.NamedNodeMap;

/**
 * A picture file, decoded by the reader that suits what it is.
 *
 * <p>Readers are named here, not found by {@link ImageIO}: in a notebook the jars of the classpath
 * come when it has looked already.
 */
final class PictureFile {
  private static final ImageReaderSpi JPEG = new JPEGImageReaderSpi();
  private static final ImageReaderSpi WEBP = new WebPImageReaderSpi();

  /** Pillow's, from which on it takes a picture for an attack. */
  private static final long MOST_PIXELS = 178_956_970;

  /** What a pixel takes while its picture is decoded, turned and made RGB. */
  private static final long BYTES_PER_PIXEL = 12;

  private static final long MOST_BYTES = Integer.MAX_VALUE - 8L;

  /** Of all pixels that are decoded at once; the largest picture takes all. */
  private static final int PERMITS = 1 << 20;

  private static final Semaphore ROOM = new Semaphore(PERMITS, true);

  /** How many bytes of a beginning or an end are looked at. */
  private static final int GLANCE = 4096;

  /** Where a GIF says which of its colours is behind its pictures. */
  private static final int GIF_BACKGROUND = 11;

  /** The last byte of a GIF. */
  private static final byte GIF_END = ';';

  /** Where a BMP says how long it is. */
  private static final int BMP_LENGTH = 2;

  /** Of WebP's extended header: where its flags are, and that of a colour profile. */
  private static final int WEBP_FLAGS = 20;

  private static final int WEBP_PROFILE = 0x20;

  static {
    // Only by this it finds Java's own reader, which it leads.
    IIORegistry.getDefaultInstance().registerServiceProvider(JPEG, ImageReaderSpi.class);
  }

  private final byte[] bytes;
  private final PictureKind kind;

  /** Null: it is none. */
  private final JpegFile jpeg;

  /** Null: it is none, or one that Java's reader reads well. */
  private final GifFile gif;

  private PictureFile(byte[] bytes) throws IOException {
    this.bytes = bytes;
    kind = PictureKind.of(bytes);
    jpeg = kind == PictureKind.JPEG ? new JpegFile(bytes) : null;
    GifFile mixed = kind == PictureKind.GIF ? new GifFile(bytes) : null;
    gif = mixed != null && mixed.outOfOrder() ? mixed : null;
  }

  static PictureFile read(Path file) throws IOException {
    long size = Files.size(file);
    if (size > MOST_BYTES) {
      throw new IOException(
          "it has %d bytes, and a picture file may have %d".formatted(size, MOST_BYTES));
    }
    try (InputStream in = in(file)) {
      return new PictureFile(in.readAllBytes());
    }
  }

  /** Looks at the beginning and the end; where these leave doubts, at all. */
  static void glance(Path file) throws IOException {
    long size = Files.size(file);
    try (InputStream in = in(file)) {
      byte[] head = in.readNBytes((int) Math.min(size, GLANCE));
      in.skipNBytes(Math.max(0, size - 2L * GLANCE));
      byte[] rest = in.readAllBytes();
      byte[] tail = rest.length == 0 ? head : rest;
      boolean ends =
          switch (PictureKind.of(head)) {
            case JPEG -> holds(tail, "\u00ff\u00d9");
            case PNG -> holds(tail, "IEND");
            case WEBP -> head.length >= 12 && Chunks.lengthOfWebP(head) <= size;
            case GIF -> tail[tail.length - 1] == GIF_END;
            case BMP -> number(head, BMP_LENGTH, ByteOrder.LITTLE_ENDIAN) <= size;
            case TIFF -> TiffFile.mayBeWhole(head, size);
          };
      if (!ends) {
        read(file).checkWhole();
      }
    }
  }

  /** Requires it to have an end: by decoding it where it has no mark of that. */
  private void checkWhole() throws IOException {
    switch (kind) {
      case JPEG, PNG, WEBP -> {
        if (isCutOff(null)) {
          throw cutOff();
        }
      }
      case GIF, BMP, TIFF -> decode();
    }
  }

  /** Four bytes without a sign; 0 where there are none. */
  static long number(byte[] file, int place, ByteOrder order) {
    return place + Integer.BYTES <= file.length
        ? Integer.toUnsignedLong(ByteBuffer.wrap(file).order(order).getInt(place))
        : 0;
  }

  private static boolean holds(byte[] part, String characters) {
    for (int i = 0; i < part.length; i++) {
      if (PictureKind.at(part, i, characters)) {
        return true;
      }
    }
    return false;
  }

  interface Work<T> {
    T run() throws IOException;
  }

  /** Decodes when there is room for its pixels beside those that others decode. */
  <T> T inTurn(Work<T> work) throws IOException {
    Dimension size = size();
    checkSize(size);
    int permits = (int) ((long) size.width * size.height * PERMITS / mostPixels());
    ROOM.acquireUninterruptibly(permits);
    try {
      return work.run();
    } finally {
      ROOM.release(permits);
    }
  }

  /**
   * Opens a file. Channels close themselves when their thread is interrupted, as a notebook's stop
   * button does, so it is none, unless the file's name does not come back from a {@link
   * java.io.File}.
   */
  private static InputStream in(Path file) throws IOException {
    if (!Files.isReadable(file)) {
      throw new AccessDeniedException(file.toString());
    }
    boolean named;
    try {
      named = file.toFile().toPath().equals(file);
    } catch (InvalidPathException e) {
      named = false;
    }
    return named ? new FileInputStream(file.toFile()) : Files.newInputStream(file);
  }

  /** How the camera was held, from 1 (upright) to 8. */
  int orientation() {
    ByteBuffer none = ByteBuffer.allocate(0);
    return Exif.orientation(
        switch (kind) {
          case JPEG -> jpeg.notes();
          case PNG -> Chunks.ofPng(bytes, "eXIf").map(Chunks::notes).orElse(none);
          case WEBP -> Chunks.ofWebP(bytes, "EXIF").map(Chunks::notes).orElse(none);
          case TIFF -> ByteBuffer.wrap(bytes);
          case GIF, BMP -> none;
        });
  }

  /** The size of its pixels as they are stored. */
  Dimension size() throws IOException {
    return reading(this::size);
  }

  /** Its pixels as they are stored. */
  BufferedImage decode() throws IOException {
    return reading(this::decode);
  }

  private interface Reading<T> {
    T by(ImageReader reader) throws IOException;
  }

  private <T> T reading(Reading<T> reading) throws IOException {
    ImageReader reader = reader();
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(plain()))) {
      reader.setInput(in);
      return reading.by(reader);
    } catch (Refusal e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // Decoders throw both when a file is damaged.
      throw isCutOff(e) ? cutOff() : new IOException("it is damaged%s".formatted(words(e)), e);
    } catch (OutOfMemoryError e) {
      throw new IOException(
          "there is not enough memory left for it: start Java with a larger -Xmx", e);
    } finally {
      reader.dispose();
    }
  }

  private ImageReader reader() throws IOException {
    return switch (kind) {
      case JPEG -> JPEG.createReaderInstance();
      case WEBP -> WEBP.createReaderInstance();
      default -> ImageIO.getImageReadersByFormatName(kind.format).next();
    };
  }

  /** The file without what would have its reader change colours, or mix up rows. */
  private byte[] plain() {
    if (gif != null) {
      return gif.asTheyCome();
    }
    if (jpeg != null) {
      return jpeg.withoutProfile();
    }
    if (kind == PictureKind.WEBP
        && PictureKind.at(bytes, 12, "VP8X")
        && bytes.length > WEBP_FLAGS) {
      byte[] plain = bytes.clone();
      plain[WEBP_FLAGS] &= ~WEBP_PROFILE;
      return plain;
    }
    return bytes;
  }

  private boolean isCutOff(Throwable problem) {
    boolean ended = jpeg != null && !jpeg.whole();
    ended |= kind == PictureKind.WEBP && !Chunks.wholeWebP(bytes);
    ended |= kind == PictureKind.PNG && Chunks.ofPng(bytes, "IEND").isEmpty();
    for (Throwable t = problem; t != null && !ended; t = t.getCause()) {
      ended = t instanceof EOFException;
    }
    return ended;
  }

  private static Refusal cutOff() {
    return new Refusal("it ends too early, as after a copy that broke off: copy it again");
  }

  /**
   * What a decoder says of a file; nothing where it stumbles, as what Java says then is of Java.
   */
  private static String words(Throwable problem) {
    String message = problem.getMessage();
    return problem instanceof IOException && message != null
        ? ": " + message
        : " within: copy or export it again";
  }

  private Dimension size(ImageReader reader) throws IOException {
    if (kind == PictureKind.GIF) {
      IIOMetadataNode screen = node(reader.getStreamMetadata(), "LogicalScreenDescriptor");
      return new Dimension(
          number(screen, "logicalScreenWidth"), number(screen, "logicalScreenHeight"));
    }
    return webPCanvas().orElse(new Dimension(reader.getWidth(0), reader.getHeight(0)));
  }

  /** Of a WebP file that may have pictures smaller than itself. */
  private Optional<Dimension> webPCanvas() {
    return Chunks.ofWebP(bytes, "ANMF")
        .flatMap(frame -> Chunks.ofWebP(bytes, "VP8X"))
        .map(head -> new Dimension(1 + (head.getInt(4) & 0xFFFFFF), 1 + (head.getInt(6) >>> 8)));
  }

  private BufferedImage decode(ImageReader reader) throws IOException {
    List<String> warnings = new ArrayList<>();
    reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
    Dimension size = size(reader);
    checkSize(size);
    checkSize(new Dimension(reader.getWidth(0), reader.getHeight(0)));
    BufferedImage image = pixels(reader);
    // Of half a JPEG Java makes half a picture, and a warning.
    if (isCutOff(null)) {
      throw cutOff();
    }
    for (String warning : warnings) {
      if (warning.contains("Truncated")) {
        throw cutOff();
      }
      if (warning.contains("not implemented")) { // and something else made of it
        throw new Refusal("it cannot be read (" + warning + "): save it as PNG");
      }
    }
    return onCanvas(image, size, reader);
  }

  private BufferedImage pixels(ImageReader reader) throws IOException {
    if (jpeg != null && jpeg.forPrint()) {
      return jpeg.onScreen(reader.readRaster(0, null));
    }
    BufferedImage image = reader.read(0, asStored(reader));
    if (gif != null) {
      GifFile.order(image);
    }
    int colors = image.getColorModel().getNumColorComponents();
    int type = image.getColorModel().getColorSpace().getType();
    if (type == ColorSpace.TYPE_CMYK || colors != 1 && colors != 3) {
      throw new Refusal(
          "its %d colours (CMYK, for print) cannot be read from %s: convert it to RGB"
              .formatted(colors, kind));
    }
    return image;
  }

  /** Asks for the picture in the colours of its own profile, where the reader would convert it. */
  private static ImageReadParam asStored(ImageReader reader) throws IOException {
    ImageReadParam param = reader.getDefaultReadParam();
    for (var types = reader.getImageTypes(0); types.hasNext(); ) {
      ImageTypeSpecifier type = types.next();
      ColorSpace colors = type.getColorModel().getColorSpace();
      if (colors.getType() == ColorSpace.TYPE_RGB && !colors.isCS_sRGB()) {
        param.setDestinationType(type);
      }
    }
    return param;
  }

  private static long mostPixels() {
    return Math.min(MOST_PIXELS, Runtime.getRuntime().maxMemory() / BYTES_PER_PIXEL);
  }

  private static void checkSize(Dimension size) throws Refusal {
    long pixels = (long) size.width * size.height;
    if (pixels > mostPixels()) {
      throw new Refusal(
          "its %d × %d pixels are too many (%d may be, in this Java's %d MB): scale it down%s"
              .formatted(
                  size.width,
                  size.height,
                  mostPixels(),
                  Runtime.getRuntime().maxMemory() >> 20,
                  pixels > MOST_PIXELS ? "" : ", or start Java with a larger -Xmx"));
    }
  }

  /** The first of several pictures, where it lies on what all are drawn on. */
  private BufferedImage onCanvas(BufferedImage image, Dimension size, ImageReader reader)
      throws IOException {
    if (image.getWidth() == size.width && image.getHeight() == size.height) {
      return image;
    }
    int left = 0;
    int top = 0;
    if (kind == PictureKind.GIF) {
      IIOMetadataNode place = node(reader.getImageMetadata(0), "ImageDescriptor");
      left = number(place, "imageLeftPosition");
      top = number(place, "imageTopPosition");
    } else if (kind == PictureKind.WEBP) {
      ByteBuffer frame = Chunks.ofWebP(bytes, "ANMF").orElseThrow();
      left = 2 * (frame.getInt(0) & 0xFFFFFF);
      top = 2 * (frame.getInt(2) >>> 8);
    }
    var canvas = new BufferedImage(size.width, size.height, BufferedImage.TYPE_INT_ARGB);
    Graphics2D g = canvas.createGraphics();
    if (kind == PictureKind.GIF && image.getColorModel() instanceof IndexColorModel palette) {
      int background = bytes[GIF_BACKGROUND] & 0xff;
      if (!palette.hasAlpha() && background < palette.getMapSize()) {
        g.setColor(new Color(palette.getRGB(background)));
        g.fillRect(0, 0, size.width, size.height);
      }
    }
    g.drawImage(image, left, top, null);
    g.dispose();
    return canvas;
  }

  private static IIOMetadataNode node(IIOMetadata metadata, String name) {
    var root = (IIOMetadataNode) metadata.getAsTree(metadata.getNativeMetadataFormatName());
    return (IIOMetadataNode) root.getElementsByTagName(name).item(0);
  }

  private static int number(IIOMetadataNode node, String attribute) {
    NamedNodeMap attributes = node.getAttributes();
    return Integer.parseInt(attributes.getNamedItem(attribute).getNodeValue());
  }

  /** What is not damaged, but will not be read. */
  private static final class Refusal extends IOException {
    private static final long serialVersionUID = 1L;

    Refusal(String message) {
      super(message);
    }
  }
}
