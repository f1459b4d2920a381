package convnets.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import convnets.models.Models;
import convnets.train.Sgd;
import convnets.train.Updater;
import java.util.Arrays;
import java.util.List;

/**
 * ResNet-50 of this library beside the same network of plain DJL blocks composed the ordinary way,
 * in turn in one run: a training step (forward, loss, backward, SGD with momentum, ours and DJL's)
 * and inference. Prints medians and the ratio; CONTRIBUTING.md says how to run it.
 */
final class PlainBlocksBenchmark {

  private static final Shape INPUT = new Shape(8, 3, 128, 128);

  private PlainBlocksBenchmark() {}

  public static void main(String[] arguments) {
    int repeats = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 15;
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray images = manager.randomNormal(INPUT);
      NDArray labels = manager.create(new long[] {0, 1, 2, 3, 4, 5, 6, 7});
      Block ours = Models.resnet50();
      Block plain = plainResnet50();
      for (Block net : List.of(ours, plain)) {
        net.initialize(manager, DataType.FLOAT32, INPUT);
      }
      Updater updater = Sgd.momentum(0.9).start(ours, manager);
      Optimizer optimizer =
          Optimizer.sgd().setLearningRateTracker(Tracker.fixed(0.01f)).optMomentum(0.9f).build();
      Runnable[] updates = {() -> updater.step(0.01), () -> update(plain, optimizer)};
      for (boolean training : new boolean[] {true, false}) {
        double[][] times = new double[2][repeats];
        for (int i = -3; i < repeats; i++) {
          for (int which = 0; which < 2; which++) {
            long start = System.nanoTime();
            step(which == 0 ? ours : plain, manager, images, labels, training);
            if (training) {
              updates[which].run();
            }
            if (i >= 0) {
              times[which][i] = (System.nanoTime() - start) / 1e6;
            }
          }
        }
        double a = median(times[0]);
        double b = median(times[1]);
        System.out.println(
            String.format(
                "ResNet-50, batch 8 at 128², %s: ours %.0f ms, plain blocks %.0f ms, ratio %.2f",
                training ? "training step" : "inference", a, b, b / a));
      }
    }
  }

  private static void step(
      Block net, NDManager manager, NDArray images, NDArray labels, boolean training) {
    try (NDManager step = manager.newSubManager()) {
      NDArray x = images.duplicate();
      x.attach(step);
      ParameterStore store = new ParameterStore(step, false);
      if (!training) {
        net.forward(store, new NDList(x), false, null).head().sum().getFloat();
        return;
      }
      try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
        NDList logits = net.forward(store, new NDList(x), true, null);
        collector.backward(Loss.softmaxCrossEntropyLoss().evaluate(new NDList(labels), logits));
      }
    }
  }

  /** What DJL's trainer does after a backward pass. */
  private static void update(Block net, Optimizer optimizer) {
    for (Parameter parameter : net.getParameters().values()) {
      if (parameter.requiresGradient()) {
        NDArray value = parameter.getArray();
        optimizer.update(parameter.getId(), value, value.getGradient());
      }
    }
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static Block plainResnet50() {
    SequentialBlock net =
        new SequentialBlock()
            .add(conv(64, 7, 2))
            .add(BatchNorm.builder().build())
            .add(Activation.reluBlock())
            .add(Pool.maxPool2dBlock(new Shape(3, 3), new Shape(2, 2), new Shape(1, 1)));
    int in = 64;
    int[] blocks = {3, 4, 6, 3};
    for (int stage = 0; stage < 4; stage++) {
      int width = 64 << stage;
      for (int i = 0; i < blocks[stage]; i++) {
        int stride = i == 0 && stage > 0 ? 2 : 1;
        Block body =
            new SequentialBlock()
                .add(conv(width, 1, 1))
                .add(BatchNorm.builder().build())
                .add(Activation.reluBlock())
                .add(conv(width, 3, stride))
                .add(BatchNorm.builder().build())
                .add(Activation.reluBlock())
                .add(conv(4 * width, 1, 1))
                .add(BatchNorm.builder().build());
        Block skip =
            in == 4 * width
                ? Blocks.identityBlock()
                : new SequentialBlock()
                    .add(conv(4 * width, 1, stride))
                    .add(BatchNorm.builder().build());
        net.add(
                new ParallelBlock(
                    lists -> new NDList(NDArrays.add(lists.get(0).head(), lists.get(1).head())),
                    List.of(body, skip)))
            .add(Activation.reluBlock());
        in = 4 * width;
      }
    }
    return net.add(Pool.globalAvgPool2dBlock()).add(Linear.builder().setUnits(1000).build());
  }

  private static Block conv(int filters, int kernel, int stride) {
    return Conv2d.builder()
        .setFilters(filters)
        .setKernelShape(new Shape(kernel, kernel))
        .optStride(new Shape(stride, stride))
        .optPadding(new Shape(kernel / 2, kernel / 2))
        .optBias(false)
        .build();
  }
}
