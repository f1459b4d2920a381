package convnets.data;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;

/**
 * A few images and their labels, with a manager of their own.
 *
 * @param images (N, C, H, W), float32
 * @param labels (N), int64
 * @param manager owns both arrays, and what is computed from them: all is freed with the batch
 */
public record Batch(NDArray images, NDArray labels, NDManager manager) implements AutoCloseable {
  /**
   * The number of images.
   *
   * @return N
   */
  public int size() {
    return (int) images.getShape().get(0);
  }

  /**
   * The same on a device.
   *
   * @param device where to
   * @return this batch if it is there already; otherwise copies that are freed with it
   */
  public Batch on(Device device) {
    return images.getDevice().equals(device)
        ? this
        : new Batch(images.toDevice(device, false), labels.toDevice(device, false), manager);
  }

  /**
   * Some of the images.
   *
   * @param from the first one's number, from 0
   * @param to the number after the last one's
   * @return a view, with a manager of its own: the caller closes it, at the latest with this batch
   */
  public Batch part(int from, int to) {
    if (from < 0 || from >= to || to > size()) {
      throw new IllegalArgumentException(
          "from (%d) and to (%d) must name images of the %d".formatted(from, to, size()));
    }
    NDManager own = manager.newSubManager();
    return new Batch(rows(images, from, to, own), rows(labels, from, to, own), own);
  }

  private static NDArray rows(NDArray array, int from, int to, NDManager owner) {
    NDArray rows = array.get(new NDIndex().addSliceDim(from, to));
    rows.attach(owner);
    return rows;
  }

  /** Frees the images, the labels and what was computed from them. Closing twice does no harm. */
  @Override
  public void close() {
    manager.close();
  }
}
