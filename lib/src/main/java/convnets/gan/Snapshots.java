package convnets.gan;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.Checks;
import convnets.torch.GradMode;
import convnets.torch.HostBytes;
import convnets.torch.HostCopy;
import convnets.train.Callback;
import convnets.train.History;
import convnets.train.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Looks again and again, while a generator learns, at what it makes of the same noise:
 *
 * <pre>{@code
 * NDArray noise = latent.draw(manager, 16);
 * Snapshots seen = Snapshots.of(() -> sampler.from(noise)).every(100);
 * Training.of(gan)…on(seen).fit();
 * FilmStrip.of(seen).image();
 * }</pre>
 *
 * <p>The weights are the live ones of training, not their average. Frames are kept as bytes, on the
 * host. After an interrupted training that is resumed there are the frames since then. Of several
 * trainings, use one for each.
 */
public final class Snapshots implements Callback {

  private final Supplier<NDArray> maker;
  private final IntPredicate steps;
  private final Consumer<Frame> live;
  private final List<Frame> frames = new ArrayList<>();

  private Snapshots(Supplier<NDArray> maker, IntPredicate steps, Consumer<Frame> live) {
    this.maker = maker;
    this.steps = steps;
    this.live = live;
  }

  /**
   * What is made at the beginning of a training and at the end of each epoch.
   *
   * @param maker makes images, (N, C, H, W) from 0 to 1, of the same noise each time; they are
   *     closed here
   */
  public static Snapshots of(Supplier<NDArray> maker) {
    return new Snapshots(maker, null, frame -> {});
  }

  /** The same at the beginning and then after so many steps each time. */
  public Snapshots every(int steps) {
    Checks.positive("steps", steps);
    return new Snapshots(maker, step -> step % steps == 0, live);
  }

  /** The same after these numbers of steps; 0 is the beginning. */
  public Snapshots at(int... steps) {
    for (int step : steps) {
      Checks.notNegative("steps", step);
    }
    int[] copy = steps.clone();
    return new Snapshots(maker, step -> IntStream.of(copy).anyMatch(s -> s == step), live);
  }

  /** The same, and has somebody told of each frame at once, on the thread that trains. */
  public Snapshots live(Consumer<Frame> watcher) {
    return new Snapshots(maker, steps, watcher);
  }

  /** What was seen so far, in the order of time. */
  public List<Frame> frames() {
    return List.copyOf(frames);
  }

  @Override
  public void fitStarted(Progress progress, History soFar) {
    int step = soFar.steps().size();
    if (steps == null ? step == 0 : steps.test(step)) {
      look(step);
    }
  }

  @Override
  public void batchEnded(Progress progress) {
    int step = (progress.epoch() - 1) * progress.batches() + progress.batch();
    boolean due = steps == null ? progress.batch() == progress.batches() : steps.test(step);
    if (due) {
      look(step);
    }
  }

  private void look(int step) {
    Frame frame = GradMode.off(() -> frame(step));
    frames.add(frame);
    live.accept(frame);
  }

  private Frame frame(int step) {
    try (NDArray images = maker.get()) {
      Shape shape = images.getShape();
      if (shape.dimension() != 4) {
        throw new IllegalArgumentException(
            "images that maker gives %s must be (N, C, H, W)".formatted(shape));
      }
      try (NDManager scratch = images.getManager().newSubManager()) {
        images.attach(scratch);
        NDArray bytes = images.clip(0, 1).mul(255).round().toType(DataType.UINT8, false);
        return new Frame(step, HostCopy.bytes(bytes), shape);
      }
    }
  }

  /**
   * What was made at one time.
   *
   * @param step after how many steps
   * @param pixels the images one after another, each (C, H, W), unsigned bytes
   * @param shape (N, C, H, W)
   */
  public record Frame(int step, byte[] pixels, Shape shape) {

    /** The images, (N, C, H, W), uint8. */
    public NDArray images(NDManager owner) {
      return HostBytes.array(owner, pixels, shape);
    }
  }
}
