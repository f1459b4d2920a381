package convnets.train;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import convnets.data.Batches;
import convnets.data.ImageDataset;
import convnets.data.Mixing;
import convnets.data.Transform;
import convnets.nn.Options;
import java.nio.file.Path;
import java.util.List;

/** Everything that a {@link Training} was told. */
final class Recipe extends Options<Recipe> {

  Block net;
  ImageDataset train;

  /** Null: none. */
  ImageDataset test;

  int epochs = 1;
  int batchSize = 128;

  /** How many batches make a step. */
  int accumulate = 1;

  Optimizer optimizer = Sgd.momentum(0.9).nesterov().decay(5e-4);
  Schedule schedule = Schedule.oneCycle(0.1, 0.25);
  List<Transform> augmentations = List.of();
  List<Transform> transforms = List.of();

  /** Null: images stay as they are. */
  Mixing mixing;

  double smoothing;

  /** The weight of the loss of each auxiliary output. */
  double auxiliary = 0.3;

  /** Of convolutions and fully connected layers. */
  DataType precision = DataType.FLOAT32;

  int seed;

  /** Whether the numbers must come out the same again, to the bit. */
  boolean deterministic;

  /** Null: none. */
  Averaging averaging;

  /** The largest norm of all gradients together; 0: any. */
  double clip;

  /** How many epochs may pass without a better one; 0: all. */
  int patience;

  /** None: the best there is when training starts. */
  List<Device> devices = List.of();

  List<Callback> callbacks = List.of();

  /** Null: nowhere. */
  Path checkpoint;

  /** The learning rate of a step, from 0. */
  double rate(int step) {
    int stepsPerEpoch = (train.size() + stepSize() - 1) / stepSize();
    return schedule.rate(step, Math.multiplyExact(epochs, stepsPerEpoch));
  }

  /** How many images a step sees. */
  int stepSize() {
    return Math.multiplyExact(batchSize, accumulate);
  }

  List<Device> devices() {
    return devices.isEmpty() ? List.of(Devices.best()) : devices;
  }

  /** One for each step. */
  Batches trainingBatches() {
    Batches batches =
        Batches.of(train, stepSize())
            .shuffle(seed)
            .transform(augmentations.toArray(Transform[]::new))
            .transform(transforms.toArray(Transform[]::new));
    return mixing == null ? batches : batches.mix(mixing);
  }

  Batches testBatches() {
    return Batches.of(test, batchSize).transform(transforms.toArray(Transform[]::new));
  }
}
