package convnets.bench;

import ai.djl.ndarray.NDManager;
import convnets.data.FashionMnist;
import convnets.data.ImageDataset;
import convnets.data.Transforms;
import convnets.models.ResNet;
import convnets.train.Callback;
import convnets.train.History;
import convnets.train.Progress;
import convnets.train.Training;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Resident memory of the process while a small ResNet trains for 2,000 steps, with augmentation,
 * evaluation and checkpoints, interrupted and resumed now and then. Says "flat", or fails where it
 * has grown by 2 % or more after the first steps. Linux only.
 */
final class MemorySoak {

  private static final int STEPS = 2000;
  private static final int BATCH_SIZE = 128;
  private static final int BATCHES_AN_EPOCH = 100;
  private static final int STEPS_BETWEEN_INTERRUPTIONS =
      230; // within an epoch, each time elsewhere
  private static final int WARM_UP = 600;
  private static final int WINDOW = 200;
  private static final double GROWTH = 0.02;

  /** Mebibytes after each step. */
  private final List<Double> resident = new ArrayList<>();

  private MemorySoak() {}

  public static void main(String[] arguments) throws IOException {
    Path folder = Files.createTempDirectory("convnets-soak");
    Path checkpoint = folder.resolve("checkpoint");
    MemorySoak soak = new MemorySoak();
    try (NDManager manager = NDManager.newBaseManager()) {
      soak.train(manager, checkpoint);
    } finally {
      Files.deleteIfExists(checkpoint);
      Files.delete(folder);
    }
    soak.judge();
  }

  private void train(NDManager manager, Path checkpoint) {
    ImageDataset train = FashionMnist.train(manager).take(BATCHES_AN_EPOCH * BATCH_SIZE);
    ImageDataset test = FashionMnist.test(manager).take(2_000);
    Training training =
        Training.of(ResNet.cifar(8).channels(1).stemStride(2).build())
            .data(train, test)
            .batchSize(BATCH_SIZE)
            .augment(Transforms.padAndCrop(2), Transforms.flip(), Transforms.cutout(8))
            .transform(Transforms.normalise(FashionMnist.STATISTICS))
            .epochs(STEPS / BATCHES_AN_EPOCH)
            .checkpoint(checkpoint)
            .on(
                new Callback() {
                  @Override
                  public void batchEnded(Progress progress) {
                    stepped();
                  }
                });
    History history = training.fit();
    while (history.interrupted()) {
      System.out.println("interrupted: going on");
      history = training.fit();
    }
  }

  private void stepped() {
    resident.add(residentNow());
    int steps = resident.size();
    if (steps % 100 == 0) {
      System.out.println(String.format("step %5d: %,.0f MiB", steps, resident.get(steps - 1)));
    }
    if (steps % STEPS_BETWEEN_INTERRUPTIONS == 0) {
      Thread.currentThread().interrupt();
    }
  }

  private void judge() {
    double before = median(resident.subList(WARM_UP, WARM_UP + WINDOW));
    double after = median(resident.subList(resident.size() - WINDOW, resident.size()));
    double growth = after / before - 1;
    String verdict =
        String.format(
            "%.0f MiB after %d steps, %.0f MiB after %d: %+.1f %%",
            before, WARM_UP + WINDOW, after, resident.size(), 100 * growth);
    if (growth >= GROWTH) {
      throw new IllegalStateException("memory grows: " + verdict);
    }
    System.out.println("flat: " + verdict);
  }

  private static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static double residentNow() {
    try {
      String[] pages = Files.readString(Path.of("/proc/self/statm")).split(" ");
      return Long.parseLong(pages[1]) * 4096 / (double) (1 << 20);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
