package convnets.cli;

import ai.djl.ndarray.NDManager;
import convnets.data.FashionMnist;
import convnets.data.ImageDataset;
import convnets.data.Transforms;
import convnets.models.ResNet;
import convnets.nn.Unit;
import convnets.train.Schedule;
import convnets.train.Sgd;
import convnets.train.Training;

/**
 * Epochs of Fashion-MNIST as in the chapter on residual networks: ResNet-20 for small grey images,
 * with random crops and flips.
 */
final class EpochWorkload implements Workload {

  private final Unit net = ResNet.cifar(20).channels(1).stemStride(2).build();
  private final Training training;

  EpochWorkload(Setting setting, NDManager manager) {
    ImageDataset data = FashionMnist.train(manager).take(setting.images());
    training =
        Training.of(net)
            .data(data)
            .batchSize(setting.batch())
            .augment(Transforms.padAndCrop(2), Transforms.flip())
            .transform(Transforms.normalise(FashionMnist.STATISTICS))
            .optimizer(Sgd.momentum(0.9).nesterov().decay(5e-4))
            .schedule(Schedule.oneCycle(0.05, 0.25));
  }

  @Override
  public double run(int epochs) {
    return Workload.seconds(() -> training.epochs(epochs).fit());
  }

  @Override
  public void close() {
    net.clear();
  }
}
