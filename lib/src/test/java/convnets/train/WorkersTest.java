package convnets.train;

import static convnets.data.Transforms.flip;
import static convnets.nn.Combinators.auxiliary;
import static convnets.nn.Combinators.named;
import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.conv;
import static convnets.nn.Layers.flatten;
import static convnets.nn.Layers.lambda;
import static convnets.nn.Layers.linear;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import convnets.nn.Unit;
import convnets.torch.GradMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Steps in parts, in turn and side by side, beside steps in one piece. */
class WorkersTest extends SmallProblem {

  WorkersTest() {
    super(190, 50);
  }

  private static final Device CPU = Device.cpu();

  /** Steps of 60 images, the last of an epoch has 10. */
  private Training training(Unit net) {
    return onProblem(net).epochs(2).batchSize(60).augment(flip()).seed(3);
  }

  /** Without batch norm and dropout. */
  private static Unit plainNet() {
    return seq(
        conv(1, 4, 3).bias().relu(),
        flatten(),
        linear(4 * Fixtures.SIZE * Fixtures.SIZE, Fixtures.CLASSES));
  }

  static Stream<Named<UnaryOperator<Training>>> cuts() {
    return Stream.of(
        cut("in turn", t -> t.batchSize(15).accumulate(4)),
        cut("in turn, unevenly", t -> t.batchSize(20).accumulate(3)),
        cut("two side by side", t -> t.devices(CPU, CPU)),
        cut(
            "eleven, the last step for ten",
            t -> t.devices(Stream.generate(() -> CPU).limit(11).toArray(Device[]::new))),
        cut("both", t -> t.batchSize(20).accumulate(3).devices(CPU, CPU, CPU)));
  }

  private static Named<UnaryOperator<Training>> cut(String name, UnaryOperator<Training> cut) {
    return Named.of(name, cut);
  }

  @ParameterizedTest
  @MethodSource("cuts")
  void theWeightsAreThoseOfOnePiece(UnaryOperator<Training> cut) {
    assertSame(training -> training, cut, WorkersTest::plainNet);
  }

  @ParameterizedTest
  @MethodSource("cuts")
  void auxiliaryHeadsAndClippingToo(UnaryOperator<Training> cut) {
    assertSame(
        training -> training.clip(0.2),
        cut,
        () -> auxiliary(plainNet(), named("head", Fixtures.linearNet())));
  }

  private void assertSame(
      UnaryOperator<Training> feature, UnaryOperator<Training> cut, Supplier<Unit> nets) {
    Unit whole = nets.get();
    Unit parted = nets.get();
    for (Unit net : List.of(whole, parted)) {
      net.initialize(manager, DataType.FLOAT32, new Shape(1, 1, 8, 8));
    }
    Fixtures.copyWeights(whole, parted);
    History expected = feature.apply(training(whole)).fit();
    History history = cut.apply(feature.apply(training(parted))).fit();
    assertThat(history.steps()).hasSize(8);
    assertThat(history.stepRate()).isEqualTo(expected.stepRate());
    assertThat(history.stepLoss()).containsExactly(expected.stepLoss(), within(1e-4));
    Metrics metrics = expected.last().training();
    assertThat(history.last().training().count()).isEqualTo(190);
    assertThat(history.last().training().loss()).isCloseTo(metrics.loss(), within(1e-4));
    assertThat(history.last().training().error()).isCloseTo(metrics.error(), within(0.02));
    Fixtures.weights(whole)
        .forEach(
            (name, values) ->
                assertThat(doubles(Fixtures.weights(parted).get(name)))
                    .as(name)
                    .containsExactly(doubles(values), within(2e-5)));
  }

  private static double[] doubles(List<Float> values) {
    return values.stream().mapToDouble(Float::doubleValue).toArray();
  }

  /** As in PyTorch: batch norm sees its part, and the first part's statistics stay. */
  @Test
  void runningStatisticsAreThoseOfTheFirstPart() {
    Unit net = seq(conv(1, 4, 3).bn().relu(), flatten(), linear(256, Fixtures.CLASSES));
    Unit alone = seq(conv(1, 4, 3).bn().relu(), flatten(), linear(256, Fixtures.CLASSES));
    for (Unit either : List.of(net, alone)) {
      either.initialize(manager, DataType.FLOAT32, new Shape(1, 1, 8, 8));
    }
    Fixtures.copyWeights(net, alone);
    List<NDArray> seen = new ArrayList<>();
    Unit spied = seq(lambda("spy", x -> spy(seen, x)), net);
    training(spied).data(train.take(60)).epochs(1).devices(CPU, CPU).fit();
    assertThat(seen).hasSize(1);
    assertThat(seen.get(0).getShape().get(0)).isEqualTo(30);
    ParameterStore store = new ParameterStore(manager, false);
    GradMode.off(() -> alone.forward(store, new NDList(seen.get(0)), true));
    var expected = Fixtures.weights(alone);
    for (String name : List.of("bn1.running_mean", "bn1.running_var")) {
      assertThat(doubles(Fixtures.weights(net).get(name)))
          .containsExactly(doubles(expected.get(name)), within(1e-6));
    }
  }

  /** Keeps what the thread of this test runs: the first part. */
  private NDArray spy(List<NDArray> seen, NDArray x) {
    if (!Thread.currentThread().getName().equals("convnets-replica")) {
      NDArray copy = x.duplicate();
      copy.attach(manager);
      NDScope.unregister(copy);
      synchronized (seen) {
        seen.add(copy);
      }
    }
    return x;
  }

  @Test
  void everyPartHasAThreadOfItsOwnAndNoneIsLeft() throws InterruptedException {
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    Unit net = seq(plainNet(), lambda("spy", x -> note(threads, x)));
    training(net).devices(CPU, CPU, CPU).fit();
    assertThat(threads).hasSize(3).contains(Thread.currentThread());
    assertAllGone(threads);
  }

  private static NDArray note(Set<Thread> threads, NDArray x) {
    threads.add(Thread.currentThread());
    return x;
  }

  private static void assertAllGone(Set<Thread> threads) throws InterruptedException {
    for (Thread thread : threads) {
      if (thread != Thread.currentThread()) {
        thread.join(5_000);
        assertThat(thread.isAlive()).isFalse();
      }
    }
  }

  /** In a replica's thread, in this one, or in both. */
  @Test
  void exceptionsReachTheCallerAndEveryPartHasEnded() throws InterruptedException {
    for (int failing = 1; failing <= 3; failing++) {
      int which = failing;
      Set<Thread> threads = ConcurrentHashMap.newKeySet();
      Unit net =
          seq(
              plainNet(),
              lambda(
                  "fails",
                  x -> {
                    note(threads, x);
                    boolean replica = Thread.currentThread().getName().equals("convnets-replica");
                    if (x.getShape().get(0) == 5 && (which & (replica ? 1 : 2)) != 0) {
                      throw new IllegalStateException("on purpose"); // in the last step
                    }
                    return x;
                  }));
      List<RuntimeException> told = new ArrayList<>();
      Callback listener =
          new Callback() {
            @Override
            public void fitFailed(RuntimeException problem) {
              told.add(problem);
            }
          };
      assertThatIllegalStateException()
          .isThrownBy(() -> training(net).devices(CPU, CPU).on(listener).fit())
          .withMessage("on purpose");
      assertThat(told).hasSize(1);
      assertAllGone(threads);
    }
  }

  @Test
  void errorsReachTheCallerToo() {
    Unit net =
        seq(
            plainNet(),
            lambda(
                "fails",
                x -> {
                  if (Thread.currentThread().getName().equals("convnets-replica")) {
                    throw new StackOverflowError("on purpose");
                  }
                  return x;
                }));
    assertThatExceptionOfType(StackOverflowError.class)
        .isThrownBy(() -> training(net).devices(CPU, CPU).fit());
  }

  /** The flag is set while the replicas work; the step is done, and training ends after it. */
  @Test
  void anInterruptWaitsForTheStep() {
    Thread caller = Thread.currentThread();
    Unit net =
        seq(
            plainNet(),
            lambda(
                "interrupts",
                x -> {
                  if (Thread.currentThread() != caller) {
                    caller.interrupt();
                  }
                  return x;
                }));
    History history = training(net).devices(CPU, CPU).fit();
    assertThat(Thread.interrupted()).isFalse();
    assertThat(history.interrupted()).isTrue();
    assertThat(history.steps()).hasSize(1);
  }

  @Test
  void nativeMemoryStaysFlat() {
    Training training =
        training(Fixtures.convNet()).batchSize(20).accumulate(3).devices(CPU, CPU).epochs(4);
    List<Integer> counts = new ArrayList<>();
    Callback counter =
        new Callback() {
          @Override
          public void batchEnded(Progress progress) {
            if (progress.batch() == 1) {
              counts.add(Fixtures.liveArrays(manager));
            }
          }
        };
    training.on(counter).fit();
    assertThat(Set.copyOf(counts.subList(1, counts.size()))).hasSize(1);
    int before = Fixtures.liveArrays(manager);
    training.fit();
    assertThat(Fixtures.liveArrays(manager)).isEqualTo(before);
  }

  @Test
  void argumentsAreNamed() {
    Training training = training(plainNet());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> training.accumulate(0))
        .withMessage("batches (0) must be at least 1");
    assertThatIllegalArgumentException()
        .isThrownBy(training::devices)
        .withMessage("devices (none) must be at least one");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> training.devices(Device.gpu(1), Device.gpu(1)))
        .withMessage("devices [gpu(1), gpu(1)] must name each GPU once");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> training.devices(Device.of("mps", 0), Device.of("mps", 0)))
        .withMessage("devices [mps(0), mps(0)] must name each GPU once");
  }
}
