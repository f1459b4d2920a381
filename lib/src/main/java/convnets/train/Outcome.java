package convnets.train;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import convnets.data.Batch;
import convnets.torch.TorchOps;
import java.util.List;
import java.util.Optional;

/**
 * What a batch, or a share of it, leaves to look at; on the device, without a graph.
 *
 * @param loss the mean over the images, a scalar
 * @param counts what the task counts over them
 * @param size how many images
 */
record Outcome(NDArray loss, Optional<NDArray> counts, int size) {

  static Outcome of(NDArray loss, Optional<NDArray> counts, Batch batch) {
    return new Outcome(loss, counts, batch.size());
  }

  /** Has another manager own the arrays. */
  Outcome attach(NDManager manager) {
    loss.attach(manager);
    counts.ifPresent(array -> array.attach(manager));
    return this;
  }

  /** The outcome of a batch from those of its parts, on one device. */
  static Outcome join(List<Outcome> parts, Device device) {
    int size = parts.stream().mapToInt(Outcome::size).sum();
    NDList losses = new NDList();
    for (Outcome part : parts) {
      losses.add(TorchOps.scale(part.loss.toDevice(device, false), (double) part.size / size));
    }
    Optional<NDArray> counts =
        parts.stream()
            .flatMap(part -> part.counts.stream())
            .map(array -> array.toDevice(device, false))
            .reduce(NDArray::add);
    return new Outcome(NDArrays.stack(losses).sum(), counts, size);
  }
}
