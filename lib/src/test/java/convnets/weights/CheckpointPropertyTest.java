package convnets.weights;

import static convnets.Refusals.orRefused;
import static convnets.Refusals.soon;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import convnets.Damage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import net.jqwik.api.statistics.Statistics;

/**
 * Checkpoints of any names, shapes and kinds of numbers, in each of the layouts, sound and damaged:
 * what a writer of our own put into them, or a message. {@code -Djqwik.tries.default} makes it
 * longer.
 */
class CheckpointPropertyTest {

  private static final String[] NAMES = {
    "weight", "bias", "conv1.weight", "layer1.0.bn", "a b", "é", "写真", "\"q\"", "a\\b", "", ".", "0"
  };

  private static final ElementType[] TYPES =
      Arrays.stream(ElementType.values())
          .filter(type -> type != ElementType.UNREAD)
          .toArray(ElementType[]::new);

  private static NDManager manager;
  private static Path file;

  /**
   * A tensor, its numbers as the bytes of a file, little-endian.
   *
   * @param stored the shape in which they lie there
   * @param turned whether it is a view of that, its axes from last to first
   */
  private record Stored(ElementType type, long[] stored, byte[] bytes, boolean turned) {

    static Stored of(Random random, boolean turned) {
      ElementType type = TYPES[random.nextInt(TYPES.length)];
      long[] shape = random.longs(random.nextInt(5), random.nextInt(5) == 0 ? 0 : 1, 5).toArray();
      byte[] bytes = new byte[elements(shape) * type.bytes()];
      random.nextBytes(bytes);
      if (type == ElementType.BOOLEAN) {
        for (int i = 0; i < bytes.length; i++) {
          bytes[i] &= 1;
        }
      }
      return new Stored(type, shape, bytes, turned);
    }

    private static int elements(long[] shape) {
      return (int) LongStream.of(shape).reduce(1, (a, b) -> a * b);
    }

    long[] shape() {
      return turned ? backwards(stored) : stored;
    }

    /** How far it is along each axis to the next number. */
    long[] strides() {
      long[] strides = new long[stored.length];
      long stride = 1;
      for (int i = strides.length - 1; i >= 0; i--) {
        strides[i] = stride;
        stride *= stored[i];
      }
      return turned ? backwards(strides) : strides;
    }

    private static long[] backwards(long[] numbers) {
      return IntStream.range(0, numbers.length)
          .mapToLong(i -> numbers[numbers.length - 1 - i])
          .toArray();
    }

    /** Each number as what it is, the last axis running fastest. */
    List<Object> numbers() {
      List<Object> all = allNumbers();
      long[] shape = shape();
      long[] strides = strides();
      List<Object> numbers = new ArrayList<>();
      for (int n = 0; n < all.size(); n++) {
        long left = n;
        long place = 0;
        for (int axis = shape.length - 1; axis >= 0; axis--) {
          place += left % shape[axis] * strides[axis];
          left /= shape[axis];
        }
        numbers.add(all.get((int) place));
      }
      return numbers;
    }

    private List<Object> allNumbers() {
      ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      List<Object> numbers = new ArrayList<>();
      while (in.hasRemaining()) {
        numbers.add(
            switch (type) {
              case FLOAT64 -> in.getDouble();
              case FLOAT32 -> in.getFloat();
              case FLOAT16 -> half(in.getShort());
              case BFLOAT16 -> Float.intBitsToFloat(in.getShort() << 16);
              case INT64 -> in.getLong();
              case INT32 -> in.getInt();
              case INT16 -> (int) in.getShort();
              case INT8 -> in.get();
              case UINT8 -> in.get() & 255;
              case BOOLEAN -> in.get() != 0;
              default -> throw new AssertionError(type);
            });
      }
      return numbers;
    }

    /** By the bits of IEEE 754. */
    private static float half(short bits) {
      int exponent = bits >> 10 & 31;
      int fraction = bits & 1023;
      double size =
          exponent == 31
              ? fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN
              : exponent == 0
                  ? fraction * Math.pow(2, -24)
                  : (1024 + fraction) * Math.pow(2, exponent - 25.0);
      return (float) (bits < 0 ? -size : size);
    }
  }

  private static Map<String, Stored> tensors(Random random, int layout) {
    Map<String, Stored> tensors = new LinkedHashMap<>();
    for (int n = 1 + random.nextInt(5); n > 0; n--) {
      tensors.put(
          NAMES[random.nextInt(NAMES.length)],
          Stored.of(random, layout > 0 && random.nextInt(3) == 0));
    }
    return tensors;
  }

  @BeforeContainer
  static void start() throws IOException {
    manager = NDManager.newBaseManager();
    file = Files.createTempFile("any", ".weights");
  }

  @AfterContainer
  static void stop() throws IOException {
    manager.close();
    Files.delete(file);
  }

  /** As Hugging Face describes it, with spaces and metadata now and then. */
  private static byte[] safetensors(Map<String, Stored> tensors, Random random) {
    JsonObject header = new JsonObject();
    if (random.nextBoolean()) {
      JsonObject metadata = new JsonObject();
      metadata.addProperty("format", "pt");
      header.add("__metadata__", metadata);
    }
    ByteArrayOutputStream numbers = new ByteArrayOutputStream();
    tensors.forEach(
        (name, tensor) -> {
          JsonArray shape = new JsonArray();
          LongStream.of(tensor.shape()).forEach(shape::add);
          JsonArray offsets = new JsonArray();
          offsets.add(numbers.size());
          numbers.writeBytes(tensor.bytes);
          offsets.add(numbers.size());
          JsonObject description = new JsonObject();
          description.addProperty("dtype", tensor.type.code);
          description.add("shape", shape);
          description.add("data_offsets", offsets);
          header.add(name, description);
        });
    String text = header + " ".repeat(random.nextInt(9));
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ByteBuffer all =
        ByteBuffer.allocate(8 + bytes.length + numbers.size()).order(ByteOrder.LITTLE_ENDIAN);
    return all.putLong(bytes.length).put(bytes).put(numbers.toByteArray()).array();
  }

  /** A state dict as PyTorch pickles it: one storage for each kind of numbers, tensors in it. */
  private static String pickle(Map<String, Stored> tensors, boolean legacy) {
    StringBuilder pickle = new StringBuilder("ccollections\nOrderedDict\n)R(");
    Map<ElementType, Integer> sizes = sizes(tensors);
    Map<ElementType, Integer> offsets = new LinkedHashMap<>();
    List<ElementType> kinds = List.copyOf(sizes.keySet());
    tensors.forEach(
        (name, tensor) -> {
          int count = Stored.elements(tensor.stored);
          int offset = offsets.merge(tensor.type, count, Integer::sum) - count;
          byte[] utf = name.getBytes(StandardCharsets.UTF_8);
          pickle
              .append("X")
              .append(Hostile.uint32(utf.length))
              .append(Hostile.letters(utf))
              .append("ctorch._utils\n_rebuild_tensor_v2\n((")
              .append(Hostile.text("storage"))
              .append("ctorch\n")
              .append(tensor.type.storage)
              .append("\n")
              .append(Hostile.text(Integer.toString(kinds.indexOf(tensor.type))))
              .append(Hostile.text("cpu"))
              .append(Hostile.number(sizes.get(tensor.type)))
              .append(legacy ? "NtQ" : "tQ") // a view of another storage, which is none
              .append(Hostile.number(offset))
              .append(tuple(tensor.shape()))
              .append(tuple(tensor.strides()))
              .append("\u0089ccollections\nOrderedDict\n)RtR");
        });
    return pickle.append("u.").toString();
  }

  private static String tuple(long[] numbers) {
    StringBuilder tuple = new StringBuilder("(");
    LongStream.of(numbers).forEach(number -> tuple.append(Hostile.number((int) number)));
    return tuple.append("t").toString();
  }

  private static Map<ElementType, Integer> sizes(Map<String, Stored> tensors) {
    Map<ElementType, Integer> sizes = new LinkedHashMap<>();
    tensors
        .values()
        .forEach(tensor -> sizes.merge(tensor.type, Stored.elements(tensor.stored), Integer::sum));
    return sizes;
  }

  private static List<byte[]> storages(Map<String, Stored> tensors) {
    Map<ElementType, ByteArrayOutputStream> storages = new LinkedHashMap<>();
    tensors
        .values()
        .forEach(
            tensor ->
                storages
                    .computeIfAbsent(tensor.type, type -> new ByteArrayOutputStream())
                    .writeBytes(tensor.bytes));
    return storages.values().stream().map(ByteArrayOutputStream::toByteArray).toList();
  }

  private static byte[] torch(Map<String, Stored> tensors, boolean legacy) {
    List<byte[]> storages = storages(tensors);
    if (!legacy) {
      return Hostile.zip(pickle(tensors, false), storages);
    }
    StringBuilder keys = new StringBuilder("\u0080\u0002](");
    for (int i = 0; i < storages.size(); i++) {
      keys.append(Hostile.text(Integer.toString(i)));
    }
    keys.append("e.");
    List<ElementType> kinds = List.copyOf(sizes(tensors).keySet());
    for (int i = 0; i < storages.size(); i++) {
      byte[] bytes = storages.get(i);
      keys.append(Hostile.int64(bytes.length / kinds.get(i).bytes()))
          .append(Hostile.letters(bytes));
    }
    return Hostile.legacy(pickle(tensors, true), keys.toString());
  }

  private static byte[] written(Map<String, Stored> tensors, int layout, Random random) {
    Statistics.label("layout").collect(List.of("safetensors", "zip", "legacy").get(layout));
    return layout == 0 ? safetensors(tensors, random) : torch(tensors, layout == 2);
  }

  @Property(seed = "18", shrinking = ShrinkingMode.BOUNDED)
  void whatIsWrittenIsRead(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    int layout = random.nextInt(3);
    Map<String, Stored> tensors = tensors(random, layout);
    Files.write(file, written(tensors, layout, random));
    Map<String, StoredTensor> read = Weights.read(file);
    assertThat(List.copyOf(read.keySet())).isEqualTo(List.copyOf(tensors.keySet()));
    try (NDManager own = manager.newSubManager()) {
      Map<String, NDArray> arrays = new LinkedHashMap<>();
      tensors.forEach(
          (name, tensor) -> {
            StoredTensor stored = read.get(name);
            assertThat(stored.name()).isEqualTo(name);
            assertThat(stored.shape()).isEqualTo(new Shape(tensor.shape()));
            assertThat(stored.dataType()).isEqualTo(tensor.type.stored);
            NDArray array = stored.array(own);
            assertThat(array.getShape()).isEqualTo(new Shape(tensor.shape()));
            assertThat(numbers(array)).as("%s %s", name, tensor.type).isEqualTo(tensor.numbers());
            arrays.put(name, array);
          });
      writtenByTheLibraryItIsTheSame(arrays, tensors);
    }
  }

  private static List<Object> numbers(NDArray array) {
    List<Object> numbers = new ArrayList<>();
    ByteBuffer in = array.toByteBuffer(false);
    while (in.hasRemaining()) {
      numbers.add(
          switch (array.getDataType()) {
            case FLOAT64 -> in.getDouble();
            case FLOAT32 -> in.getFloat();
            case FLOAT16 -> Stored.half(in.getShort());
            case INT64 -> in.getLong();
            case INT32 -> in.getInt();
            case INT8 -> in.get();
            case UINT8 -> in.get() & 255;
            case BOOLEAN -> in.get() != 0;
            default -> throw new AssertionError(array.getDataType());
          });
    }
    return numbers;
  }

  /** In float32, and read by a parser that is not ours. */
  private static void writtenByTheLibraryItIsTheSame(
      Map<String, NDArray> arrays, Map<String, Stored> tensors) {
    Weights.write(arrays, file);
    ByteBuffer in;
    try {
      in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    byte[] header = new byte[(int) in.getLong()];
    in.get(header);
    JsonObject json =
        JsonParser.parseString(new String(header, StandardCharsets.UTF_8)).getAsJsonObject();
    int start = in.position();
    int end = start;
    for (Map.Entry<String, Stored> entry : tensors.entrySet()) {
      JsonObject description = json.getAsJsonObject(entry.getKey());
      assertThat(description.get("dtype").getAsString()).isEqualTo("F32");
      List<Long> shape = new ArrayList<>();
      description.getAsJsonArray("shape").forEach(size -> shape.add(size.getAsLong()));
      assertThat(shape).isEqualTo(LongStream.of(entry.getValue().shape()).boxed().toList());
      int from = start + description.getAsJsonArray("data_offsets").get(0).getAsInt();
      assertThat(from).isEqualTo(end);
      end = start + description.getAsJsonArray("data_offsets").get(1).getAsInt();
      List<Float> found = new ArrayList<>();
      for (int at = from; at < end; at += Float.BYTES) {
        found.add(in.getFloat(at));
      }
      assertThat(found)
          .isEqualTo(
              entry.getValue().numbers().stream().map(CheckpointPropertyTest::single).toList());
    }
    assertThat(end).isEqualTo(in.limit());
  }

  private static float single(Object number) {
    return number instanceof Boolean truth ? truth ? 1 : 0 : ((Number) number).floatValue();
  }

  @Property(seed = "18", shrinking = ShrinkingMode.BOUNDED)
  void whatIsDamagedIsReadOrRefused(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    int layout = random.nextInt(3);
    Map<String, Stored> tensors = tensors(random, layout);
    byte[] damaged = Damage.damaged(written(tensors, layout, random), random);
    Files.write(file, damaged);
    Boolean read = soon(() -> orRefused(WeightsException.class, () -> readAll(damaged.length)));
    Statistics.label("outcome")
        .collect(read == null ? "message" : "numbers")
        .coverage(
            coverage -> {
              coverage.check("numbers").percentage(share -> share > 5);
              coverage.check("message").percentage(share -> share > 10);
            });
  }

  /** All tensors, which take no more memory than the file gives reason to. */
  private static boolean readAll(int size) {
    try (NDManager own = manager.newSubManager()) {
      for (StoredTensor tensor : Weights.read(file).values()) {
        assertThat(tensor.shape().dimension()).isLessThan(100);
        if (tensor.dataType() != DataType.UNKNOWN) {
          assertThat(tensor.array(own).size()).isLessThanOrEqualTo(size);
        }
      }
    }
    return true;
  }
}
