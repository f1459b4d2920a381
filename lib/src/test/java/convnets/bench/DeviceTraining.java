package convnets.bench;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import convnets.data.Batches;
import convnets.data.FashionMnist;
import convnets.data.ImageDataset;
import convnets.models.ResNet;
import convnets.nn.Unit;
import convnets.train.Callback;
import convnets.train.Devices;
import convnets.train.Evaluation;
import convnets.train.History;
import convnets.train.Progress;
import convnets.train.Schedule;
import convnets.train.Training;
import java.util.List;
import java.util.Locale;

/**
 * ResNet-18 on Fashion-MNIST on the device that {@link Devices#best()} names: the loss must go
 * down. {@code ci/gpu-check} reads the last line, {@code images/s NUMBER}.
 */
final class DeviceTraining {

  /** The first steps choose algorithms and fill caches. */
  private static final int WARM_UP = 10;

  private DeviceTraining() {}

  /**
   * @param arguments how many steps, above 20, and how many images a step sees
   */
  public static void main(String[] arguments) {
    int steps = Integer.parseInt(arguments[0]);
    int batchSize = Integer.parseInt(arguments[1]);
    Device device = Devices.best();
    long[] clock = new long[2];
    try (NDManager manager = NDManager.newBaseManager(device)) {
      ImageDataset train = FashionMnist.train(manager).take(Math.min(60_000, steps * batchSize));
      int stepsAnEpoch = (train.size() + batchSize - 1) / batchSize;
      Unit net = ResNet.imageNet(18).smallImages().channels(1).classes(10).build();
      History history =
          Training.of(net)
              .data(train)
              .batchSize(batchSize)
              .epochs(Math.max(1, steps / stepsAnEpoch))
              .schedule(Schedule.constant(0.02))
              .device(device)
              .on(
                  new Callback() {
                    private int done;

                    @Override
                    public void batchEnded(Progress progress) {
                      done++;
                      clock[done <= WARM_UP ? 0 : 1] = System.nanoTime();
                    }
                  })
              .fit();
      List<History.Step> losses = history.steps();
      double first = mean(losses.subList(0, 10));
      double last = mean(losses.subList(losses.size() - 10, losses.size()));
      String what = String.format(Locale.ROOT, "loss %.3f, then %.3f, on %s", first, last, device);
      if (!(last < 0.8 * first)) {
        throw new IllegalStateException("training does not learn: " + what);
      }
      System.out.println(what);
      Batches test = Batches.of(FashionMnist.test(manager).take(2_000), 500);
      System.out.println("test: " + Evaluation.of(net, test).metrics());
      double seconds = (clock[1] - clock[0]) / 1e9;
      double images = (double) (losses.size() - WARM_UP) * batchSize;
      System.out.println(String.format(Locale.ROOT, "images/s %.1f", images / seconds));
    }
  }

  private static double mean(List<History.Step> steps) {
    return steps.stream().mapToDouble(History.Step::loss).average().orElseThrow();
  }
}
