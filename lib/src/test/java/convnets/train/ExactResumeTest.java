package convnets.train;

import static convnets.data.Transforms.flip;
import static convnets.data.Transforms.padAndCrop;
import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.conv;
import static convnets.nn.Layers.flatten;
import static convnets.nn.Layers.linear;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import convnets.nn.Unit;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A training that is broken off, again and again, ends as if it had not been, to the bit. */
class ExactResumeTest extends SmallProblem {

  ExactResumeTest() {
    super(90, 100);
  }

  private static final int EPOCHS = 8;

  @TempDir Path folder;

  private static Named<UnaryOperator<Training>> feature(
      String name, UnaryOperator<Training> feature) {
    return Named.of(name, feature);
  }

  static Stream<Named<UnaryOperator<Training>>> features() {
    return Stream.of(
        feature("nothing", t -> t),
        feature("average", t -> t.average(0.9)),
        feature("average with warm-up", t -> t.average(Averaging.decay(0.95).warmUp())),
        feature("clip", t -> t.clip(0.5)),
        feature("accumulate", t -> t.batchSize(10).accumulate(2)),
        feature("bfloat16", t -> t.precision(DataType.BFLOAT16)),
        feature("stop early", t -> t.stopEarly(2)),
        feature(
            "all, with AdamW",
            t ->
                t.average(0.9)
                    .clip(0.5)
                    .stopEarly(3)
                    .optimizer(AdamW.standard())
                    .schedule(Schedule.constant(0.01))));
  }

  @ParameterizedTest
  @MethodSource("features")
  void endsTheSame(UnaryOperator<Training> feature) {
    endsTheSame(feature, Fixtures::convNet);
  }

  /** Without dropout, for which CPU "devices" share a generator. */
  @Test
  void onSeveralDevicesToo() {
    endsTheSame(
        t -> t.devices(Device.cpu(), Device.cpu()).average(0.9).stopEarly(3),
        () -> seq(conv(1, 4, 3).bn().relu(), flatten(), linear(256, Fixtures.CLASSES)));
  }

  /** Its power iterations go on where they were. */
  @Test
  void withSpectralNormToo() {
    endsTheSame(
        t -> t.average(0.9),
        () ->
            seq(
                conv(1, 4, 3).spectralNorm().leakyRelu(0.2),
                flatten(),
                linear(256, Fixtures.CLASSES).spectralNorm()));
  }

  private void endsTheSame(UnaryOperator<Training> feature, Supplier<Unit> nets) {
    Unit straight = nets.get();
    History whole = feature.apply(training(straight)).fit();
    Random random = new Random(5);
    for (int round = 0; round < 3; round++) {
      Path file = folder.resolve("round" + round);
      boolean sameNet = round == 1; // otherwise a new one, as in a new process
      Unit net = nets.get();
      History rest;
      do {
        net = sameNet ? net : nets.get();
        Callback breaks = stopAfter(1 + random.nextInt(12));
        rest = feature.apply(training(net)).checkpoint(file).on(breaks).fit();
      } while (rest.interrupted());
      assertThat(Fixtures.numbers(rest)).isEqualTo(Fixtures.numbers(whole));
      assertThat(Fixtures.weights(net)).isEqualTo(Fixtures.weights(straight));

      Unit loaded = nets.get();
      assertThat(feature.apply(training(loaded)).checkpoint(file).fit()).isEqualTo(rest);
      assertThat(Fixtures.weights(loaded)).isEqualTo(Fixtures.weights(straight));
    }
  }

  private Training training(Unit net) {
    return onProblem(net)
        .epochs(EPOCHS)
        .batchSize(20) // five batches, the last of 10
        .augment(padAndCrop(1), flip())
        .seed(3);
  }

  /** Interrupts after so many batches. */
  private static Callback stopAfter(int batches) {
    int[] left = {batches};
    return new Callback() {
      @Override
      public void batchEnded(Progress progress) {
        if (--left[0] == 0) {
          Thread.currentThread().interrupt();
        }
      }
    };
  }
}
