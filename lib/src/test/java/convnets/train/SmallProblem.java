package convnets.train;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import convnets.data.ImageDataset;
import convnets.nn.Unit;
import org.junit.jupiter.api.AfterEach;

/**
 * What tests of whole trainings share: a manager, and a small problem of {@link Fixtures} in it.
 */
abstract class SmallProblem {

  final NDManager manager = NDManager.newBaseManager(Device.cpu());
  final ImageDataset train;
  final ImageDataset test;

  SmallProblem(int trainImages, int testImages) {
    train = Fixtures.rows(manager, trainImages, 1);
    test = Fixtures.rows(manager, testImages, 2);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  /** A training on the problem that says nothing else. */
  final Training onProblem(Unit net) {
    return Training.of(net).data(train, test).device(Device.cpu());
  }
}
