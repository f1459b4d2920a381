package convnets.weights;

import static convnets.weights.Hostile.bytes;
import static convnets.weights.Hostile.int64;
import static convnets.weights.Hostile.legacy;
import static convnets.weights.Hostile.number;
import static convnets.weights.Hostile.text;
import static convnets.weights.Hostile.uint32;
import static convnets.weights.Hostile.zip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import convnets.nn.Unit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that somebody wrote to run code, to fill the memory, or to bring down the process. */
@Timeout(60)
class HostileFilesTest {

  private static final String STORAGE = "ctorch\nFloatStorage\n";
  private static final String TENSOR = "ctorch._utils\n_rebuild_tensor_v2\n";
  private static final String NO_HOOKS = "\u0089ccollections\nOrderedDict\n)R";

  @TempDir private Path temp;
  private NDManager manager;
  private Unit net;
  private Map<String, float[]> before;

  @BeforeEach
  void start() {
    manager = NDManager.newBaseManager();
    net = TinyNet.initialized(manager);
    before = TinyNet.numbers(net);
  }

  @AfterEach
  void stop() {
    manager.close();
  }

  private void refuses(byte[] file, String why) {
    assertThat(Hostile.load(net, before, Hostile.write(temp, file))).contains(why);
  }

  /** The pickle of a state dict with one tensor, "w". */
  private static String tensor(String storage, int offset, String size, String stride) {
    return "}("
        + text("w")
        + TENSOR
        + "("
        + storage
        + number(offset)
        + size
        + stride
        + NO_HOOKS
        + "tRu.";
  }

  private static String storage(int elements) {
    return "(" + text("storage") + STORAGE + text("0") + text("cpu") + number(elements) + "tQ";
  }

  private static String tuple(int... numbers) {
    StringBuilder tuple = new StringBuilder("(");
    for (int n : numbers) {
      tuple.append(number(n));
    }
    return tuple + "t";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cos\nsystem\n(" + "U\u0004true" + "tR.",
        "cposix\nsystem\n(U\u0004truetR.",
        "c__builtin__\neval\n(U\u00011tR.",
        "cbuiltins\nexec\n(U\u00011tR.",
        "cdatetime\ndatetime\n(K\u0001tR.",
        "cdecimal\nDecimal\n(U\u00011tR.",
        "cbuiltins\nbytearray\n(J\u00ff\u00ff\u00ff\u007ftR.",
        "carray\narray\n.",
        "cjava.lang\nRuntime\n.",
        "ctorch.serialization\nload\n.",
        "U\u0002osU\u0006system\u0093.",
      })
  void namesOfCodeAreNotLookedUp(String pickle) {
    refuses(legacy(pickle, ""), "nothing in a file is run");
    refuses(zip(pickle, new byte[4]), "nothing in a file is run");
  }

  @Test
  void otherWaysToMakeObjectsAreNotThere() {
    for (String opcodes :
        new String[] {"(ios\nsystem\n.", "(cos\nsystem\no.", "\u0082\u0001.", "\u0092.", "P1\n."}) {
      assertThat(Hostile.load(net, before, Hostile.write(temp, legacy(opcodes, "")))).isNotNull();
    }
    refuses(legacy("U\u0002osU\u0004true\u0085R.", ""), "a call of what is no function");
    refuses(legacy(STORAGE + ")R.", ""), "a call of what is no function");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cos\nsystem\n(U\u0004truetR", // what a function would make
        "cbuiltins\ngetattr\n(cos\nsystem\nU\u0004nametRU\u0004true\u0085R", // a call of that
        "cos\nsystem\nU\u0004true\u0085}\u0092",
        "cos\nsystem\n)\u0081}(U\u0001kK\u0001ub",
        "cos\nsystem\n)R(K\u0001K\u0002e(U\u0001kNu",
        "ctorch._tensor\n_rebuild_from_type_v2\n(cos\nsystem\nN)NtR",
        "ctorch._utils\n_rebuild_parameter\n(cos\nsystem\n\u0089NtR",
      })
  void whatIsForeignStaysAName(String object) {
    String pickle = "}(U\u0005other" + object + "U\u0005model}U\u0001w" + one() + "su.";
    refuses(zip(pickle, new byte[4]), "unexpected in the file: w.");
  }

  /** A tensor of one number. */
  private static String one() {
    String tensor = tensor(storage(1), 0, tuple(1), tuple(1));
    return tensor.substring(2 + text("w").length(), tensor.length() - 2);
  }

  @Test
  void namesMayNotBeUnwrappedForever() {
    String names = "}(" + text("module.".repeat(100_000) + "w") + one() + "u.";
    refuses(zip(names, new byte[4]), "unexpected in the file: module.module.");
    String dicts = "}q\u0000(U\u0005modelh\u0000U\u0003neth\u0000U\u0003emah\u0000u.";
    refuses(zip(dicts, new byte[4]), "holds no state dict");
  }

  @Test
  void lengthsAreComparedWithTheFile() {
    String many = uint32(0xffffffffL);
    for (String opcode :
        new String[] {
          "X" + many,
          "B" + many,
          "T" + uint32(Integer.MAX_VALUE),
          "T" + many,
          "\u008d" + int64(Long.MAX_VALUE),
          "\u008d" + int64(-1),
          "\u008e" + int64(1L << 62),
          "\u008a\u00ff"
        }) {
      refuses(legacy(opcode + "abc.", ""), "bytes are expected, but only");
    }
    refuses(legacy("\u008b" + uint32(1 << 30) + ".", ""), "bytes are expected, but only");
    refuses(legacy("\u008b" + uint32(-1) + ".", ""), "bytes are expected, but only");
    refuses(legacy("\u0096" + int64(1L << 62) + ".", ""), "bytes are expected, but only");
    refuses(bytes(int64(1L << 40) + "{}            "), "its header should have");
    refuses(bytes(int64(1 << 20) + "{}            "), "1048576 bytes are expected from byte 8");
  }

  @Test
  void storagesAreComparedWithTheFile() {
    String keys = "\u0080\u0002](" + text("0") + "e.";
    String huge = tensor(storage(Integer.MAX_VALUE), 0, tuple(1), tuple(1)).replace("tQ", "NtQ");
    refuses(legacy(huge, keys + int64(Integer.MAX_VALUE)), "should have 2147483647 elements");
    refuses(legacy(huge, keys + int64(1L << 61)), "but has 2305843009213693952");
    refuses(zip(tensor(storage(1 << 30), 0, tuple(1), tuple(1)), new byte[8]), "storage 0");
    refuses(zip(tensor(storage(-2), 0, tuple(1), tuple(1)), new byte[8]), "storage 0 of -2");
    String negative = tensor(storage(-2), 0, tuple(1), tuple(1)).replace("tQ", "NtQ");
    refuses(legacy(negative, keys + int64(-2)), "storage 0 of -2 elements");
  }

  @Test
  void tensorsMayNotReachOutOfTheirStorage() {
    byte[] numbers = new byte[16];
    refuses(zip(tensor(storage(4), 1, tuple(4), tuple(1)), numbers), "larger than what the file");
    refuses(zip(tensor(storage(4), 0, tuple(2), tuple(4)), numbers), "larger than what the file");
    refuses(zip(tensor(storage(4), -1, tuple(1), tuple(1)), numbers), "outside of its storage");
    refuses(zip(tensor(storage(4), 5, tuple(0), tuple(1)), numbers), "outside of its storage");
    refuses(zip(tensor(storage(4), 3, tuple(2), tuple(-1)), numbers), "strides [-1]");
    refuses(zip(tensor(storage(4), 0, tuple(-1), tuple(1)), numbers), "sizes [-1]");
    refuses(zip(tensor(storage(4), 0, tuple(2, 2), tuple(1)), numbers), "2 sizes and 1 strides");
    int most = Integer.MAX_VALUE;
    refuses(
        zip(tensor(storage(4), 0, tuple(most, most, most), tuple(0, 0, 0)), numbers),
        "larger than what the file");
    refuses(
        zip(tensor(storage(4), 0, tuple(most, most, most), tuple(most, most, most)), numbers),
        "larger than what the file");
  }

  @Test
  void depthAndSelfReferenceDoNotExhaustTheStack() {
    String deep = ")" + "\u0085".repeat(300_000);
    refuses(legacy("}" + deep + "Ns.", ""), "holds no state dict");
    refuses(legacy("}U\u0001k" + deep + "s.\u0080\u0002].", ""), "holds no state dict");
    refuses(legacy("]q\u0000h\u0000a.\u0080\u0002].", ""), "holds no state dict");
    refuses(legacy("}q\u0000U\u0005modelh\u0000s.\u0080\u0002].", ""), "holds no state dict");
    refuses(legacy("}]q\u0000h\u0000aNs.", ""), "holds no state dict");
  }

  @Test
  void thereIsAnEndToObjects() {
    Path file = Hostile.write(temp, legacy("]".repeat(5_000_000) + ".", ""));
    assertThatThrownBy(() -> Weights.read(file))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("more than 4194304 steps");
    // A list of a hundred thousand pairs, made into a dict a hundred thousand times.
    String pairs = "U\u0001kN\u0086q\u0001](" + "h\u0001".repeat(100_000) + "eq\u0000";
    String dicts = "ccollections\nOrderedDict\nh\u0000\u0085R".repeat(100_000);
    refuses(legacy(pairs + dicts + ".", ""), "more than 4194304 steps");
    // Numbers of the memo are keys, not sizes.
    refuses(legacy("Nr" + uint32(0xfffffff0L) + "j\u0001\u0000\u0000\u0000.", ""), "was kept");
  }

  @Test
  void messagesStayReadable() {
    String name = "x\u001b[2J\n" + "y".repeat(1_000_000);
    Path file = Hostile.write(temp, legacy(text("os") + text(name) + "\u0093.", ""));
    String message = Hostile.load(net, before, file);
    assertThat(message).hasSizeLessThan(1_000).contains("os.x?[2J?yyy").doesNotContain("\n");
  }

  @Test
  void theStackIsGuarded() {
    for (String opcodes :
        new String[] {".", "0.", "R.", "\u0087.", "t.", "u.", "(\u0085.", "N(a."}) {
      assertThat(Hostile.load(net, before, Hostile.write(temp, legacy(opcodes, "")))).isNotNull();
    }
    refuses(legacy("}Ns.", ""), "its stack is empty");
    refuses(legacy("Ns.", ""), "its stack has too few values");
    refuses(legacy("N)a.", ""), "items for what is no list");
    refuses(legacy("}(NtR.", ""), "a call of what is no function");
    refuses(legacy("N}b.", ""), "attributes for what has none");
    refuses(legacy("NQ.", ""), "no tuple where one is due");
    refuses(legacy(")Q.", ""), "a storage that is not described in full");
    refuses(legacy(TENSOR + ")R.", ""), "only 0 arguments");
    refuses(legacy("ctorch._utils\n_rebuild_parameter\n(NtR.", ""), "a parameter without a tensor");
  }

  @Test
  void archivesAreReadAsTorchWritesThem() throws IOException {
    byte[] plain = Files.readAllBytes(TinyNet.file("plain.pth"));
    String letters = Hostile.letters(plain);
    refuses(bytes(letters.replace("data/2", "data/1")), "two entries");
    int pickle = letters.lastIndexOf("/data.pkl");
    int header = letters.lastIndexOf("PK\u0001\u0002", pickle);
    byte[] compressed = plain.clone();
    compressed[header + 10] = 8;
    refuses(compressed, "compressed or encrypted");
    byte[] elsewhere = plain.clone();
    elsewhere[header + 42] = 1;
    refuses(elsewhere, "is not where it should be");
    refuses(bytes(letters.replace("data.pkl", "data.pkx")), "it lacks data.pkl");
    refuses(bytes(letters.replace("little", "big   ")), "big-endian");
    refuses(bytes(letters.substring(0, letters.length() - 1)), "no directory at its end");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
            + "\"w\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[8,8]}}",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,8]}}",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
            + "\"v\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]}}",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[-2,-1],\"data_offsets\":[0,8]}}",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[-8,0]}}",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8,9]}}",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[4611686018427387905,4],\"data_offsets\":[0,8]}}",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[9223372036854775800,-8]}}",
        "{\"w\":{\"dtype\":[\"F32\"],\"shape\":[2],\"data_offsets\":[0,8]}}",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[[2]],\"data_offsets\":[0,8]}}",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[1e99],\"data_offsets\":[0,8]}}",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[2.5],\"data_offsets\":[0,8]}}",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"x\":1}}",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[2]}}",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,2],"
            + "\"data_offsets\":[0,8]}}",
        "{\"__metadata__\":{\"a\":{}},\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
        "{\"w\":7}",
        "{}",
        "{",
        "{\"w",
        "{} {}",
      })
  void headersOfSafetensorsAreReadStrictly(String header) {
    refuses(bytes(int64(header.length()) + header + "12345678"), "cannot read weights from");
  }

  @Test
  void deepHeadersDoNotExhaustTheStack() {
    String deep = "{\"w\":" + "{\"a\":".repeat(200_000);
    refuses(bytes(int64(deep.length()) + deep), "cannot read weights from");
    String lists = "{\"w\":{\"shape\":" + "[".repeat(200_000);
    refuses(bytes(int64(lists.length()) + lists), "cannot read weights from");
  }
}
