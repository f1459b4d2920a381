package convnets.train;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import convnets.data.Transforms;
import convnets.nn.Unit;
import convnets.weights.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A training in a process of its own, for {@link KillAndResumeTest}: goes on from its checkpoint,
 * prints {@link #STARTED} when it does, and at its end writes the weights and the history. It takes
 * its time, so that a killer knows how far it can have come.
 */
final class SavedTraining {

  static final String STARTED = "training";

  /** The least that an epoch takes. */
  static final int MILLISECONDS_AN_EPOCH = 20;

  private static final int BATCHES = 4;

  private SavedTraining() {}

  /**
   * @param arguments the checkpoint, the file for the weights, the file for the history, and how
   *     many epochs to train
   */
  public static void main(String[] arguments) throws IOException {
    try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
      Unit net = Fixtures.convNet();
      History history =
          Training.of(net)
              .data(Fixtures.rows(manager, 32 * BATCHES - 8, 1), Fixtures.rows(manager, 40, 2))
              .epochs(Integer.parseInt(arguments[3]))
              .batchSize(32)
              .augment(Transforms.padAndCrop(1), Transforms.flip())
              .smoothing(0.1)
              .seed(3)
              .device(Device.cpu())
              .checkpoint(Path.of(arguments[0]))
              .on(
                  new Callback() {
                    @Override
                    public void fitStarted(Progress progress, History soFar) {
                      System.out.println(STARTED);
                    }

                    @Override
                    public void batchEnded(Progress progress) {
                      pause(MILLISECONDS_AN_EPOCH / BATCHES);
                    }
                  })
              .fit();
      Weights.save(net, Path.of(arguments[1]));
      Files.writeString(Path.of(arguments[2]), Fixtures.numbers(history).toString());
    }
  }

  private static void pause(int milliseconds) {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
