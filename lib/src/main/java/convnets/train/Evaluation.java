package convnets.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import convnets.data.Batch;
import convnets.data.Batches;
import convnets.torch.HostCopy;
import java.util.Arrays;

/**
 * How a classifier does on a data set, image by image. Any task evaluates by {@link Task#evaluate}.
 *
 * <pre>{@code
 * var batches = Batches.of(test, 500).transform(normalise(FashionMnist.STATISTICS));
 * Evaluation.of(net, batches).metrics().accuracy();
 * Evaluation.withMirrors(net, batches).metrics().accuracy();
 * }</pre>
 *
 * @param metrics over all images
 * @param labels the class of each image, in the order of the batches
 * @param predictions the class with the highest score for each image
 * @param classes how many classes the network tells apart
 */
public record Evaluation(Metrics metrics, int[] labels, int[] predictions, int classes) {

  /**
   * Evaluates a network as it is. Its running statistics stay as they are, and no graph is built.
   *
   * @param net initialised; from (N, C, H, W) to logits (N, classes)
   * @param batches the images as the network expects them
   */
  public static Evaluation of(Block net, Batches batches) {
    return Evaluator.of(net, Classification.standard(), batches)
        .walk(Predictions::new, Predictions::evaluation);
  }

  /**
   * The same, with the mean of the probabilities of each image and of its mirror image.
   *
   * @param net initialised; from (N, C, H, W) to logits (N, classes)
   * @param batches the images as the network expects them
   */
  public static Evaluation withMirrors(Block net, Batches batches) {
    return Evaluator.of(net, Classification.standard(), batches)
        .mirrored()
        .walk(Predictions::new, Predictions::evaluation);
  }

  /** The share of images whose class was predicted, from 0 to 1. */
  public double accuracy() {
    return metrics.accuracy();
  }

  /** How many images of class {@code [i]} were taken for class {@code [j]}. */
  public int[][] confusion() {
    int[][] counts = new int[classes][classes];
    for (int i = 0; i < labels.length; i++) {
      counts[labels[i]][predictions[i]]++;
    }
    return counts;
  }

  /** Keeps the class of each image, and the one that the network gives it. */
  private static final class Predictions implements Measure {

    private final NDManager manager;
    private final Measure counting;
    private final NDList labels = new NDList();
    private final NDList predictions = new NDList();
    private int classes;

    Predictions(NDManager manager) {
      this.manager = manager;
      counting = new Counting(Classification.standard(), manager);
    }

    @Override
    public void add(NDList outputs, Batch batch) {
      counting.add(outputs, batch);
      labels.add(kept(batch.labels()));
      predictions.add(kept(outputs.head().argMax(1)));
      classes = (int) outputs.head().getShape().get(1);
    }

    /** A copy that outlives the batch. */
    private NDArray kept(NDArray array) {
      NDArray copy = array.duplicate();
      copy.attach(manager);
      return copy;
    }

    @Override
    public Metrics metrics() {
      return counting.metrics();
    }

    Evaluation evaluation() {
      return new Evaluation(metrics(), ints(labels), ints(predictions), classes);
    }

    private static int[] ints(NDList parts) {
      return Arrays.stream(HostCopy.longs(NDArrays.concat(parts))).mapToInt(i -> (int) i).toArray();
    }
  }
}
