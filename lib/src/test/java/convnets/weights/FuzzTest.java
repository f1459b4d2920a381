package convnets.weights;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import convnets.Damage;
import convnets.nn.Unit;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Thousands of damaged files: each is read, or refused in the one way there is. */
@Timeout(120)
class FuzzTest {

  private static final int MUTATIONS = 700;
  @TempDir private Path temp;
  private NDManager manager;
  private Unit net;
  private Path file;

  /** Kept open: making a file anew takes longer than all the rest. */
  private FileChannel channel;

  @BeforeEach
  void start() throws IOException {
    manager = NDManager.newBaseManager();
    net = TinyNet.initialized(manager);
    file = temp.resolve("damaged.pth");
    channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  @AfterEach
  void stop() throws IOException {
    channel.close();
    manager.close();
  }

  /** Loads a file of these bytes. */
  private String load(Map<String, float[]> before, byte[] bytes) throws IOException {
    channel.write(ByteBuffer.wrap(bytes), 0);
    channel.truncate(bytes.length);
    return Hostile.load(net, before, file);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain.pth",
        "plain_legacy.pth",
        "training.pth",
        "training_legacy.pth",
        "strided.pth",
        "protocol5.pth",
        "zip64.pth",
        "ancient_legacy.pth",
        "plain.safetensors",
        "bfloat16.safetensors",
        "foreign.pth",
        "foreign_protocol5.pth",
        "types.safetensors"
      })
  void damagedFilesAreReadOrRefused(String name) throws IOException {
    byte[] sound = Files.readAllBytes(TinyNet.file(name));
    Random random = new Random(name.hashCode());
    Map<String, float[]> before = TinyNet.numbers(net);
    int refused = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      if (load(before, Damage.damaged(sound, random)) == null) {
        before = TinyNet.numbers(net);
      } else {
        refused++;
      }
    }
    assertThat(refused).isBetween(MUTATIONS / 10, MUTATIONS - 1);
    // What is sound is read after all that.
    TinyNet.assertLoaded(Weights.load(net, TinyNet.file(name)));
  }

  /** Opcodes with arguments, so that more of a pickle makes sense than by chance. */
  private static final String[] WORDS = {
    "(",
    ")",
    "]",
    "}",
    "t",
    "u",
    "e",
    "a",
    "s",
    "b",
    "R",
    "Q",
    "N",
    "\u0088",
    "\u0085",
    "\u0086",
    "\u0087",
    "K\u0001",
    "K\u0004",
    "J\u00ff\u00ff\u00ff\u00ff",
    "M\u00ff\u00ff",
    "q\u0000",
    "h\u0000",
    "q\u0001",
    "h\u0001",
    "\u0094",
    "\u0081",
    "\u008a\u0002\u0001\u0001",
    "\u008f",
    "\u0090",
    "G12345678",
    "U\u0007storage",
    "U\u00010",
    "U\u0003cpu",
    "U\u0005model",
    "ctorch\nFloatStorage\n",
    "ctorch._utils\n_rebuild_tensor_v2\n",
    "ctorch._utils\n_rebuild_parameter\n",
    "ccollections\nOrderedDict\n",
    "ctorch\nSize\n",
    "(U\u0007storagectorch\nFloatStorage\nU\u00010U\u0003cpuK\u0004tQ",
    "(U\u0007storagectorch\nLongStorage\nU\u00010U\u0003cpuK\u0004NtQ",
    "(U\u0007storagectorch\nFloatStorage\nU\u00010U\u0003cpuK\u0004NtQ",
  };

  @Test
  void picklesOfAnyOpcodesAreReadOrRefused() throws IOException {
    Random random = new Random(5);
    Map<String, float[]> before = TinyNet.numbers(net);
    String keys = "\u0080\u0002]U\u00010a." + Hostile.int64(4) + "0123456789abcdef";
    for (int i = 0; i < 3 * MUTATIONS; i++) {
      StringBuilder pickle = new StringBuilder();
      for (int n = random.nextInt(40); n > 0; n--) {
        pickle.append(WORDS[random.nextInt(WORDS.length)]);
      }
      byte[] bytes =
          random.nextBoolean()
              ? Hostile.legacy(pickle + ".", keys)
              : Hostile.zip(pickle + ".", new byte[16]);
      assertThat(load(before, bytes)).isNotNull();
    }
  }
}
