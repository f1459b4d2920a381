package convnets.weights;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;

/** A tensor in a file: what it is, and on demand its numbers. */
public final class StoredTensor {

  private final Path file;
  private final String name;
  private final ElementType type;

  /** What the file calls the kind of its numbers. */
  private final String kind;

  private final Strides strides;
  private final long position;
  private final long bytes;

  private StoredTensor(
      Path file,
      String name,
      ElementType type,
      String kind,
      Strides strides,
      long position,
      long bytes) {
    this.file = file;
    this.name = name;
    this.type = type;
    this.kind = kind;
    this.strides = strides;
    this.position = position;
    this.bytes = bytes;
  }

  /**
   * A tensor that lies in a stretch of a file.
   *
   * @param position of its first element
   * @param length bytes from there that it may reach over
   * @throws MalformedException if it reaches beyond, or would need more memory than the file
   */
  static StoredTensor of(
      FileBytes file, String name, ElementType type, Strides strides, long position, long length)
      throws MalformedException {
    // Strides of zero repeat elements: without a bound, a few bytes would fill all memory.
    if (strides.span() > length / type.bytes()
        || strides.elements() > file.size() / type.bytes()
        || !file.has(position, length)) {
      throw MalformedException.damaged(
          "tensor %s of shape %s is larger than what the file has for it",
          name, new Shape(strides.shape()));
    }
    long bytes = strides.elements() * type.bytes();
    String kind = type.stored.toString();
    return new StoredTensor(file.path(), name, type, kind, strides, position, bytes);
  }

  /**
   * A tensor of numbers of a kind that is not read, such as those of 8 bits: a network that does
   * not need it loads all the same.
   *
   * @param kind as the file calls it
   */
  static StoredTensor unread(
      FileBytes file, String name, String kind, Strides strides, long position, long length) {
    return new StoredTensor(file.path(), name, ElementType.UNREAD, kind, strides, position, length);
  }

  StoredTensor named(String name) {
    return new StoredTensor(file, name, type, kind, strides, position, bytes);
  }

  /** What it is called in the file, without what PyTorch's wrappers put before names. */
  public String name() {
    return name;
  }

  /** Its shape. */
  public Shape shape() {
    return new Shape(strides.shape());
  }

  /** The kind of its numbers in the file; UNKNOWN if it is none that is read here. */
  public DataType dataType() {
    return type.stored;
  }

  ElementType type() {
    return type;
  }

  /** Whether its numbers can be read. */
  boolean isRead() {
    return type != ElementType.UNREAD;
  }

  /** As in "float32", or what the file calls a kind that is not read. */
  String kind() {
    return MalformedException.printable(kind);
  }

  Strides strides() {
    return strides;
  }

  /** How many bytes its elements take, each counted once a place in the tensor. */
  long bytes() {
    return bytes;
  }

  /** Where in the file its first element lies. */
  long position() {
    return position;
  }

  /**
   * Reads its numbers.
   *
   * @return an array of its shape and kind (but float32 for bfloat16 and int32 for int16), which
   *     belongs to the manager and lies on its device
   * @throws WeightsException if the file cannot be read, or is of a kind that is not read here
   */
  public NDArray array(NDManager manager) {
    try (FileBytes bytes = FileBytes.open(file);
        NDManager host = NDManager.newBaseManager(Device.cpu())) {
      NDArray array = TensorReader.read(bytes, this, host).toDevice(manager.getDevice(), false);
      array.attach(manager);
      return array;
    } catch (IOException e) {
      throw WeightsFile.unreadable(file, e);
    }
  }

  /** Such as {@code fc.bias float32 (1000)}. */
  @Override
  public String toString() {
    return name + " " + kind() + " " + shape();
  }
}
