package convnets.notebook.reference;

import static convnets.nn.Combinators.*;
import static convnets.nn.Layers.*;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import convnets.nn.Pass;
import convnets.nn.Seq;
import convnets.nn.Unit;
import convnets.notebook.Expected;
import convnets.torch.GradMode;
import convnets.torch.TorchOps;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The reference answers of chapter 10, DenseNet. */
public final class DenseNetReference {

  private DenseNetReference() {}

  /** Dense blocks of bottleneck layers, a transition between each two. */
  public static Expected<Supplier<Block>> dense(
      int in, int growth, double compression, int... layers) {
    return Expected.of(
        () -> {
          List<Block> parts = new ArrayList<>();
          int channels = in;
          for (int block = 0; block < layers.length; block++) {
            if (block > 0) {
              int kept = (int) (compression * channels);
              parts.add(seq(batchNorm(channels), relu(), conv(channels, kept, 1), avgPool(2, 2)));
              channels = kept;
            }
            for (int i = 0; i < layers[block]; i++) {
              parts.add(concat(identity(), layer(channels, growth)));
              channels += growth;
            }
          }
          return seq(parts.toArray(Block[]::new));
        });
  }

  private static Seq layer(int in, int growth) {
    return seq(
        batchNorm(in),
        relu(),
        conv(in, 4 * growth, 1),
        batchNorm(4 * growth),
        relu(),
        conv(4 * growth, growth, 3));
  }

  /** Numbers a pixel that training keeps of a dense block without bottlenecks, output aside. */
  public static Expected<Long> kept(long in, long layers, long growth) {
    return Expected.of(2 * layers * in + layers * (layers - 1) * growth);
  }

  /**
   * A dense block in which each layer sees the last few sources alone, and all leave the block.
   *
   * @param reach how many sources a layer sees, where there are so many
   */
  public static Expected<Supplier<Block>> near(int in, int layers, int growth, int reach) {
    return Expected.of(
        () -> {
          Block[] steps = new Block[layers];
          for (int i = 0; i < layers; i++) {
            int first = Math.max(0, i + 1 - reach);
            int from = first == 0 ? 0 : in + (first - 1) * growth;
            int reads = in + i * growth - from;
            Unit last = lambda("the last " + reads, x -> x.get(":, " + from + ":"));
            steps[i] = concat(identity(), seq(last, layer(reads, growth)));
          }
          return seq(steps);
        });
  }

  /**
   * The gradients of a dense block by one recorded pass: at its input, then at all that its layers
   * learn, as one row of numbers. The layers stay as they were.
   *
   * @param layers of the block; each reads all that came before
   * @param g what comes in at the block's output
   */
  public static Expected<NDArray> gradients(List<Unit> layers, NDArray x, NDArray g) {
    return keeping(
        layers,
        () -> {
          NDArray input = x.duplicate();
          input.setRequiresGradient(true);
          NDList sources = new NDList(input);
          for (Unit layer : layers) {
            learned(layer).forEach(parameter -> sources.add(parameter.getArray()));
          }
          NDArray sum = GradMode.on(() -> output(layers, input).mul(g).sum());
          return flat(TorchOps.gradients(sum, sources));
        });
  }

  /** The running statistics of its layers after one pass in training, in a row; likewise. */
  public static Expected<NDArray> statistics(List<Unit> layers, NDArray x) {
    return keeping(
        layers,
        () -> {
          output(layers, x);
          return flat(new NDList(statistics(layers).stream().map(NDArray::duplicate).toList()));
        });
  }

  /** The same of what they are now. */
  public static NDArray statisticsNow(List<Unit> layers) {
    return flat(new NDList(statistics(layers).toArray(NDArray[]::new)));
  }

  private static Expected<NDArray> keeping(List<Unit> layers, Supplier<NDArray> work) {
    Map<NDArray, NDArray> before = new IdentityHashMap<>(); // arrays are equal if their numbers are
    statistics(layers).forEach(array -> before.put(array, array.duplicate()));
    try {
      return Expected.of(work.get());
    } finally {
      before.forEach((array, copy) -> TorchOps.copy(copy, array));
      before.values().forEach(NDArray::close);
    }
  }

  /** In training. */
  private static NDArray output(List<Unit> layers, NDArray x) {
    NDManager manager = x.getManager();
    Pass pass = Pass.of(new ParameterStore(manager, false), true);
    NDArray all = x;
    for (Unit layer : layers) {
      all = NDArrays.concat(new NDList(all, pass.run(layer, all)), 1);
    }
    return all;
  }

  private static List<Parameter> learned(Unit layer) {
    return layer.getParameters().values().stream().filter(Parameter::requiresGradient).toList();
  }

  private static List<NDArray> statistics(List<Unit> layers) {
    return layers.stream()
        .flatMap(layer -> layer.getParameters().values().stream())
        .filter(parameter -> !parameter.requiresGradient())
        .map(Parameter::getArray)
        .toList();
  }

  private static NDArray flat(NDList arrays) {
    return NDArrays.concat(new NDList(arrays.stream().map(NDArray::flatten).toList()));
  }
}
