package convnets.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import convnets.nn.Unit;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SavingTest {

  @TempDir private Path temp;
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  /** What a file of safetensors says of itself. */
  private record Contents(JsonObject header, ByteBuffer numbers) {

    static Contents of(Path file) throws IOException {
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
      int length = (int) bytes.getLong();
      assertThat(length % 8).isZero();
      String header = new String(bytes.array(), 8, length, StandardCharsets.UTF_8);
      return new Contents(
          JsonParser.parseString(header).getAsJsonObject(),
          bytes.slice(8 + length, bytes.capacity() - 8 - length).order(ByteOrder.LITTLE_ENDIAN));
    }

    /** The bytes of a tensor, by its offsets. */
    byte[] bytes(String name) {
      var offsets = header.getAsJsonObject(name).getAsJsonArray("data_offsets");
      byte[] bytes = new byte[offsets.get(1).getAsInt() - offsets.get(0).getAsInt()];
      numbers.get(offsets.get(0).getAsInt(), bytes);
      return bytes;
    }
  }

  @Test
  void writesWhatTheReferenceImplementationWrites() throws IOException {
    Unit net = Weights.load(TinyNet.build(), TinyNet.file("plain.pth"));
    Path file = temp.resolve("new/folder/net.safetensors");
    Weights.save(net, file);

    Contents ours = Contents.of(file);
    Contents theirs = Contents.of(TinyNet.file("plain.safetensors"));
    theirs.header.remove("bn1.num_batches_tracked");
    ours.header.remove("__metadata__");
    assertThat(ours.header.keySet()).containsExactlyInAnyOrderElementsOf(theirs.header.keySet());
    for (Map.Entry<String, JsonElement> entry : theirs.header.entrySet()) {
      JsonObject found = ours.header.getAsJsonObject(entry.getKey());
      JsonObject expected = entry.getValue().getAsJsonObject();
      assertThat(found.get("dtype")).isEqualTo(expected.get("dtype"));
      assertThat(found.get("shape")).isEqualTo(expected.get("shape"));
      assertThat(ours.bytes(entry.getKey())).isEqualTo(theirs.bytes(entry.getKey()));
    }
    assertThat(file.getParent()).isDirectoryContaining(path -> path.equals(file));
    assertThat(file.getParent().toFile().list()).hasSize(1);
    TinyNet.assertLoaded(Weights.load(TinyNet.build(), file));
  }

  @Test
  void halfPrecisionTakesHalfTheBytes() throws IOException {
    Unit net = TinyNet.initialized(manager);
    Path file = temp.resolve("half.safetensors");
    Weights.save(net, file, DataType.FLOAT16);
    Contents contents = Contents.of(file);
    long numbers = net.getParameters().values().stream().mapToLong(p -> p.getShape().size()).sum();
    assertThat(contents.numbers.capacity()).isEqualTo(2 * numbers);
    assertThat(contents.header.getAsJsonObject("fc1.bias").get("dtype").getAsString())
        .isEqualTo("F16");

    Unit back = Weights.load(TinyNet.build(), file);
    TinyNet.numbers(net)
        .forEach(
            (name, expected) -> {
              float[] found = TinyNet.numbers(back).get(name);
              for (int i = 0; i < found.length; i++) {
                // 11 bits of mantissa
                assertThat(found[i]).isCloseTo(expected[i], byAbout(expected[i] / 2048));
              }
            });
  }

  private static org.assertj.core.data.Offset<Float> byAbout(float error) {
    return org.assertj.core.data.Offset.offset(Math.abs(error) + 1e-7f);
  }

  @Test
  void aNumberTooLargeForHalfPrecisionIsRefusedAndTheOldFileStays() throws IOException {
    Unit net = TinyNet.initialized(manager);
    Path file = Files.writeString(temp.resolve("net.safetensors"), "the old one");
    net.getParameters().get("bn1.running_var").getArray().set(new float[] {1, -65519, 3, 4});
    Weights.save(net, temp.resolve("fits.safetensors"), DataType.FLOAT16);
    net.getParameters().get("bn1.running_var").getArray().set(new float[] {1, -65520, 3, 4});
    assertThatThrownBy(() -> Weights.save(net, file, DataType.FLOAT16))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("bn1.running_var has a value of size 65520.0, too large for float16");
    assertThat(file).hasContent("the old one");
    assertThat(temp.toFile().list()).hasSize(2);
    Weights.save(net, file);
    assertThat(Weights.read(file).get("bn1.running_var").array(manager).toFloatArray())
        .containsExactly(1, -65520, 3, 4);
  }

  @Test
  void aBlockCanBeSavedOverTheFileItCameFrom() {
    Path file = temp.resolve("net.safetensors");
    Unit net = TinyNet.initialized(manager);
    Weights.save(net, file);
    Weights.load(net, file);
    Weights.save(net, file);
    assertThat(TinyNet.numbers(Weights.load(TinyNet.build(), file)))
        .usingRecursiveComparison()
        .isEqualTo(TinyNet.numbers(net));
  }

  @Test
  void namesOfAnyLettersAreKept() {
    Unit net = convnets.nn.Layers.linear(1, 1).named("größe \"x\"");
    net.initialize(manager, DataType.FLOAT32, new Shape(1, 1));
    Path file = temp.resolve("net.safetensors");
    Weights.save(net, file);
    assertThat(Weights.read(file)).containsOnlyKeys("größe \"x\".weight", "größe \"x\".bias");
  }

  @Test
  void slipsAreExplained() throws IOException {
    Path file = temp.resolve("net.safetensors");
    assertThatThrownBy(() -> Weights.save(TinyNet.build(), file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("block has no weights");
    assertThatThrownBy(() -> Weights.save(TinyNet.initialized(manager), file, DataType.INT8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("type (int8) must be FLOAT32 or FLOAT16");
    Path noFolder = Files.writeString(temp.resolve("text"), "").resolve("net.safetensors");
    assertThatThrownBy(() -> Weights.save(TinyNet.initialized(manager), noFolder))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("cannot write weights to " + noFolder);
  }
}
