package convnets.weights;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Hugging Face's safetensors: the length of a header (8 bytes, little-endian), the header in JSON,
 * and then the numbers.
 *
 * <pre>{"__metadata__": {"format": "pt"},
 *  "fc.bias": {"dtype": "F32", "shape": [1000], "data_offsets": [0, 4000]}, …}</pre>
 *
 * <p>Offsets count from the end of the header; the tensors cover the bytes without gap or overlap.
 */
final class Safetensors {

  static final String METADATA = "__metadata__";

  /** Room for a hundred thousand tensors. */
  private static final int MAX_HEADER = 16 << 20;

  private Safetensors() {}

  static boolean startsWith(ByteBuffer start) {
    return start.get(Long.BYTES) == '{';
  }

  static Map<String, StoredTensor> read(FileBytes file) throws IOException {
    long length = file.read(0, Long.BYTES).getLong();
    if (length < 0 || length > MAX_HEADER) {
      throw MalformedException.damaged(
          "its header should have %d bytes, at most %d are allowed", length, MAX_HEADER);
    }
    byte[] header = file.read(Long.BYTES, length).array();
    try (JsonReader json =
        new JsonReader(
            new InputStreamReader(new ByteArrayInputStream(header), StandardCharsets.UTF_8))) {
      List<StoredTensor> tensors = tensors(json, file, Long.BYTES + length);
      return byName(tensors, Long.BYTES + length, file.size());
    } catch (MalformedJsonException
        | EOFException
        | IllegalStateException
        | IllegalArgumentException e) {
      // The last two are how JsonReader says that another kind of value, or number, was expected.
      throw MalformedException.damaged("its header is no description of tensors (%s)", first(e));
    }
  }

  private static String first(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private static List<StoredTensor> tensors(JsonReader json, FileBytes file, long start)
      throws IOException {
    List<StoredTensor> tensors = new ArrayList<>();
    json.beginObject();
    while (json.hasNext()) {
      String name = json.nextName();
      if (name.equals(METADATA)) {
        skipMetadata(json);
      } else {
        tensors.add(tensor(json, name, file, start));
      }
    }
    json.endObject();
    if (json.peek() != JsonToken.END_DOCUMENT) {
      throw MalformedException.damaged("its header goes on after its end");
    }
    return tensors;
  }

  /** Texts by name, or nothing. */
  private static void skipMetadata(JsonReader json) throws IOException {
    if (json.peek() == JsonToken.NULL) {
      json.nextNull();
      return;
    }
    json.beginObject();
    while (json.hasNext()) {
      json.nextName();
      json.nextString();
    }
    json.endObject();
  }

  private static StoredTensor tensor(JsonReader json, String name, FileBytes file, long start)
      throws IOException {
    String dtype = null;
    long[] shape = null;
    long[] offsets = null;
    json.beginObject();
    while (json.hasNext()) {
      String key = json.nextName();
      switch (key) {
        case "dtype" -> dtype = json.nextString();
        case "shape" -> shape = numbers(json);
        case "data_offsets" -> offsets = numbers(json);
        default -> throw MalformedException.damaged("tensor %s has a strange \"%s\"", name, key);
      }
    }
    json.endObject();
    if (dtype == null || shape == null || offsets == null || offsets.length != 2) {
      throw MalformedException.damaged("tensor %s is not described in full", name);
    }
    Optional<ElementType> type = ElementType.ofCode(dtype);
    Strides strides = Strides.contiguous(shape);
    long length = offsets[1] - offsets[0];
    if (offsets[0] < 0
        || offsets[1] < offsets[0]
        || offsets[1] > file.size() - start
        || type.isPresent() && !fits(type.get(), strides, length)) {
      throw MalformedException.damaged(
          "tensor %s should have bytes %d to %d, which do not fit its shape or the file",
          name, offsets[0], offsets[1]);
    }
    return type.isPresent()
        ? StoredTensor.of(file, name, type.get(), strides, start + offsets[0], length)
        : StoredTensor.unread(file, name, dtype, strides, start + offsets[0], length);
  }

  private static boolean fits(ElementType type, Strides strides, long length) {
    return length % type.bytes() == 0 && strides.elements() == length / type.bytes();
  }

  private static long[] numbers(JsonReader json) throws IOException {
    List<Long> numbers = new ArrayList<>();
    json.beginArray();
    while (json.hasNext()) {
      numbers.add(json.nextLong());
    }
    json.endArray();
    return numbers.stream().mapToLong(Long::longValue).toArray();
  }

  /** Makes sure that each name is there once, and each byte belongs to one tensor. */
  private static Map<String, StoredTensor> byName(List<StoredTensor> tensors, long start, long end)
      throws MalformedException {
    Map<String, StoredTensor> byName = new LinkedHashMap<>();
    for (StoredTensor tensor : tensors) {
      if (byName.put(tensor.name(), tensor) != null) {
        throw MalformedException.damaged("tensor %s is there twice", tensor.name());
      }
    }
    long at = start;
    tensors.sort(
        Comparator.comparingLong(StoredTensor::position).thenComparing(StoredTensor::bytes));
    for (StoredTensor tensor : tensors) {
      if (tensor.position() != at) {
        throw MalformedException.damaged(
            "tensor %s should start at byte %d, the one before it ends at %d",
            tensor.name(), tensor.position(), at);
      }
      at += tensor.bytes();
    }
    if (at != end) {
      throw MalformedException.damaged("its tensors end at byte %d, the file at %d", at, end);
    }
    return byName;
  }
}
