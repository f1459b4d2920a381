package convnets.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * What {@code torch.save} has written since version 1.6: a ZIP archive, nothing in it compressed,
 * in which one folder holds a pickle ({@code data.pkl}) and a file for each storage ({@code
 * data/KEY}).
 */
final class TorchZip {

  private static final String PICKLE = "/data.pkl";

  private TorchZip() {}

  static boolean startsWith(ByteBuffer start) {
    return start.getInt(0) == ZipDirectory.LOCAL_HEADER;
  }

  static Map<String, StoredTensor> read(FileBytes file, List<String> key) throws IOException {
    ZipDirectory zip = new ZipDirectory(file);
    String folder = folder(zip);
    checkByteOrder(file, zip, folder);
    ZipDirectory.Stretch pickle = zip.find(folder + PICKLE);
    ByteCursor in = new ByteCursor(file, pickle.position(), pickle.position() + pickle.length());
    Object checkpoint = Unpickler.load(in, TorchZip::storage);
    return StateDict.read(
        StateDict.find(checkpoint, key),
        file,
        storage -> {
          ZipDirectory.Stretch data = zip.find(folder + "/data/" + storage.key());
          if (!storage.type().fills(storage.elements(), data.length())) {
            throw MalformedException.damaged(
                "storage %s should have %d elements, its entry has %d bytes",
                storage.key(), storage.elements(), data.length());
          }
          return data.position();
        });
  }

  /** The only folder with a pickle: its name is that of the file when it was saved. */
  private static String folder(ZipDirectory zip) throws MalformedException {
    List<String> pickles =
        zip.names().stream()
            .filter(name -> name.endsWith(PICKLE) && name.indexOf('/') == name.lastIndexOf('/'))
            .toList();
    if (pickles.size() != 1) {
      throw MalformedException.foreign("its archive is none of torch.save: it lacks data.pkl");
    }
    return pickles.get(0).substring(0, pickles.get(0).length() - PICKLE.length());
  }

  private static void checkByteOrder(FileBytes file, ZipDirectory zip, String folder)
      throws IOException {
    String name = folder + "/byteorder";
    if (zip.has(name)) {
      ZipDirectory.Stretch order = zip.find(name);
      byte[] text = file.read(order.position(), order.length()).array();
      if (!"little".equals(new String(text, StandardCharsets.US_ASCII))) {
        throw MalformedException.unsupported(
            "it was written on a big-endian machine. Load it in PyTorch, and save it again");
      }
    }
  }

  /** A persistent id: ("storage", class, key, device, number of elements). */
  private static TorchStorage storage(List<?> id) {
    if (id.size() == 5 && "storage".equals(id.get(0)) && id.get(2) instanceof String key) {
      TorchGlobals.StorageClass storageClass = TorchGlobals.storageClass(id.get(1));
      long elements = TorchGlobals.asLong(id.get(4));
      return new TorchStorage(storageClass, key, elements, 0, elements);
    }
    throw new IllegalArgumentException("a storage that is not described in full");
  }
}
