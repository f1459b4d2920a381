package convnets.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import convnets.nn.TorchOps;
import java.util.List;

/**
 * What a step, or a share of it, leaves to look at; on the device, without a graph.
 *
 * @param ranked the classes with the highest scores, highest first, (N, ranks), int64
 * @param labels (N), int64
 * @param loss the mean over the batch, a scalar
 */
record Outcome(NDArray ranked, NDArray labels, NDArray loss) {

  static Outcome of(NDArray logits, NDArray labels, NDArray loss) {
    return GradMode.off(() -> new Outcome(Tally.ranked(logits), labels, loss.stopGradient()));
  }

  private int size() {
    return (int) labels.size();
  }

  /** Has another manager own the arrays. */
  Outcome attach(NDManager manager) {
    new NDList(ranked, labels, loss).attach(manager);
    return this;
  }

  /** The outcome of a batch from those of its parts, on one device. */
  static Outcome join(List<Outcome> parts, Device device) {
    NDList ranked = new NDList();
    NDList labels = new NDList();
    NDList losses = new NDList();
    double images = parts.stream().mapToInt(Outcome::size).sum();
    for (Outcome part : parts) {
      ranked.add(part.ranked.toDevice(device, false));
      labels.add(part.labels.toDevice(device, false));
      losses.add(TorchOps.scale(part.loss.toDevice(device, false), part.size() / images));
    }
    return new Outcome(
        NDArrays.concat(ranked), NDArrays.concat(labels), NDArrays.stack(losses).sum());
  }
}
