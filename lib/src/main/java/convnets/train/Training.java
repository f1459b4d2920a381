package convnets.train;

import ai.djl.Device;
import ai.djl.TrainingDivergedException;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import convnets.Checks;
import convnets.Lists;
import convnets.data.Batches;
import convnets.data.Mixing;
import convnets.data.Source;
import convnets.data.Transform;
import convnets.nn.Unit;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The door to training.
 *
 * <pre>{@code
 * History history = Training.of(net)
 *     .data(train, test)
 *     .epochs(4)
 *     .optimizer(Sgd.momentum(0.9).nesterov().decay(5e-4))
 *     .schedule(Schedule.oneCycle(0.1, 0.25))
 *     .augment(padAndCrop(2), flip())
 *     .transform(normalise(FashionMnist.STATISTICS))
 *     .seed(1)
 *     .fit();
 * }</pre>
 *
 * <p>Immutable: every option returns another training. What is not said is as in the example, with
 * one epoch, batches of 128, images as they are and seed 0. Where a {@link Learner} has several
 * networks, optimiser, schedule, clipping, average and rates hold for each {@link Player} that says
 * nothing itself.
 *
 * <p>The same seed gives the same numbers, to the bit on a CPU with the same number of threads. So
 * it does beside other trainings on other threads: their steps take turns, as the engine has one
 * generator of random numbers. What else draws from that at the same time changes the numbers.
 *
 * <p>Batch norm cannot learn from a single number for each channel, so no image stays alone: if one
 * is left over at the end of an epoch, it joins the last batch.
 */
public final class Training {

  private static final Set<DataType> PRECISIONS =
      EnumSet.of(DataType.FLOAT32, DataType.BFLOAT16, DataType.FLOAT16);

  private final Recipe recipe;

  private Training(Recipe recipe) {
    this.recipe = recipe;
  }

  /**
   * A training of a network.
   *
   * @param net from images to what the {@link #task} takes; of classes, from (N, C, H, W) to logits
   *     (N, classes). If it has not been initialised, {@link #fit} does so by the seed; its
   *     parameters then live until {@code net.clear()}
   */
  public static Training of(Block net) {
    return of(Supervised.of(net));
  }

  /**
   * A training of several networks, or of one in another way than by a {@link #task}.
   *
   * @throws IllegalArgumentException if there is no player, or two have one name
   */
  public static Training of(Learner learner) {
    Objects.requireNonNull(learner, "learner must not be null");
    List<Player> players = learner.players();
    long names = players.stream().map(Player::name).distinct().count();
    if (players.isEmpty() || names < players.size()) {
      throw new IllegalArgumentException(
          "players " + players + " must be one or more, each with a name of its own");
    }
    return new Training(new Recipe().with(r -> r.learner = learner));
  }

  /**
   * What to train for, in place of {@link Classification#standard}.
   *
   * @throws IllegalStateException if the training is that of a {@link Learner}
   */
  public Training task(Task task) {
    Objects.requireNonNull(task, "task must not be null");
    Player player = supervised("task").player();
    return with(r -> r.learner = new Supervised(player, task));
  }

  private Supervised supervised(String option) {
    if (recipe.learner instanceof Supervised supervised) {
      return supervised;
    }
    throw new IllegalStateException(
        option + " is an option of training a network, and this trains " + recipe.learner);
  }

  /** What to train on; there is no evaluation. */
  public Training data(Source train) {
    checkNotEmpty("train", train);
    return with(
        r -> {
          r.train = train;
          r.test = null;
        });
  }

  /**
   * What to train on, and what to evaluate on after each epoch.
   *
   * @throws IllegalArgumentException if both name their classes, and not the same ones in the same
   *     order: a number would mean one class in training and another in the test
   */
  public Training data(Source train, Source test) {
    checkNotEmpty("train", train);
    checkNotEmpty("test", test);
    checkSameClasses(train.classes(), test.classes());
    return with(
        r -> {
          r.train = train;
          r.test = test;
        });
  }

  private static void checkSameClasses(List<String> train, List<String> test) {
    if (!train.isEmpty() && !test.isEmpty() && !train.equals(test)) {
      throw new IllegalArgumentException(
          ("train has the classes %s, and test has %s: their numbers would mean different things."
                  + " Give both the same classes, in the same order")
              .formatted(train, test));
    }
  }

  private static void checkNotEmpty(String name, Source data) {
    Objects.requireNonNull(data, () -> name + " must not be null");
    if (data.size() == 0) {
      throw new IllegalArgumentException(name + " (" + data + ") must hold at least one image");
    }
  }

  /** How often every image is trained on. */
  public Training epochs(int epochs) {
    Checks.positive("epochs", epochs);
    return with(r -> r.epochs = epochs);
  }

  /**
   * How many images are trained on at once, unless {@link #accumulate} says otherwise a step; the
   * last step of an epoch may see fewer, or one more.
   */
  public Training batchSize(int batchSize) {
    Checks.positive("batchSize", batchSize);
    return with(r -> r.batchSize = batchSize);
  }

  /**
   * Has a step see several batches, whose gradients are added up one batch after the other: a large
   * step in the memory of a small one. Everything that counts batches then counts steps: the
   * schedule, the progress, the history.
   *
   * <p>A step's images are drawn and augmented together, and its loss is the mean over all of them,
   * so it is the step of {@code batchSize(batches * batchSize)} but for rounding. Only batch norm
   * differs: it sees one batch at a time. The last step of an epoch has what is left.
   *
   * @param batches at least 1
   */
  public Training accumulate(int batches) {
    Checks.positive("batches", batches);
    return with(r -> r.accumulate = batches);
  }

  /** How gradients become changes: {@link Sgd} or {@link AdamW}. */
  public Training optimizer(Optimizer optimizer) {
    Objects.requireNonNull(optimizer, "optimizer must not be null");
    return with(r -> r.optimizer = optimizer);
  }

  /** How the learning rate goes. */
  public Training schedule(Schedule schedule) {
    Objects.requireNonNull(schedule, "schedule must not be null");
    return with(r -> r.schedule = schedule);
  }

  /** What is done to the images of training alone, first to last, before {@link #transform}. */
  public Training augment(Transform... steps) {
    return with(r -> r.augmentations = List.of(steps));
  }

  /** What is done to every image, of training and of the test: normalising. */
  public Training transform(Transform... steps) {
    return with(r -> r.transforms = List.of(steps));
  }

  /**
   * How the images of a batch are mixed with one another in training, after {@link #transform};
   * none is otherwise. Training's accuracy then counts the class that has the larger share in an
   * image, and its loss cannot reach 0.
   */
  public Training mix(Mixing mixing) {
    Objects.requireNonNull(mixing, "mixing must not be null");
    return with(r -> r.mixing = mixing);
  }

  /**
   * Label smoothing: the same as {@code task(Classification.standard().smoothing(smoothing))}.
   *
   * @param smoothing the share of each target spread evenly over all classes, from 0 to below 1
   * @throws IllegalStateException if the task is another one
   */
  public Training smoothing(double smoothing) {
    return task(classification("smoothing").smoothing(smoothing));
  }

  /**
   * How much the loss of each auxiliary output adds to that of the main one, for networks that have
   * auxiliary heads in training. Otherwise 0.3, as for GoogLeNet; torchvision gives Inception-V3's
   * 0.4.
   *
   * @param weight 0 or above; 0 leaves the heads untrained
   * @throws IllegalStateException if the task is another one
   */
  public Training auxiliary(double weight) {
    return task(classification("auxiliary").auxiliary(weight));
  }

  private Classification classification(String option) {
    Task task = supervised(option).task();
    if (task instanceof Classification classification) {
      return classification;
    }
    throw new IllegalStateException(
        option + " is an option of classification, and the task is " + task);
  }

  /**
   * Keeps a moving average of the weights and the running statistics (Polyak and Juditsky 1992;
   * timm's {@code ModelEmaV2}). It is what each epoch's evaluation measures, and what the network
   * holds when {@link #fit} returns; training itself goes on with the live weights.
   *
   * @param decay what stays of the average at a step, from 0 to below 1, as 0.999
   */
  public Training average(double decay) {
    return average(Averaging.decay(decay));
  }

  /** The same, for example with a warm-up: {@code average(Averaging.decay(0.999).warmUp())}. */
  public Training average(Averaging averaging) {
    Objects.requireNonNull(averaging, "averaging must not be null");
    return with(r -> r.averaging = averaging);
  }

  /**
   * Scales the gradients of a step down where their norm, over all parameters together, is above a
   * limit (Pascanu et al. 2012, arXiv:1211.5063, algorithm 1; PyTorch's {@code clip_grad_norm_}).
   *
   * @param norm above 0
   */
  public Training clip(double norm) {
    Checks.positive("norm", norm);
    return with(r -> r.clip = norm);
  }

  /**
   * Has a part of the network learn at another rate, as in fine-tuning, where what was trained
   * before learns slower: {@code rate("features", 0.1)}. See {@link Rates} for what names mean.
   *
   * @param names of parameters or scopes
   * @param factor of the schedule's rate, above 0
   */
  public Training rate(String names, double factor) {
    Rates rates = recipe.rates.rate(names, factor);
    return with(r -> r.rates = rates);
  }

  /**
   * Has a part of the network not learn in this training, nor its batch norms' running statistics
   * move: {@code freeze("features")}. What it costs to train it is saved. Afterwards it is as
   * trainable as before.
   *
   * @param names of parameters or scopes, see {@link Rates}
   */
  public Training freeze(String names) {
    Rates rates = recipe.rates.freeze(names);
    return with(r -> r.rates = rates);
  }

  /**
   * Ends training when the leading metric has not got better on the test set for some epochs (of
   * classes, the error), and has each network hold the weights of the best epoch ({@link
   * History#best}), also if all epochs are trained or the thread is interrupted after one. The
   * schedule still reckons with all epochs.
   *
   * <p>The test set then helped to choose the weights, so it flatters them: keep images apart that
   * decide nothing, and evaluate on these.
   *
   * @param patience how many epochs may pass without a better one, at least 1
   */
  public Training stopEarly(int patience) {
    Checks.positive("patience", patience);
    return with(r -> r.patience = patience);
  }

  /**
   * Trains in mixed precision, as PyTorch's {@code autocast} does (Micikevicius et al. 2017,
   * arXiv:1710.03740): convolutions and fully connected layers compute in this precision, and what
   * comes after them takes what it gets. Weights, running statistics, the optimiser's state and the
   * loss stay in single precision, as does evaluation. So do blocks that are not units of this
   * library, where they are parts of the network; a network that is none altogether is refused.
   *
   * <p>BFLOAT16 has the range of single precision and keeps 8 bits of each number. It saves time
   * where the processor computes with it (AVX-512 BF16, AMX, GPUs since Ampere). On other CPUs
   * numbers are rounded to it and computed with in single precision, which saves none. FLOAT16 is
   * for CUDA: small gradients vanish in it, so that the loss is multiplied by a scale, which is
   * halved whenever gradients overflow, that step being left out, and doubled after 2,000 steps in
   * which none did (PyTorch's {@code GradScaler}).
   *
   * @param precision FLOAT32, which is how it is otherwise, BFLOAT16 or FLOAT16
   */
  public Training precision(DataType precision) {
    if (!PRECISIONS.contains(precision)) {
      throw new IllegalArgumentException(
          "precision (" + precision + ") must be FLOAT32, BFLOAT16 or FLOAT16");
    }
    return with(r -> r.precision = precision);
  }

  /** Decides the initial weights, the order of images, augmentation and dropout. */
  public Training seed(int seed) {
    return with(r -> r.seed = seed);
  }

  /**
   * Promises the same numbers again, to the bit, or refuses to train.
   *
   * <p>One CPU keeps the promise as it is, with the same number of threads, version of PyTorch and
   * kind of processor; a checkpoint then remembers these three, and {@link #fit} refuses to go on
   * with it under others. On a GPU, and on several devices, the promise cannot be kept yet.
   */
  public Training deterministic() {
    return with(r -> r.deterministic = true);
  }

  /** Where to compute; the network is moved there. Otherwise {@link Devices#best()}. */
  public Training device(Device device) {
    Objects.requireNonNull(device, "device must not be null");
    return with(r -> r.devices = List.of(device));
  }

  /**
   * Where to compute, side by side: each batch is split into a part for each device, which has a
   * replica of the weights; the gradients meet on the first one, where the network is. The numbers
   * are those of one device but for rounding, with an exception as in PyTorch's {@code
   * DataParallel}: batch norm sees the images of its part only, and the running statistics are
   * those of the first part.
   *
   * <p>The CPU may be named several times, to try it; the parts then draw for dropout from one
   * generator, in an order that changes.
   *
   * @param devices at least one, each GPU once; see {@link Devices#all()}
   */
  public Training devices(Device... devices) {
    List<Device> all = List.of(devices);
    if (all.isEmpty()) {
      throw new IllegalArgumentException("devices (none) must be at least one");
    }
    List<Device> gpus = all.stream().filter(device -> !device.equals(Device.cpu())).toList();
    if (gpus.stream().distinct().count() < gpus.size()) {
      throw new IllegalArgumentException("devices " + all + " must name each GPU once");
    }
    return with(r -> r.devices = all);
  }

  /** Who looks on, besides those named before. */
  public Training on(Callback callback) {
    Objects.requireNonNull(callback, "callback must not be null");
    return with(r -> r.callbacks = Lists.and(r.callbacks, callback));
  }

  /**
   * A file that training is saved to after every epoch and when it is interrupted. If it exists,
   * {@link #fit} goes on from there, with the same numbers as without the break: if all epochs are
   * done, it only loads the network and returns the history.
   *
   * <p>A checkpoint of another network or of another training is refused. Transforms and the pixels
   * themselves are not compared. More epochs may be asked for than at first, if the schedule gives
   * the rates that the steps so far have had.
   */
  public Training checkpoint(Path file) {
    Objects.requireNonNull(file, "file must not be null");
    return with(r -> r.checkpoint = file);
  }

  /** The batches of one epoch after another, as the network will see them. */
  public Batches batches() {
    checkComplete();
    return recipe.trainingBatches();
  }

  /**
   * Trains.
   *
   * <p>Interrupting the thread, as a notebook's stop button does, ends training at the next batch:
   * the network stays as it is (or gets its {@link #average} or its {@link #stopEarly best
   * weights}), the checkpoint is written, the history says {@link History#interrupted}, and the
   * thread's flag is cleared, so that what follows runs as usual.
   *
   * @throws IllegalStateException if there is no training set, or no test set for {@link
   *     #stopEarly}, or {@link #deterministic} cannot be kept, or the network or the devices cannot
   *     compute in the {@link #precision}, or all parameters of a network are frozen
   * @throws IllegalArgumentException if data and outputs do not suit each other, or a {@link #rate}
   *     names no parameter of a network
   * @throws TrainingDivergedException if the loss is no longer a number
   * @throws CheckpointException if the checkpoint cannot be read or does not fit; the network is
   *     then as it was, or initialised if it was not
   */
  public History fit() {
    checkComplete();
    return Loop.run(recipe);
  }

  /** The same as {@code findRate(1e-5, 10, 200)}. */
  public RateSearch findRate() {
    return findRate(1e-5, 10, 200);
  }

  /**
   * Searches for a learning rate (Smith 2015, arXiv:1506.01186, section 3.3): trains as told, but
   * at a rate that rises exponentially from step to step, until the smoothed loss is four times its
   * lowest value. Then the network is put back as it was, running statistics included, so that
   * {@link #fit} gives the same numbers as without the search. No checkpoint is written or read.
   *
   * <p>Interrupting the thread ends the search with what it has found so far.
   *
   * @param low the first rate, above 0
   * @param high the last rate, if the loss does not explode before it
   * @param steps at least 2, better some hundred
   * @throws IllegalStateException if the loss is not a number at the first rate already
   */
  public RateSearch findRate(double low, double high, int steps) {
    Checks.positive("low", low);
    Checks.positive("high", high);
    if (high <= low) {
      throw new IllegalArgumentException("high (" + high + ") must be above low (" + low + ")");
    }
    if (steps < 2) {
      throw new IllegalArgumentException("steps (" + steps + ") must be at least 2");
    }
    checkComplete();
    return RateFinder.run(recipe, RateFinder.rising(low, high, steps));
  }

  private void checkComplete() {
    if (recipe.train == null) {
      throw new IllegalStateException("there is nothing to train on: call data(train, test) first");
    }
    if (recipe.patience > 0 && recipe.test == null) {
      throw new IllegalStateException(
          "stopEarly looks at a test set: call data(train, test), with one");
    }
    if (recipe.mixing != null && !supervised("mix").task().takesMixed()) {
      throw new IllegalStateException(
          "mix is for tasks that take mixed images, as classification, and the task is "
              + supervised("mix").task());
    }
    checkPrecision();
    if (recipe.deterministic) {
      Determinism.on(recipe.devices());
    }
  }

  private void checkPrecision() {
    if (recipe.precision == DataType.FLOAT32) {
      return;
    }
    for (Player player : recipe.learner.players()) {
      if (!(player.net() instanceof Unit)) {
        throw new IllegalStateException(
            "precision(%s) needs a network made of the layers of convnets.nn, but %s is none: %s"
                .formatted(
                    recipe.precision,
                    player.net().getClass().getSimpleName(),
                    "make it with seq(…), or train in FLOAT32"));
      }
    }
    if (recipe.precision == DataType.FLOAT16
        && !recipe.devices().stream().allMatch(Device::isGpu)) {
      throw new IllegalStateException(
          "precision(FLOAT16) is for CUDA, and the devices are %s: train in BFLOAT16"
              .formatted(recipe.devices()));
    }
  }

  private Training with(Consumer<Recipe> change) {
    return new Training(recipe.with(change));
  }
}
