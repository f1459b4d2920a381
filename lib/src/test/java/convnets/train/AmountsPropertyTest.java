package convnets.train;

import static convnets.Refusals.orRefused;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import convnets.data.Batch;
import convnets.data.Examples;
import convnets.nn.Combinators;
import convnets.nn.Layers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import net.jqwik.api.statistics.Statistics;

/**
 * Trainings of any number of examples, batch sizes, accumulated batches, devices and epochs: a
 * history of the lengths that are counted by hand, each example once an epoch, or a refusal. {@code
 * -Djqwik.tries.default} makes it longer.
 */
class AmountsPropertyTest {
  private static final int[] ODD = {0, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 1 << 30};

  private static NDManager manager;

  @BeforeContainer
  static void start() {
    manager = NDManager.newBaseManager(Device.cpu());
  }

  @AfterContainer
  static void stop() {
    manager.close();
  }

  /** Squared errors of numbers, which notes what it is given. */
  private static final class Noting implements Task {
    private final Task task = Task.regression("squared error", (y, t) -> y.sub(t).square().mean());
    final List<Integer> seen = Collections.synchronizedList(new ArrayList<>());
    final List<Integer> sizes = Collections.synchronizedList(new ArrayList<>());

    @Override
    public NDArray loss(NDList outputs, Batch batch) {
      float[] numbers = batch.targets().head().toFloatArray();
      sizes.add(numbers.length);
      for (float number : numbers) {
        seen.add(Math.round(number));
      }
      return task.loss(outputs, batch);
    }
  }

  private record Asked(
      int n, int batchSize, int accumulate, int epochs, int devices, boolean norm) {
    static Asked of(Random random) {
      int odd = random.nextInt(24);
      int n = random.nextInt(12);
      int batchSize = odd == 0 ? any(random) : 1 + random.nextInt(9);
      int accumulate = odd == 1 ? any(random) : 1 + random.nextInt(3);
      int epochs = odd == 2 ? any(random) : 1 + random.nextInt(2);
      int devices = random.nextInt(8) == 0 ? random.nextInt(4) : 1;
      boolean norm = random.nextInt(3) == 0;
      return epochs > 2
          ? new Asked(Math.max(n, 2), 1, 1, epochs, devices, false) // too many steps to count
          : new Asked(n, norm && batchSize == 1 ? 2 : batchSize, accumulate, epochs, devices, norm);
    }

    private static int any(Random random) {
      return ODD[random.nextInt(ODD.length)];
    }

    boolean possible() {
      return n > 0
          && batchSize > 0
          && accumulate > 0
          && epochs > 0
          && epochs <= 2
          && devices > 0
          && !(norm && n == 1); // of one number for each channel there is no deviation
    }

    /** The images of each step of an epoch. */
    List<Integer> steps() {
      long size = (long) batchSize * accumulate;
      List<Integer> steps = new ArrayList<>();
      for (long left = n; left > 0; left -= size) {
        steps.add((int) Math.min(left, size));
      }
      int last = steps.size() - 1;
      if (last > 0 && steps.get(last) == 1 && size > 1) { // none is alone
        steps.remove(last);
        steps.set(last - 1, steps.get(last - 1) + 1);
      }
      return steps;
    }
  }

  @Property(seed = "18", shrinking = ShrinkingMode.BOUNDED)
  void historiesHaveTheLengthsThatAreCountedByHand(@ForAll long seed) {
    Asked asked = Asked.of(new Random(seed));
    Noting task = new Noting();
    try (NDManager own = manager.newSubManager()) {
      History history = orRefused(Exception.class, () -> trained(asked, task, own));
      Statistics.label("outcome")
          .collect(history == null ? "refused" : "trained")
          .coverage(
              coverage -> {
                coverage.check("trained").percentage(share -> share > 50);
                coverage.check("refused").percentage(share -> share > 10);
              });
      assertThat(history != null).as("%s", asked).isEqualTo(asked.possible());
      if (history == null) {
        return;
      }
      int count = asked.steps().size();
      assertThat(history.steps()).hasSize(count * asked.epochs());
      assertThat(history.epochs()).hasSize(asked.epochs());
      assertThat(history.stepLoss()).hasSize(count * asked.epochs());
      assertThat(history.interrupted()).isFalse();
      for (History.Epoch epoch : history.epochs()) {
        assertThat(epoch.training().count()).isEqualTo(asked.n());
        assertThat(epoch.training().loss()).isFinite();
      }
      List<Integer> expected =
          IntStream.range(0, asked.n() * asked.epochs())
              .map(i -> i % asked.n())
              .sorted()
              .boxed()
              .toList();
      assertThat(task.seen.stream().sorted().toList()).as("%s", asked).isEqualTo(expected);
      if (asked.n() > 1 && asked.batchSize() > 1) {
        assertThat(task.sizes).as("%s", asked).doesNotContain(1);
      }
    }
  }

  private static History trained(Asked asked, Noting task, NDManager own) {
    float[] inputs = new float[asked.n()];
    float[] targets = new float[asked.n()];
    for (int i = 0; i < asked.n(); i++) {
      inputs[i] = i / 100f;
      targets[i] = i;
    }
    Shape shape = new Shape(asked.n(), 1);
    Examples examples = Examples.of(own.create(inputs, shape), own.create(targets, shape));
    Device[] devices = Collections.nCopies(asked.devices(), Device.cpu()).toArray(Device[]::new);
    return Training.of(
            asked.norm()
                ? Combinators.seq(Layers.linear(1, 1), Layers.batchNorm(1))
                : Layers.linear(1, 1))
        .task(task)
        .schedule(Schedule.constant(1e-6))
        .data(examples)
        .batchSize(asked.batchSize())
        .accumulate(asked.accumulate())
        .epochs(asked.epochs())
        .devices(devices)
        .fit();
  }
}
