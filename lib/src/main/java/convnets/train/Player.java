package convnets.train;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import convnets.Checks;
import convnets.Options;
import java.util.Objects;
import java.util.StringJoiner;

/**
 * A network that learns, and how: by its optimiser, at its rates, with its clipping and its
 * average. What is not said is as the {@link Training} says.
 *
 * <pre>{@code
 * Player forger = Player.of("generator", generator)
 *     .input(new Shape(64))
 *     .optimizer(AdamW.standard().betas(0.5, 0.999))
 *     .schedule(Schedule.constant(2e-4))
 *     .average(Averaging.decay(0.999));
 * }</pre>
 *
 * <p>Immutable: each option returns another player, with the same network.
 */
public final class Player extends Options<Player> {

  /** The only player of the usual learner has no name. */
  private static final String UNNAMED = "";

  private final String name;
  private final Block net;

  // Null: as the training says.
  private Shape input;
  private Shape second;
  private Optimizer optimizer;
  private Schedule schedule;
  private Double clip;
  private Averaging averaging;
  private Rates rates;

  private Player(String name, Block net) {
    this.name = name;
    this.net = Objects.requireNonNull(net, "net must not be null");
  }

  /**
   * A player.
   *
   * @param name as histories and checkpoints call it: "generator"
   * @param net if it has not been initialised, training does so by its seed
   */
  public static Player of(String name, Block net) {
    Objects.requireNonNull(name, "name must not be null");
    if (!name.matches("[\\w-]+( [\\w-]+)*")) {
      throw new IllegalArgumentException(
          "name (" + name + ") must be a word or a few, of letters, digits, _ and -");
    }
    return new Player(name, net);
  }

  /** The only player of a training. */
  static Player of(Block net) {
    return new Player(UNNAMED, net);
  }

  /** The shape of one input of the network, where it is not that of the training's images. */
  public Player input(Shape input) {
    Objects.requireNonNull(input, "input must not be null");
    return with(p -> p.input = input);
  }

  /**
   * The shape of one of the network's second inputs, where it has two: () for labels, which are
   * (N).
   */
  public Player secondInput(Shape input) {
    Objects.requireNonNull(input, "input must not be null");
    return with(p -> p.second = input);
  }

  /** How gradients become changes. */
  public Player optimizer(Optimizer optimizer) {
    Objects.requireNonNull(optimizer, "optimizer must not be null");
    return with(p -> p.optimizer = optimizer);
  }

  /** How the learning rate goes. */
  public Player schedule(Schedule schedule) {
    Objects.requireNonNull(schedule, "schedule must not be null");
    return with(p -> p.schedule = schedule);
  }

  /** The largest norm of all gradients together: {@link Training#clip}. */
  public Player clip(double norm) {
    double limit = Checks.positive("norm", norm);
    return with(p -> p.clip = limit);
  }

  /** Keeps a moving average of the weights: {@link Training#average}. */
  public Player average(Averaging averaging) {
    Objects.requireNonNull(averaging, "averaging must not be null");
    return with(p -> p.averaging = averaging);
  }

  /** How fast parts of the network learn, if at all. */
  public Player rates(Rates rates) {
    Objects.requireNonNull(rates, "rates must not be null");
    return with(p -> p.rates = rates);
  }

  /** What it is called; empty for the only player of the usual learner. */
  public String name() {
    return name;
  }

  /** The network. */
  public Block net() {
    return net;
  }

  /**
   * The shapes of what the network takes.
   *
   * @param images the shape of one, where the player does not say another
   */
  Shape[] inputs(int batchSize, Shape images) {
    Shape batch = new Shape(batchSize);
    Shape first = batch.addAll(input == null ? images : input);
    return second == null ? new Shape[] {first} : new Shape[] {first, batch.addAll(second)};
  }

  Optimizer optimizerOr(Optimizer other) {
    return optimizer == null ? other : optimizer;
  }

  Schedule scheduleOr(Schedule other) {
    return schedule == null ? other : schedule;
  }

  double clipOr(double other) {
    return clip == null ? other : clip;
  }

  Averaging averagingOr(Averaging other) {
    return averaging == null ? other : averaging;
  }

  Rates ratesOr(Rates other) {
    return rates == null ? other : rates;
  }

  /** What the name of something of this player begins with in a checkpoint. */
  String prefix() {
    return name.isEmpty() ? "" : name + "/";
  }

  /**
   * Its name, and the options that it was told, as a checkpoint compares them. The schedule is not
   * among them: it is a function, and its rates are compared.
   */
  @Override
  public String toString() {
    StringJoiner told = new StringJoiner(", ", name + " (", ")");
    told.setEmptyValue(name);
    tell(told, "input", input);
    tell(told, "second input", second);
    tell(told, "optimizer", optimizer);
    tell(told, "clip", clip);
    tell(told, "average", averaging);
    tell(told, "rates", rates);
    return told.toString();
  }

  private static void tell(StringJoiner told, String option, Object value) {
    if (value != null) {
      told.add(option + " " + value);
    }
  }
}
