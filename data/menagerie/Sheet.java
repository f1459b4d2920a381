import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

/** Puts sprites of 64×64 side by side, 20 a row, in the order of a table; no pixel is changed. */
class Sheet {
  private static final int SIDE = 64;
  private static final int COLUMNS = 20;

  /** Arguments: the table, the folder of the sprites, the sheet to write. */
  public static void main(String[] args) throws Exception {
    List<String> lines = Files.readAllLines(Path.of(args[0]));
    List<String> rows = lines.subList(1, lines.size());
    int height = (rows.size() + COLUMNS - 1) / COLUMNS * SIDE;
    var sheet = new BufferedImage(COLUMNS * SIDE, height, BufferedImage.TYPE_INT_ARGB);
    for (int i = 0; i < rows.size(); i++) {
      Path file = Path.of(args[1], rows.get(i).split("\t")[2] + ".png");
      BufferedImage sprite = ImageIO.read(file.toFile());
      if (sprite.getWidth() != SIDE || sprite.getHeight() != SIDE) {
        throw new IllegalStateException(file + " is not 64×64");
      }
      copy(sprite, sheet, i % COLUMNS * SIDE, i / COLUMNS * SIDE);
    }
    ImageIO.write(sheet, "png", Path.of(args[2]).toFile());
  }

  private static void copy(BufferedImage sprite, BufferedImage sheet, int left, int top) {
    // A sprite without colours is stored as grey and alpha. Java would take its grey for linear
    // light and brighten it.
    boolean grey = sprite.getRaster().getNumBands() == 2;
    int[] pixel = new int[2];
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        int argb = sprite.getRGB(x, y);
        if (grey) {
          sprite.getRaster().getPixel(x, y, pixel);
          argb = pixel[1] << 24 | pixel[0] * 0x010101;
        }
        sheet.setRGB(left + x, top + y, argb);
      }
    }
  }
}
