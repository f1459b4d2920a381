package convnets.data;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import convnets.data.MenageriePortraits.Portrait;
import convnets.torch.HostBytes;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Portraits as a source of batches, drawn when they are asked for. */
record PortraitSource(MenageriePortraits portraits, NDManager manager, int size)
    implements HostSource {

  @Override
  public Shape inputShape() {
    return new Shape(3, portraits.side(), portraits.side());
  }

  @Override
  public List<Target> kinds() {
    return List.of(Target.CLASS);
  }

  @Override
  public List<String> classes() {
    return portraits.classNames();
  }

  @Override
  public Function<NDManager, NDList> make(int... indices) {
    List<Portrait> drawn =
        Arrays.stream(indices).parallel().mapToObj(i -> portraits.draw(i)).toList();
    int length = (int) inputShape().size();
    byte[] pixels = new byte[Math.multiplyExact(indices.length, length)];
    long[] labels = new long[indices.length];
    for (int i = 0; i < labels.length; i++) {
      System.arraycopy(drawn.get(i).pixels(), 0, pixels, i * length, length);
      labels[i] = drawn.get(i).label();
    }
    Shape shape = new Shape(indices.length).addAll(inputShape());
    return owner -> new NDList(HostBytes.array(owner, pixels, shape), owner.create(labels));
  }

  @Override
  public String toString() {
    return size + " " + portraits;
  }
}
