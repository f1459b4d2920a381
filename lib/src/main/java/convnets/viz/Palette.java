package convnets.viz;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Drawings in at most 256 colours, as PNG files of a third of the size.
 *
 * <p>A drawing has a few flat colours, and many that smooth its edges. Of colours that agree in the
 * upper four bits of each channel the most frequent stands for all, so that flat colours stay exact
 * and edges change by less than the eye sees.
 */
final class Palette {

  private static final int MOST = 256;

  private Palette() {}

  /** Reduces a drawing to a palette; returns it as it is where that takes too many colours. */
  static BufferedImage reduce(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    int[] pixels = image.getRGB(0, 0, width, height, null, 0, width);
    Map<Integer, Map<Integer, Integer>> bins = new LinkedHashMap<>();
    for (int pixel : pixels) {
      bins.computeIfAbsent(bin(pixel), bin -> new HashMap<>()).merge(pixel, 1, Integer::sum);
    }
    if (bins.size() > MOST) {
      return image;
    }
    Map<Integer, Integer> indices = new HashMap<>();
    List<Integer> colors = new ArrayList<>();
    bins.forEach(
        (bin, counts) -> {
          indices.put(bin, colors.size());
          colors.add(mostFrequent(counts));
        });
    int[] table = colors.stream().mapToInt(Integer::intValue).toArray();
    var model = new IndexColorModel(8, table.length, table, 0, false, -1, 0);
    var raster = model.createCompatibleWritableRaster(width, height);
    int[] samples = new int[pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      samples[i] = indices.get(bin(pixels[i]));
    }
    raster.setPixels(0, 0, width, height, samples);
    return new BufferedImage(model, raster, false, Picture.properties(image));
  }

  private static int bin(int pixel) {
    return pixel & 0xF0F0F0;
  }

  /**
   * The most frequent colour; of equally frequent ones the lowest, so that files come out equal.
   */
  private static int mostFrequent(Map<Integer, Integer> counts) {
    int best = 0;
    int most = 0;
    for (var entry : counts.entrySet()) {
      int color = entry.getKey();
      int count = entry.getValue();
      if (count > most || count == most && color < best) {
        best = color;
        most = count;
      }
    }
    return best;
  }
}
