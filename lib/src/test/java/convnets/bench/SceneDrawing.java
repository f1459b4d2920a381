package convnets.bench;

import ai.djl.ndarray.NDManager;
import convnets.data.Menagerie;
import convnets.data.MenageriePictures;
import convnets.data.MenagerieSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How many scenes of the menagerie are drawn in a second, on all processors that the JVM sees, with
 * boxes, masks and instances. Prints the median of several rounds of each kind and size.
 */
final class SceneDrawing {

  private static final int SCENES = 1_000;
  private static final int WARM_UP = 2;
  private static final int ROUNDS = 5;

  private SceneDrawing() {}

  public static void main(String[] arguments) {
    Map<String, MenageriePictures> kinds = new LinkedHashMap<>();
    kinds.put("standard, 64 × 64", Menagerie.scenes(1));
    kinds.put("easy, 64 × 64", Menagerie.easyScenes(1));
    kinds.put("standard, 128 × 128", Menagerie.scenes(1).size(128));
    int[] indices = IntStream.range(0, SCENES).toArray();
    try (NDManager manager = NDManager.newBaseManager()) {
      kinds.forEach(
          (name, pictures) -> {
            MenagerieSource source = pictures.source(manager, SCENES);
            double[] rates = new double[ROUNDS];
            for (int round = -WARM_UP; round < ROUNDS; round++) {
              long start = System.nanoTime();
              source.make(indices);
              if (round >= 0) {
                rates[round] = SCENES * 1e9 / (System.nanoTime() - start);
              }
            }
            Arrays.sort(rates);
            System.out.printf(
                Locale.ROOT,
                "%s: %.0f scenes/s on %d processors%n",
                name,
                rates[ROUNDS / 2],
                Runtime.getRuntime().availableProcessors());
          });
    }
  }
}
