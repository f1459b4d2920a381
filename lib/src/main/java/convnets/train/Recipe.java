package convnets.train;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import convnets.Options;
import convnets.data.Batches;
import convnets.data.Mixing;
import convnets.data.Source;
import convnets.data.Transform;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Everything that a {@link Training} was told. */
final class Recipe extends Options<Recipe> {

  /** Options in which a training may differ from the one that it resumes, and why. */
  static final Map<String, String> FREE =
      Map.of(
          "test", "it decides nothing about the numbers of training",
          "epochs", "more may be asked for, if the rates agree",
          "schedule", "it is a function: its rates are compared",
          "augmentations", "they are functions, and cannot be compared",
          "transforms", "they are functions, and cannot be compared",
          "callbacks", "they look on",
          "checkpoint", "the file may have been moved");

  Learner learner;
  Source train;

  /** Null: none. */
  Source test;

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

  /** Of convolutions and fully connected layers. */
  DataType precision = DataType.FLOAT32;

  int seed;

  /** Whether the numbers must come out the same again, to the bit. */
  boolean deterministic;

  /** Null: none. */
  Averaging averaging;

  /** Of parts of the networks. */
  Rates rates = Rates.alike();

  /** The largest norm of all gradients together; 0: any. */
  double clip;

  /** How many epochs may pass without a better one; 0: all. */
  int patience;

  /** None: the best there is when training starts. */
  List<Device> devices = List.of();

  List<Callback> callbacks = List.of();

  /** Null: nowhere. */
  Path checkpoint;

  /** The learning rate of the first player in a step, from 0. */
  double rate(int step) {
    return rate(learner.players().get(0), step);
  }

  /**
   * The learning rate of a player in a step, from 0.
   *
   * @throws IllegalArgumentException if its schedule gives none that a step can take
   */
  double rate(Player player, int step) {
    int steps = steps();
    double rate = player.scheduleOr(schedule).rate(step, steps);
    if (!(rate >= 0 && rate <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "schedule gives step %d of %d the rate %s, which must be a number, 0 or above"
              .formatted(step + 1, steps, rate));
    }
    return rate;
  }

  /** How many steps the whole training has. */
  int steps() {
    long steps = (long) epochs * stepsAnEpoch();
    if (steps > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "epochs (%d) of %d steps are %d steps, and %d can be counted: train for fewer epochs"
              .formatted(epochs, stepsAnEpoch(), steps, Integer.MAX_VALUE));
    }
    return (int) steps;
  }

  /** What the players were told; nothing of the usual learner's, who has no name and no options. */
  private String players() {
    return learner.players().stream()
        .map(Player::toString)
        .filter(told -> !told.isEmpty())
        .map(told -> "; " + told)
        .collect(Collectors.joining());
  }

  /** How many images a step sees. */
  int stepSize() {
    return (int) Math.min((long) batchSize * accumulate, Integer.MAX_VALUE);
  }

  private int stepsAnEpoch() {
    return Batches.of(train, stepSize()).joinSingle().count();
  }

  List<Device> devices() {
    return devices.isEmpty() ? List.of(Devices.best()) : devices;
  }

  /** One for each step. */
  Batches trainingBatches() {
    Batches batches =
        Batches.of(train, stepSize())
            .joinSingle()
            .shuffle(seed)
            .transform(augmentations.toArray(Transform[]::new))
            .transform(transforms.toArray(Transform[]::new));
    return mixing == null ? batches : batches.mix(mixing);
  }

  Batches testBatches() {
    return Batches.of(test, batchSize).transform(transforms.toArray(Transform[]::new));
  }

  /**
   * What must agree for the same numbers to follow: the value of every option but the {@link #FREE}
   * ones, by its name.
   */
  Map<String, String> identity() {
    Map<String, String> identity = new LinkedHashMap<>();
    identity.put("learner", learner + players());
    identity.put(
        "train",
        "%d of %s with %s, classes %s"
            .formatted(train.size(), train.inputShape(), train.kinds(), train.classes()));
    identity.put("batchSize", Integer.toString(batchSize));
    identity.put("accumulate", Integer.toString(accumulate));
    identity.put("optimizer", optimizer.toString());
    identity.put("mixing", mixing == null ? "none" : mixing.toString());
    identity.put("precision", precision.toString());
    identity.put("seed", Integer.toString(seed));
    identity.put("deterministic", deterministic ? Determinism.on(devices()) : "off");
    identity.put("averaging", averaging == null ? "none" : averaging.toString());
    identity.put("rates", rates.toString());
    identity.put("clip", clip > 0 ? Double.toString(clip) : "off");
    identity.put("patience", patience > 0 ? "some" : "none"); // more may be had later
    identity.put("devices", Integer.toString(Math.max(1, devices.size())));
    return identity;
  }
}
