package convnets.data;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;

/**
 * A few images and their targets, with a manager of their own.
 *
 * @param images (N, C, H, W), float32
 * @param targets what the task compares with, each (N, …), as {@link Target} says. Of classes: the
 *     labels, and if images were mixed, behind them the share of each class, (N, classes), float32
 * @param manager owns these arrays, and what is computed from them: all is freed with the batch
 */
public record Batch(NDArray images, NDList targets, NDManager manager) implements AutoCloseable {

  /** The number of images. */
  public int size() {
    return (int) images.getShape().get(0);
  }

  /**
   * The first of the targets: of classes, the class of each image, of a mixed one the class that
   * has the larger share in it.
   *
   * @return (N), int64
   */
  public NDArray labels() {
    return targets.head();
  }

  /**
   * The same on a device.
   *
   * @param device where to
   * @return this batch if it is there already; otherwise copies that are freed with it
   */
  public Batch on(Device device) {
    if (images.getDevice().equals(device)) {
      return this;
    }
    NDList there = new NDList();
    targets.forEach(target -> there.add(target.toDevice(device, false)));
    return new Batch(images.toDevice(device, false), there, manager);
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
    NDList rows = new NDList();
    targets.forEach(target -> rows.add(rows(target, from, to, own)));
    return new Batch(rows(images, from, to, own), rows, own);
  }

  private static NDArray rows(NDArray array, int from, int to, NDManager owner) {
    NDArray rows = array.get(new NDIndex().addSliceDim(from, to));
    rows.attach(owner);
    return rows;
  }

  /** Frees the images, the targets and what was computed from them. Closing twice does no harm. */
  @Override
  public void close() {
    manager.close();
  }
}
