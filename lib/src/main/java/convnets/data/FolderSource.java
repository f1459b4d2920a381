package convnets.data;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import convnets.io.FileException;
import convnets.torch.HostBytes;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Pictures of a folder, decoded when they are asked for: {@link ImageFolder#stream}. */
final class FolderSource implements HostSource {
  /** Nanoseconds for which nobody looks anew at what is damaged. */
  private static final long REFUSAL_HOLDS = 5_000_000_000L;

  private final NDManager manager;
  private final Path folder;
  private final Listing listing;
  private final int side;

  /** Null: nothing was damaged. */
  private FileException refusal;

  private long refusalEnds;

  FolderSource(NDManager manager, Path folder, Listing listing, int side) {
    this.manager = manager;
    this.folder = folder;
    this.listing = listing;
    this.side = side;
  }

  @Override
  public int size() {
    return listing.files().size();
  }

  @Override
  public Shape inputShape() {
    return new Shape(3, side, side);
  }

  @Override
  public List<Target> kinds() {
    return List.of(Target.CLASS);
  }

  @Override
  public List<String> classes() {
    return listing.classes();
  }

  @Override
  public NDManager manager() {
    return manager;
  }

  @Override
  public Function<NDManager, NDList> make(int... indices) {
    List<Path> files = Arrays.stream(indices).mapToObj(listing.files()::get).toList();
    byte[] pixels = new byte[HostRoom.bytes(indices.length, 3, side, side)];
    List<String> broken = ImageFolder.decode(files, side, pixels);
    if (!broken.isEmpty()) {
      throw refusal(broken);
    }
    long[] labels = Arrays.stream(indices).mapToLong(i -> listing.labels()[i]).toArray();
    Shape shape = new Shape(indices.length, 3, side, side);
    return owner -> new NDList(HostBytes.array(owner, pixels, shape), owner.create(labels));
  }

  /** Names all pictures that cannot be read; batches that fail together look once. */
  private synchronized FileException refusal(List<String> broken) {
    if (refusal == null || System.nanoTime() > refusalEnds) {
      refusal = ImageFolder.refusalOfAll(listing, side, broken);
      refusalEnds = System.nanoTime() + REFUSAL_HOLDS;
    }
    return refusal;
  }

  @Override
  public String toString() {
    return "%d pictures of %s, as %s, in %d classes"
        .formatted(size(), folder, inputShape(), classes().size());
  }
}
