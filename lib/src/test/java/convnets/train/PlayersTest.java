package convnets.train;

import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.batchNorm;
import static convnets.nn.Layers.linear;
import static convnets.nn.Layers.relu;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import convnets.data.Batch;
import convnets.data.Examples;
import convnets.nn.Pass;
import convnets.nn.Unit;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two networks that play against each other, each of which learns by itself. */
class PlayersTest {

  private static final int ROWS = 24;

  {
    Engine.getInstance().setRandomSeed(1);
  }

  @TempDir Path folder;
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  /** A forger's inputs and real points to compare with, in columns 0 to 1 and 2 to 3. */
  private final Examples rows =
      Examples.of(
          manager.randomNormal(new Shape(ROWS, 2)), manager.randomNormal(new Shape(ROWS, 2)));

  /** The critic tells real from forged by its mean score; the forger wants a high one. */
  private record Critique(Player forger, Player critic, boolean together) implements Learner {

    static Critique of(Unit forger, Unit critic) {
      Optimizer plain = Sgd.plain();
      return new Critique(
          Player.of("forger", forger).optimizer(plain),
          Player.of("critic", critic).optimizer(plain),
          false);
    }

    @Override
    public List<Player> players() {
      return List.of(forger, critic);
    }

    @Override
    public Outcome step(Step step) {
      Gradients judging = step.differentiate(critic, this::judge);
      if (together) {
        Gradients forging = step.differentiate(forger, this::forge);
        step.update(judging);
        return step.update(forging);
      }
      Outcome judgement = step.update(judging);
      return step.update(step.differentiate(forger, this::forge)).beside(judgement.loss());
    }

    Outcome judge(Pass pass, Batch batch) {
      NDArray forged = pass.predict(forger.net(), batch.images()).stopGradient();
      NDArray real = batch.targets().head();
      NDArray gap =
          pass.predict(critic.net(), forged).mean().sub(pass.predict(critic.net(), real).mean());
      return Outcome.of(gap, batch);
    }

    Outcome forge(Pass pass, Batch batch) {
      NDArray forged = pass.predict(forger.net(), batch.images());
      return Outcome.of(pass.predict(critic.net(), forged).mean().neg(), batch);
    }

    @Override
    public NDList predict(Pass pass, Batch batch) {
      return new NDList(pass.predict(forger.net(), batch.images()));
    }

    @Override
    public Measure measure(NDManager manager) {
      return new Counting(Task.regression("gap", (x, y) -> x.mean().sub(y.mean())), manager);
    }

    @Override
    public String toString() {
      return "critique";
    }
  }

  /** With all that moves in a pass of training without being learned. */
  private static Unit normed(int in, int out) {
    return seq(linear(in, 5).spectralNorm(), batchNorm(5), relu(), linear(5, out));
  }

  private Training training(Learner learner) {
    return Training.of(learner)
        .data(rows)
        .batchSize(ROWS)
        .schedule(Schedule.constant(0.1))
        .device(Device.cpu());
  }

  /** Runs something in place of a step. */
  private void inAStep(Critique game, BiConsumer<Critique, Step> turn) {
    training(
            new Learner() {
              @Override
              public List<Player> players() {
                return game.players();
              }

              @Override
              public Outcome step(Step step) {
                turn.accept(game, step);
                return Outcome.of(step.batch().manager().create(0f), step.batch());
              }

              @Override
              public NDList predict(Pass pass, Batch batch) {
                return game.predict(pass, batch);
              }

              @Override
              public Measure measure(NDManager manager) {
                return game.measure(manager);
              }
            })
        .fit();
  }

  private static Map<String, List<Float>> gradients(Block net) {
    Map<String, List<Float>> gradients = new LinkedHashMap<>();
    for (var pair : net.getParameters()) {
      Parameter parameter = pair.getValue();
      if (parameter.requiresGradient()) {
        List<Float> values = new ArrayList<>();
        for (float value : parameter.getArray().getGradient().toFloatArray()) {
          values.add(value);
        }
        gradients.put(pair.getKey(), values);
      }
    }
    return gradients;
  }

  /** What an expert is made of moves in its own turn alone, however often the other plays on it. */
  @Test
  void aTurnLeavesTheOthersToTheBit() {
    Critique game = Critique.of(normed(2, 2), normed(2, 1));
    inAStep(
        game,
        (g, step) -> {
          for (Player own : g.players()) {
            Player other = own == g.forger ? g.critic : g.forger;
            Map<String, List<Float>> ownBefore = Fixtures.weights(own.net());
            Map<String, List<Float>> otherBefore = Fixtures.weights(other.net());
            Map<String, List<Float>> otherGradients = gradients(other.net());
            Objective objective = own == g.forger ? g::forge : g::judge;
            step.update(step.differentiate(own, objective));
            assertThat(Fixtures.weights(other.net())).isEqualTo(otherBefore);
            assertThat(gradients(other.net())).isEqualTo(otherGradients);
            Map<String, List<Float>> after = Fixtures.weights(own.net());
            for (String moved :
                List.of("fc1.weight_orig", "fc1.weight_u", "bn1.running_mean", "bn1.running_var")) {
              assertThat(after.get(moved)).as(moved).isNotEqualTo(ownBefore.get(moved));
            }
          }
        });
  }

  private static Unit scalar(NDManager manager, float weight, float bias) {
    Unit net = linear(1, 1);
    net.initialize(manager, DataType.FLOAT32, new Shape(1, 1));
    net.getParameters().get("weight").getArray().set(new float[] {weight});
    net.getParameters().get("bias").getArray().set(new float[] {bias});
    return net;
  }

  private static float value(Player player, String name) {
    return player.net().getParameters().get(name).getArray().getFloat();
  }

  /** x = a z + b, score = w x + c: every gradient can be written down. */
  @Test
  void turnsAreTakenOneAfterTheOtherOrTogetherAsTheLearnerSays() {
    NDArray z = manager.create(new float[] {1, 2, 6}, new Shape(3, 1));
    NDArray real = manager.create(new float[] {4, 5, 9}, new Shape(3, 1));
    for (boolean together : new boolean[] {false, true}) {
      Critique turns = Critique.of(scalar(manager, 2, 1), scalar(manager, 0.5f, 3));
      Critique game = new Critique(turns.forger, turns.critic, together);
      History history = training(game).data(Examples.of(z, real)).batchSize(3).fit();
      double a = 2;
      double b = 1;
      double w = 0.5;
      double before = w;
      w -= 0.1 * (a * 3 + b - 6); // d gap / dw = mean forged - mean real
      double seen = together ? before : w;
      a += 0.1 * seen * 3; // d -score / da = -w mean z
      b += 0.1 * seen;
      assertThat(value(game.critic, "weight")).isCloseTo((float) w, within(1e-6f));
      assertThat(value(game.critic, "bias")).isCloseTo(3, within(1e-6f)); // the gap knows no c
      assertThat(value(game.forger, "weight")).isCloseTo((float) a, within(1e-6f));
      assertThat(value(game.forger, "bias")).isCloseTo((float) b, within(1e-6f));
      assertThat(history.steps().get(0).loss()).isCloseTo(-(seen * (2 * 3 + 1) + 3), within(1e-5));
    }
  }

  @Test
  void everyPlayerHasItsOwnOptimiserClippingScheduleRatesAndAverage() {
    Critique usual = Critique.of(scalar(manager, 2, 1), scalar(manager, 0.5f, 3));
    Critique game =
        new Critique(
            usual.forger.clip(0.01).schedule(Schedule.constant(1)).average(Averaging.decay(0.5)),
            usual.critic.rates(Rates.alike().rate("weight", 0.5)),
            true);
    NDArray z = manager.create(new float[] {1, 2, 6}, new Shape(3, 1));
    NDArray real = manager.create(new float[] {4, 5, 9}, new Shape(3, 1));
    History history = training(game).data(Examples.of(z, real)).batchSize(3).fit();
    assertThat(value(game.critic, "weight")).isCloseTo(0.5f - 0.05f * 1, within(1e-6f));
    double norm = Math.hypot(0.5 * 3, 0.5);
    // The step is 1 · 0.01 g / |g|, and half of it is in the average that the network ends with.
    assertThat(value(game.forger, "weight"))
        .isCloseTo((float) (2 + 0.5 * 0.01 * 0.5 * 3 / norm), within(1e-6f));
    assertThat(history.steps().get(0).rate()).isEqualTo(1); // the first player's
  }

  @Test
  void sharesOfDevicesMakeTheSameSteps() {
    Unit[][] nets = new Unit[2][];
    for (int i = 0; i < 2; i++) {
      nets[i] = new Unit[] {seq(linear(2, 2)), seq(linear(2, 5), relu(), linear(5, 1))};
      for (Unit net : nets[i]) {
        net.initialize(manager, DataType.FLOAT32, new Shape(1, 2));
      }
    }
    for (int k = 0; k < 2; k++) {
      Fixtures.copyWeights(nets[0][k], nets[1][k]);
    }
    training(Critique.of(nets[0][0], nets[0][1])).epochs(5).fit();
    training(Critique.of(nets[1][0], nets[1][1]))
        .epochs(5)
        .batchSize(8)
        .accumulate(3)
        .devices(Device.cpu(), Device.cpu())
        .fit();
    for (int k = 0; k < 2; k++) {
      var expected = Fixtures.weights(nets[0][k]);
      Fixtures.weights(nets[1][k])
          .forEach(
              (name, values) -> {
                for (int i = 0; i < values.size(); i++) {
                  assertThat(values.get(i)).isCloseTo(expected.get(name).get(i), within(1e-5f));
                }
              });
    }
  }

  @Test
  void noArrayIsLeftByAStep() {
    Critique game = Critique.of(normed(2, 2), normed(2, 1));
    List<Integer> live = new ArrayList<>();
    training(game)
        .epochs(40)
        .on(
            new Callback() {
              @Override
              public void epochEnded(Progress progress, History soFar) {
                live.add(Fixtures.liveArrays(manager));
              }
            })
        .fit();
    assertThat(live.get(39)).isEqualTo(live.get(5));
  }

  @Test
  void anotherScheduleOfASecondPlayerIsAnotherTraining() {
    Path file = folder.resolve("game");
    Critique game = Critique.of(normed(2, 2), normed(2, 1));
    training(game).checkpoint(file).fit();
    Critique other = new Critique(game.forger, game.critic.schedule(Schedule.constant(0.2)), false);
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(training(other).epochs(2).checkpoint(file)::fit)
        .withMessageContaining("rates so far of critic was");
    Critique third = new Critique(game.forger, game.critic.clip(1), false);
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(training(third).epochs(2).checkpoint(file)::fit)
        .withMessageContaining(
            "learner was critique; forger (optimizer SGD(momentum 0.0, decay 0.0)); critic"
                + " (optimizer SGD(momentum 0.0, decay 0.0)), is critique;")
        .withMessageContaining("clip 1.0");
  }

  @Test
  void refusesWhatIsNoGame() {
    Critique game = Critique.of(normed(2, 2), normed(2, 1));
    Critique twice = new Critique(game.forger, game.forger, false);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Training.of(twice))
        .withMessageContaining("each with a name of its own");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Player.of(" ", normed(2, 2)))
        .withMessageStartingWith("name ( ) must be a word or a few");
    assertThatIllegalStateException()
        .isThrownBy(() -> Training.of(game).smoothing(0.1))
        .withMessage("smoothing is an option of training a network, and this trains critique");
    Player stranger = Player.of("stranger", normed(2, 2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> inAStep(game, (g, step) -> step.differentiate(stranger, g::forge)))
        .withMessage(
            "player (stranger) must be one of the learner's: [forger (optimizer SGD(momentum 0.0,"
                + " decay 0.0)), critic (optimizer SGD(momentum 0.0, decay 0.0))]");
  }
}
