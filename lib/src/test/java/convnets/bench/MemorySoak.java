package convnets.bench;

import ai.djl.ndarray.NDManager;
import convnets.data.FashionMnist;
import convnets.data.ImageDataset;
import convnets.data.Transforms;
import convnets.models.ResNet;
import convnets.nn.Unit;
import convnets.train.Callback;
import convnets.train.Progress;
import convnets.train.Training;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Resident memory of the process while a small ResNet trains for some thousand steps, with
 * augmentation and evaluation: it must stay flat after the first hundreds. Linux only.
 */
final class MemorySoak {

  private MemorySoak() {}

  public static void main(String[] arguments) {
    int epochs = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10;
    try (NDManager manager = NDManager.newBaseManager()) {
      ImageDataset train = FashionMnist.train(manager).take(20_000);
      ImageDataset test = FashionMnist.test(manager).take(2_000);
      Unit net = ResNet.cifar(8).channels(1).stemStride(2).build();
      Training.of(net)
          .data(train, test)
          .augment(Transforms.padAndCrop(2), Transforms.flip(), Transforms.cutout(8))
          .transform(Transforms.normalise(FashionMnist.STATISTICS))
          .epochs(epochs)
          .on(
              new Callback() {
                @Override
                public void batchEnded(Progress progress) {
                  if (progress.batch() % 50 == 0) {
                    int step = (progress.epoch() - 1) * progress.batches() + progress.batch();
                    System.out.println(String.format("step %5d: %,d MiB", step, resident()));
                  }
                }
              })
          .fit();
    }
  }

  private static long resident() {
    try {
      String[] pages = Files.readString(Path.of("/proc/self/statm")).split(" ");
      return Long.parseLong(pages[1]) * 4096 >> 20;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
