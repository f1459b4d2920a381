package convnets.data;

import java.util.Arrays;
import java.util.List;

/**
 * Some scenes as Java's arrays, by the conventions of {@link Target}.
 *
 * @param pictures what they are scenes of
 * @param scenes in their order
 */
record Drawn(MenageriePictures pictures, List<Scene> scenes) {

  /**
   * Draws scenes, on all processors.
   *
   * @param first the number of the scene with index 0
   */
  static Drawn of(MenageriePictures pictures, long first, int... indices) {
    SpriteSheet sheet = SpriteSheet.of(pictures.art());
    List<Scene> scenes =
        Arrays.stream(indices)
            .parallel()
            .mapToObj(i -> Scene.of(pictures, sheet, first + i))
            .toList();
    return new Drawn(pictures, scenes);
  }

  /** (N, 3, H, W). */
  byte[] pixels() {
    byte[] pixels = new byte[HostRoom.bytes(scenes.size(), 3, pictures.height(), pictures.width())];
    for (int i = 0; i < scenes.size(); i++) {
      System.arraycopy(scenes.get(i).pixels(), 0, pixels, i * 3 * area(), 3 * area());
    }
    return pixels;
  }

  private int area() {
    return pictures.height() * pictures.width();
  }

  /** (N): the classes of the hindmost animals. */
  long[] labels() {
    return scenes.stream().mapToLong(scene -> scene.animals().get(0).label()).toArray();
  }

  /** (N, K, 5), where K is how many animals a picture may have. */
  float[] boxes() {
    int most = pictures.most();
    float[] boxes = new float[scenes.size() * most * 5];
    for (int i = 0; i < scenes.size(); i++) {
      List<Scene.Animal> animals = scenes.get(i).animals();
      for (int k = 0; k < most; k++) {
        int row = (i * most + k) * 5;
        if (k < animals.size()) {
          boxes[row] = animals.get(k).label();
          System.arraycopy(animals.get(k).box(pictures.width()), 0, boxes, row + 1, 4);
        } else {
          boxes[row] = -1;
        }
      }
    }
    return boxes;
  }

  /**
   * (N, H, W): for each pixel the number of its animal, or one more than its class; 0 on the
   * ground.
   */
  byte[] mask(boolean instances) {
    byte[] mask = new byte[scenes.size() * area()];
    for (int i = 0; i < scenes.size(); i++) {
      List<Scene.Animal> animals = scenes.get(i).animals();
      for (int k = 0; k < animals.size(); k++) {
        byte number = (byte) (1 + (instances ? k : animals.get(k).label()));
        byte[] seen = animals.get(k).mask();
        for (int p = 0; p < seen.length; p++) {
          if (seen[p] != 0) {
            mask[i * area() + p] = number;
          }
        }
      }
    }
    return mask;
  }
}
