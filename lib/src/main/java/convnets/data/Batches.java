package convnets.data;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.IntFunction;
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
 * <p>Immutable: {@link #shuffle}, {@link #transform}, {@link #mix}, {@link #dropLast} and {@link
 * #joinSingle} return another object.
 */
public final class Batches implements Iterable<Batch> {
  /** What becomes of the images that are too few for a batch. */
  private enum Rest {
    KEPT,
    DROPPED,
    JOINED_IF_SINGLE
  }

  /** In place of a batch's number: the generator of an epoch's order. */
  private static final int ORDER = -1;

  /** Below this, a batch's number down: the generator that mixes it. */
  private static final int MIXING = -2;

  private final Source data;
  private final int size;
  private final long seed;
  private final boolean shuffled;
  private final Rest rest;
  private final Steps steps;

  /** Null: none. */
  private final Mixing mixing;

  private Batches(
      Source data, int size, long seed, boolean shuffled, Rest rest, Steps steps, Mixing mixing) {
    this.data = data;
    this.size = size;
    this.seed = seed;
    this.shuffled = shuffled;
    this.rest = rest;
    this.steps = steps;
    this.mixing = mixing;
  }

  /**
   * Batches in the order of the data set, each pixel as a float from 0 to 1, the last batch smaller
   * if it must be.
   *
   * @param data what to walk over; it must stay open
   * @param size images in a batch, at least 1
   */
  public static Batches of(Source data, int size) {
    if (size < 1) {
      throw new IllegalArgumentException("batch size (%d) must be at least 1".formatted(size));
    }
    return new Batches(data, size, 0, false, Rest.KEPT, new Steps(List.of(), data.kinds()), null);
  }

  /**
   * The same in random order, another one in each epoch.
   *
   * @param seed decides the orders, and what transforms draw
   */
  public Batches shuffle(long seed) {
    return new Batches(data, size, seed, true, rest, steps, mixing);
  }

  /**
   * The same with transformed images.
   *
   * @param more what is done to each batch, first to last, after what was asked for before
   * @throws IllegalArgumentException if there are boxes or masks, and a transform does not say
   *     whether it moves pixels: see {@link Transform}
   */
  public Batches transform(Transform... more) {
    Steps all = steps.then(List.of(more));
    return new Batches(data, size, seed, shuffled, rest, all, mixing);
  }

  /**
   * The same with images that are mixed, after all transforms.
   *
   * @param mixing how; it takes the place of an earlier one
   * @throws IllegalArgumentException if targets are other than a class for each image
   */
  public Batches mix(Mixing mixing) {
    Objects.requireNonNull(mixing, "mixing must not be null");
    classes();
    return new Batches(data, size, seed, shuffled, rest, steps, mixing);
  }

  /** How many classes the labels tell apart. */
  private int classes() {
    if (!data.kinds().equals(List.of(Target.CLASS))) {
      throw new IllegalArgumentException(
          "data (%s) cannot be mixed: only images with a class each can, not with targets %s"
              .formatted(data, data.kinds()));
    }
    if (data.classes().isEmpty()) {
      throw new IllegalArgumentException(
          "data (%s) cannot be mixed: it does not name its classes".formatted(data));
    }
    return data.classes().size();
  }

  /** The same without the last batch if it is smaller than the others. */
  public Batches dropLast() {
    return new Batches(data, size, seed, shuffled, Rest.DROPPED, steps, mixing);
  }

  /**
   * The same, but a last batch of a single image is part of the one before, which is larger by it.
   * Batch norm cannot learn from one number for each channel, as deep layers have of one image.
   */
  public Batches joinSingle() {
    return new Batches(data, size, seed, shuffled, Rest.JOINED_IF_SINGLE, steps, mixing);
  }

  /** The number of batches in an epoch. */
  public int count() {
    int full = data.size() / size;
    int left = data.size() % size;
    boolean more =
        switch (rest) {
          case KEPT -> left > 0;
          case DROPPED -> false;
          case JOINED_IF_SINGLE -> left > 1 || left == 1 && full == 0;
        };
    return more ? full + 1 : full;
  }

  /** What the batches are made of. */
  public Source data() {
    return data;
  }

  /**
   * All batches of one epoch, as {@link #epoch(int, int)} gives them.
   *
   * @param epoch its number, at least 0
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
   * <p>Of a {@link HostSource} two more batches are made ahead, in Java's memory, while one is
   * worked at.
   *
   * @param epoch its number, at least 0
   * @param from the first batch's number, from 0 to {@link #count}
   * @return the same batches at each iteration
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
   * One batch, for example to look at; the caller closes it.
   *
   * @param epoch its epoch, at least 0
   * @param index its number in the epoch, from 0
   * @throws IndexOutOfBoundsException if the epoch has no such batch
   */
  public Batch batch(int epoch, int index) {
    if (index < 0 || index >= count()) {
      throw new IndexOutOfBoundsException(
          "batch %d: an epoch has %d batches, the first is 0".formatted(index, count()));
    }
    int[] chosen = chosen(order(epoch), index);
    return load(epoch, index, owner -> data.epoch(epoch).gather(owner, chosen));
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

  /** Those of a batch. */
  private int[] chosen(int[] order, int index) {
    boolean joined = rest == Rest.JOINED_IF_SINGLE && index == count() - 1;
    long end = joined ? order.length : Math.min((index + 1L) * size, order.length);
    return Arrays.copyOfRange(order, index * size, (int) end);
  }

  /**
   * Makes a batch.
   *
   * @param gathering puts its examples on the device
   */
  private Batch load(int epoch, int index, Function<NDManager, NDList> gathering) {
    NDManager manager = data.manager().newSubManager();
    // What the transforms leave behind dies with this manager; only the result moves on.
    try (NDManager scratch = manager.newSubManager()) {
      NDList example = gathering.apply(scratch);
      if (example.size() != 1 + data.kinds().size()) {
        throw new IllegalStateException(
            "data (%s) must give inputs and targets %s, and gave %d arrays"
                .formatted(data, data.kinds(), example.size()));
      }
      NDList changed = steps.apply(example, random(epoch, index));
      changed.attach(manager);
      Batch batch = new Batch(changed.head(), changed.subNDList(1), manager);
      return mixing == null ? batch : mixing.apply(batch, classes(), mixingRandom(epoch, index));
    } catch (RuntimeException | Error e) {
      manager.close();
      throw e;
    }
  }

  /** What the mixing of a batch draws from. */
  SplittableRandom mixingRandom(int epoch, int batch) {
    return random(epoch, MIXING - batch);
  }

  /** A generator of its own for each seed, epoch and batch. */
  private SplittableRandom random(int epoch, int batch) {
    long s = new SplittableRandom(seed).nextLong() + epoch;
    return new SplittableRandom(new SplittableRandom(s).nextLong() + batch);
  }

  /** An iteration over one epoch. */
  private final class Walk implements Iterator<Batch> {
    private final int epoch;
    private final IntFunction<Function<NDManager, NDList>> gathering;
    private int next;
    private Batch current;

    Walk(int epoch, int[] order, int from) {
      this.epoch = epoch;
      this.next = from;
      Source source = data.epoch(epoch);
      if (source instanceof HostSource host) {
        Ahead ahead = new Ahead(host, index -> chosen(order, index), from, count());
        gathering = index -> ahead.next();
      } else {
        gathering = index -> owner -> source.gather(owner, chosen(order, index));
      }
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
      current = load(epoch, next, gathering.apply(next));
      next++;
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
