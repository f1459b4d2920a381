package convnets.weights;

import ai.djl.ndarray.types.DataType;
import java.util.Optional;

/** The kinds of numbers that files hold, by their names in the layouts. */
enum ElementType {
  FLOAT64("F64", "DoubleStorage", DataType.FLOAT64),
  FLOAT32("F32", "FloatStorage", DataType.FLOAT32),
  FLOAT16("F16", "HalfStorage", DataType.FLOAT16),
  BFLOAT16("BF16", "BFloat16Storage", DataType.BFLOAT16, DataType.FLOAT32),
  INT64("I64", "LongStorage", DataType.INT64),
  INT32("I32", "IntStorage", DataType.INT32),
  INT16("I16", "ShortStorage", DataType.INT16, DataType.INT32),
  INT8("I8", "CharStorage", DataType.INT8),
  UINT8("U8", "ByteStorage", DataType.UINT8),
  BOOLEAN("BOOL", "BoolStorage", DataType.BOOLEAN),

  /** Any other: such a tensor is known, but its numbers are not read. */
  UNREAD("", "", DataType.UNKNOWN);

  /** Its name in safetensors. */
  final String code;

  /** The class of PyTorch, in module {@code torch}, that holds such numbers. */
  final String storage;

  /** In the file. */
  final DataType stored;

  /** In memory: the same, but for two types whose arrays DJL's engine cannot make. */
  final DataType loaded;

  ElementType(String code, String storage, DataType type) {
    this(code, storage, type, type);
  }

  ElementType(String code, String storage, DataType stored, DataType loaded) {
    this.code = code;
    this.storage = storage;
    this.stored = stored;
    this.loaded = loaded;
  }

  /** Bytes of a number in the file; of those that are not read it is not known. */
  int bytes() {
    return stored.getNumOfBytes();
  }

  static Optional<ElementType> ofCode(String code) {
    for (ElementType type : values()) {
      if (type != UNREAD && type.code.equals(code)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
