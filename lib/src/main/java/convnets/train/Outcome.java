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
 * What a batch, or a part of one, leaves to look at; on the device.
 *
 * @param loss the mean over the images, a scalar
 * @param counts what is counted over them, (K), int64 or of floating point; sums over batches of
 *     any size mean something
 * @param size how many images
 */
public record Outcome(NDArray loss, Optional<NDArray> counts, int size) {

  /** Of a mean loss over a batch; nothing is counted. */
  public static Outcome of(NDArray loss, Batch batch) {
    return new Outcome(loss, Optional.empty(), batch.size());
  }

  /**
   * The same, with other losses told beside it in place of counts: each counts times the number of
   * images, so that the sum of the counts over that of the images is its mean.
   *
   * @param others mean losses over the same images, scalars
   */
  public Outcome beside(NDArray... others) {
    NDArray sums = TorchOps.scale(NDArrays.stack(new NDList(others)), size);
    return new Outcome(loss, Optional.of(sums), size);
  }

  /** The same numbers without a graph. */
  Outcome detached() {
    return new Outcome(loss.stopGradient(), counts.map(NDArray::stopGradient), size);
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
