package convnets.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A way to walk over a data set in batches, epoch after epoch.
 *
 * <pre>{@code
 * var batches = Batches.of(train, 128)
 *     .shuffle(42)
 *     .transform(padAndCrop(4), flip(), normalise(FashionMnist.STATISTICS));
 * for (Batch batch : batches.epoch(0)) {
 *   net.forward(batch.images());
 * }
 * }</pre>
 *
 * <p>The order of an epoch's images and what the transforms draw depend on the seed, the epoch and
 * the batch's number only, whatever was asked for before. So training that resumes at an epoch, or
 * within one, sees exactly what it would have seen.
 *
 * <p>Immutable: {@link #shuffle}, {@link #transform} and {@link #dropLast} return another object.
 */
public final class Batches implements Iterable<Batch> {
  /** In place of a batch's number: the generator of an epoch's order. */
  private static final int ORDER = -1;

  private final ImageDataset data;
  private final int size;
  private final long seed;
  private final boolean shuffled;
  private final boolean dropLast;
  private final Transform transform;

  private Batches(
      ImageDataset data,
      int size,
      long seed,
      boolean shuffled,
      boolean dropLast,
      Transform transform) {
    this.data = data;
    this.size = size;
    this.seed = seed;
    this.shuffled = shuffled;
    this.dropLast = dropLast;
    this.transform = transform;
  }

  /**
   * Batches in the order of the data set, each pixel as a float from 0 to 1, the last batch smaller
   * if it must be.
   *
   * @param data what to walk over; it must stay open
   * @param size images in a batch, at least 1
   * @return the batches
   */
  public static Batches of(ImageDataset data, int size) {
    if (size < 1) {
      throw new IllegalArgumentException("batch size (%d) must be at least 1".formatted(size));
    }
    return new Batches(data, size, 0, false, false, null);
  }

  /**
   * The same in random order, another one in each epoch.
   *
   * @param seed decides the orders, and what transforms draw
   * @return shuffled batches
   */
  public Batches shuffle(long seed) {
    return new Batches(data, size, seed, true, dropLast, transform);
  }

  /**
   * The same with transformed images.
   *
   * @param steps what is done to each batch, first to last, after what was asked for before
   * @return transformed batches
   */
  public Batches transform(Transform... steps) {
    Transform all = Arrays.stream(steps).reduce(transform, (a, b) -> a == null ? b : a.andThen(b));
    return new Batches(data, size, seed, shuffled, dropLast, all);
  }

  /**
   * The same without the last batch if it is smaller than the others.
   *
   * @return batches of one size
   */
  public Batches dropLast() {
    return new Batches(data, size, seed, shuffled, true, transform);
  }

  /**
   * The number of batches in an epoch.
   *
   * @return how many
   */
  public int count() {
    return dropLast ? data.size() / size : (data.size() + size - 1) / size;
  }

  /**
   * What the batches are made of.
   *
   * @return the data set
   */
  public ImageDataset data() {
    return data;
  }

  /**
   * All batches of one epoch.
   *
   * @param epoch its number, at least 0
   * @return as {@link #epoch(int, int)} from the first batch
   */
  public Iterable<Batch> epoch(int epoch) {
    return epoch(epoch, 0);
  }

  /**
   * The batches of one epoch from a given one on, to resume within the epoch.
   *
   * <p>An iterator closes the batch it gave out when it is asked for the next, and the last one
   * when it has said that there is no next. So a plain loop needs the memory of one batch. A loop
   * that is left early should close its batch, otherwise it stays until the data set is closed.
   *
   * @param epoch its number, at least 0
   * @param from the first batch's number, from 0 to {@link #count}
   * @return the batches; each iteration gives the same
   */
  public Iterable<Batch> epoch(int epoch, int from) {
    if (from < 0 || from > count()) {
      throw new IllegalArgumentException(
          "from (%d) must be from 0 to the number of batches (%d)".formatted(from, count()));
    }
    int[] order = order(epoch);
    return () -> new Walk(epoch, order, from);
  }

  /** The batches of epoch 0, for example to evaluate with. */
  @Override
  public Iterator<Batch> iterator() {
    return epoch(0).iterator();
  }

  /**
   * One batch, for example to look at.
   *
   * @param epoch its epoch, at least 0
   * @param index its number in the epoch, from 0
   * @return the batch; the caller closes it
   * @throws IndexOutOfBoundsException if the epoch has no such batch
   */
  public Batch batch(int epoch, int index) {
    if (index < 0 || index >= count()) {
      throw new IndexOutOfBoundsException(
          "batch %d: an epoch has %d batches, the first is 0".formatted(index, count()));
    }
    return load(epoch, index, order(epoch));
  }

  /** The indices of the images in the order of an epoch. */
  private int[] order(int epoch) {
    if (epoch < 0) {
      throw new IllegalArgumentException("epoch (%d) must not be negative".formatted(epoch));
    }
    return shuffled
        ? ImageDataset.permutation(data.size(), random(epoch, ORDER))
        : IntStream.range(0, data.size()).toArray();
  }

  private Batch load(int epoch, int index, int[] order) {
    int[] chosen =
        Arrays.copyOfRange(order, index * size, Math.min((index + 1) * size, order.length));
    NDManager manager = data.manager().newSubManager();
    // What the transforms leave behind dies with this manager; only the result moves on.
    try (NDManager scratch = manager.newSubManager()) {
      NDArray labels = ImageDataset.gather(data.labels(), manager, chosen);
      NDArray bytes = ImageDataset.gather(data.images(), scratch, chosen);
      NDArray images = bytes.toType(DataType.FLOAT32, false).divi(255);
      if (transform != null) {
        images = transform.apply(images, random(epoch, index));
      }
      images.attach(manager);
      return new Batch(images, labels, manager);
    } catch (RuntimeException | Error e) {
      manager.close();
      throw e;
    }
  }

  /** A generator of its own for each seed, epoch and batch. */
  private SplittableRandom random(int epoch, int batch) {
    long s = new SplittableRandom(seed).nextLong() + epoch;
    return new SplittableRandom(new SplittableRandom(s).nextLong() + batch);
  }

  /** An iteration over one epoch. */
  private final class Walk implements Iterator<Batch> {
    private final int epoch;
    private final int[] order;
    private int next;
    private Batch current;

    Walk(int epoch, int[] order, int from) {
      this.epoch = epoch;
      this.order = order;
      this.next = from;
    }

    @Override
    public boolean hasNext() {
      boolean more = next < count();
      if (!more) {
        closeCurrent();
      }
      return more;
    }

    @Override
    public Batch next() {
      if (!hasNext()) {
        throw new NoSuchElementException("epoch %d has no more batches".formatted(epoch));
      }
      closeCurrent();
      current = load(epoch, next++, order);
      return current;
    }

    private void closeCurrent() {
      if (current != null) {
        current.close();
        current = null;
      }
    }
  }
}
