package convnets.notebook.reference;

import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Block;
import convnets.data.Batches;
import convnets.models.ResNet;
import convnets.models.ResNet.Shortcut;
import convnets.nn.Initializers;
import convnets.nn.Unit;
import convnets.notebook.Expected;
import convnets.torch.TorchOps;
import convnets.train.Evaluation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The reference answers of chapter 5, residual networks. */
public final class ResNetReference {

  private ResNetReference() {}

  /** Every second pixel, between two halves of new channels of zeros. */
  public static Expected<UnaryOperator<NDArray>> shortcutA(int in, int out) {
    int before = (out - in) / 2;
    return Expected.of(x -> TorchOps.subsamplePad(x, 2, before, out - in - before));
  }

  /** Two 3×3 convolutions behind batch norm and ReLU, beside the identity. */
  public static Expected<Supplier<Block>> preActivation(int channels) {
    return Expected.of(
        () -> {
          Unit body =
              seq(
                  batchNorm(channels),
                  relu(),
                  conv(channels, channels, 3),
                  batchNorm(channels),
                  relu(),
                  conv(channels, channels, 3));
          return add(body, identity());
        });
  }

  /** A basic block whose last γ starts at zero. */
  public static Expected<Supplier<Block>> startAsCopy(int channels) {
    return Expected.of(
        () -> {
          Unit block = ResNet.basicBlock(channels, channels, 1, Shortcut.A);
          block.setInitializer(Initializers.constant(0), "bn2.weight");
          return block;
        });
  }

  /** The accuracy of a network when the last batch norm of one of its blocks gives zeros. */
  public static Expected<Double> accuracyWithout(Unit net, String block, Batches data) {
    List<NDArray> last =
        Stream.of("weight", "bias")
            .map(name -> net.getParameters().get(block + ".bn2." + name).getArray())
            .toList();
    List<NDArray> kept = last.stream().map(NDArray::duplicate).toList();
    try {
      last.forEach(array -> TorchOps.copy(array.zerosLike(), array));
      return Expected.of(Evaluation.of(net, data).accuracy());
    } finally {
      for (int i = 0; i < kept.size(); i++) {
        TorchOps.copy(kept.get(i), last.get(i));
        kept.get(i).close();
      }
    }
  }

  /**
   * The percentage points of accuracy that a chain loses without one of its parts.
   *
   * @param parts of a network, one after the other
   * @param blocks the parts to leave out, each by itself
   */
  public static Expected<double[]> lost(List<Unit> parts, List<Integer> blocks, Batches data) {
    double whole = accuracy(parts, data);
    return Expected.of(
        blocks.stream()
            .mapToDouble(
                block -> {
                  List<Unit> others = new ArrayList<>(parts.subList(0, block));
                  others.addAll(parts.subList(block + 1, parts.size()));
                  return 100 * (whole - accuracy(others, data));
                })
            .toArray());
  }

  private static double accuracy(List<Unit> parts, Batches data) {
    return Evaluation.of(seq(parts.toArray(Unit[]::new)), data).accuracy();
  }

  /**
   * The cosine between what goes into a part of a chain and what comes out of it.
   *
   * @param parts of a network, one after the other
   * @param blocks the parts that are asked for, of as many numbers before as behind
   * @param x (N, C, H, W), the chain's input
   */
  public static Expected<double[]> likeness(List<Unit> parts, List<Integer> blocks, NDArray x) {
    double[] cosines = new double[parts.size()];
    NDArray in = x;
    for (int i = 0; i < cosines.length; i++) {
      NDArray out = parts.get(i).apply(in);
      if (blocks.contains(i)) {
        cosines[i] = cosine(in.flatten(), out.flatten());
      }
      in = out;
    }
    return Expected.of(blocks.stream().mapToDouble(block -> cosines[block]).toArray());
  }

  private static double cosine(NDArray a, NDArray b) {
    return a.dot(b).getFloat() / Math.sqrt((double) a.dot(a).getFloat() * b.dot(b).getFloat());
  }
}
