package convnets.cli;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import convnets.data.ImageDataset;
import convnets.nn.Unit;
import convnets.train.Callback;
import convnets.train.History;
import convnets.train.Progress;
import convnets.train.Schedule;
import convnets.train.Sgd;
import convnets.train.Training;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;

/**
 * Training steps, by {@link Training#fit} itself: it runs on a thread of its own, and its callback
 * holds it after every step until further steps are asked for.
 *
 * <p>No other thread computes anything, not even the images: OpenMP gives each thread that does a
 * team of its own, and when there are more threads than cores, they no longer wait for each other
 * by spinning, as PyTorch's do.
 */
final class TrainingWorkload implements Workload {

  private static final int BATCHES_IN_AN_EPOCH = 16;

  /** More than anyone asks for. */
  private static final int EPOCHS = 1_000_000;

  private final Semaphore allowed = new Semaphore(0);
  private final Semaphore done = new Semaphore(0);
  private final Unit net;
  private final Thread thread;
  private volatile RuntimeException failure;

  TrainingWorkload(Setting setting, NDManager manager) {
    net = setting.net();
    thread = new Thread(() -> training(setting, manager).fit(), "training");
    thread.setUncaughtExceptionHandler((thread, problem) -> fail(new RuntimeException(problem)));
    thread.start();
    await(1); // until the network is initialised
  }

  private Training training(Setting setting, NDManager manager) {
    return Training.of(net)
        .data(noise(setting, manager))
        .batchSize(setting.batch())
        .precision("bf16".equals(setting.form()) ? DataType.BFLOAT16 : DataType.FLOAT32)
        .epochs(EPOCHS)
        .optimizer(Sgd.momentum(0.9).decay(5e-4))
        .schedule(Schedule.constant(1e-3))
        .on(new Pace());
  }

  private static ImageDataset noise(Setting setting, NDManager manager) {
    int n = BATCHES_IN_AN_EPOCH * setting.batch();
    Shape shape = new Shape(n, 3, setting.size(), setting.size());
    Random random = new Random(0);
    byte[] pixels = new byte[Math.toIntExact(shape.size())];
    random.nextBytes(pixels);
    int classes = setting.classes();
    int[] labels = random.ints(n, 0, classes).toArray();
    return ImageDataset.of(
        manager,
        pixels,
        shape,
        labels,
        IntStream.range(0, classes).mapToObj(Integer::toString).toList());
  }

  /** Lets training go on only as far as it is allowed to. */
  private final class Pace implements Callback {
    @Override
    public void fitStarted(Progress progress, History soFar) {
      hold();
    }

    @Override
    public void batchEnded(Progress progress) {
      hold();
    }

    private void hold() {
      done.release();
      try {
        allowed.acquire();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt(); // which ends the training
      }
    }
  }

  private void fail(RuntimeException problem) {
    failure = problem;
    done.release(Integer.MAX_VALUE / 2); // whoever waits
  }

  /** Waits until training has come to so many holds. */
  private void await(int holds) {
    done.acquireUninterruptibly(holds);
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public double run(int steps) {
    return Workload.seconds(
        () -> {
          allowed.release(steps);
          await(steps);
        });
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted while the training ends", e);
    }
    net.clear();
  }
}
