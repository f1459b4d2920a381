package convnets.viz;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Drawings in at most 256 colours, as PNG files of a third of the size.
 *
 * <p>A drawing has a few flat colours, and many that smooth its edges. Of colours that agree in the
 * upper bits of each channel the most frequent stands for all, so that flat colours stay exact and
 * edges change by less than the eye sees.
 */
final class Palette {

  private static final int MOST = 256;

  /** The upper bits of each channel: all eight, six, five, four. The first that does is taken. */
  private static final int[] MASKS = {0xFFFFFF, 0xFCFCFC, 0xF8F8F8, 0xF0F0F0};

  private Palette() {}

  /** Reduces a drawing to a palette; returns it as it is where that takes too many colours. */
  static BufferedImage reduce(BufferedImage image) {
    int[] pixels =
        image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    Map<Integer, Integer> counts = new HashMap<>();
    for (int pixel : pixels) {
      counts.merge(pixel, 1, Integer::sum);
    }
    for (int mask : MASKS) {
      Map<Integer, Integer> colors = mostFrequent(counts, mask);
      if (colors.size() <= MOST) {
        return indexed(image, pixels, colors, mask);
      }
    }
    return image;
  }

  /**
   * The colour that stands for each group of colours alike in their masked bits: the most frequent,
   * of equally frequent ones the lowest, so that files come out equal.
   */
  private static Map<Integer, Integer> mostFrequent(Map<Integer, Integer> counts, int mask) {
    Map<Integer, Integer> best = new LinkedHashMap<>();
    counts.forEach(
        (color, count) ->
            best.merge(
                color & mask,
                color,
                (a, b) -> {
                  int more = Integer.compare(counts.get(a), counts.get(b));
                  return more > 0 || more == 0 && a < b ? a : b;
                }));
    return best;
  }

  private static BufferedImage indexed(
      BufferedImage image, int[] pixels, Map<Integer, Integer> colors, int mask) {
    int[] table = colors.values().stream().mapToInt(Integer::intValue).sorted().toArray();
    Map<Integer, Integer> places = new HashMap<>();
    for (int i = 0; i < table.length; i++) {
      places.put(table[i] & mask, i);
    }
    int[] samples = new int[pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      samples[i] = places.get(pixels[i] & mask);
    }
    var model = new IndexColorModel(8, table.length, table, 0, false, -1, 0);
    var raster = model.createCompatibleWritableRaster(image.getWidth(), image.getHeight());
    raster.setPixels(0, 0, image.getWidth(), image.getHeight(), samples);
    return new BufferedImage(model, raster, false, Picture.properties(image));
  }
}
