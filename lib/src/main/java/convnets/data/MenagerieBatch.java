package convnets.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.torch.HostBytes;
import java.util.List;

/**
 * Some pictures of the {@link Menagerie}, and all that is known of their M animals, picture by
 * picture, each picture's from the back to the front. With one animal a picture, M is N.
 *
 * @param images (N, 3, H, W), float32, from 0 to 1
 * @param pictures (M), int64: the picture that each animal is in, from 0
 * @param labels (M), int64: its class
 * @param boxes (M, 4), float32: left, top, right and bottom edge in pixels, tight around the mask;
 *     a box of the pixel at the upper left corner alone is 0, 0, 1, 1
 * @param masks (M, 1, H, W), float32: 1 where the animal is seen, otherwise 0
 * @param scales (M), float32: the longer side of the whole animal, over the shorter side of the
 *     picture, as it was drawn by lot
 * @param manager owns the arrays, and what is computed from them: all is freed with the batch
 */
public record MenagerieBatch(
    NDArray images,
    NDArray pictures,
    NDArray labels,
    NDArray boxes,
    NDArray masks,
    NDArray scales,
    NDManager manager)
    implements AutoCloseable {

  /** Moves pictures to the manager's device. */
  static MenagerieBatch of(NDManager parent, List<Scene> scenes, int height, int width) {
    int n = scenes.size();
    int m = scenes.stream().mapToInt(scene -> scene.animals().size()).sum();
    byte[] pixels = new byte[n * 3 * height * width];
    byte[] masks = new byte[m * height * width];
    long[] pictures = new long[m];
    long[] labels = new long[m];
    float[] boxes = new float[m * 4];
    float[] scales = new float[m];
    int at = 0;
    for (int i = 0; i < n; i++) {
      byte[] picture = scenes.get(i).pixels();
      System.arraycopy(picture, 0, pixels, i * picture.length, picture.length);
      for (Scene.Animal animal : scenes.get(i).animals()) {
        System.arraycopy(animal.mask(), 0, masks, at * height * width, height * width);
        System.arraycopy(animal.box(width), 0, boxes, at * 4, 4);
        pictures[at] = i;
        labels[at] = animal.label();
        scales[at] = (float) animal.scale();
        at++;
      }
    }
    NDManager own = parent.newSubManager();
    try {
      return new MenagerieBatch(
          floats(own, pixels, new Shape(n, 3, height, width)).divi(255),
          own.create(pictures),
          own.create(labels),
          own.create(boxes, new Shape(m, 4)),
          floats(own, masks, new Shape(m, 1, height, width)),
          own.create(scales),
          own);
    } catch (RuntimeException | Error e) {
      own.close();
      throw e;
    }
  }

  /** Bytes, as floats of the same number; only a quarter of their memory moves to the device. */
  private static NDArray floats(NDManager manager, byte[] bytes, Shape shape) {
    try (NDArray unsigned = HostBytes.array(manager, bytes, shape)) {
      return unsigned.toType(DataType.FLOAT32, true);
    }
  }

  /** The number of pictures. */
  public int size() {
    return (int) images.getShape().get(0);
  }

  /** Frees the arrays, and what was computed from them. Closing twice does no harm. */
  @Override
  public void close() {
    manager.close();
  }
}
