package convnets.train;

import ai.djl.ndarray.NDList;
import convnets.data.Batch;

/** Looks at what a network makes of batch after batch in evaluation, and says how well it did. */
public interface Measure {

  /**
   * Looks at a batch. Need not wait for the device.
   *
   * @param outputs of the network in evaluation mode, without a graph; freed with the batch
   * @param batch on the device of the outputs
   */
  void add(NDList outputs, Batch batch);

  /** Waits for the device, and judges all batches so far. */
  Metrics metrics();
}
