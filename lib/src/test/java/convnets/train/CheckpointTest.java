package convnets.train;

import static convnets.data.Transforms.flip;
import static convnets.data.Transforms.padAndCrop;
import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.flatten;
import static convnets.nn.Layers.linear;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.Device;
import convnets.nn.Unit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckpointTest extends SmallProblem {

  CheckpointTest() {
    super(150, 50);
  }

  private static final int EPOCHS = 6;

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void nameFile() {
    file = folder.resolve("new").resolve("net.checkpoint");
  }

  private Training training(Unit net) {
    return onProblem(net)
        .epochs(EPOCHS)
        .batchSize(32) // five batches
        .augment(padAndCrop(1), flip())
        .smoothing(0.1)
        .seed(3);
  }

  /** At the end of the third epoch, at the first batch, within an epoch; with both optimisers. */
  @ParameterizedTest
  @CsvSource({"3, 5, sgd", "1, 1, sgd", "4, 2, sgd", "3, 5, adamw", "2, 3, adamw"})
  void resumingGivesTheSameNumbers(int epoch, int batch, String name) {
    Optimizer optimizer =
        name.equals("sgd") ? Sgd.momentum(0.9).nesterov().decay(1e-3) : AdamW.standard();
    Schedule schedule = Schedule.oneCycle(name.equals("sgd") ? 0.1 : 0.01, 0.3);
    Unit straight = Fixtures.convNet();
    History whole = training(straight).optimizer(optimizer).schedule(schedule).fit();

    Unit broken = Fixtures.convNet();
    Training saved = training(broken).optimizer(optimizer).schedule(schedule).checkpoint(file);
    History part = saved.on(Fixtures.stopAfter(epoch, batch)).fit();
    assertThat(part.interrupted()).isTrue();
    assertThat(part.steps()).hasSize((epoch - 1) * 5 + batch);

    Unit resumed = Fixtures.convNet(); // as in a new process
    History rest = training(resumed).optimizer(optimizer).schedule(schedule).checkpoint(file).fit();
    assertThat(rest.interrupted()).isFalse();
    assertThat(Fixtures.numbers(rest)).isEqualTo(Fixtures.numbers(whole));
    assertThat(Fixtures.weights(resumed)).isEqualTo(Fixtures.weights(straight));
  }

  @Test
  void aTrainingThatIsDoneIsOnlyLoaded() {
    Unit net = Fixtures.convNet();
    History history = training(net).checkpoint(file).fit();
    Unit other = Fixtures.convNet();
    History again = training(other).checkpoint(file).fit();
    assertThat(again).isEqualTo(history);
    assertThat(Fixtures.weights(other)).isEqualTo(Fixtures.weights(net));
  }

  @Test
  void moreEpochsMayFollowWhereTheScheduleAgrees() {
    Schedule constant = Schedule.constant(0.05);
    Unit straight = Fixtures.convNet();
    History whole = training(straight).schedule(constant).fit();
    training(Fixtures.convNet()).schedule(constant).epochs(2).checkpoint(file).fit();
    History rest = training(Fixtures.convNet()).schedule(constant).checkpoint(file).fit();
    assertThat(Fixtures.numbers(rest)).isEqualTo(Fixtures.numbers(whole));
  }

  @Test
  void onlyTheCheckpointIsLeftInItsFolder() throws IOException {
    training(Fixtures.linearNet()).checkpoint(file).fit();
    try (Stream<Path> files = Files.list(file.getParent())) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void aDraftOfAnInterruptedWriteDoesNotHarm() throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file.resolveSibling("net.checkpoint.tmp"), "half");
    History history = training(Fixtures.linearNet()).checkpoint(file).fit();
    assertThat(training(Fixtures.linearNet()).checkpoint(file).fit()).isEqualTo(history);
  }

  @Test
  void anInterruptAfterTheLastBatchIsTold() {
    History history = training(Fixtures.linearNet()).on(Fixtures.stopAfter(EPOCHS, 5)).fit();
    assertThat(Thread.interrupted()).isFalse();
    assertThat(history.interrupted()).isTrue();
    assertThat(history.epochs()).hasSize(EPOCHS);
  }

  @Test
  void anInterruptBeforeTheFirstBatchDoesNotHarmTheCheckpoint() {
    Unit straight = Fixtures.convNet();
    training(straight).fit();
    Unit net = Fixtures.convNet();
    training(net).checkpoint(file).on(Fixtures.stopAfter(2, 3)).fit();
    Thread.currentThread().interrupt();
    History none = training(net).checkpoint(file).fit();
    assertThat(Thread.interrupted()).isFalse();
    assertThat(none.interrupted()).isTrue();
    assertThat(none.steps()).hasSize(8);
    training(net).checkpoint(file).fit();
    assertThat(Fixtures.weights(net)).isEqualTo(Fixtures.weights(straight));
  }

  private void assertRefused(Training training, Unit net, String... messages) {
    Map<String, List<Float>> before = net.isInitialized() ? Fixtures.weights(net) : Map.of();
    var refused =
        assertThatExceptionOfType(CheckpointException.class)
            .isThrownBy(training.checkpoint(file)::fit);
    refused.withMessageContaining(file.toString());
    for (String message : messages) {
      refused.withMessageContaining(message);
    }
    if (!before.isEmpty()) {
      assertThat(Fixtures.weights(net)).isEqualTo(before);
    }
  }

  @Test
  void whereverItIsCutOffItIsRefused() throws IOException {
    Unit net = Fixtures.convNet();
    training(net).epochs(1).checkpoint(file).fit();
    byte[] bytes = Files.readAllBytes(file);
    for (int i = 0; i < 60; i++) {
      int length = (int) ((long) (bytes.length - 1_000) * i / 60);
      Files.write(file, Arrays.copyOf(bytes, length));
      assertRefused(training(net).epochs(1), net, "delete");
    }
  }

  @Test
  void aChangedByteIsNoticed() throws IOException {
    Unit net = Fixtures.convNet();
    training(net).epochs(1).checkpoint(file).fit();
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
    assertRefused(training(net).epochs(1), net, "damaged", "delete it");
  }

  @Test
  void aChangedLetterOfANameIsNoticed() throws IOException {
    Unit net = Fixtures.convNet();
    training(net).epochs(1).checkpoint(file).fit();
    String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
    String changed = bytes.replaceFirst("net/conv1.weight", "net/conv2.weight");
    Files.writeString(file, changed, StandardCharsets.ISO_8859_1);
    assertRefused(training(net).epochs(1), net, "damaged (names of its pieces)", "delete it");
  }

  @Test
  void aForeignFileIsRefused() throws IOException {
    Unit net = Fixtures.convNet();
    training(net).epochs(1).fit();
    Files.createDirectories(file.getParent());
    Files.writeString(file, "Dear diary");
    assertRefused(training(net), net, "is not a checkpoint");
    Archive.write(file, Map.of("letter", () -> new byte[] {1, 2, 3}));
    assertRefused(training(net), net, "no checkpoint of this version");
  }

  @Test
  void anotherNetworkIsRefusedByName() {
    training(Fixtures.convNet()).epochs(1).checkpoint(file).fit();
    Unit net = seq(flatten(), linear(64, 5), linear(5, Fixtures.CLASSES));
    training(net).epochs(1).fit();
    assertRefused(
        training(net).epochs(1),
        net,
        "net/conv1.weight was float32 (4, 1, 3, 3), is absent",
        "net/fc1.weight was float32 (6, 256), is float32 (5, 64)");
  }

  @Test
  void anotherTrainingIsRefusedByName() {
    training(Fixtures.linearNet()).epochs(2).checkpoint(file).fit();
    Unit net = Fixtures.linearNet();
    assertRefused(
        training(net).epochs(2).batchSize(16).seed(4).smoothing(0).auxiliary(0.4),
        net,
        "batchSize was 32, is 16",
        "seed was 3, is 4",
        "learner was classification (smoothing 0.1, auxiliary 0.3),"
            + " is classification (smoothing 0.0, auxiliary 0.4)");
    assertRefused(
        training(net)
            .epochs(2)
            .average(0.9)
            .clip(1)
            .stopEarly(3)
            .accumulate(2)
            .devices(Device.cpu(), Device.cpu()),
        net,
        "accumulate was 1, is 2",
        "averaging was none, is decay 0.9",
        "clip was off, is 1.0",
        "devices was 1, is 2",
        "patience was none, is some",
        "average/fc1.bias was absent");
    assertRefused(
        training(net).epochs(2).optimizer(AdamW.standard()),
        net,
        "optimizer was SGD(momentum 0.9 Nesterov, decay 5.0E-4), is AdamW(",
        "optimizer/mean/fc1.bias was absent");
    assertRefused(training(net).epochs(2).data(train.take(149)), net, "train was 150 of");
    assertRefused(training(net).epochs(4), net, "schedule gave step", "(of 4 epochs)");
    assertRefused(training(net).epochs(1), net, "epochs done were 2, asked for are 1");
  }
}
