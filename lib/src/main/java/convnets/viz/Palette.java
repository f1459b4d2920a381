package convnets.viz;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Drawings in at most 256 colours, as PNG files of a third of the size.
 *
 * <p>A drawing has a few flat colours, and many that smooth its edges. The frequent ones stay as
 * they are; of the others, those that agree in the upper bits of each channel become the most
 * frequent of them, which changes edges by less than the eye sees.
 */
final class Palette {

  private static final int MOST = 256;
  private static final int EXACT = 96;
  private static final int EVERY_BIT = 0xFFFFFFFF;

  /** The upper bits of each channel: all eight, six, five … The first that does is taken. */
  private static final int[] MASKS = {EVERY_BIT, 0xFFFCFCFC, 0xFFF8F8F8, 0xFFF0F0F0, 0xFFE0E0E0};

  private Palette() {}

  /** Puts an image of few colours on a palette; returns it as it is where it has too many. */
  static BufferedImage lossless(BufferedImage image) {
    return reduce(image, EVERY_BIT);
  }

  /** Reduces a drawing to a palette; returns it as it is where that takes too many colours. */
  static BufferedImage reduce(BufferedImage image) {
    return reduce(image, MASKS);
  }

  private static BufferedImage reduce(BufferedImage image, int... masks) {
    int[] pixels =
        image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    Map<Integer, Integer> counts = new HashMap<>();
    int most = masks.length == 1 ? MOST : Integer.MAX_VALUE; // no two colours become one
    for (int pixel : pixels) {
      counts.merge(pixel, 1, Integer::sum);
      if (counts.size() > most) {
        return image;
      }
    }
    List<Integer> frequentFirst = new ArrayList<>(counts.keySet());
    frequentFirst.sort(
        Comparator.comparing((Integer color) -> -counts.get(color)).thenComparing(color -> color));
    for (int mask : masks) {
      Map<Integer, Integer> standIns = standIns(frequentFirst, mask);
      if (standIns.values().stream().distinct().count() <= MOST) {
        return indexed(image, pixels, standIns);
      }
    }
    return image;
  }

  /** The colour that stands for each: the most frequent of those alike in their masked bits. */
  private static Map<Integer, Integer> standIns(List<Integer> frequentFirst, int mask) {
    Map<Integer, Integer> first = new HashMap<>();
    Map<Integer, Integer> standIns = new HashMap<>();
    for (int i = 0; i < frequentFirst.size(); i++) {
      int color = frequentFirst.get(i);
      Integer alike = first.putIfAbsent(color & mask, color);
      standIns.put(color, alike == null || i < EXACT ? color : alike);
    }
    return standIns;
  }

  private static BufferedImage indexed(
      BufferedImage image, int[] pixels, Map<Integer, Integer> standIns) {
    int[] table =
        standIns.values().stream().mapToInt(Integer::intValue).distinct().sorted().toArray();
    int[] samples = new int[pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      samples[i] = Arrays.binarySearch(table, standIns.get(pixels[i]));
    }
    var model = new IndexColorModel(8, table.length, table, 0, false, -1, 0);
    var raster = model.createCompatibleWritableRaster(image.getWidth(), image.getHeight());
    raster.setPixels(0, 0, image.getWidth(), image.getHeight(), samples);
    return new BufferedImage(model, raster, false, Picture.properties(image));
  }
}
