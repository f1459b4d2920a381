package convnets.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;
import convnets.data.Batch;
import convnets.data.Batches;
import convnets.nn.TorchOps;
import java.util.Arrays;

/**
 * How a network does on a data set, image by image.
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
    return evaluate(net, batches, false, WeightCopy.none());
  }

  /**
   * The same with copies of its weights in place of its own.
   *
   * @param weights if empty, its own
   */
  static Evaluation of(Block net, Batches batches, WeightCopy weights) {
    return evaluate(net, batches, false, weights);
  }

  /**
   * The same, with the mean of the probabilities of each image and of its mirror image.
   *
   * @param net initialised; from (N, C, H, W) to logits (N, classes)
   * @param batches the images as the network expects them
   */
  public static Evaluation withMirrors(Block net, Batches batches) {
    return evaluate(net, batches, true, WeightCopy.none());
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

  private static Evaluation evaluate(
      Block net, Batches batches, boolean mirrors, WeightCopy weights) {
    if (batches.count() == 0) {
      throw new IllegalArgumentException("batches (0) must hold an image to evaluate on");
    }
    Device device = Parameters.device(net);
    return GradMode.off(
        () -> {
          try (NDManager manager = NDManager.newBaseManager(device);
              Tally tally = new Tally(manager, Tally.Sums.ZERO)) {
            return new Pass(net, weights.store(manager), manager, tally, mirrors).over(batches);
          }
        });
  }

  /** One walk over the data; it waits for the device at its end only. */
  private static final class Pass {
    private final Block net;
    private final NDManager manager;
    private final ParameterStore store;
    private final Tally tally;
    private final boolean mirrors;

    Pass(Block net, ParameterStore store, NDManager manager, Tally tally, boolean mirrors) {
      this.net = net;
      this.manager = manager;
      this.store = store;
      this.tally = tally;
      this.mirrors = mirrors;
    }

    Evaluation over(Batches batches) {
      int highestLabel = batches.data().highestLabel();
      NDList labels = new NDList();
      NDList predictions = new NDList();
      int classes = 0;
      for (Batch batch : batches) {
        try (batch) {
          NDArray own = batch.labels().toDevice(manager.getDevice(), false);
          NDArray logits = logits(batch.images().toDevice(manager.getDevice(), false));
          if (manager.getDevice().isGpu()) {
            Outputs.check(logits, highestLabel);
          }
          NDArray ranked = Tally.ranked(logits);
          tally.add(ranked, own, TorchOps.crossEntropy(logits, own, 0));
          labels.add(kept(own));
          predictions.add(kept(ranked.get(":, 0")));
          classes = (int) logits.getShape().get(1);
        }
      }
      tally.read();
      return new Evaluation(tally.sums().metrics(), ints(labels), ints(predictions), classes);
    }

    /** (N, C, H, W) -> (N, classes). */
    private NDArray logits(NDArray images) {
      NDArray logits = forward(images);
      if (!mirrors) {
        return logits;
      }
      NDArray probabilities = logits.softmax(1).add(forward(images.flip(3)).softmax(1)).div(2);
      return probabilities.log(); // whose softmax they are again
    }

    private NDArray forward(NDArray images) {
      return net.forward(store, new NDList(images), false).head();
    }

    /** A copy that outlives the batch. */
    private NDArray kept(NDArray array) {
      NDArray copy = array.duplicate();
      copy.attach(manager);
      return copy;
    }

    private static int[] ints(NDList parts) {
      return Arrays.stream(NDArrays.concat(parts).toLongArray()).mapToInt(i -> (int) i).toArray();
    }
  }
}
