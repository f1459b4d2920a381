package convnets.detect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import convnets.data.Examples;
import convnets.data.Source;
import convnets.data.Target;
import convnets.train.Measure;
import convnets.train.Task;
import java.util.List;

/**
 * To find things and say what they are. A batch's first target is {@link Target#BOXES}. In
 * evaluation the mean average precision of the {@linkplain #detections detections} leads ({@link
 * DetectionMeasure}); training counts nothing but its loss.
 */
public interface DetectionTask extends Task {

  /** How many classes are told apart; the background is none of them. */
  int classes();

  /**
   * What a network has found. Waits for the device.
   *
   * @param outputs of the network, float32, without a graph
   * @param image (…, H, W), the shape of the images that it saw
   * @return (N, most, 6), float32: class, left, top, right and bottom edge in pixels of the images,
   *     score, by falling score; behind the last of an image rows of class -1. Owned, with what it
   *     took to compute it, by the manager of the outputs
   */
  NDArray detections(NDList outputs, Shape image);

  /** Which of the network's boxes are detections. */
  DetectionFilter filter();

  /** How outputs are read, in words: two tasks that say the same make the same boxes of them. */
  String reading();

  /** The same with another filter. */
  DetectionTask filter(DetectionFilter filter);

  @Override
  default Measure measure(NDManager manager) {
    return DetectionMeasure.of(this);
  }

  /**
   * Refuses data that do not begin with boxes, and have more classes than are told apart.
   *
   * @throws IllegalArgumentException if that is so
   */
  static void check(Source data, int classes) {
    List<Target> kinds = data.kinds();
    if (kinds.isEmpty() || kinds.get(0) != Target.BOXES) {
      throw new IllegalArgumentException(
          ("data (%s) has the targets %s, and detection takes boxes first: targets(Target.BOXES) of"
                  + " a source that draws, kinds(Target.BOXES) of arrays")
              .formatted(data, kinds));
    }
    if (data.classes().size() > classes) {
      throw new IllegalArgumentException(
          "the network tells %d classes apart, but the data set has %d: give it as many"
              .formatted(classes, data.classes().size()));
    }
    if (data instanceof Examples examples) {
      long highest = examples.labelRange().map(range -> range[1]).orElse(-1L);
      if (highest >= classes) {
        throw new IllegalArgumentException(
            "the network tells %d classes apart, but the data set (%s) has boxes of class %d, from 0"
                .formatted(classes, data, highest));
      }
    }
  }
}
