package convnets.train;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
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

  private static final int BATCHES = 20;

  private SavedTraining() {}

  /**
   * @param arguments the toy, the folder for checkpoint, weights and history, how many epochs to
   *     train, and how many milliseconds an epoch takes at least
   */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[1]);
    int milliseconds = Integer.parseInt(arguments[3]);
    try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
      Toy.Play play = Toy.valueOf(arguments[0]).play(manager);
      History history =
          play.training()
              .epochs(Integer.parseInt(arguments[2]))
              .checkpoint(folder.resolve("checkpoint"))
              .on(
                  new Callback() {
                    @Override
                    public void fitStarted(Progress progress, History soFar) {
                      System.out.println(STARTED);
                    }

                    @Override
                    public void batchEnded(Progress progress) {
                      pause(milliseconds / BATCHES);
                    }
                  })
              .fit();
      for (var net : play.nets().entrySet()) {
        Weights.save(net.getValue(), folder.resolve("weights-" + net.getKey()));
      }
      Files.writeString(folder.resolve("history"), Fixtures.numbers(history).toString());
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
