package convnets.weights;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.google.gson.stream.JsonWriter;
import convnets.io.WholeFile;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** Writes a {@link Safetensors} file, whole or not at all. */
final class SafetensorsWriter {

  /** The numbers start at a multiple of this, so that others may map the file. */
  private static final int ALIGNMENT = 8;

  /** The least number that float16 rounds to infinity. */
  private static final float HALF_OVERFLOW = 65520;

  private final Map<String, NDArray> arrays;
  private final ElementType type;

  /**
   * What to write.
   *
   * @param type FLOAT32 or FLOAT16
   */
  SafetensorsWriter(Map<String, NDArray> arrays, ElementType type) {
    this.arrays = arrays;
    this.type = type;
  }

  void write(Path file) throws IOException {
    WholeFile.write(file, this::writeTo);
  }

  private void writeTo(OutputStream out) throws IOException {
    byte[] header = header();
    ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    out.write(length.putLong(header.length).array());
    out.write(header);
    for (Map.Entry<String, NDArray> entry : arrays.entrySet()) {
      write(out, entry.getKey(), entry.getValue());
    }
  }

  private void write(OutputStream out, String name, NDArray array) throws IOException {
    if (array.getShape().size() == 0) {
      return;
    }
    if (type == ElementType.FLOAT16) {
      checkRange(name, array);
    }
    try (NDManager scratch = NDManager.newBaseManager(Device.cpu())) {
      NDArray typed = attached(scratch, array, array.toType(type.stored, false));
      NDArray host = attached(scratch, array, typed.toDevice(Device.cpu(), false));
      write(out, host.toByteBuffer(false));
    }
  }

  /** Has what was made of an array freed with the scratch, unless it is the array itself. */
  private static NDArray attached(NDManager scratch, NDArray array, NDArray made) {
    if (made != array) {
      made.attach(scratch);
    }
    return made;
  }

  private static void checkRange(String name, NDArray array) {
    try (NDArray sizes = array.abs();
        NDArray largest = sizes.max();
        NDArray wide = largest.toType(DataType.FLOAT32, true)) {
      float value = wide.getFloat();
      if (Float.isFinite(value) && value >= HALF_OVERFLOW) {
        throw new WeightsException(
            "%s has a value of size %s, too large for float16. Save as float32"
                .formatted(name, value));
      }
    }
  }

  private static void write(OutputStream out, ByteBuffer bytes) throws IOException {
    byte[] chunk = new byte[1 << 16];
    while (bytes.hasRemaining()) {
      int length = Math.min(chunk.length, bytes.remaining());
      bytes.get(chunk, 0, length);
      out.write(chunk, 0, length);
    }
  }

  private byte[] header() throws IOException {
    StringWriter text = new StringWriter();
    JsonWriter json = new JsonWriter(text);
    json.beginObject();
    json.name(Safetensors.METADATA).beginObject().name("format").value("pt").endObject();
    long at = 0;
    for (Map.Entry<String, NDArray> entry : arrays.entrySet()) {
      json.name(entry.getKey()).beginObject();
      json.name("dtype").value(type.code);
      json.name("shape").beginArray();
      for (long size : entry.getValue().getShape().getShape()) {
        json.value(size);
      }
      json.endArray();
      json.name("data_offsets").beginArray().value(at);
      at += entry.getValue().getShape().size() * type.bytes();
      json.value(at).endArray().endObject();
    }
    json.endObject();
    int length = text.toString().getBytes(StandardCharsets.UTF_8).length;
    text.write(" ".repeat(-length & (ALIGNMENT - 1)));
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }
}
