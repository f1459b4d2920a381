package convnets.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import convnets.torch.HostBytes;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** The scenes of {@link Menagerie} for detection and segmentation, each kind with its test set. */
enum StandardScenes {
  /** Small animals of twelve kinds. */
  HARD(
      12,
      0.15,
      0.5,
      0x7363656eL,
      "scenes-64.bin",
      "d2c735199319800b9f1ade1af99ef4f9ab5f773a8d8f7bec6da81b6b66d662c7"),
  /** Larger ones of eight. */
  EASY(
      8,
      0.25,
      0.6,
      0x65617379L,
      "easy-scenes-64.bin",
      "7a53dc2e79653def5d44b37fa7228d13da48ee2907e5051a41a8746b1e20868c");

  private static final int SIDE = 64;
  private static final int FEWEST = 1;
  private static final int MOST = 6;
  private static final int COUNT = 1_000;

  private final int classes;
  private final double smallest;
  private final double largest;
  private final FixedPictures test;

  StandardScenes(
      int classes, double smallest, double largest, long seed, String file, String sha256) {
    this.classes = classes;
    this.smallest = smallest;
    this.largest = largest;
    List<Target> kinds = List.of(Target.BOXES, Target.MASK, Target.INSTANCES);
    this.test = new FixedPictures(pictures(seed), COUNT, kinds, file, sha256);
  }

  /** Such scenes of any seed. */
  MenageriePictures pictures(long seed) {
    return MenageriePictures.of(seed)
        .size(SIDE)
        .classes(classes)
        .animals(FEWEST, MOST)
        .scale(smallest, largest);
  }

  /**
   * The test set: images, boxes, masks and instances, which are the set's own.
   *
   * @param cache the folder that keeps it
   */
  Examples test(NDManager manager, Path cache) {
    ByteBuffer bytes = test.read(cache);
    NDManager own = manager.newSubManager();
    try {
      NDArray boxes = boxes(own, bytes);
      NDArray mask = bytes(own, bytes, new Shape(COUNT, SIDE, SIDE));
      NDArray instances = bytes(own, bytes, new Shape(COUNT, SIDE, SIDE));
      NDArray images = bytes(own, bytes, new Shape(COUNT, 3, SIDE, SIDE));
      NDList targets = new NDList(boxes, mask, instances);
      return Examples.owned(own, images, targets, test.kinds(), test.pictures().classNames());
    } catch (RuntimeException | Error e) {
      own.close();
      throw e;
    }
  }

  /** The next ones: classes and edges, whole numbers from -1. */
  private static NDArray boxes(NDManager own, ByteBuffer bytes) {
    float[] boxes = new float[COUNT * MOST * 5];
    for (int i = 0; i < boxes.length; i++) {
      boxes[i] = bytes.get();
    }
    return own.create(boxes, new Shape(COUNT, MOST, 5));
  }

  /** The next bytes. */
  private static NDArray bytes(NDManager own, ByteBuffer bytes, Shape shape) {
    int length = (int) shape.size();
    NDArray array = HostBytes.copy(own, bytes.slice(bytes.position(), length), shape);
    bytes.position(bytes.position() + length);
    return array;
  }
}
