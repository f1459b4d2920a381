package convnets.weights;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code torch.save} wrote before version 1.6, and still does on request: five pickles, one
 * after the other (a magic number, the version, the machine, the checkpoint, the keys of its
 * storages), and then for each key the number of elements (8 bytes) and the elements.
 */
final class TorchLegacy {

  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final Long VERSION = 1001L;

  private final FileBytes file;

  /** Every storage that the checkpoint names, by key. */
  private final Map<String, TorchStorage> storages = new HashMap<>();

  private final Map<String, Long> positions = new HashMap<>();

  private TorchLegacy(FileBytes file) {
    this.file = file;
  }

  /** A pickle of protocol 2 or above. */
  static boolean startsWith(ByteBuffer start) {
    return (start.get(0) & 0xff) == 0x80;
  }

  static Map<String, StoredTensor> read(FileBytes file, List<String> key) throws IOException {
    return new TorchLegacy(file).read(key);
  }

  private Map<String, StoredTensor> read(List<String> entry) throws IOException {
    ByteCursor in = new ByteCursor(file, 0, file.size());
    if (!MAGIC.equals(Unpickler.load(in))) {
      throw MalformedException.foreign("it is a pickle, but not one of torch.save");
    }
    if (!VERSION.equals(Unpickler.load(in))) {
      throw MalformedException.damaged("it is no checkpoint of version %d", VERSION);
    }
    if (!(Unpickler.load(in) instanceof Map<?, ?> machine)
        || !Boolean.TRUE.equals(machine.get("little_endian"))) {
      throw MalformedException.unsupported(
          "it was written on a big-endian machine. Load it in PyTorch, and save it again");
    }
    Map<?, ?> dict = StateDict.find(Unpickler.load(in, this::storage), entry);
    if (!(Unpickler.load(in) instanceof List<?> keys)) {
      throw MalformedException.damaged("it has no list of storages");
    }
    for (Object key : keys) {
      locate(in, key);
    }
    return StateDict.read(dict, file, this::position);
  }

  /**
   * A persistent id: ("storage", class, key, device, number of elements, view), where the view is
   * None or (key, first element, number of elements): a part of the storage. Classes of modules
   * have such ids, too.
   */
  private Object storage(List<?> id) {
    if (id.size() > 1 && "module".equals(id.get(0)) && id.get(1) instanceof TorchGlobals.Foreign) {
      return id.get(1); // a class, whose source code follows
    }
    if (id.size() == 6 && "storage".equals(id.get(0)) && id.get(2) instanceof String key) {
      TorchGlobals.StorageClass storageClass = TorchGlobals.storageClass(id.get(1));
      long elements = TorchGlobals.asLong(id.get(4));
      TorchStorage root = new TorchStorage(storageClass, key, elements, 0, elements);
      TorchStorage before = storages.putIfAbsent(key, root);
      if (before != null && !before.equals(root)) {
        throw new IllegalArgumentException("storage " + key + " is described in two ways");
      }
      if (id.get(5) == null) {
        return root;
      }
      if (id.get(5) instanceof List<?> view && view.size() == 3) {
        long first = TorchGlobals.asLong(view.get(1));
        long length = TorchGlobals.asLong(view.get(2));
        return new TorchStorage(root.type(), key, elements, first, length);
      }
    }
    throw new IllegalArgumentException("a storage that is not described in full");
  }

  /** Finds the bytes of the next storage. */
  private void locate(ByteCursor in, Object key) throws IOException {
    TorchStorage storage = key instanceof String ? storages.get(key) : null;
    if (storage == null) {
      throw MalformedException.damaged("it lists a storage that it does not describe");
    }
    int bytes = storage.type().bytes();
    if (bytes == 0) {
      throw MalformedException.unsupported(
          "it holds numbers of %s, and does not say how many bytes they take."
              + " Load it in PyTorch, and save it again by torch.save",
          storage.type().name());
    }
    long elements = in.int64();
    if (elements != storage.elements() || elements > file.size() / bytes) {
      throw MalformedException.damaged(
          "storage %s should have %d elements, but has %d",
          storage.key(), storage.elements(), elements);
    }
    if (positions.put(storage.key(), in.position()) != null) {
      throw MalformedException.damaged("storage %s is there twice", storage.key());
    }
    in.skip(elements * bytes);
  }

  private long position(TorchStorage storage) throws MalformedException {
    Long position = positions.get(storage.key());
    if (position == null) {
      throw MalformedException.damaged("storage %s is missing", storage.key());
    }
    return position;
  }
}
