package convnets.data;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import convnets.torch.HostBytes;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Pictures of a folder, decoded when they are asked for: {@link ImageFolder#stream}. */
final class FolderSource implements HostSource {
  private final NDManager manager;
  private final Path folder;
  private final ImageFolder.Listing listing;
  private final int side;

  FolderSource(NDManager manager, Path folder, ImageFolder.Listing listing, int side) {
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
    byte[] pixels = new byte[Math.multiplyExact(indices.length, 3 * side * side)];
    List<Path> files = Arrays.stream(indices).mapToObj(listing.files()::get).toList();
    ImageFolder.decode(files, side, ByteBuffer.wrap(pixels));
    long[] labels = Arrays.stream(indices).mapToLong(i -> listing.labels()[i]).toArray();
    Shape shape = new Shape(indices.length, 3, side, side);
    return owner -> new NDList(HostBytes.array(owner, pixels, shape), owner.create(labels));
  }

  @Override
  public String toString() {
    return "%d pictures of %s, as %s, in %d classes"
        .formatted(size(), folder, inputShape(), classes().size());
  }
}
